// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/artificial_animal.h"
#include "core/networks/recipe.h"

namespace rulescope::networks {

namespace {

std::vector<NetworkSpec> specs(const RecipeOptions& options) {
    NetworkSpec base = LearnerSpec().network;
    base.connectivity.kind = "rank";
    RecipeOptions filled = options;
    filled.connectivities.clear();
    filled.tasks.clear();
    if (filled.rules.empty()) {
        filled.rules = {"bptt", "e-prop", "rflo"};
    }
    if (filled.ranks.empty()) {
        filled.ranks = {1, options.units > 0 ? options.units : base.units};
    }
    filled.seeds = filled.seeds > 0 ? filled.seeds : 5;
    return crossed(base, filled);
}

} // namespace

const NetworkRecipe& sixLearnersRecipe() {
    static const NetworkRecipe recipe{"six-learners",
        QT_TRANSLATE_NOOP("core", "Six learners against an animal"),
        QT_TRANSLATE_NOOP("core",
            "Which network learns like the animal? Three rules with low and full rank learn its trials at "
            "its "
            "own speed; an update rule is inferred from the choices of each, and the distance to the "
            "animal's is given with its interval."),
        specs, RecipeKind::Comparison};
    return recipe;
}

} // namespace rulescope::networks
