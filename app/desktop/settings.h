// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/panels/fit_estimate.h"
#include "widgets/theme/theme.h"

#include <QByteArray>
#include <QSettings>
#include <QStringList>

namespace rulescope::desktop {

/// What the program remembers between two runs. A missing or broken file is as good as an empty one: every
/// value is checked on the way in.
class Settings {
  public:
    /// The user's own file; tests name another one.
    explicit Settings(const QString& file = {});

    /// Folder of the file, for what is kept beside it.
    QString folder() const;
    QByteArray geometry() const;
    QByteArray windowState() const;
    QByteArray browserColumns() const;
    void setBrowserColumns(const QByteArray& state);
    void setLayout(const QByteArray& geometry, const QByteArray& windowState);

    theme::Mode theme() const;
    void setTheme(theme::Mode mode);

    /// Study files, last one first, at most ten.
    QStringList recentFiles() const;
    void addRecentFile(const QString& path);
    void clearRecentFiles();

    /// Study that was open last; empty: the demo.
    QString lastStudy() const;
    void setLastStudy(const QString& path);

    QString lastFolder() const;
    void setLastFolder(const QString& path);

    panels::FitSpeed fitSpeed() const;
    void setFitSpeed(const panels::FitSpeed& speed);

  private:
    mutable QSettings m_settings;
};

/// Where the journal of pending jobs lies.
QString journalPath();

} // namespace rulescope::desktop
