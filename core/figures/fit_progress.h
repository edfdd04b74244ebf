// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "core/fit/fit_result.h"

#include <string>
#include <vector>

namespace rulescope::figures {

/// What a fit's course shows, finished or running.
struct FitCourse {
    std::string rule;
    std::vector<double> trainCurve;   ///< nats per trial after epoch 1, 2, ...
    std::vector<double> heldOutCurve; ///< the same on held-out animals; may be empty
    std::size_t trainAnimals = 0, heldOutAnimals = 0;
    bool isHeldOutByTrial = false; ///< held out are trials of the training animals, not other animals
    /// Of animals set aside inside training, before the training that the other curves show; may be empty.
    std::vector<double> validationCurve = {};
    Text note = {}; ///< of a finished fit, see endingNote()
};

FitCourse courseOf(const fit::FitResult& result);

/// Log-likelihood against epoch.
FigureSpec fitProgress(const FitCourse& course);

} // namespace rulescope::figures
