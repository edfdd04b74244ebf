// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/recipe.h"

#include <algorithm>

namespace rulescope::networks {

const NetworkRecipe& ownRecipe() {
    static const NetworkRecipe recipe{"own", QT_TRANSLATE_NOOP("core", "Own experiment"),
        QT_TRANSLATE_NOOP("core",
            "Every chosen task with every chosen connectivity, rank and rule: tick what to cross. Begins as "
            "one small network on one task."),
        [](const RecipeOptions& options) {
            NetworkSpec base;
            base.units = 100;
            base.steps = 2000;
            base.connectivity.rank = 5;
            return crossed(base, options);
        }};
    return recipe;
}

} // namespace rulescope::networks
