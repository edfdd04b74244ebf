// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/experiment.h"

#include "core/networks/json_text.h"
#include "core/networks/surface_fields.h"

namespace rulescope::networks {

template<>
struct Fields<RecipeOptions> {
    template<class Each, class Options>
    static void of(Each& each, Options& options) {
        each("tasks", options.tasks);
        each("rules", options.rules);
        each("connectivities", options.connectivities);
        each("ranks", options.ranks);
        each("seeds", options.seeds);
        each("first_seed", options.firstSeed);
        each("steps", options.steps);
        each("units", options.units);
        each("batch", options.batch);
        each("rate", options.rate);
        each("images", options.imageFolder);
        each("training_trials", options.trainingTrials);
    }
};

template<>
struct Fields<ExperimentRequest> {
    template<class Each, class Request>
    static void of(Each& each, Request& request) {
        each("recipe", request.recipe);
        each.part("options", request.options);
        each("animal", request.animal);
        each("inferred", request.inferred);
        each("epochs", request.epochs);
        each("speed_matched", request.isSpeedMatched);
    }
};

template<>
struct Fields<LinearTheoryPoint> {
    template<class Each, class Point>
    static void of(Each& each, Point& point) {
        each("rank", point.rank);
        each("expected", point.expected);
        each("mean", point.mean);
        each("standard_error", point.standardError);
        each("loss", point.loss);
    }
};

template<>
struct Fields<LearnerDistance> {
    template<class Each, class Learner>
    static void of(Each& each, Learner& learner) {
        each("rule", learner.rule);
        each("rank", learner.rank);
        each("distance", learner.distance);
        each("low", learner.low);
        each("high", learner.high);
        each("cosine", learner.cosine);
        each("scale", learner.scale);
        each("overlap", learner.overlap);
        each("accuracy", learner.accuracy);
        each("weight_change", learner.weightChange);
        each("rate", learner.rate);
        each("speed_difference", learner.speedDifference);
        each("distances", learner.distances);
        each.unlessDefault("lost", learner.lost);
        each.part("surface", learner.surface);
    }
};

/// Without the animals.
template<>
struct Fields<LearnerComparison> {
    template<class Each, class Comparison>
    static void of(Each& each, Comparison& comparison) {
        each("animal", comparison.animal);
        each("rule", comparison.rule);
        each("networks", comparison.networks);
        each("is_contrast", comparison.isContrast);
        each("accuracy", comparison.accuracy);
        each("refit_distance", comparison.refitDistance);
        each.part("surface", comparison.surface);
        each.parts("learners", comparison.learners);
    }
};

namespace {

const char* const kUnreadable = QT_TRANSLATE_NOOP("core", "a stored network experiment can't be read (%1).");

} // namespace

std::string toJson(const ExperimentRequest& request) {
    return textOf(request);
}

base::Result<ExperimentRequest> experimentRequestFromJson(const std::string& text) {
    return parsed(text, kUnreadable, [](const Json& json) {
        ExperimentRequest request;
        FieldReader reader{json};
        Fields<ExperimentRequest>::of(reader, request);
        return request;
    });
}

std::string toJson(const std::vector<LinearTheoryPoint>& points) {
    return FieldWriter::arrayOf(points).dump();
}

base::Result<std::vector<LinearTheoryPoint>> theoryFromJson(const std::string& text) {
    return parsed(
        text, kUnreadable, [](const Json& json) { return FieldReader::vectorOf<LinearTheoryPoint>(json); });
}

std::string toJson(const LearnerComparison& comparison) {
    return textOf(comparison);
}

base::Result<LearnerComparison> learnerComparisonFromJson(const std::string& text) {
    return parsed(text, kUnreadable, [](const Json& json) {
        LearnerComparison comparison;
        FieldReader reader{json};
        Fields<LearnerComparison>::of(reader, comparison);
        trim(comparison.surface);
        for (LearnerDistance& learner : comparison.learners) {
            trim(learner.surface);
            learner.distances.resize(comparison.networks, std::numeric_limits<double>::quiet_NaN());
        }
        return comparison;
    });
}

} // namespace rulescope::networks
