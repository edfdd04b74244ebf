// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/study.h"
#include "core/io/import_report.h"

#include <QWidget>

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
    void showReport(const io::ImportReport& report, const data::Study& study);
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
