// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/recipe.h"

#include <cmath>

namespace rulescope::networks {

namespace {

std::vector<NetworkSpec> specs(const RecipeOptions& options) {
    RecipeOptions filled = options;
    if (filled.connectivities.empty()) {
        filled.connectivities = {"random", "soft-rank", "dale", "cell-types", "chain"};
    }
    filled.seeds = filled.seeds > 0 ? filled.seeds : 3;
    return crossed(NetworkSpec(), filled);
}

} // namespace

const NetworkRecipe& structureRecipe() {
    static const NetworkRecipe recipe{"structure", QT_TRANSLATE_NOOP("core", "Biological structure"),
        QT_TRANSLATE_NOOP("core",
            "Random connectivity against excitatory and inhibitory neurons, cortical cell types, "
            "chain motifs and a soft spectrum, all of the same size [Liu et al. 2024]."),
        specs};
    return recipe;
}

} // namespace rulescope::networks
