// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/comparison.h"

#include "core/fit/json.h"

#include <algorithm>

namespace rulescope::fit {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

HeldOutUnit unitFromString(const std::string& text) {
    for (const HeldOutUnit unit : {HeldOutUnit::Animals, HeldOutUnit::Future, HeldOutUnit::Sessions}) {
        if (text == toString(unit)) {
            return unit;
        }
    }
    throw nlohmann::json::other_error::create(501, "unit: " + text, nullptr);
}

Json ruleToJson(const RuleScore& rule) {
    Json animals = Json::array();
    for (const HeldOutScore& score : rule.perAnimal) {
        animals.push_back({{"animal", score.animal}, {"trials", score.trials},
            {"nats_per_trial", numberToJson(score.natsPerTrial)},
            {"bits_per_trial", numberToJson(score.bitsPerTrial)}, {"accuracy", numberToJson(score.accuracy)},
            {"seeds", score.seeds}});
    }
    return {{"rule", rule.rule}, {"nats_per_trial", numberToJson(rule.natsPerTrial)},
        {"bits_per_trial", numberToJson(rule.bitsPerTrial)}, {"accuracy", numberToJson(rule.accuracy)},
        {"per_animal", animals}, {"lost_animals", rule.lostAnimals}, {"per_seed", rule.perSeed},
        {"training", rule.training ? trainingToJson(*rule.training) : Json()}};
}

RuleScore ruleFromJson(const Json& json) {
    RuleScore rule;
    rule.rule = json.at("rule").get<std::string>();
    rule.natsPerTrial = numberFromJson(json.at("nats_per_trial"));
    rule.bitsPerTrial = numberFromJson(json.at("bits_per_trial"));
    rule.accuracy = numberFromJson(json.at("accuracy"));
    for (const Json& score : json.at("per_animal")) {
        rule.perAnimal.push_back(
            {score.at("animal").get<std::string>(), score.at("trials").get<std::size_t>(),
                numberFromJson(score.at("nats_per_trial")), numberFromJson(score.at("bits_per_trial")),
                numberFromJson(score.at("accuracy")), score.value("seeds", std::size_t{1})});
    }
    rule.lostAnimals = json.value("lost_animals", std::vector<std::string>());
    for (const Json& seed : json.at("per_seed")) {
        rule.perSeed.push_back(numberFromJson(seed));
    }
    if (const Json training = json.value("training", Json()); !training.is_null()) {
        rule.training = trainingFromJson(training);
    }
    return rule;
}

Json testToJson(const PairedTest& test) {
    return {{"first", test.first}, {"second", test.second}, {"animals", test.animals},
        {"mean_difference", numberToJson(test.meanDifference)}, {"low", numberToJson(test.low)},
        {"high", numberToJson(test.high)}, {"t_p", numberToJson(test.tP)},
        {"wilcoxon_p", numberToJson(test.wilcoxonP)}, {"cohen_d", numberToJson(test.cohenD)}};
}

PairedTest testFromJson(const Json& json) {
    PairedTest test;
    test.first = json.at("first").get<std::string>();
    test.second = json.at("second").get<std::string>();
    test.animals = json.at("animals").get<std::size_t>();
    test.meanDifference = numberFromJson(json.at("mean_difference"));
    test.low = numberFromJson(json.at("low"));
    test.high = numberFromJson(json.at("high"));
    test.tP = numberFromJson(json.at("t_p"));
    test.wilcoxonP = numberFromJson(json.at("wilcoxon_p"));
    test.cohenD = numberFromJson(json.value("cohen_d", Json()));
    return test;
}

Json fitToJson(const FoldFit& fit) {
    // older builds know a flag: what lost nothing stays readable to them
    const Json overflown = fit.overflown.empty() ? Json(false) : Json(fit.overflown);
    return {{"rule", fit.rule}, {"fold", fit.fold}, {"seed", fit.seed}, {"status", toString(fit.status)},
        {"epochs", fit.epochs}, {"overflown", overflown}};
}

FoldFit fitFromJson(const Json& json) {
    const std::string text = json.at("status").get<std::string>();
    const auto status = fitStatusFromString(text);
    if (!status) {
        throw nlohmann::json::other_error::create(501, "status: " + text, nullptr);
    }
    const Json& overflown = json.at("overflown"); // older studies have a flag, and the status says the same
    return {json.at("rule").get<std::string>(), json.at("fold").get<std::size_t>(),
        json.at("seed").get<std::uint64_t>(), *status, json.at("epochs").get<int>(),
        overflown.is_array() ? overflown.get<std::vector<std::string>>() : std::vector<std::string>()};
}

Json pairsToJson(const Pairs& pairs) {
    Json json = Json::array();
    for (const auto& [key, value] : pairs) {
        json.push_back({key, value});
    }
    return json;
}

Pairs pairsFromJson(const Json& json) {
    Pairs pairs;
    for (const Json& pair : json) {
        pairs.emplace_back(pair.at(0).get<std::string>(), pair.at(1).get<std::string>());
    }
    return pairs;
}

} // namespace

