// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/network_run.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::networks {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

} // namespace

void MeasureSeries::add(int step, double value) {
    if (std::isfinite(value)) {
        steps.push_back(step);
        values.push_back(value);
    }
}

double MeasureSeries::last() const {
    return values.empty() ? kNaN : values.back();
}

std::string toString(RunStatus status) {
    switch (status) {
    case RunStatus::Completed:
        return "completed";
    case RunStatus::Cancelled:
        return "cancelled";
    case RunStatus::Diverged:
        break;
    }
    return "diverged";
}

double stabilityBound(const NetworkSpec& spec, double gradientShare) {
    if (spec.optimiser.kind != "sgd") {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return gradientShare > 0 ? 2 * (1 + spec.optimiser.momentum) / (spec.optimiser.rate * gradientShare)
                             : std::numeric_limits<double>::infinity();
}

double gapAt(const NetworkRun& run, double trainAccuracy, bool isNoisyTest) {
    const MeasureSeries& train = run.trainAccuracy;
    const MeasureSeries& test = isNoisyTest ? run.noisyTestAccuracy : run.testAccuracy;
    const std::size_t count = std::min(train.values.size(), test.values.size());
    for (std::size_t i = 0; i < count; ++i) {
        if (train.values[i] < trainAccuracy) {
            continue;
        }
        if (i == 0) {
            return train.values[0] - test.values[0];
        }
        const double rise = train.values[i] - train.values[i - 1];
        const double share = rise > 0 ? (trainAccuracy - train.values[i - 1]) / rise : 1;
        const double atTest = test.values[i - 1] + share * (test.values[i] - test.values[i - 1]);
        return trainAccuracy - atTest;
    }
    return kNaN;
}

double matchedTrainAccuracy(std::span<const NetworkRun> runs) {
    double matched = kNaN;
    for (const NetworkRun& run : runs) {
        const auto& values = run.trainAccuracy.values;
        if (values.empty()) {
            continue;
        }
        const double best = *std::max_element(values.begin(), values.end());
        matched = std::isnan(matched) ? best : std::min(matched, best);
    }
    return matched;
}

} // namespace rulescope::networks
