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

/// The places of each animal in the order of names: one, or several where it was drawn more than once.
std::vector<std::vector<std::size_t>> placesByName(std::span<const data::RuleInputs> animals) {
    std::vector<std::vector<std::size_t>> places;
    for (const std::size_t a : orderByName(animals)) {
        if (places.empty() || animals[places.back().front()].animal != animals[a].animal) {
            places.emplace_back();
        }
        places.back().push_back(a);
    }
    return places;
}

/// Animal order[i] validates with all its copies where isValidation[i].
InnerSplit splitAnimals(std::span<const data::RuleInputs> animals, std::span<const double> initialWeights,
    const std::vector<std::vector<std::size_t>>& places, const std::vector<std::size_t>& order,
    const std::vector<bool>& isValidation) {
    InnerSplit split;
    for (std::size_t i = 0; i < order.size(); ++i) {
        for (const std::size_t a : places[order[i]]) {
            append(animals[a], initialWeights, a, isValidation[i] ? split.validation : split.training);
        }
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
    const std::vector<std::vector<std::size_t>> places = placesByName(animals);
    const std::size_t distinct = places.size();
    std::vector<InnerSplit> splits;
    if (distinct < 3) {
        splits.push_back(splitTrials(animals, initialWeights, options.validationFraction));
    } else {
        const std::vector<std::size_t> order = shuffled(distinct, seed, 0x73706c6974ULL); // "split"
        const auto wanted =
            static_cast<std::size_t>(std::lround(static_cast<double>(distinct) * options.validationFraction));
        const std::size_t share = std::clamp<std::size_t>(wanted, 1, distinct - 1);
        const std::size_t folds =
            std::min<std::size_t>(static_cast<std::size_t>(options.innerFolds), distinct);
        for (std::size_t f = 0; f < folds; ++f) {
            std::vector<bool> isValidation(order.size());
            for (std::size_t i = 0; i < order.size(); ++i) {
                isValidation[i] = folds == 1 ? i < share : i % folds == f;
            }
            splits.push_back(splitAnimals(animals, initialWeights, places, order, isValidation));
        }
    }
    const bool isTooSmall = std::any_of(splits.begin(), splits.end(), [](const InnerSplit& split) {
        return scoredTrials(split.training.animals) == 0 || scoredTrials(split.validation.animals) == 0;
    });
    return isTooSmall ? std::vector<InnerSplit>() : splits;
}

} // namespace rulescope::fit
