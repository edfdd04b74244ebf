// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/fit_jobs.h"

#include "core/fit/checkpoint.h"
#include "core/fit/keepable.h"
#include "core/fit/trainer.h"

#include <QCoreApplication>

#include <system_error>

namespace rulescope::desktop {

namespace {

/// Runs work that goes on from a checkpoint; without it if the checkpoint can't be used.
template<class Work>
auto resumed(const CheckpointPlace& checkpoint, const base::StopToken& stop, Work work) -> decltype(work()) {
    std::error_code ignored;
    const bool isThere = !checkpoint.file.empty() && std::filesystem::exists(checkpoint.file, ignored);
    auto result = work();
    const bool isCheckpoints =
        !result && (result.error().where == checkpoint.file.string() || result.error().where == "checkpoint");
    if (isCheckpoints && isThere && !stop.stop_requested()) {
        fit::removeCheckpoint(checkpoint.file);
        result = work();
    }
    return result;
}

base::Result<JobResult> runFit(const models::StudySnapshot& snapshot, const fit::FitSpec& spec,
    const CheckpointPlace& checkpoint, JobControl& control) {
    fit::FitCallbacks callbacks;
    callbacks.isPaused = [&control] { return control.isPaused(); };
    callbacks.onProgress = [&control](const fit::FitProgress& progress) {
        control.report({.fraction = progress.epochs > 0 ? double(progress.epoch) / progress.epochs : 0,
            .epoch = progress.epoch,
            .epochs = progress.epochs,
            .trainNatsPerTrial = progress.trainNatsPerTrial,
            .heldOutNatsPerTrial = progress.heldOutNatsPerTrial});
    };
    callbacks.checkpoint = checkpoint.file;
    callbacks.secondsBetweenCheckpoints = checkpoint.seconds;
    auto result = resumed(checkpoint, control.stopToken(),
        [&] { return fit::fit(snapshot->study, spec, control.stopToken(), callbacks); });
    if (!result) {
        return tl::make_unexpected(result.error());
    }
    if (const auto checked = fit::checkKeepable(*result); !checked) {
        return tl::make_unexpected(checked.error());
    }
    return JobResult(std::make_shared<const fit::FitResult>(std::move(*result)));
}

class JobWords {
    Q_DECLARE_TR_FUNCTIONS(JobWords)
};

JobProgress reportOf(const fit::ComparisonProgress& progress) {
    JobProgress report{.fraction = progress.fraction};
    const fit::WatchedFit& watched = progress.watched;
    if (!watched.rule.empty()) {
        report.trainNatsPerTrial = watched.trainNatsPerTrial;
        report.heldOutNatsPerTrial = watched.heldOutNatsPerTrial;
        report.epochOfPart = watched.epoch;
        report.part = JobWords::tr("%1, part %2 of %3 held out, seed %4")
                          .arg(panels::ruleTitle(watched.rule))
                          .arg(watched.fold + 1)
                          .arg(watched.folds)
                          .arg(watched.seed);
    }
    return report;
}

base::Result<JobResult> runComparison(const models::StudySnapshot& snapshot,
    const fit::ComparisonRequest& request, const CheckpointPlace& checkpoint, JobControl& control) {
    fit::ComparisonCallbacks callbacks;
    callbacks.isPaused = [&control] { return control.isPaused(); };
    callbacks.onProgress = [&control](const fit::ComparisonProgress& progress) {
        control.report(reportOf(progress));
    };
    callbacks.wantsHeldOut = true;
    callbacks.checkpoint = checkpoint.file;
    callbacks.secondsBetweenCheckpoints = checkpoint.seconds;
    auto result = resumed(checkpoint, control.stopToken(),
        [&] { return fit::compareRules(snapshot->study, request, control.stopToken(), callbacks); });
    if (!result) {
        return tl::make_unexpected(result.error());
    }
    return JobResult(std::make_shared<const fit::Comparison>(std::move(*result)));
}

} // namespace

Job jobFor(const panels::FitRequest& request, const models::StudySnapshot& snapshot,
    const CheckpointPlace& checkpoint) {
    Job job;
    job.title = panels::titleOf(request);
    job.detail = panels::detailOf(request);
    if (const auto* spec = std::get_if<fit::FitSpec>(&request)) {
        job.work = [snapshot, spec = *spec, checkpoint](
                       JobControl& control) { return runFit(snapshot, spec, checkpoint, control); };
    } else {
        const auto& comparison = std::get<fit::ComparisonRequest>(request);
        job.work = [snapshot, comparison, checkpoint](JobControl& control) {
            return runComparison(snapshot, comparison, checkpoint, control);
        };
    }
    return job;
}

} // namespace rulescope::desktop