std::string toString(HeldOutUnit unit) {
    switch (unit) {
    case HeldOutUnit::Animals:
        return "animals";
    case HeldOutUnit::Future:
        return "future";
    case HeldOutUnit::Sessions:
        return "sessions";
    }
    return "unknown";
}

std::size_t fitsThat(const Comparison& comparison, const std::string& rule, FitStatus ended) {
    return static_cast<std::size_t>(std::count_if(comparison.fits.begin(), comparison.fits.end(),
        [&](const FoldFit& fit) { return fit.rule == rule && fit.status == ended; }));
}

std::size_t scoredAnimals(const Comparison& comparison) {
    std::size_t animals = 0;
    for (const RuleScore& rule : comparison.rules) {
        animals = std::max(animals, rule.perAnimal.size());
    }
    return animals;
}

std::string toJson(const Comparison& comparison) {
    Json rules = Json::array();
    for (const RuleScore& rule : comparison.rules) {
        rules.push_back(ruleToJson(rule));
    }
    Json tests = Json::array();
    for (const PairedTest& test : comparison.tests) {
        tests.push_back(testToJson(test));
    }
    Json fits = Json::array();
    for (const FoldFit& fit : comparison.fits) {
        fits.push_back(fitToJson(fit));
    }
    return Json{{"id", comparison.id}, {"unit", toString(comparison.unit)}, {"holdout", comparison.holdout},
        {"folds", comparison.folds}, {"spec", specToJson(comparison.spec)}, {"seeds", comparison.seeds},
        {"rules", rules}, {"pooled_animals", comparison.pooledAnimals}, {"tests", tests}, {"fits", fits},
        {"cancelled", comparison.isCancelled}, {"seconds", numberToJson(comparison.seconds)},
        {"data_hashes", pairsToJson(comparison.dataHashes)}, {"versions", pairsToJson(comparison.versions)},
        {"created_utc", comparison.createdUtc}}
        .dump();
}

base::Result<Comparison> comparisonFromJson(const std::string& json) {
    return parsed(json, [](const Json& value) {
        Comparison comparison;
        comparison.id = value.at("id").get<std::string>();
        comparison.unit = unitFromString(value.at("unit").get<std::string>());
        comparison.holdout = value.at("holdout").get<std::string>();
        comparison.folds = value.at("folds").get<std::vector<std::vector<std::string>>>();
        comparison.spec = specFromJson(value.at("spec"));
        comparison.seeds = value.at("seeds").get<std::vector<std::uint64_t>>();
        for (const Json& rule : value.at("rules")) {
            comparison.rules.push_back(ruleFromJson(rule));
        }
        comparison.pooledAnimals = value.value("pooled_animals", std::vector<std::string>());
        for (const Json& test : value.at("tests")) {
            comparison.tests.push_back(testFromJson(test));
        }
        for (const Json& fit : value.value("fits", Json::array())) {
            comparison.fits.push_back(fitFromJson(fit));
        }
        comparison.isCancelled = value.value("cancelled", false);
        comparison.seconds = numberFromJson(value.at("seconds"));
        comparison.dataHashes = pairsFromJson(value.at("data_hashes"));
        comparison.versions = pairsFromJson(value.at("versions"));
        comparison.createdUtc = value.at("created_utc").get<std::string>();
        return comparison;
    });
}

} // namespace rulescope::fit
