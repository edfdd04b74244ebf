// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/summary.h"

#include <algorithm>
#include <limits>

namespace rulescope::networks {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

} // namespace

double lateMean(const MeasureSeries& series) {
    if (series.isEmpty()) {
        return kNaN;
    }
    const std::size_t count = std::max<std::size_t>(series.values.size() / 4, 1);
    double sum = 0;
    for (std::size_t i = series.values.size() - count; i < series.values.size(); ++i) {
        sum += series.values[i];
    }
    return sum / static_cast<double>(count);
}

const std::vector<RunMeasure>& runMeasures() {
    static const std::vector<RunMeasure> measures = {
        {"weight_change", QT_TRANSLATE_NOOP("core", "Weight change ‖ΔW‖"),
            [](const NetworkRun& run) { return run.weightChange.last(); }},
        {"representation_alignment", QT_TRANSLATE_NOOP("core", "Representation alignment"),
            [](const NetworkRun& run) { return run.representationAlignment.last(); }},
        {"kernel_alignment", QT_TRANSLATE_NOOP("core", "Tangent-kernel alignment"),
            [](const NetworkRun& run) { return run.kernelAlignment.last(); }},
        {"effective_rank_before", QT_TRANSLATE_NOOP("core", "Effective rank before"),
            [](const NetworkRun& run) {
                return run.before.singular.empty() ? kNaN : run.before.effectiveRank;
            }},
        {"effective_rank_after", QT_TRANSLATE_NOOP("core", "Effective rank after"),
            [](const NetworkRun& run) {
                return run.after.singular.empty() ? kNaN : run.after.effectiveRank;
            }},
        {"sign_similarity", QT_TRANSLATE_NOOP("core", "Signs kept"),
            [](const NetworkRun& run) { return run.signSimilarity; }},
        {"hessian_eigenvalue", QT_TRANSLATE_NOOP("core", "Leading Hessian eigenvalue λ₁"),
            [](const NetworkRun& run) { return run.curvature.last(); }},
        {"rho", QT_TRANSLATE_NOOP("core", "Share of the gradient ρ"),
            [](const NetworkRun& run) { return lateMean(run.gradientShare); }},
        {"stability_bound", QT_TRANSLATE_NOOP("core", "Stability bound 2(1+m)/(ηρ)"),
            [](const NetworkRun& run) { return stabilityBound(run.spec, lateMean(run.gradientShare)); }},
        {"loss", QT_TRANSLATE_NOOP("core", "Loss"), [](const NetworkRun& run) { return run.loss.last(); }},
        {"train_accuracy", QT_TRANSLATE_NOOP("core", "Train accuracy"),
            [](const NetworkRun& run) { return run.trainAccuracy.last(); }},
        {"test_accuracy", QT_TRANSLATE_NOOP("core", "Test accuracy"),
            [](const NetworkRun& run) { return run.testAccuracy.last(); }},
        {"noisy_test_accuracy", QT_TRANSLATE_NOOP("core", "Noisy test accuracy"),
            [](const NetworkRun& run) { return run.noisyTestAccuracy.last(); }},
        {"seconds", QT_TRANSLATE_NOOP("core", "Time (s)"),
            [](const NetworkRun& run) { return run.seconds; }}};
    return measures;
}

const RunMeasure* findRunMeasure(std::string_view name) {
    for (const RunMeasure& measure : runMeasures()) {
        if (measure.name == name) {
            return &measure;
        }
    }
    return nullptr;
}

SeedStatistics statisticsOf(
    std::span<const NetworkRun> runs, const RunGroup& group, const RunMeasure& measure) {
    std::vector<double> values;
    for (const std::size_t run : group.runs) {
        if (runs[run].status == RunStatus::Completed) {
            values.push_back(measure.of(runs[run]));
        }
    }
    return seedStatistics(values);
}

std::vector<double> matchedGaps(std::span<const NetworkRun> runs, bool isNoisyTest) {
    std::vector<double> gaps(runs.size(), kNaN);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        std::vector<NetworkRun> ofTask;
        for (const NetworkRun& run : runs) {
            if (run.status == RunStatus::Completed && run.spec.task == runs[i].spec.task) {
                NetworkRun curves;
                curves.trainAccuracy = run.trainAccuracy;
                ofTask.push_back(std::move(curves));
            }
        }
        if (runs[i].status == RunStatus::Completed) {
            gaps[i] = gapAt(runs[i], matchedTrainAccuracy(ofTask), isNoisyTest);
        }
    }
    return gaps;
}

} // namespace rulescope::networks
