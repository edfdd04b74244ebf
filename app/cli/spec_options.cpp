// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/spec_options.h"

#include "app/cli/progress_line.h"
#include "core/data/regressor_scale.h"

#include "app/cli/text_table.h"
#include "core/rules/registry.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace rulescope::cli {

namespace {

/// DESIGN.md, Contracts; a name beyond these and column:NAME is a slip of the pen, found before any file is
/// read.
constexpr std::array<const char*, 8> kRegressors = {"bias", "stimulus", "stimulus_left", "stimulus_right",
    "previous_choice", "previous_stimulus", "previous_outcome", "win_stay"};

bool isRegressor(const std::string& name) {
    return (name.starts_with("column:") && name.size() > 7) ||
           std::find(kRegressors.begin(), kRegressors.end(), name) != kRegressors.end();
}

tl::expected<fit::FitSpec, Failure> withTraining(fit::FitSpec spec, const std::string& changes) {
    for (const std::string& change : splitList(changes)) {
        const std::size_t equals = std::min(change.find('='), change.size());
        const std::string name = change.substr(0, equals),
                          text = change.substr(std::min(equals + 1, change.size()));
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size()) {
            return usage({"\"%1\" is not of the form NAME=NUMBER.", {change}}, "--training");
        }
        auto changed = fit::withOption(std::move(spec), name, value);
        if (!changed) {
            return usage(changed.error(), "--training");
        }
        spec = *std::move(changed);
    }
    return spec;
}

} // namespace

void RegressorOptions::declare(CLI::App& options) {
    options
        .add_option("--regressors", regressors,
            "What the decision weights weigh, comma-separated: bias, stimulus, stimulus_left, "
            "stimulus_right, "
            "previous_choice, previous_stimulus, previous_outcome, win_stay, column:NAME")
        ->type_name("A,B")
        ->capture_default_str();
    options
        .add_option("--stimulus-transform", transform, "How a contrast enters: tanh:STEEPNESS or identity")
        ->type_name("T")
        ->capture_default_str();
    options.add_option("--trials", trials, "Only the first N trials with a choice of each animal")
        ->type_name("N")
        ->check(fromOne);
}

tl::expected<data::RegressorSpec, Failure> RegressorOptions::spec() const {
    data::RegressorSpec spec;
    spec.names = splitList(regressors);
    for (const std::string& name : spec.names) {
        if (!isRegressor(name)) {
            return usage({"There is no regressor named \"%1\".", {name}}, "--regressors",
                "See --help for the names; a column of the file is column:NAME.");
        }
        if (std::count(spec.names.begin(), spec.names.end(), name) > 1) {
            return usage({"The regressor \"%1\" is named twice.", {name}}, "--regressors");
        }
    }
    if (spec.names.empty()) {
        return usage("At least one regressor is needed.", "--regressors");
    }
    const base::Result<data::StimulusTransform> parsed = data::StimulusTransform::parse(transform);
    if (!parsed) {
        return usage(parsed.error(), "--stimulus-transform");
    }
    spec.transform = *parsed;
    return spec;
}

void SpecOptions::declare(CLI::App& options) {
    inputs.declare(options);
    options
        .add_option(
            "--preset", preset, "How network rules are trained: default, or liu2025 (published protocol)")
        ->check(CLI::IsMember({"default", "liu2025"}))
        ->capture_default_str();
    options.add_option("--epochs", epochs, "Upper bound of training epochs; the preset's if not given")
        ->type_name("E")
        ->check(CLI::Range(1, std::numeric_limits<int>::max()));
    options
        .add_option("--training", training,
            "Training options that differ from the preset's: NAME=NUMBER,..., e.g. "
            "learning_rate=0.01,patience=20")
        ->type_name("N=X,...");
    options
        .add_option("--initial-weights", initialWeights,
            "Weights at an animal's first trial: zero, psychometric (from its first 100 trials), shared (one "
            "for all, fitted) or per-animal (fitted; held-out animals start at the mean of the others)")
        ->check(CLI::IsMember({"zero", "psychometric", "shared", "per-animal"}))
        ->capture_default_str();
    options.add_option("--seed", seed, "The same seed gives the same numbers")
        ->check(anySeed)
        ->capture_default_str();
}

tl::expected<fit::FitSpec, Failure> SpecOptions::spec(const std::string& rule) const {
    const auto regressors = inputs.spec();
    if (!regressors) {
        return tl::make_unexpected(regressors.error());
    }
    fit::FitSpec asked;
    asked.rule = rule;
    asked.regressors = *regressors;
    // After the preset, which may bring its own: what is given by name wins.
    base::Result<fit::FitSpec> spec = fit::withPreset(std::move(asked), preset);
    if (!spec) {
        return usage(spec.error(), "--preset");
    }
    spec->seed = seed;
    spec->initialWeights = *fit::initialWeightsFromString(initialWeights);
    spec->trialsPerAnimal = inputs.trials.value_or(spec->trialsPerAnimal);
    if (epochs) {
        spec = fit::withOption(*std::move(spec), "epochs", *epochs);
        if (!spec) {
            return usage(spec.error(), "--epochs");
        }
    }
    return withTraining(*std::move(spec), training);
}

Json warnOfScale(const data::Study& study, const std::vector<std::string>& animals,
    const data::RegressorSpec& regressors, std::size_t trials) {
    std::vector<data::AnimalPtr> shown;
    for (const data::AnimalPtr& animal : study.animals) {
        if (animals.empty() || std::find(animals.begin(), animals.end(), animal->name()) != animals.end()) {
            shown.push_back(animal);
        }
    }
    Json warnings = Json::array();
    for (const data::ScaleWarning& warning : data::scaleWarnings(shown, regressors, trials)) {
        remark(base::english(data::sentence(warning)));
        warnings.push_back(
            {{"code", "regressor_scale"}, {"where", warning.regressor}, {"size", number(warning.size)}});
    }
    return warnings;
}

tl::expected<void, Failure> requireRule(const std::string& name, const std::string& option) {
    const auto found = rules::findRule(name);
    if (!found) {
        return usage(found.error(), option);
    }
    return {};
}

std::string ruleNames() {
    std::vector<std::string> names;
    for (const rules::RuleInfo* rule : rules::allRules()) {
        names.emplace_back(rule->name);
    }
    return joined(names);
}

std::string textbookNames() {
    std::vector<std::string> names;
    for (const rules::RuleInfo* rule : rules::allRules()) {
        if (rule->textbook != nullptr) {
            names.emplace_back(rule->name);
        }
    }
    return joined(names);
}

std::string fromOne(const std::string& text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number > 0
               ? std::string()
               : '"' + text + "\" is not a whole number of 1 or more.";
}

std::string anySeed(const std::string& text) { // the parser takes -1 for 2^64 - 1
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size()
               ? std::string()
               : '"' + text + "\" is not a whole number between 0 and 18446744073709551615.";
}

std::string notNegative(const std::string& text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && std::isfinite(number) && number >= 0
               ? std::string()
               : '"' + text + "\" is not a finite number of 0 or more.";
}

} // namespace rulescope::cli
