// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/artificial_animal.h"
#include "core/networks/recipe.h"

namespace rulescope::networks {

const NetworkRecipe& learnerRecipe() {
    static const NetworkRecipe recipe{"learner", QT_TRANSLATE_NOOP("core", "Artificial animals"),
        QT_TRANSLATE_NOOP("core",
            "Networks learn an animal's own trials one by one, told only whether they were rewarded, and "
            "join the study as animals: fit them, and look at their curves, like any other."),
        [](const RecipeOptions& options) { return crossed(LearnerSpec().network, options); },
        RecipeKind::Learners};
    return recipe;
}

} // namespace rulescope::networks
