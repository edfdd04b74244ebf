// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/recipe.h"

namespace rulescope::networks {

namespace {

/// 128 rectified neurons, batches of 256, rate .01 without momentum, L2 1e-2 (METHOD.md section 10); 2,000
/// images to train on, as many as the handwritten digits of the reference, so that there is a gap to measure.
/// Gain 1.2 and outer weights of the usual size: clothing is brighter than digits, and from He's larger
/// weights (gain sqrt 2) BPTT leaves every range at this rate in one or two of three networks.
std::vector<NetworkSpec> specs(const RecipeOptions& options) {
    NetworkSpec base;
    base.task = "image-rows";
    base.units = 128;
    base.connectivity.gain = 1.2;
    base.optimiser = {"sgd", 0.01, 0, 1e-2, 1, 1};
    base.batch = 256;
    base.steps = 10000;
    base.trainingTrials = 2000;
    base.measures.curves = 26;
    base.measures.kernels = 0;
    base.measures.curvature = 21;
    base.measures.testTrials = 1024;
    RecipeOptions filled = options;
    if (filled.rules.empty()) {
        filled.rules = {"bptt", "bptt-scaled", "e-prop"};
    }
    filled.seeds = filled.seeds > 0 ? filled.seeds : 3;
    return crossed(base, filled);
}

} // namespace

const NetworkRecipe& curvatureRecipe() {
    static const NetworkRecipe recipe{"curvature", QT_TRANSLATE_NOOP("core", "Curvature and generalization"),
        QT_TRANSLATE_NOOP("core", "How sharp are the minima that a plausible rule ends in? BPTT, e-prop and "
                                  "BPTT with its step scaled to that of e-prop, on row-wise images, with the "
                                  "leading Hessian eigenvalue along training [Liu et al. 2022]."),
        specs};
    return recipe;
}

} // namespace rulescope::networks
