// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/recipe.h"

#include <cmath>

namespace rulescope::networks {

namespace {

/// 300 neurons, 10,000 steps of 32 trials (METHOD.md section 10).
std::vector<NetworkSpec> specs(const RecipeOptions& options) {
    NetworkSpec base;
    base.connectivity.kind = "rank";
    RecipeOptions filled = options;
    if (filled.tasks.empty()) {
        filled.tasks = {"two-alternative", "delayed-match", "context"};
    }
    if (filled.ranks.empty()) {
        const std::size_t units = options.units > 0 ? options.units : base.units;
        for (const std::size_t rank : {1, 30, 100}) {
            if (rank < units) {
                filled.ranks.push_back(rank);
            }
        }
        filled.ranks.push_back(units);
    }
    filled.seeds = filled.seeds > 0 ? filled.seeds : 3;
    return crossed(base, filled);
}

} // namespace

const NetworkRecipe& rankSweepRecipe() {
    static const NetworkRecipe recipe{"rank-sweep", QT_TRANSLATE_NOOP("core", "Rank sweep"),
        QT_TRANSLATE_NOOP("core",
            "Does low-rank initial connectivity make learning richer? Three tasks, four ranks of the "
            "same matrix at the same size, three seeds [Liu et al. 2024]. Read representation and "
            "tangent-kernel alignment: the closer to 1, the lazier."),
        specs};
    return recipe;
}

} // namespace rulescope::networks
