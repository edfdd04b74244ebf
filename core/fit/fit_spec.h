// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/regressors.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rulescope::fit {

/// Where the weights of an animal start.
enum class InitialWeights {
    Zero,         ///< naive animals (default)
    Psychometric, ///< from the first 100 trials, which are not scored then (METHOD.md section 3)
    Shared,       ///< one for all animals, fitted; held-out animals start there (METHOD.md section 4)
    PerAnimal     ///< one for each animal, fitted; animals that the fit has not seen start at their mean
};

/// True of starting weights that are found by a fit.
constexpr bool areFitted(InitialWeights weights) {
    return weights == InitialWeights::Shared || weights == InitialWeights::PerAnimal;
}
/// "zero", "psychometric", "shared", "per-animal"
const char* toString(InitialWeights weights);
base::Result<InitialWeights> initialWeightsFromString(const std::string& text);

/// What the further members of an ensemble are fitted to (METHOD.md section 5, intervals).
enum class Resampling {
    None,    ///< the same trials from other seeds: how much depends on the initial network
    Animals, ///< as many animals, drawn with replacement
    Sessions ///< a random half of each animal's sessions is scored (blocks of trials if there are fewer than
             ///< four); the spread over such halves is that of the estimate on all of them
};

/// How a network rule is trained; parametric rules use only `maxIterations` and `starts`. A new one holds the
/// default preset, whose numbers come from an experiment (resources/help/training-presets).
struct TrainingOptions {
    TrainingOptions();

    int epochs;          ///< upper bound
    double learningRate; ///< Adam
    double decay;        ///< rate x decay every `decayEvery` epochs
    int decayEvery;
    double weightDecay;        ///< AdamW-style, per step
    int truncation;            ///< trials between detached states
    int hidden;                ///< units per layer
    int hiddenLayers;          ///< hidden layers of the network behind its inputs or its memory
    double residualPenalty;    ///< lambda of residual rules: nats per trial and mean |correction|^2
    double validationFraction; ///< share of training animals set aside for early stopping; 0: none
    int patience;              ///< epochs without improvement on them before stopping; 0: no early stopping
    int innerFolds;            ///< sets of animals that take turns being set aside; 1: one set
    double averaging;  ///< share of the running mean of the parameters kept at each epoch, [0, 1); 0: none
    double clipNorm;   ///< largest norm of a gradient; longer ones are shortened to it; 0: no limit
    int starts;        ///< starting points of parametric fits
    int maxIterations; ///< of each parametric fit
    bool operator==(const TrainingOptions&) const = default;
};

/// Everything that determines a fit's numbers; stored with the fit as JSON, so that Refit gives the same.
struct FitSpec {
    std::string rule = "rnn";         ///< name in the rule registry
    std::vector<std::string> animals; ///< training animals by name; empty: all
    std::vector<std::string> heldOut; ///< animals scored but not trained on
    /// Instead, trials of the training animals that only drive the state while it is fitted: "future:500"
    /// (the last trials of each) or "sessions:5" (a fifth of each one's sessions, drawn from `seed`); empty:
    /// none.
    std::string heldOutTrials;
    data::RegressorSpec regressors;
    std::size_t trialsPerAnimal = 0; ///< first N trials with a choice; 0: all
    InitialWeights initialWeights = InitialWeights::Zero;
    std::string preset = "default"; ///< "default" or "liu2025": where `training` came from
    TrainingOptions training;
    /// Options of `training` that were chosen by name: a rule's own training leaves them alone, also where
    /// their value is the preset's.
    std::vector<std::string> namedOptions;
    /// True until withTrainingOfRule() has put the rule's own training in: `training` is then what is run.
    bool awaitsTrainingOfRule = true;
    std::uint64_t seed = 1;
    int members =
        1; ///< fits in the ensemble: the fit itself and members - 1 more, from seed + 1, seed + 2, ...
    Resampling resampling = Resampling::None; ///< of the further members
    bool operator==(const FitSpec&) const = default;
};

/// Applies a preset by name ("default", "liu2025"): training options, side input. NotFound for another name.
base::Result<FitSpec> withPreset(FitSpec spec, const std::string& preset);
/// Chooses one training option by its name in JSON ("learning_rate"). NotFound (lists the names),
/// InvalidValue (a fraction where a whole number belongs).
base::Result<FitSpec> withOption(FitSpec spec, const std::string& name, double value);
/// The specification with its rule's own training (rules::RuleNetwork) for options that were neither chosen
/// by name nor differ from the default preset: units under every preset, the rest under the default one.
/// Doing it again changes nothing.
FitSpec withTrainingOfRule(FitSpec spec);

/// JSON text, one object, stable key order; fromJson accepts what toJson writes and reports what it can't
/// read.
std::string toJson(const FitSpec& spec);
base::Result<FitSpec> fitSpecFromJson(const std::string& json);
/// The same for the training alone: names as withOption() takes them.
std::string toJson(const TrainingOptions& training);

} // namespace rulescope::fit
