// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/insight/update_surface.h"
#include "core/networks/artificial_animal.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rulescope::networks {

/// Which network learner's inferred update rule lies nearest to an animal's?
struct LearnerComparisonOptions {
    std::string rule = "dnn"; ///< inferred from the animal and from every network alike
    std::vector<std::string> creditRules = {"bptt", "e-prop", "rflo"};
    std::vector<std::size_t> ranks = {1, 0}; ///< of the initial connectivity; 0: full
    LearnerSpec learner;                     ///< the rest of every network
    int networks = 5;                        ///< per learner, with seeds from learner.network.seed on
    std::size_t trials = 0;                  ///< of each fit: the first N with a choice; 0: all
    int epochs = 0;                          ///< of each fit; 0: the default preset's
    int threads = 0;                         ///< networks at a time; never changes a bit
    bool isSpeedMatched = true;     ///< each learner's rate is that at which it learns as fast as the animal
    std::string folder;             ///< where finished networks and surfaces are kept, and found again
    std::function<bool()> isPaused; ///< polled by everything; while true all wait
};

/// Two surfaces on one grid, cells weighted by the smaller share of visits, correct and error trials
/// together.
struct SurfaceDistance {
    double distance = 0; ///< of their shapes, sqrt(2 - 2 cosine): 0 the same, sqrt 2 unrelated, 2 opposite
    double cosine = 0;
    double scale = 0;   ///< size of the second over size of the first
    double overlap = 0; ///< shared share of visits, 0 to 1
};
inline constexpr double kLeastOverlap = 0.1; ///< over a cell or two any two rules may look alike
/// Both on the same grid. All numbers are NaN except overlap where less than kLeastOverlap of the visits is
/// shared.
SurfaceDistance surfaceDistance(const insight::UpdateSurface& first, const insight::UpdateSurface& second);

/// One of the learners; numbers over its networks that have them.
struct LearnerDistance {
    std::string rule;
    std::size_t rank = 0;                   ///< of the initial connectivity
    double distance = 0, low = 0, high = 0; ///< mean with its 95 % bootstrap interval over networks
    double cosine = 0, overlap = 0, accuracy = 0, weightChange = 0; ///< means
    double scale = 0;                                               ///< median
    double rate = 0;                                                ///< learning rate of its networks
    double speedDifference = 0;    ///< learning curves from the animal's, rms, mean over networks
    std::vector<double> distances; ///< per network; NaN: it met too few of the animal's states, or is lost
    std::size_t lost = 0;          ///< networks without a surface: they, or the rule fitted to them, ran away
    insight::UpdateSurface surface; ///< of the first network that has one; else without a cell

    /// Networks that have a distance.
    std::size_t count() const;
};

struct LearnerComparison {
    std::string animal;
    std::string rule;
    std::size_t networks = 0;       ///< per learner
    bool isContrast = true;         ///< stimuli are contrasts, so that axes can name percent
    insight::UpdateSurface surface; ///< the animal's
    /// Mean distance between fits of the animal that differ in their seed alone: what 0 looks like here.
    double refitDistance = 0;
    double accuracy = 0;                   ///< the animal's
    std::vector<LearnerDistance> learners; ///< in the order rules x ranks
    std::vector<data::AnimalPtr> animals;  ///< learners x networks; null where the network ran away
};

/// One animal of each learner that has any.
std::vector<data::AnimalPtr> firstAnimals(const LearnerComparison& comparison);

/// The learner that lies nearest, and by how much the next one lies further away.
struct Nearest {
    std::size_t learner = 0, next = 0;       ///< indices of LearnerComparison::learners
    double margin = 0, low = 0, high = 0;    ///< paired over networks, with its 95 % bootstrap interval
    bool isClear() const { return low > 0; } ///< the interval leaves no tie
};
/// Among learners all of whose networks met the animal's states, lost ones apart. Nothing with fewer than two
/// such learners, or with a single pair of networks out of several.
std::optional<Nearest> nearestLearner(const LearnerComparison& comparison);

/// Progress counts finished rates, networks and fits. Networks that run away, or whose fits do, are counted
/// as lost. Errors: of runLearner(), of the animal's fits, the first loss if all networks are lost;
/// NotWritable (folder); Cancelled.
base::Result<LearnerComparison> compareLearners(const data::Animal& animal,
    const LearnerComparisonOptions& options, const base::StopToken& stop = {},
    const base::ProgressCallback& onProgress = {});

} // namespace rulescope::networks
