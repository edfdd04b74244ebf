// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/insight/visits.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace rulescope::insight {

/// Trials back, both ends included: {1, 3} is the last three trials, {7, 10} four distant ones.
struct HistoryWindow {
    std::size_t from = 1, to = 1;
    bool operator==(const HistoryWindow&) const = default;
};

/// The last 1, 2, 3, 4 trials and the blocks 7-10, 17-20, 27-30 back [LGP].
std::vector<HistoryWindow> publishedHistoryWindows();

enum class HistoryKind {
    Synthetic, ///< made-up histories from h_0 = 0: all 2^8 of four trials, or 256 random ones for distant
               ///< windows
    Real,      ///< memories met on the animals' own paths
};

struct HistoryDependenceOptions {
    data::RegressorSpec regressors;     ///< as the rule was fitted
    std::string component = "stimulus"; ///< whose update is shown
    HistoryKind kind = HistoryKind::Real;
    std::vector<HistoryWindow> windows = publishedHistoryWindows();
    std::size_t mostPerAnimal = 48; ///< real histories of each kind evaluated per animal
    std::uint64_t seed = 1;
    /// Further fits of the same rule: values are means over all of them, intervals hold their spread.
    std::vector<rules::LearningRulePtr> ensemble;
};

/// dw against the stimulus after one kind of history; NaN where no such history occurred.
struct HistoryUpdates {
    std::vector<double> value; ///< mean
    std::vector<double> low,
        high; ///< 95 % over animals (real histories) and fits; empty: fewer than 3 of each
    std::size_t histories = 0, animals = 0;
};

struct HistoryCurve {
    HistoryWindow window;
    HistoryUpdates rewarded, unrewarded;
};

/// The update of a weight, current trial correct, given that the trials of a window were all rewarded or all
/// not; weights at their medians over visited trials (METHOD.md section 5).
struct HistoryDependence {
    std::string component;
    HistoryKind kind = HistoryKind::Real;
    std::vector<double> stimulus; ///< regressor units
    std::vector<double> referenceWeights;
    std::size_t fits = 1;   ///< averaged over
    bool hasMemory = false; ///< false: the rule can't depend on history, all curves agree
    std::vector<HistoryCurve> curves;
};

/// Errors: unknown component, a window with from = 0 or from > to (InvalidValue), no visited trial (NoData).
base::Result<HistoryDependence> historyDependence(const rules::LearningRule& rule,
    std::span<const AnimalInputs> animals, const HistoryDependenceOptions& options = {});

} // namespace rulescope::insight
