// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/demo_study.h"

#include "core/base/random.h"
#include "core/simulate/simulation.h"

#include <charconv>
#include <cmath>
#include <iterator>
#include <string>

namespace rulescope::simulate {

namespace {

constexpr int kAnimalsPerGroup = 3;
constexpr double kRateSpread = 0.15; ///< standard deviation of log learning rate between animals

/// One group of the demo. Rates are such that accuracy goes from .5 to .8-.9 within 5,000 trials, as mice's
/// does, and that the bias moves as visibly as mice's do: its ups and downs are what tells the rules apart,
/// since an outcome that is ignored leaves no trace in a weight's mean, only in its noise.
struct Group {
    const char* name;
    const char* rule;
    double stimulusRate; ///< alpha of the stimulus weight
    double biasRate;     ///< alpha of the bias; rules with one rate for all weights have only stimulusRate
    double baseline;     ///< offset = alpha x baseline
};

constexpr Group kGroups[] = {
    {"Symmetric", "reinforce-baseline", 0.015, 0.06, 0.5},
    {"Reward only", "reinforce-per-weight", 0.015, 0.06, 0},
    {"Choice repeating", "reinforce-baseline", 0.010, 0.04, -1},
    {"Eligibility", "eligibility", 0.004, 0.004, 0},
};

/// Three significant digits: a recipe that a person can read.
std::string rounded(double value) {
    char digits[32];
    const std::to_chars_result end =
        std::to_chars(std::begin(digits), std::end(digits), value, std::chars_format::general, 3);
    return {digits, end.ptr};
}

/// The group's parameters for an animal that learns `speed` times as fast, as rules::parseParameters reads
/// them.
std::string parameters(const Group& group, double speed) {
    const double stimulus = group.stimulusRate * speed;
    const double bias = group.biasRate * speed;
    if (stimulus == bias) {
        return "alpha=" + rounded(stimulus);
    }
    std::string text = "alpha.bias=" + rounded(bias) + ",alpha.stimulus=" + rounded(stimulus);
    if (group.baseline != 0) {
        text += ",offset.bias=" + rounded(bias * group.baseline) +
                ",offset.stimulus=" + rounded(stimulus * group.baseline);
    }
    return text;
}

AnimalRecipe recipe(const Group& group, int number, std::uint64_t seed, std::uint64_t stream) {
    constexpr std::uint64_t kTraitStreams = std::uint64_t{1} << 32U; // apart from the animals' own streams
    base::RandomStream traits(seed, kTraitStreams + stream);
    const double speed = std::exp(kRateSpread * traits.normal());
    AnimalRecipe made;
    made.name = std::string(group.name) + " " + std::to_string(number);
    made.lab = group.name;
    made.rule = group.rule;
    made.parameters = parameters(group, speed);
    made.trials = 4700 + traits.below(601);
    made.shortestSession = 200;
    made.longestSession = 500;
    made.missRate = traits.uniform(0.002, 0.01);
    made.firstDay = stream % 2 == 0 ? "2024-01-08" : "2024-01-15";
    made.seed = seed;
    made.stream = stream;
    return made;
}

} // namespace

std::vector<AnimalRecipe> demoRecipes(std::uint64_t seed) {
    std::vector<AnimalRecipe> recipes;
    for (const Group& group : kGroups) {
        for (int number = 1; number <= kAnimalsPerGroup; ++number) {
            recipes.push_back(recipe(group, number, seed, recipes.size()));
        }
    }
    return recipes;
}

data::Study demoStudy(std::uint64_t seed, int threads) {
    // The recipes are ours and run for every seed; value() throws if that is ever broken.
    const std::vector<SimulatedAnimal> cohort = simulateCohort(demoRecipes(seed), threads).value();
    data::Study study;
    study.title = "Demo: twelve simulated animals with known rules";
    for (const SimulatedAnimal& simulated : cohort) {
        study.animals.push_back(simulated.animal);
    }
    return study;
}

} // namespace rulescope::simulate
