// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/inner_split.h"

#include "core/fit/splits.h"

#include <algorithm>
#include <cmath>

namespace rulescope::fit {

namespace {

void append(const data::RuleInputs& animal, std::span<const double> allWeights, std::size_t index,
    WeightedAnimals& to) {
    to.animals.push_back(animal);
    if (!allWeights.empty()) {
        const auto weights = allWeights.subspan(index * animal.regressors, animal.regressors);
        to.initialWeights.insert(to.initialWeights.end(), weights.begin(), weights.end());
    }
}

/// The trial before which this share of the scored trials lies.
std::ptrdiff_t trialAtShare(const data::RuleInputs& animal, double share) {
    const auto scored = static_cast<double>(std::count(animal.scored.begin(), animal.scored.end(), 1));
    double before = 0;
    std::size_t trial = 0;
    for (; trial < animal.trials && before < share * scored; ++trial) {
        before += animal.scored[trial];
    }
    return static_cast<std::ptrdiff_t>(trial);
}

InnerSplit splitTrials(
    std::span<const data::RuleInputs> animals, std::span<const double> initialWeights, double fraction) {
    InnerSplit split;
    split.training.animals.assign(animals.begin(), animals.end());
    split.training.initialWeights.assign(initialWeights.begin(), initialWeights.end());
    split.validation = split.training;
    for (std::size_t a = 0; a < animals.size(); ++a) {
        const std::ptrdiff_t first = trialAtShare(animals[a], 1 - fraction);
        std::vector<unsigned char>& trained = split.training.animals[a].scored;
        std::vector<unsigned char>& validated = split.validation.animals[a].scored;
        std::fill(trained.begin() + first, trained.end(), 0);
        std::fill(validated.begin(), validated.begin() + first, 0);
    }
    return split;
}

/// Animal order[i] validates where isValidation[i].
InnerSplit splitAnimals(std::span<const data::RuleInputs> animals, std::span<const double> initialWeights,
    const std::vector<std::size_t>& order, const std::vector<bool>& isValidation) {
    InnerSplit split;
    for (std::size_t i = 0; i < order.size(); ++i) {
        append(
            animals[order[i]], initialWeights, order[i], isValidation[i] ? split.validation : split.training);
    }
    return split;
}

} // namespace

std::size_t scoredTrials(std::span<const data::RuleInputs> animals) {
    std::size_t scored = 0;
    for (const data::RuleInputs& animal : animals) {
        scored += static_cast<std::size_t>(std::count(animal.scored.begin(), animal.scored.end(), 1));
    }
    return scored;
}

std::vector<InnerSplit> innerSplits(std::span<const data::RuleInputs> animals,
    std::span<const double> initialWeights, const TrainingOptions& options, std::uint64_t seed) {
    if (options.validationFraction == 0 || options.patience == 0) {
        return {};
    }
    std::vector<InnerSplit> splits;
    if (animals.size() < 3) {
        splits.push_back(splitTrials(animals, initialWeights, options.validationFraction));
    } else {
        const std::vector<std::size_t> order = shuffled(animals.size(), seed, 0x73706c6974ULL); // "split"
        const auto wanted = static_cast<std::size_t>(
            std::lround(static_cast<double>(animals.size()) * options.validationFraction));
        const std::size_t share = std::clamp<std::size_t>(wanted, 1, animals.size() - 1);
        const std::size_t folds =
            std::min<std::size_t>(static_cast<std::size_t>(options.innerFolds), animals.size());
        for (std::size_t f = 0; f < folds; ++f) {
            std::vector<bool> isValidation(order.size());
            for (std::size_t i = 0; i < order.size(); ++i) {
                isValidation[i] = folds == 1 ? i < share : i % folds == f;
            }
            splits.push_back(splitAnimals(animals, initialWeights, order, isValidation));
        }
    }
    const bool isTooSmall = std::any_of(splits.begin(), splits.end(), [](const InnerSplit& split) {
        return scoredTrials(split.training.animals) == 0 || scoredTrials(split.validation.animals) == 0;
    });
    return isTooSmall ? std::vector<InnerSplit>() : splits;
}

} // namespace rulescope::fit
