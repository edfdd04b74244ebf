// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/fit_spec.h"

#include "core/fit/json.h"
#include "core/rules/registry.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::fit {

namespace {

/// The published protocol [LGP]: one full batch, Adam 1e-3, x0.999 every 5 epochs, 1,000 epochs, nothing
/// else.
TrainingOptions publishedTraining() {
    TrainingOptions options;
    options.epochs = 1000;
    options.learningRate = 1e-3;
    options.decay = 0.999;
    options.decayEvery = 5;
    options.weightDecay = 0;
    options.truncation = 500;
    options.hidden = 32;
    options.hiddenLayers = 2;
    options.validationFraction = 0;
    options.patience = 0;
    options.innerFolds = 1;
    options.averaging = 0;
    options.clipNorm = 0;
    return options;
}

data::StimulusTransform transformFromJson(const std::string& text) {
    const auto transform = data::StimulusTransform::parse(text);
    if (!transform) {
        throw nlohmann::json::other_error::create(501, "stimulus_transform: " + text, nullptr);
    }
    return *transform;
}

constexpr const char* kDefaultPreset = "default";
constexpr const char* kInitialWeights[] = {"zero", "psychometric", "shared", "per-animal"};
constexpr const char* kResamplings[] = {"none", "animals", "sessions"};

Resampling resamplingFromJson(const std::string& text) {
    for (std::size_t i = 0; i < std::size(kResamplings); ++i) {
        if (text == kResamplings[i]) {
            return static_cast<Resampling>(i);
        }
    }
    throw nlohmann::json::other_error::create(501, "resampling: " + text, nullptr);
}

base::Result<TrainingOptions> changed(
    const TrainingOptions& training, const std::string& name, double value) {
    Json json = trainingToJson(training);
    const auto option = json.find(name);
    if (option == json.end()) {
        std::string names;
        for (const auto& [known, ignored] : json.items()) {
            names += (names.empty() ? "" : ", ") + known;
        }
        return base::failure(base::ErrorCode::NotFound,
            {QT_TRANSLATE_NOOP("core", "there is no training option named \"%1\"; there are %2."),
                {name, names}},
            name);
    }
    const bool isWhole = option->is_number_integer();
    if (isWhole && !(value == std::floor(value) && std::abs(value) <= 1e9)) { // also of NaN
        return base::failure(base::ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "this training option takes a whole number of at most 10^9."), name);
    }
    if (!std::isfinite(value)) {
        return base::failure(base::ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "this training option takes a finite number."), name);
    }
    *option = isWhole ? Json(static_cast<int>(value)) : Json(value);
    return trainingFromJson(json);
}

/// Specifications of before `awaits_training_of_rule` hold the training as it was run, but for the units of a
/// rule with its own.
void readOldTraining(FitSpec& spec) {
    spec.awaitsTrainingOfRule = false;
    const auto rule = rules::findRule(spec.rule);
    if (rule && (*rule)->network && (*rule)->network->defaultHidden > 0) {
        spec.training.hidden = (*rule)->network->defaultHidden;
    }
}

} // namespace

TrainingOptions::TrainingOptions()
    : epochs(300)
    , learningRate(3e-3)
    , decay(0.999)
    , decayEvery(5)
    , weightDecay(0)
    , truncation(500)
    , hidden(32)
    , hiddenLayers(2)
    , residualPenalty(1)
    , validationFraction(0)
    , patience(0)
    , innerFolds(1)
    , averaging(0)
    , clipNorm(0)
    , starts(4)
    , maxIterations(500) {}

const char* toString(InitialWeights weights) {
    return kInitialWeights[static_cast<std::size_t>(weights)];
}

base::Result<InitialWeights> initialWeightsFromString(const std::string& text) {
    for (std::size_t i = 0; i < std::size(kInitialWeights); ++i) {
        if (text == kInitialWeights[i]) {
            return static_cast<InitialWeights>(i);
        }
    }
    return base::failure(base::ErrorCode::InvalidValue,
        {QT_TRANSLATE_NOOP("core", "there are no initial weights named \"%1\"."), {text}}, "initial weights",
        QT_TRANSLATE_NOOP("core", "Use zero, psychometric, shared or per-animal."));
}

base::Result<FitSpec> withPreset(FitSpec spec, const std::string& preset) {
    if (preset == kDefaultPreset) {
        spec.training = TrainingOptions();
        spec.regressors.side = data::SideInput::Answer;
    } else if (preset == "liu2025") {
        spec.training = publishedTraining();
        spec.regressors.side = data::SideInput::StimulusSign;
    } else {
        return base::failure(base::ErrorCode::NotFound,
            {QT_TRANSLATE_NOOP("core", "there is no preset named \"%1\"."), {preset}}, "preset",
            QT_TRANSLATE_NOOP("core", "Use default or liu2025."));
    }
    spec.preset = preset;
    spec.namedOptions.clear();
    spec.awaitsTrainingOfRule = true;
    return spec;
}

base::Result<FitSpec> withOption(FitSpec spec, const std::string& name, double value) {
    auto training = changed(spec.training, name, value);
    if (!training) {
        return tl::make_unexpected(training.error());
    }
    spec.training = *training;
    if (std::find(spec.namedOptions.begin(), spec.namedOptions.end(), name) == spec.namedOptions.end()) {
        spec.namedOptions.push_back(name);
    }
    return spec;
}

