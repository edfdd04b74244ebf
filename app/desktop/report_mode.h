// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/study_file.h"
#include "widgets/plots/report.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace rulescope::desktop {

/// What the report's first page says about a study.
plots::ReportCover reportCover(const io::StudyContents& contents, const QString& file);

/// What a report has written.
struct ReportFiles {
    QString report;      ///< report.pdf
    QStringList figures; ///< each figure as PDF and as CSV
};

/// Writes report.pdf and every one of the study's figures as PDF and CSV into `folder`, which is made if need
/// be. Paints, so on the GUI thread; the figures (reportFigures) may come from another one. Errors:
/// NotWritable; NoData if the study has nothing to draw.
base::Result<ReportFiles> writeStudyReport(const std::vector<figures::FigureSpec>& figures,
    const io::StudyContents& contents, const QString& file, const QString& folder);

/// `rulescope --report STUDY --out DIR`: needs a QGuiApplication (offscreen will do), no window. Says on
/// stderr what it does. Returns the program's exit code: 0, 3 bad input, 4 no result.
int runReport(const QString& study, const QString& folder);

} // namespace rulescope::desktop
