// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fit/fit_result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rulescope::fit {

/// The bias-only yardstick's name in a comparison: one rate of rightward choices, from the training trials.
inline constexpr const char* kBernoulli = "bernoulli";

/// What is held out; units are never ranked against each other (METHOD.md section 4).
enum class HeldOutUnit { Animals, Future, Sessions };

std::string toString(HeldOutUnit unit);

/// One rule on one animal's held-out trials, averaged over seeds.
struct HeldOutScore {
    std::string animal;
    std::size_t trials = 0;
    double natsPerTrial = 0;
    double bitsPerTrial = 0; ///< over the Bernoulli model of the training trials
    double accuracy = 0;     ///< share of choices predicted (p >= .5)
    std::size_t seeds = 1;   ///< averaged over; fewer than the rule has where fits lost the animal
    bool operator==(const HeldOutScore&) const = default;
};

/// One rule of a comparison.
struct RuleScore {
    std::string rule; ///< kBernoulli or a registry name
    /// Pooled over the held-out trials of Comparison::pooledAnimals; NaN if the rule has a score for fewer
    /// than half of the animals, or shares none with the rules that have more.
    double natsPerTrial = 0, bitsPerTrial = 0, accuracy = 0;
    std::vector<HeldOutScore> perAnimal;  ///< of the animals that it has a score for
    std::vector<std::string> lostAnimals; ///< none of its fits has a score for them
    std::vector<double> perSeed;          ///< pooled nats per trial of the seeds that have all pooled animals
    /// What its fits were trained with, the rule's own training included; none for the bias-only yardstick
    /// and in older studies.
    std::optional<TrainingOptions> training;
    bool operator==(const RuleScore&) const = default;
};

/// How one fit of a comparison ended.
struct FoldFit {
    std::string rule;
    std::size_t fold = 0; ///< counted from 0
    std::uint64_t seed = 0;
    FitStatus status = FitStatus::Completed;
    int epochs = 0;
    /// Held-out animals on which its weights left every range: it has no score for them.
    std::vector<std::string> overflown = {};
    bool operator==(const FoldFit&) const = default;
};

/// Paired difference between two rules over animals, in nats per trial (first - second; positive: first is
/// better).
struct PairedTest {
    std::string first, second;
    std::size_t animals = 0;                      ///< that both rules have a score for
    double meanDifference = 0, low = 0, high = 0; ///< bootstrap 95 % interval over animals
    double tP = 1;                                ///< paired t, two-sided; NaN with fewer than two animals
    double wilcoxonP = 1;                         ///< signed rank, two-sided, exact for few animals
    double cohenD =
        0; ///< effect size: mean difference / its standard deviation over animals; NaN without one
    bool operator==(const PairedTest&) const = default;
};

/// A held-out comparison of rules on identical trials, with what it takes to run it again.
struct Comparison {
    std::string id;
    HeldOutUnit unit = HeldOutUnit::Animals;
    std::string holdout;                         ///< as asked for: "animals:4", "animals:A,B"
    std::vector<std::vector<std::string>> folds; ///< held-out animals per fold
    FitSpec spec;                                ///< shared settings; rule is overridden per row
    std::vector<std::uint64_t> seeds;
    std::vector<RuleScore> rules;
    /// What pooled numbers are over: the animals that every rule has a score for, rules without a
    /// pooled number apart. Empty in older studies, where each rule's are over its own animals.
    std::vector<std::string> pooledAnimals;
    std::vector<PairedTest> tests;
    std::vector<FoldFit> fits; ///< of all rules but the bias-only yardstick; empty in older studies
    /// Older studies: only the rules are here (and of those, the seeds) that were done when it was stopped.
    bool isCancelled = false;
    double seconds = 0;
    std::vector<std::pair<std::string, std::string>> dataHashes;
    std::vector<std::pair<std::string, std::string>> versions;
    std::string createdUtc;
};

using ComparisonPtr = std::shared_ptr<const Comparison>;

/// How many fits of a rule ended in this way.
std::size_t fitsThat(const Comparison& comparison, const std::string& rule, FitStatus ended);
/// Animals with held-out trials: those that the bias-only yardstick, or any rule, has a score for.
std::size_t scoredAnimals(const Comparison& comparison);

/// JSON text of everything above; comparisonFromJson reads it back equal.
std::string toJson(const Comparison& comparison);
base::Result<Comparison> comparisonFromJson(const std::string& json);

} // namespace rulescope::fit
