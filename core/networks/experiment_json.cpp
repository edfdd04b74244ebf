// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/experiment.h"

#include "core/networks/json_text.h"

#include <cmath>
#include <limits>

namespace rulescope::networks {

namespace {

using Json = nlohmann::ordered_json;

const char* const kUnreadable = QT_TRANSLATE_NOOP("core", "a stored network experiment can't be read (%1).");

/// JSON knows no NaN: null stands for it.
Json numberJson(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

double numberFrom(const Json& json) {
    return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

Json numbersJson(const std::vector<double>& values) {
    Json json = Json::array();
    for (const double value : values) {
        json.push_back(numberJson(value));
    }
    return json;
}

std::vector<double> numbersFrom(const Json& json) {
    std::vector<double> values;
    for (const Json& value : json) {
        values.push_back(numberFrom(value));
    }
    return values;
}

/// What figures of learners draw of a surface.
Json toJson(const insight::UpdateSurface& surface) {
    return {{"component", surface.component}, {"weight", surface.weight},
        {"stimulus", numbersJson(surface.stimulus)}, {"weights", numbersJson(surface.weightValues)},
        {"correct", numbersJson(surface.correct)}, {"error", numbersJson(surface.error)},
        {"correct_visits", numbersJson(surface.correctVisits)},
        {"error_visits", numbersJson(surface.errorVisits)}};
}

insight::UpdateSurface surfaceFrom(const Json& json) {
    insight::UpdateSurface surface;
    json.at("component").get_to(surface.component);
    json.at("weight").get_to(surface.weight);
    surface.stimulus = numbersFrom(json.at("stimulus"));
    surface.weightValues = numbersFrom(json.at("weights"));
    surface.correct = numbersFrom(json.at("correct"));
    surface.error = numbersFrom(json.at("error"));
    surface.correctVisits = numbersFrom(json.at("correct_visits"));
    surface.errorVisits = numbersFrom(json.at("error_visits"));
    // A file that was changed by hand must not send a figure beyond the end of a column.
    const std::size_t cells = surface.rows() * surface.columns();
    for (std::vector<double>* values :
        {&surface.correct, &surface.error, &surface.correctVisits, &surface.errorVisits}) {
        values->resize(cells);
    }
    return surface;
}

Json toJson(const RecipeOptions& options) {
    Json json = {{"tasks", options.tasks}, {"rules", options.rules},
        {"connectivities", options.connectivities}, {"ranks", options.ranks}, {"seeds", options.seeds},
        {"first_seed", options.firstSeed}, {"steps", options.steps}, {"units", options.units},
        {"batch", options.batch}, {"rate", options.rate}, {"images", options.imageFolder}};
    json["training_trials"] = options.trainingTrials ? Json(*options.trainingTrials) : Json(nullptr);
    return json;
}

RecipeOptions optionsFrom(const Json& json) {
    RecipeOptions options;
    json.at("tasks").get_to(options.tasks);
    json.at("rules").get_to(options.rules);
    json.at("connectivities").get_to(options.connectivities);
    json.at("ranks").get_to(options.ranks);
    json.at("seeds").get_to(options.seeds);
    json.at("first_seed").get_to(options.firstSeed);
    json.at("steps").get_to(options.steps);
    json.at("units").get_to(options.units);
    json.at("batch").get_to(options.batch);
    json.at("rate").get_to(options.rate);
    json.at("images").get_to(options.imageFolder);
    if (!json.at("training_trials").is_null()) {
        options.trainingTrials = json.at("training_trials").get<std::size_t>();
    }
    return options;
}

Json toJson(const LearnerDistance& learner) {
    return {{"rule", learner.rule}, {"rank", learner.rank}, {"distance", numberJson(learner.distance)},
        {"low", numberJson(learner.low)}, {"high", numberJson(learner.high)},
        {"cosine", numberJson(learner.cosine)}, {"scale", numberJson(learner.scale)},
        {"overlap", numberJson(learner.overlap)}, {"accuracy", numberJson(learner.accuracy)},
        {"weight_change", numberJson(learner.weightChange)}, {"rate", numberJson(learner.rate)},
        {"speed_difference", numberJson(learner.speedDifference)},
        {"distances", numbersJson(learner.distances)}, {"surface", toJson(learner.surface)}};
}

LearnerDistance learnerFrom(const Json& json) {
    LearnerDistance learner;
    json.at("rule").get_to(learner.rule);
    json.at("rank").get_to(learner.rank);
    learner.distance = numberFrom(json.at("distance"));
    learner.low = numberFrom(json.at("low"));
    learner.high = numberFrom(json.at("high"));
    learner.cosine = numberFrom(json.at("cosine"));
    learner.scale = numberFrom(json.at("scale"));
    learner.overlap = numberFrom(json.at("overlap"));
    learner.accuracy = numberFrom(json.at("accuracy"));
    learner.weightChange = numberFrom(json.at("weight_change"));
    learner.rate = numberFrom(json.at("rate"));
    learner.speedDifference = numberFrom(json.at("speed_difference"));
    learner.distances = numbersFrom(json.at("distances"));
    learner.surface = surfaceFrom(json.at("surface"));
    return learner;
}

} // namespace

std::string toJson(const ExperimentRequest& request) {
    return Json({{"recipe", request.recipe}, {"options", toJson(request.options)}, {"animal", request.animal},
                    {"inferred", request.inferred}, {"epochs", request.epochs},
                    {"speed_matched", request.isSpeedMatched}})
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

base::Result<ExperimentRequest> experimentRequestFromJson(const std::string& text) {
    return parsed(text, kUnreadable, [](const Json& json) {
        ExperimentRequest request;
        json.at("recipe").get_to(request.recipe);
        request.options = optionsFrom(json.at("options"));
        json.at("animal").get_to(request.animal);
        json.at("inferred").get_to(request.inferred);
        json.at("epochs").get_to(request.epochs);
        json.at("speed_matched").get_to(request.isSpeedMatched);
        return request;
    });
}

std::string toJson(const std::vector<LinearTheoryPoint>& points) {
    Json json = Json::array();
    for (const LinearTheoryPoint& point : points) {
        json.push_back(
            {{"rank", point.rank}, {"expected", numberJson(point.expected)}, {"mean", numberJson(point.mean)},
                {"standard_error", numberJson(point.standardError)}, {"loss", numberJson(point.loss)}});
    }
    return json.dump();
}

base::Result<std::vector<LinearTheoryPoint>> theoryFromJson(const std::string& text) {
    return parsed(text, kUnreadable, [](const Json& json) {
        std::vector<LinearTheoryPoint> points;
        for (const Json& each : json) {
            points.push_back({each.at("rank").get<std::size_t>(), numberFrom(each.at("expected")),
                numberFrom(each.at("mean")), numberFrom(each.at("standard_error")),
                numberFrom(each.at("loss"))});
        }
        return points;
    });
}

std::string toJson(const LearnerComparison& comparison) {
    Json learners = Json::array();
    for (const LearnerDistance& learner : comparison.learners) {
        learners.push_back(toJson(learner));
    }
    return Json({{"animal", comparison.animal}, {"rule", comparison.rule}, {"networks", comparison.networks},
                    {"is_contrast", comparison.isContrast}, {"accuracy", numberJson(comparison.accuracy)},
                    {"refit_distance", numberJson(comparison.refitDistance)},
                    {"surface", toJson(comparison.surface)}, {"learners", std::move(learners)}})
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

base::Result<LearnerComparison> learnerComparisonFromJson(const std::string& text) {
    return parsed(text, kUnreadable, [](const Json& json) {
        LearnerComparison comparison;
        json.at("animal").get_to(comparison.animal);
        json.at("rule").get_to(comparison.rule);
        json.at("networks").get_to(comparison.networks);
        json.at("is_contrast").get_to(comparison.isContrast);
        comparison.accuracy = numberFrom(json.at("accuracy"));
        comparison.refitDistance = numberFrom(json.at("refit_distance"));
        comparison.surface = surfaceFrom(json.at("surface"));
        for (const Json& each : json.at("learners")) {
            comparison.learners.push_back(learnerFrom(each));
        }
        return comparison;
    });
}

} // namespace rulescope::networks
