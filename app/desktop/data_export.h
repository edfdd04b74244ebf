// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/document.h"

#include <QAction>
#include <QList>

namespace rulescope::panels {
class LatestTask;
}

namespace rulescope::desktop {

class Settings;

/// Writes the study's trials and results into a folder for other programs, off the GUI thread.
class DataExport : public QObject {
    Q_OBJECT

  public:
    enum class Format { Csv, Hdf5, Nwb };

    DataExport(Document& document, Settings& settings, QWidget* window);

    /// One per format, for the File menu.
    const QList<QAction*>& actions() const { return m_actions; }
    /// Writes the study as it is now; done() or failed() tells.
    void write(Format format, const QString& folder);
    bool isBusy() const;

  signals:
    void started(const QString& sentence);
    void done(const QString& sentence);
    void failed(const rulescope::base::Error& error);
    void ended();

  private:
    void ask(Format format);
    void update();

    Document& m_document;
    Settings& m_settings;
    QWidget* m_window;
    QList<QAction*> m_actions;
    panels::LatestTask* m_task;
};

} // namespace rulescope::desktop
