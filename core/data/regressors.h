// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/animal.h"

#include <cstddef>
#include <string>
#include <vector>

namespace rulescope::data {

/// How a contrast becomes a regressor: tanh(p c) / tanh(p) [LGP], or identity. Raw stimuli are never
/// transformed.
struct StimulusTransform {
    enum class Kind { Tanh, Identity };
    Kind kind = Kind::Tanh;
    double steepness = 5; ///< p

    double apply(double signedContrast) const;
    /// Parses "tanh:5" or "identity".
    static base::Result<StimulusTransform> parse(const std::string& text);
    std::string toString() const;
    bool operator==(const StimulusTransform&) const = default;
};

/// What the `side` input of a network rule holds (METHOD.md section 3).
enum class SideInput {
    Answer,       ///< the rewarded side; .5 where unknown (our default)
    StimulusSign, ///< 1[s > 0], the published script's form
};

/// Which regressors enter x_t, in this order; names as in DESIGN.md, Contracts.
struct RegressorSpec {
    std::vector<std::string> names = {"bias", "stimulus"};
    StimulusTransform transform;
    SideInput side = SideInput::Answer;
    bool operator==(const RegressorSpec&) const = default;

    /// Index of a name, or names.size().
    std::size_t indexOf(const std::string& name) const;
};

/// The trials of one animal as a rule sees them: no-choice trials taken out, T trials x K regressors.
struct RuleInputs {
    std::string animal;
    std::size_t trials = 0;            ///< T
    std::size_t regressors = 0;        ///< K
    std::vector<double> x;             ///< T x K, row-major, finite
    std::vector<double> choice;        ///< 0 or 1
    std::vector<double> outcome;       ///< 1, 0, or .5 where unknown
    std::vector<double> answer;        ///< 1, 0, or .5 where unknown
    std::vector<double> side;          ///< side input: 1, 0 or .5
    std::vector<double> sessionStart;  ///< 1 on each session's first remaining trial, else 0
    std::vector<unsigned char> scored; ///< 1 if the trial's likelihood counts, 0 if masked (held-out designs)
    std::vector<std::size_t> trialIndex; ///< row of Animal::trials()

    const double* row(std::size_t t) const { return x.data() + t * regressors; }
};

/// Builds inputs from the first `maxTrials` trials with a choice (0: all). A NaN stimulus enters as 0;
/// regressors that look back are 0 on a session's first trial. Errors: unknown regressor or column, NaN or
/// infinity in a column (InvalidValue, with trial), no trial with a choice (NoData).
base::Result<RuleInputs> ruleInputs(
    const Animal& animal, const RegressorSpec& spec, std::size_t maxTrials = 0);

} // namespace rulescope::data
