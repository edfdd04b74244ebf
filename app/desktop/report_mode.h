// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/study_file.h"
#include "widgets/plots/report.h"

#include <QString>
#include <QStringList>

#include <functional>

namespace rulescope::desktop {

/// What the report's first page says about a study.
plots::ReportCover reportCover(const io::StudyContents& contents, const QString& file);

/// What a report has written.
struct ReportFiles {
    QString report;      ///< report.pdf
    QStringList figures; ///< each figure as PDF and as CSV
};

/// Writes report.pdf and every figure of the study as PDF and CSV into `folder`, which is made if need be.
/// Errors: NotWritable; NoData if the study has nothing to draw.
base::Result<ReportFiles> writeStudyReport(const io::StudyContents& contents, const QString& file,
    const QString& folder, const std::function<void(const QString&)>& onStep = {});

/// `rulescope --report STUDY --out DIR`: needs a QGuiApplication (offscreen will do), no window. Says on
/// stderr what it does. Returns the program's exit code: 0, 3 bad input, 4 no result.
int runReport(const QString& study, const QString& folder);

} // namespace rulescope::desktop
