// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/recipe.h"

#include "core/networks/named_entry.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::networks {

// Every recipe, one line each; each function lives in the file of its recipe.
#define RULESCOPE_NETWORK_RECIPES(RECIPE)                                                                    \
    RECIPE(rankSweepRecipe)                                                                                  \
    RECIPE(alignedRecipe)                                                                                    \
    RECIPE(structureRecipe)                                                                                  \
    RECIPE(curvatureRecipe)                                                                                  \
    RECIPE(theoryRecipe)                                                                                     \
    RECIPE(ownRecipe)                                                                                        \
    RECIPE(learnerRecipe)                                                                                    \
    RECIPE(sixLearnersRecipe)

#define RULESCOPE_DECLARE(function) const NetworkRecipe& function();
RULESCOPE_NETWORK_RECIPES(RULESCOPE_DECLARE)
#undef RULESCOPE_DECLARE

const std::vector<const NetworkRecipe*>& allNetworkRecipes() {
#define RULESCOPE_ENTRY(function) &function(),
    static const std::vector<const NetworkRecipe*> recipes = {RULESCOPE_NETWORK_RECIPES(RULESCOPE_ENTRY)};
#undef RULESCOPE_ENTRY
    return recipes;
}

base::Result<const NetworkRecipe*> findNetworkRecipe(std::string_view name) {
    return findNamed(
        allNetworkRecipes(), name, QT_TRANSLATE_NOOP("core", "There is no network recipe named \"%1\"."));
}

namespace {

template<class T>
std::vector<T> listOr(const std::vector<T>& list, const T& single) {
    return list.empty() ? std::vector<T>{single} : list;
}

} // namespace

std::vector<NetworkSpec> crossed(const NetworkSpec& base, const RecipeOptions& options) {
    NetworkSpec spec = base;
    spec.steps = options.steps > 0 ? options.steps : base.steps;
    spec.units = options.units > 0 ? options.units : base.units;
    spec.trainingTrials = options.trainingTrials.value_or(base.trainingTrials);
    spec.batch = options.batch > 0 ? options.batch : base.batch;
    spec.optimiser.rate = options.rate > 0 ? options.rate : base.optimiser.rate;
    spec.taskOptions.imageFolder =
        options.imageFolder.empty() ? base.taskOptions.imageFolder : options.imageFolder;
    std::vector<NetworkSpec> specs;
    for (const std::string& task : listOr(options.tasks, base.task)) {
        spec.task = task;
        for (const std::string& kind : listOr(options.connectivities, base.connectivity.kind)) {
            spec.connectivity.kind = kind;
            const auto ranks = usesRank(kind) ? listOr(options.ranks, base.connectivity.rank)
                                              : std::vector<std::size_t>{base.connectivity.rank};
            for (const std::size_t rank : ranks) {
                spec.connectivity.rank = rank;
                for (const std::string& rule : listOr(options.rules, base.rule)) {
                    spec.rule = rule;
                    for (int seed = 0; seed < std::max(options.seeds, 1); ++seed) {
                        spec.seed = options.firstSeed + static_cast<std::uint64_t>(seed);
                        specs.push_back(spec);
                    }
                }
            }
        }
    }
    return specs;
}

SeedStatistics seedStatistics(std::span<const double> values) {
    SeedStatistics statistics;
    double sum = 0;
    for (const double value : values) {
        if (std::isfinite(value)) {
            sum += value;
            ++statistics.count;
        }
    }
    const double count = static_cast<double>(statistics.count);
    statistics.mean = statistics.count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
    double squares = 0;
    for (const double value : values) {
        if (std::isfinite(value)) {
            squares += (value - statistics.mean) * (value - statistics.mean);
        }
    }
    statistics.deviation =
        statistics.count > 1 ? std::sqrt(squares / (count - 1)) : std::numeric_limits<double>::quiet_NaN();
    return statistics;
}

std::vector<RunGroup> groupBySeed(std::span<const NetworkRun> runs) {
    std::vector<RunGroup> groups;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        NetworkSpec spec = runs[i].spec;
        const auto found = std::find_if(groups.begin(), groups.end(), [&](const RunGroup& group) {
            spec.seed = group.spec.seed;
            return group.spec == spec;
        });
        if (found != groups.end()) {
            found->runs.push_back(i);
        } else {
            groups.push_back({runs[i].spec, {i}});
        }
    }
    return groups;
}

} // namespace rulescope::networks
