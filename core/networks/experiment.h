// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/networks/learner_comparison.h"
#include "core/networks/linear_theory.h"
#include "core/networks/processor_speed.h"
#include "core/networks/recipe.h"
#include "core/networks/sweep.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rulescope::networks {

/// What is to be trained: a recipe with what its user changed of it.
struct ExperimentRequest {
    std::string recipe = "rank-sweep"; ///< registry name
    RecipeOptions options;
    std::string animal; ///< whose task is learned, of recipes that need one
    std::string inferred = LearnerComparisonOptions().rule; ///< from choices (comparison)
    int epochs = 0;                                         ///< of each such fit; 0: the default preset's
    bool isSpeedMatched = true; ///< networks that learn an animal's task get the rate that fits its speed
    bool operator==(const ExperimentRequest&) const = default;
};

/// What an experiment takes; times for one core that does `flopsPerSecond`.
struct ExperimentEstimate {
    std::size_t networks = 0;
    double seconds = 0; ///< of one core, all networks together
    double bytes = 0;   ///< of one network
};

/// Floating-point operations of a run, measurements included, about.
double estimatedFlops(const NetworkSpec& spec);
/// Speed that these runs were made with; processorFlopsPerSecond() without any.
double measuredFlopsPerSecond(const std::vector<NetworkRun>& runs);

/// Every network of a request (none for the theory). Errors: NotFound (recipe), those of checkSpec(), an
/// animal that is not named (InvalidValue).
base::Result<std::vector<NetworkSpec>> specsOf(const ExperimentRequest& request);
/// `trials` of the animal, if the recipe needs one. Errors: those of specsOf().
base::Result<ExperimentEstimate> estimated(
    const ExperimentRequest& request, std::size_t trials, double flopsPerSecond);

/// What a folder holds of an experiment, finished or not.
struct Experiment {
    ExperimentRequest request;
    std::string createdUtc;                      ///< ISO 8601; empty where an earlier version wrote it
    std::size_t networks = 0;                    ///< asked for
    std::vector<NetworkRun> runs;                ///< finished ones, in the order of the specifications
    std::vector<LinearTheoryPoint> theory;       ///< of theory
    std::optional<LearnerComparison> comparison; ///< of a comparison; without its animals
    bool isComplete = false;
};

/// Watchers of a running experiment; called from working threads.
struct ExperimentCallbacks {
    base::ProgressCallback onProgress;
    std::function<void(std::size_t index, const NetworkRun& run)> onMeasured; ///< of a sweep: live curves
    std::function<bool()> isPaused;
};

/// An experiment that ended; artificial animals are for the study and not kept in the folder.
struct ExperimentOutcome {
    std::string folder;
    ExperimentRequest request;
    std::vector<data::AnimalPtr> animals;
    std::size_t networks = 0, diverged = 0;
    bool isCancelled = false;
};
using ExperimentOutcomePtr = std::shared_ptr<const ExperimentOutcome>;

/// Writes what is asked for into a folder (made if need be), so that it can be continued from there alone,
/// with the time of asking; a folder that is asked again keeps its first time.
base::Result<void> writeRequest(const ExperimentRequest& request, const std::string& folder);
/// What an experiment found into its folder; of a comparison without its animals.
base::Result<void> writeTheory(const std::vector<LinearTheoryPoint>& points, const std::string& folder);
base::Result<void> writeComparison(const LearnerComparison& comparison, const std::string& folder);
/// Reads an experiment's folder, finished runs included. Errors: NotFound, BadFormat, NewerVersion.
base::Result<Experiment> readExperiment(const std::string& folder);
/// The request alone, for lists.
base::Result<ExperimentRequest> readRequest(const std::string& folder);
/// When it was first asked for (ISO 8601, UTC); empty where no version wrote it or nothing can be read.
std::string readCreatedUtc(const std::string& folder);

/// Does what is asked for, keeping results in `folder`; what is there already is not done again. `model` is
/// the animal of recipes that need one. Errors: those of the recipes; a folder that can't be written.
base::Result<ExperimentOutcome> runExperiment(const ExperimentRequest& request, const data::AnimalPtr& model,
    const SweepOptions& options, const base::StopToken& stop = {}, const ExperimentCallbacks& callbacks = {});

/// One JSON object, stable key order; the reader accepts what toJson writes.
std::string toJson(const ExperimentRequest& request);
base::Result<ExperimentRequest> experimentRequestFromJson(const std::string& json);
std::string toJson(const std::vector<LinearTheoryPoint>& points);
base::Result<std::vector<LinearTheoryPoint>> theoryFromJson(const std::string& json);
/// Without the animals.
std::string toJson(const LearnerComparison& comparison);
base::Result<LearnerComparison> learnerComparisonFromJson(const std::string& json);

} // namespace rulescope::networks
