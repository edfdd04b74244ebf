// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/behavior/psychometric_fit.h"
#include "core/behavior/psychometric_intervals.h"
#include "core/data/animal.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace rulescope::behavior {

struct PsychometricOptions {
    PsychometricVariant variant = PsychometricVariant::IblStatus;
    std::optional<double> block = std::nullopt; ///< only trials with |probability_left - block| < 1e-6
    /// More distinct stimuli than this are binned (stimuli that scatter narrowly about a value count once).
    std::size_t mostLevels = 24;
    std::size_t bins = 9;                            ///< quantile bins, about equally many trials each
    IntervalMethod intervals = IntervalMethod::None; ///< of the fitted parameters
    BootstrapOptions bootstrap = {};
};

/// Choices at one stimulus level (or in one bin, at its mean stimulus).
struct PsychometricPoint {
    double x = 0; ///< percent contrast, or the stimulus' own unit
    std::size_t n = 0;
    std::size_t right = 0;
    double fractionRight = 0;
    Interval interval; ///< 95 % Wilson
    bool operator==(const PsychometricPoint&) const = default;
};

/// A psychometric curve of some sessions of one animal.
struct Psychometric {
    PsychometricVariant variant = PsychometricVariant::IblStatus;
    bool isBinned = false;    ///< points are quantile bins
    base::Text stimulusLabel; ///< axis label with unit, says when stimuli were binned
    std::vector<PsychometricPoint> points;
    double unit = 1;     ///< what counted as one percent of contrast in the fit, see fitPsychometric
    PsychometricFit fit; ///< bias and threshold in the unit of x
    std::optional<PsychometricIntervals> intervals; ///< if they were asked for
};

/// Points and fitted curve over the trials of `sessions` (indices into Animal::sessions()).
///
/// Trials without a stimulus (NaN) are left out; trials without a choice as the variant says. Contrasts are
/// shown in percent. Other stimuli keep their unit and are fitted with the variant's bounds scaled so that
/// the largest |x| stands for 100 %. Errors: no such session (NotFound), a block without block probabilities,
/// no trial left (NoData), stopped in the bootstrap (Cancelled).
base::Result<Psychometric> psychometric(const data::Animal& animal, std::span<const std::size_t> sessions,
    const PsychometricOptions& options = {}, const base::StopToken& stop = {});

/// Every session of the animal, for "all".
std::vector<std::size_t> allSessions(const data::Animal& animal);

} // namespace rulescope::behavior