FitSpec withTrainingOfRule(FitSpec spec) {
    const auto rule = rules::findRule(spec.rule);
    if (!rule || !spec.awaitsTrainingOfRule) {
        return spec;
    }
    spec.awaitsTrainingOfRule = false;
    if ((*rule)->network) {
        const Json usual = trainingToJson(TrainingOptions()), asked = trainingToJson(spec.training);
        const auto set = [&](std::string_view option, double value) {
            const std::string name(option);
            const auto& named = spec.namedOptions;
            const bool isNamed = std::find(named.begin(), named.end(), name) != named.end();
            if (!isNamed && asked.at(name) == usual.at(name)) {
                spec.training = changed(spec.training, name, value).value();
            }
        };
        const rules::RuleNetwork& network = *(*rule)->network;
        if (network.defaultHidden > 0) {
            set("hidden", network.defaultHidden);
        }
        for (const rules::RuleNetwork::Option& option : network.training) {
            if (spec.preset == kDefaultPreset) {
                set(option.name, option.value);
            }
        }
    }
    return spec;
}

Json trainingToJson(const TrainingOptions& training) {
    return {{"epochs", training.epochs}, {"learning_rate", training.learningRate}, {"decay", training.decay},
        {"decay_every", training.decayEvery}, {"weight_decay", training.weightDecay},
        {"truncation", training.truncation}, {"hidden", training.hidden},
        {"hidden_layers", training.hiddenLayers}, {"residual_penalty", training.residualPenalty},
        {"validation_fraction", training.validationFraction}, {"patience", training.patience},
        {"inner_folds", training.innerFolds}, {"averaging", training.averaging},
        {"clip_norm", training.clipNorm}, {"starts", training.starts},
        {"max_iterations", training.maxIterations}};
}

TrainingOptions trainingFromJson(const Json& json) {
    TrainingOptions training;
    training.epochs = json.value("epochs", training.epochs);
    training.learningRate = json.value("learning_rate", training.learningRate);
    training.decay = json.value("decay", training.decay);
    training.decayEvery = json.value("decay_every", training.decayEvery);
    training.weightDecay = json.value("weight_decay", training.weightDecay);
    training.truncation = json.value("truncation", training.truncation);
    training.hidden = json.value("hidden", training.hidden);
    training.residualPenalty = json.value("residual_penalty", training.residualPenalty);
    training.validationFraction = json.value("validation_fraction", training.validationFraction);
    training.patience = json.value("patience", training.patience);
    // Specifications of before these options had them off, whatever the default is now.
    training.hiddenLayers = json.value("hidden_layers", 2);
    training.innerFolds = json.value("inner_folds", 1);
    training.averaging = json.value("averaging", 0.0);
    training.clipNorm = json.value("clip_norm", 0.0);
    training.starts = json.value("starts", training.starts);
    training.maxIterations = json.value("max_iterations", training.maxIterations);
    return training;
}

Json numberToJson(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

double numberFromJson(const Json& json) {
    return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

Json specToJson(const FitSpec& spec) {
    Json json = {{"rule", spec.rule}, {"animals", spec.animals}, {"held_out", spec.heldOut},
        {"regressors", spec.regressors.names}, {"stimulus_transform", spec.regressors.transform.toString()},
        {"side_input", spec.regressors.side == data::SideInput::Answer ? "answer" : "stimulus-sign"},
        {"trials_per_animal", spec.trialsPerAnimal}, {"initial_weights", toString(spec.initialWeights)},
        {"preset", spec.preset}, {"training", trainingToJson(spec.training)},
        {"named_options", spec.namedOptions}, {"awaits_training_of_rule", spec.awaitsTrainingOfRule},
        {"seed", spec.seed}, {"members", spec.members},
        {"resampling", kResamplings[static_cast<std::size_t>(spec.resampling)]}};
    if (!spec.heldOutTrials.empty()) {
        json["held_out_trials"] = spec.heldOutTrials;
    }
    return json;
}

FitSpec specFromJson(const Json& json) {
    FitSpec spec;
    spec.rule = json.at("rule").get<std::string>();
    spec.animals = json.at("animals").get<std::vector<std::string>>();
    spec.heldOut = json.value("held_out", spec.heldOut);
    spec.heldOutTrials = json.value("held_out_trials", spec.heldOutTrials);
    spec.regressors.names = json.at("regressors").get<std::vector<std::string>>();
    spec.regressors.transform = transformFromJson(json.at("stimulus_transform").get<std::string>());
    spec.regressors.side = json.value("side_input", std::string("answer")) == "stimulus-sign"
                               ? data::SideInput::StimulusSign
                               : data::SideInput::Answer;
    spec.trialsPerAnimal = json.value("trials_per_animal", spec.trialsPerAnimal);
    const auto start = initialWeightsFromString(json.value("initial_weights", std::string("zero")));
    if (!start) {
        throw nlohmann::json::other_error::create(501, "initial_weights", nullptr);
    }
    spec.initialWeights = *start;
    spec.preset = json.value("preset", spec.preset);
    spec.training = trainingFromJson(json.at("training"));
    if (json.contains("awaits_training_of_rule")) {
        spec.namedOptions = json.at("named_options").get<std::vector<std::string>>();
        spec.awaitsTrainingOfRule = json.at("awaits_training_of_rule").get<bool>();
    } else {
        readOldTraining(spec);
    }
    spec.seed = json.at("seed").get<std::uint64_t>();
    spec.members = json.value("members", 1);
    spec.resampling = resamplingFromJson(json.value("resampling", std::string("none")));
    return spec;
}

std::string toJson(const FitSpec& spec) {
    return specToJson(spec).dump();
}

std::string toJson(const TrainingOptions& training) {
    return trainingToJson(training).dump();
}

base::Result<FitSpec> fitSpecFromJson(const std::string& json) {
    return parsed(json, [](const Json& value) { return specFromJson(value); });
}

} // namespace rulescope::fit
