// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/behavior/wilson.h"

#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace rulescope::behavior {

/// Bounds, starts and the handling of no-gos of a psychometric fit (METHOD.md section 8).
enum class PsychometricVariant {
    IblStatus, ///< widest bounds; what the training status uses
    IblPlot,   ///< lapses up to .2, threshold 10..50
    Paper,     ///< threshold 5..40
    Psychofit, ///< the psychofit package's own defaults
};

/// "ibl-status", "ibl-plot", "paper" or "psychofit".
std::string toString(PsychometricVariant variant);
base::Result<PsychometricVariant> psychometricVariantFromString(const std::string& text);
/// Whether a trial without a choice counts (in n, and as not-right) under this variant.
bool countsNoGos(PsychometricVariant variant);

/// Choices at one stimulus level.
struct ChoiceLevel {
    double x = 0; ///< percent contrast, or the stimulus' own unit
    std::size_t n = 0;
    std::size_t right = 0;

    double fractionRight() const { return n ? static_cast<double>(right) / static_cast<double>(n) : 0; }
    bool operator==(const ChoiceLevel&) const = default;
};

/// Bias and threshold in the unit of x; lapses as probabilities.
struct PsychometricParameters {
    double bias = 0, threshold = 1, lapseLow = 0, lapseHigh = 0;
    bool operator==(const PsychometricParameters&) const = default;
};

/// P(right | x) = g1 + (1 - g1 - g2) (erf((x - b) / theta) + 1) / 2, without a factor sqrt 2.
double psychometricCurve(const PsychometricParameters& parameters, double x);

/// Binomial log-likelihood without the binomial coefficient, nats; 0 log 0 = 0.
double psychometricLogLikelihood(
    const PsychometricParameters& parameters, std::span<const ChoiceLevel> levels);

struct PsychometricFit {
    PsychometricParameters parameters;
    double logLikelihood = 0; ///< nats, all trials
    std::size_t n = 0;        ///< trials fitted
    /// False when the 95 % profile interval (1.92 nats below the maximum) of the bias reaches an end of the
    /// stimulus range, or that of the threshold 0 or 100 (percent contrast): the curve then says little.
    bool isIdentified = false;
    bool operator==(const PsychometricFit&) const = default;
};

/// Maximum likelihood within the variant's bounds; deterministic, from several starts.
///
/// `unit` is what counts as one percent of contrast: 1 for contrasts in percent; for other stimuli the
/// largest |x| divided by 100, so that the variants' bounds keep their meaning. Levels without trials are
/// ignored; without any trial every number is NaN and the fit is not identified.
PsychometricFit fitPsychometric(
    std::span<const ChoiceLevel> levels, PsychometricVariant variant, double unit = 1);

/// The same without the judgement, which takes most of the time.
PsychometricParameters fitPsychometricParameters(
    std::span<const ChoiceLevel> levels, PsychometricVariant variant, double unit = 1);

/// In the order of PsychometricParameters.
enum class PsychometricParameter { Bias, Threshold, LapseLow, LapseHigh };

/// 95 % profile-likelihood interval of the bias (within the stimulus range), of the threshold (within 0..100
/// units) or of a lapse (within the variant's bounds).
Interval profileInterval(std::span<const ChoiceLevel> levels, PsychometricVariant variant,
    PsychometricParameter parameter, double unit = 1);

} // namespace rulescope::behavior
