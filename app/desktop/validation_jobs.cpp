// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/validation_jobs.h"

#include "core/figures/confusion.h"
#include "core/figures/recovery.h"

#include <cmath>

namespace rulescope::desktop {

namespace {

JobResult resultOf(figures::FigureSpec figure) {
    return std::make_shared<const figures::FigureSpec>(std::move(figure));
}

base::Result<JobResult> runRecovery(const simulate::RecoveryCondition& condition, JobControl& control) {
    simulate::RecoveryCallbacks callbacks;
    callbacks.onProgress = [&control](double fraction, const base::Text&) {
        control.report({.fraction = fraction});
    };
    const auto recovery = simulate::recover(condition, control.stopToken(), callbacks);
    if (!recovery) {
        return tl::make_unexpected(recovery.error());
    }
    if (recovery->status == fit::FitStatus::Unbounded) {
        return tl::make_unexpected(base::Error{base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "The fit has no maximum: a parameter grew to its limit."),
            condition.name, QT_TRANSLATE_NOOP("core", "Choose other animals.")});
    }
    if (recovery->status == fit::FitStatus::Diverged || !std::isfinite(recovery->rmse)) {
        return tl::make_unexpected(base::Error{base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "The fit diverged: its weights left every range."), condition.name,
            QT_TRANSLATE_NOOP("core", "Choose other animals.")});
    }
    return resultOf(figures::recovery(*recovery));
}

base::Result<JobResult> runConfusion(const simulate::ConfusionRequest& request, JobControl& control) {
    simulate::ConfusionCallbacks callbacks;
    callbacks.onProgress = [&control](double fraction, double) { control.report({.fraction = fraction}); };
    const auto confusion = simulate::confusionMatrix(request, control.stopToken(), callbacks);
    if (!confusion) {
        return tl::make_unexpected(confusion.error());
    }
    return resultOf(figures::confusion(*confusion));
}

} // namespace

Job validationJob(const panels::ValidationRequest& request) {
    Job job;
    job.title = panels::titleOf(request);
    job.detail = panels::detailOf(request);
    job.isOfStudy = false;  // its animals are simulated
    job.isPausable = false; // the checks can't wait between their fits
    job.work = [request](JobControl& control) {
        if (const auto* condition = std::get_if<simulate::RecoveryCondition>(&request)) {
            return runRecovery(*condition, control);
        }
        return runConfusion(std::get<simulate::ConfusionRequest>(request), control);
    };
    return job;
}

} // namespace rulescope::desktop
