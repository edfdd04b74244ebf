// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/networks/artificial_animal.h"

#include <optional>
#include <string>
#include <vector>

namespace rulescope::networks {

/// Networks that all learn the trials of one animal.
struct LearnerSeriesOptions {
    LearnerSpec learner;               ///< all but name and network
    std::vector<NetworkSpec> networks; ///< one learner each
    /// Each condition (networks that differ in their seed alone) gets the rate at which it learns as fast as
    /// the animal; else each keeps its own.
    bool isSpeedMatched = true;
    int threads = 0;    ///< networks at a time; never changes a bit
    std::string folder; ///< where finished networks are kept, and found again; empty: nowhere
};

struct SeriesLearner {
    LearnerSpec spec; ///< as it learned: name and matched rate included
    ArtificialAnimal artificial;
    std::optional<base::Error> loss; ///< it ran away: there is no animal
};

/// "M12 network, e-prop, rank 3, 1".
std::string learnerName(const std::string& model, const NetworkSpec& spec);

/// In the order of the networks; those that run away are told, not an error, unless all do. Progress counts
/// finished rates and networks. Errors: those of checkSpec() and matchedRate(); NotWritable (folder);
/// Cancelled.
base::Result<std::vector<SeriesLearner>> runLearnerSeries(const data::Animal& model,
    const LearnerSeriesOptions& options, const base::StopToken& stop = {},
    const LearnerCallbacks& callbacks = {});

} // namespace rulescope::networks
