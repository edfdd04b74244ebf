// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/recipe.h"

namespace rulescope::networks {

namespace {

std::vector<NetworkSpec> specs(const RecipeOptions& options) {
    RecipeOptions filled = options;
    if (filled.tasks.empty()) {
        filled.tasks = {"two-alternative", "delayed-match", "context"};
    }
    if (filled.connectivities.empty()) {
        filled.connectivities = {"rank", "aligned"};
    }
    if (filled.ranks.empty()) {
        filled.ranks = {3}; // as many as these tasks have outputs
    }
    filled.seeds = filled.seeds > 0 ? filled.seeds : 3;
    return crossed(NetworkSpec(), filled);
}

} // namespace

const NetworkRecipe& alignedRecipe() {
    static const NetworkRecipe recipe{"aligned", QT_TRANSLATE_NOOP("core", "Aligned low rank"),
        QT_TRANSLATE_NOOP("core",
            "Rank 3 along what the task asks for, against random directions with the same singular values: "
            "learning from an aligned start should be lazier [Liu et al. 2024]."),
        specs};
    return recipe;
}

} // namespace rulescope::networks
