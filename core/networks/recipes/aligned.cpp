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
    filled.seeds = filled.seeds > 0 ? filled.seeds : 3;
    return crossed(NetworkSpec(), filled);
}

} // namespace

const NetworkRecipe& alignedRecipe() {
    static const NetworkRecipe recipe{"aligned", QT_TRANSLATE_NOOP("core", "Aligned low rank"),
        QT_TRANSLATE_NOOP("core",
            "Rank 1 along the directions that the task asks for, against random ones with the same singular "
            "values and eigenvalues: learning from an aligned start should be lazier [Liu et al. 2024]."),
        specs};
    return recipe;
}

} // namespace rulescope::networks
