// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/recipe.h"

#include <cmath>

namespace rulescope::networks {

namespace {

std::vector<NetworkSpec> specs(const RecipeOptions& options) {
    NetworkSpec base;
    base.connectivity.rank = 2;
    RecipeOptions filled = options;
    if (filled.tasks.empty()) {
        filled.tasks = {"two-alternative", "delayed-match", "context"};
    }
    if (filled.connectivities.empty()) {
        filled.connectivities = {"rank", "aligned"};
    }
    filled.seeds = filled.seeds > 0 ? filled.seeds : 3;
    return crossed(base, filled);
}

} // namespace

const NetworkRecipe& alignedRecipe() {
    static const NetworkRecipe recipe{"aligned", QT_TRANSLATE_NOOP("core", "Aligned low rank"),
        QT_TRANSLATE_NOOP("core",
            "Low rank along the directions that the task asks for, against low rank along random "
            "ones: learning from an aligned start should be lazier [Liu et al. 2024]."),
        specs};
    return recipe;
}

} // namespace rulescope::networks
