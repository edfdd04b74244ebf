// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/recipe.h"

namespace rulescope::networks {

const NetworkRecipe& theoryRecipe() {
    static const NetworkRecipe recipe{"theory", QT_TRANSLATE_NOOP("core", "Theory of linear networks"),
        QT_TRANSLATE_NOOP("core",
            "Two-layer linear networks, trained from small weights of several ranks, beside the alignment of "
            "the tangent kernel that theory expects of them [Liu et al. 2024]. Takes seconds."),
        [](const RecipeOptions&) { return std::vector<NetworkSpec>(); }, RecipeKind::Theory};
    return recipe;
}

} // namespace rulescope::networks
