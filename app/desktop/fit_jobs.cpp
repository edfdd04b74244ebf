// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/fit_jobs.h"

#include "core/fit/trainer.h"

namespace rulescope::desktop {

namespace {

base::Result<JobResult> runFit(
    const models::StudySnapshot& snapshot, const fit::FitSpec& spec, JobControl& control) {
    fit::FitCallbacks callbacks;
    callbacks.isPaused = [&control] { return control.isPaused(); };
    callbacks.onProgress = [&control](const fit::FitProgress& progress) {
        control.report({.fraction = progress.epochs > 0 ? double(progress.epoch) / progress.epochs : 0,
            .epoch = progress.epoch,
            .epochs = progress.epochs,
            .trainNatsPerTrial = progress.trainNatsPerTrial,
            .heldOutNatsPerTrial = progress.heldOutNatsPerTrial});
    };
    auto result = fit::fit(snapshot->study, spec, control.stopToken(), callbacks);
    if (!result) {
        return tl::make_unexpected(result.error());
    }
    return JobResult(std::make_shared<const fit::FitResult>(std::move(*result)));
}

base::Result<JobResult> runComparison(
    const models::StudySnapshot& snapshot, const fit::ComparisonRequest& request, JobControl& control) {
    fit::ComparisonCallbacks callbacks;
    callbacks.isPaused = [&control] { return control.isPaused(); };
    callbacks.onProgress = [&control](const fit::ComparisonProgress& progress) {
        control.report({.fraction = progress.fraction});
    };
    auto result = fit::compareRules(snapshot->study, request, control.stopToken(), callbacks);
    if (!result) {
        return tl::make_unexpected(result.error());
    }
    return JobResult(std::make_shared<const fit::Comparison>(std::move(*result)));
}

} // namespace

Job jobFor(const panels::FitRequest& request, const models::StudySnapshot& snapshot) {
    Job job;
    job.title = panels::titleOf(request);
    job.detail = panels::detailOf(request);
    if (const auto* spec = std::get_if<fit::FitSpec>(&request)) {
        job.work = [snapshot, spec = *spec](JobControl& control) { return runFit(snapshot, spec, control); };
    } else {
        const auto& comparison = std::get<fit::ComparisonRequest>(request);
        job.work = [snapshot, comparison](
                       JobControl& control) { return runComparison(snapshot, comparison, control); };
    }
    return job;
}

} // namespace rulescope::desktop
