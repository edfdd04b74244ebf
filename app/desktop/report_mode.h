// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/job_result.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/io/study_file.h"
#include "widgets/plots/report.h"

#include <QString>

#include <vector>

namespace rulescope::desktop {

/// Removes what a report that was stopped has left in its folder, and the folder if nothing else is in it.
void removeUnfinishedReport(const std::vector<figures::FigureSpec>& figures, const QString& folder);

/// What the report's first page says about a study.
plots::ReportCover reportCover(const io::StudyContents& contents, const QString& file);

/// Writes report.pdf and every one of the study's figures as PDF and CSV into `folder`, which is made if need
/// be. Any thread (see widgets/plots/export.h). Errors: NotWritable; NoData if the study has nothing to draw;
/// Cancelled, then some files may be written.
base::Result<ReportFiles> writeStudyReport(const std::vector<figures::FigureSpec>& figures,
    const io::StudyContents& contents, const QString& file, const QString& folder,
    const base::ProgressCallback& onProgress = {}, const base::StopToken& stop = {});

/// `rulescope --report STUDY --out DIR`: needs a QGuiApplication (offscreen will do), no window. Says on
/// stderr what it does. Returns the program's exit code: 0, 3 bad input, 4 no result.
int runReport(const QString& study, const QString& folder);

} // namespace rulescope::desktop
