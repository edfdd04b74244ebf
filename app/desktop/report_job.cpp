// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/report_job.h"

#include "app/desktop/abandonable.h"
#include "app/desktop/report_figures.h"
#include "app/desktop/report_mode.h"

#include <QCoreApplication>
#include <QDir>

#include <atomic>
#include <utility>

namespace rulescope::desktop {

namespace {

/// Share of the job that the figures' numbers take; the rest is painting.
constexpr double kShareOfNumbers = 0.5;

base::Error stopped() {
    return {base::ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "The report was stopped."), {}, {}};
}

base::Result<JobResult> writeReport(const models::StudySnapshot& snapshot, const QString& name,
    const QString& folder, const std::vector<figures::FigureSpec>& further, JobControl& control) {
    const base::StopToken stop = control.stopToken();
    // Neither numbers nor painting poll the token within a figure.
    auto figures = abandonable(stop, [snapshot, stop] { return reportFigures(*snapshot, {}, stop); });
    if (!figures || stop.stop_requested()) {
        return tl::make_unexpected(stopped());
    }
    figures->insert(figures->end(), further.begin(), further.end());
    control.report({.fraction = kShareOfNumbers});
    auto progress = std::make_shared<std::atomic<double>>(0);
    const auto written = abandonable(
        stop,
        [figures = *figures, snapshot, name, folder, stop, progress] {
            auto files = writeStudyReport(
                figures, *snapshot, name, folder, [progress](double done) { *progress = done; }, stop);
            if (stop.stop_requested()) {
                removeUnfinishedReport(figures, folder);
            }
            return files;
        },
        [&] { control.report({.fraction = kShareOfNumbers + (1 - kShareOfNumbers) * *progress}); });
    // A stop that came too late for the files counts too: the queue calls the job cancelled.
    if (!written || stop.stop_requested()) {
        removeUnfinishedReport(*figures, folder); // here too: the other thread may not live to do it
        return tl::make_unexpected(stopped());
    }
    return written->map([&further](ReportFiles files) {
        files.further = further;
        return JobResult(std::move(files));
    });
}

class ReportWords {
    Q_DECLARE_TR_FUNCTIONS(ReportWords)
};

} // namespace

Job reportJob(const models::StudySnapshot& snapshot, const QString& name, const QString& folder,
    const std::vector<figures::FigureSpec>& further) {
    Job job;
    job.title = ReportWords::tr("Report");
    job.detail = QDir::toNativeSeparators(folder);
    job.isOfStudy = false;  // it owns what it draws
    job.isPausable = false; // nobody waits for a report in the middle of a page
    job.work = [snapshot, name, folder, further](
                   JobControl& control) { return writeReport(snapshot, name, folder, further, control); };
    return job;
}

} // namespace rulescope::desktop
