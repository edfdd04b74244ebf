// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/import_report.h"

#include <QWidget>

#include <map>
#include <string>

class QLabel;
class QProgressBar;
class QPushButton;
class QTextBrowser;

namespace rulescope::panels {

/// What files hold, shown before it enters the study: reading, then what was understood, with Import and
/// Cancel.
class ImportPreview : public QWidget {
    Q_OBJECT

  public:
    explicit ImportPreview(QWidget* parent = nullptr);

    void showReading(const QStringList& paths);
    void setProgress(double fraction);
    /// `alreadyThere` as in importText.
    void showReport(const io::ImportReport& report, const std::map<std::string, std::size_t>& alreadyThere);
    void showError(const base::Error& error);

  signals:
    void accepted();
    void cancelled();
    void mappingWanted(); ///< the user wants to say which column holds what

  private:
    QLabel* m_title;
    QProgressBar* m_progress;
    QTextBrowser* m_text;
    QPushButton *m_import, *m_cancel, *m_mapping;
};

} // namespace rulescope::panels
