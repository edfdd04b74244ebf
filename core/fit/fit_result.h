// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fit/fit_spec.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rulescope::fit {

/// How a fit ended: seven different things.
enum class FitStatus {
    Converged,
    StoppedEarly, ///< on purpose, by the score of an inner split
    Cancelled,
    Diverged,
    Completed,    ///< all epochs of a fixed protocol
    NotConverged, ///< a formula's search ran out of iterations or of steps; its best point stands
    /// No finite maximum: a formula's parameter grew to the limit of the search and the likelihood did not
    /// hold it back (choices that can be separated). Its predictions are numbers like any other, its size is
    /// not.
    Unbounded
};

/// Whether a fit's parameters, and the rule that they make, stand for something: not if it ran away
/// (Diverged) or if the likelihood set its parameters no limit (Unbounded, whose predictions do count).
bool hasUsableParameters(FitStatus status);

std::string toString(FitStatus status);
base::Result<FitStatus> fitStatusFromString(const std::string& text);

/// A parameter as a plain array, row-major; networks use PyTorch's (out, in) convention and gate order r, z,
/// n.
struct NamedArray {
    std::string name;
    std::vector<std::size_t> shape;
    std::vector<double> values;
    bool operator==(const NamedArray&) const = default;
};

/// Score of one animal: natural log-likelihood per scored trial (<= 0, higher is better).
struct AnimalScore {
    std::string animal;
    std::size_t trials = 0; ///< scored trials
    double natsPerTrial = 0;
    bool operator==(const AnimalScore&) const = default;
};

/// One further fit of an ensemble: the same specification from another seed, perhaps on resampled trials.
struct FitMember {
    std::uint64_t seed = 0;
    FitStatus status = FitStatus::Completed;
    std::vector<NamedArray> parameters; ///< as those of the fit itself
    int epochs = 0;
    double trainNatsPerTrial = 0;   ///< on all the training animals' trials, resampled or not
    double heldOutNatsPerTrial = 0; ///< NaN without held-out animals
    bool operator==(const FitMember&) const = default;
};

/// A fitted rule with its provenance; immutable once made.
struct FitResult {
    std::string id; ///< unique in its study, e.g. "rnn-1"
    FitSpec spec;   ///< with animals filled in
    FitStatus status = FitStatus::Completed;
    std::vector<NamedArray> parameters;
    std::vector<double> trainCurve; ///< mean log-likelihood of the training animals per epoch, nats per trial
    std::vector<double> heldOutCurve;    ///< the same for what is held out; empty if nothing is
    std::vector<double> validationCurve; ///< of the animals set aside inside training, in the search for the
                                         ///< number of epochs; empty without early stopping
    std::vector<AnimalScore> trainScores, heldOutScores; ///< at the parameters kept
    double trainNatsPerTrial = 0;
    double heldOutNatsPerTrial = 0;                              ///< NaN if nothing is held out
    int epochs = 0;                                              ///< done
    double seconds = 0;                                          ///< wall clock
    std::vector<std::pair<std::string, std::string>> dataHashes; ///< animal -> Animal::contentHash()
    std::vector<std::pair<std::string, std::string>>
        versions;                   ///< program, compiler, libraries, instruction set
    std::string createdUtc;         ///< ISO 8601
    std::vector<FitMember> members; ///< further fits (FitSpec::members); fewer if it was cancelled
};

using FitResultPtr = std::shared_ptr<const FitResult>;

/// The fit itself and each of its members as a fit of its own (parameters, seed, status, epochs, pooled
/// scores; no curves), for whatever is computed once per member: surfaces, paths, gains. Members
/// without usable parameters are left out; the fit itself never is.
std::vector<FitResult> ensembleOf(const FitResult& result);

/// The next free identifier for a fit of `rule` beside `existing` ones: "rnn-1", "rnn-2", ...
std::string nextFitId(const std::vector<FitResultPtr>& existing, const std::string& rule);

} // namespace rulescope::fit
