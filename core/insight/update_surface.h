// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/insight/textbook_overlay.h"
#include "core/insight/visits.h"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rulescope::insight {

/// Over which histories the update of a rule with memory is averaged.
enum class HistorySource {
    Data,      ///< memories met on the animals' own paths
    Published, ///< all 2^8 four-trial histories, weights held fixed, from h_0 = 0 [LGP]
};

/// What the interval of a cell is made from.
enum class BandSource {
    None,      ///< a single fit of a rule without memory: there is no interval
    Histories, ///< 10-90 % over the memories that the update was averaged over
    Ensemble,  ///< 2.5-97.5 % over fits (other seeds, resampled animals), each averaged over its memories
};

struct UpdateSurfaceOptions {
    data::RegressorSpec regressors;     ///< as the rule was fitted
    std::string component = "stimulus"; ///< k: whose update is shown
    std::string weight = "stimulus";    ///< j: the weight along the vertical axis
    std::vector<double> stimulusValues; ///< horizontal axis; empty: the stimuli met, or an even grid if many
    std::vector<double> weightValues;   ///< vertical axis, even; empty: 21 cells over the weights met
    HistorySource histories = HistorySource::Data;
    std::size_t mostStates = 96; ///< memories averaged over (Data)
    /// Further fits of the same rule. Values are then means over all of them, with a band over them.
    std::vector<rules::LearningRulePtr> ensemble;
    bool hasTextbook = false; ///< also the closest textbook formula on the same grid
};

/// dw_k on a grid of stimulus (columns) x weight j (rows, row-major), the other weights at their reference.
/// Conventions of METHOD.md section 5: correct y = z, error y = 1 - z, both answers averaged at s = 0, no
/// session start.
struct UpdateSurface {
    std::string component, weight;
    std::vector<double> stimulus;         ///< columns, regressor units
    bool hasEvenStimuli = false;          ///< columns are evenly spaced (else: the levels that were shown)
    std::vector<double> weightValues;     ///< rows, evenly spaced
    std::vector<double> referenceWeights; ///< K: medians over visited trials
    std::vector<double> correct, error,
        difference;                  ///< log-odds per regressor unit per trial; difference: correct - error
    std::vector<double> left, right; ///< after left | right choices (outcome follows from the stimulus)
    std::vector<double> correctVisits, errorVisits;                   ///< trials per cell
    std::vector<double> correctLow, correctHigh, errorLow, errorHigh; ///< see `band`; empty: no interval
    BandSource band = BandSource::None;
    std::size_t fits = 1;                   ///< averaged over
    std::array<std::size_t, 3> sliceRows{}; ///< rows at the 10, 50 and 90 % quantile of the visited weight
    HistorySource histories = HistorySource::Data;
    std::size_t historyCount = 0;                       ///< memories averaged over; 0: rule without memory
    std::size_t animals = 0, trials = 0;                ///< visited
    std::optional<TextbookOverlay> textbook;            ///< closest formula, if asked for and found
    std::vector<double> textbookCorrect, textbookError; ///< its updates on the grid

    std::size_t columns() const { return stimulus.size(); }
    std::size_t rows() const { return weightValues.size(); }
};

/// Errors: component or weight not among the regressors (InvalidValue), no visited trial, or no memory of
/// a rule that has one (NoData), a stop (Cancelled).
base::Result<UpdateSurface> updateSurface(const rules::LearningRule& rule,
    std::span<const AnimalInputs> animals, const UpdateSurfaceOptions& options = {},
    const base::StopToken& stop = {});

} // namespace rulescope::insight
