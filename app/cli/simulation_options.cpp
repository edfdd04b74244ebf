// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/simulation_options.h"

#include "app/cli/spec_options.h"
#include "app/cli/text_table.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>

namespace rulescope::cli {

namespace {

bool isNumber(const std::string& text, double& value) {
    const std::from_chars_result end = std::from_chars(text.data(), text.data() + text.size(), value);
    return end.ec == std::errc() && end.ptr == text.data() + text.size() && std::isfinite(value);
}

/// "300:700" or "500".
bool isRange(const std::string& text, std::size_t& low, std::size_t& high) {
    const std::size_t colon = text.find(':');
    const std::string first = text.substr(0, colon);
    const std::string last = colon == std::string::npos ? first : text.substr(colon + 1);
    const auto read = [](const std::string& digits, std::size_t& value) {
        const std::from_chars_result end =
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return end.ec == std::errc() && end.ptr == digits.data() + digits.size() && value > 0;
    };
    return read(first, low) && read(last, high) && low <= high;
}

/// Weights of one list of names in the order of another; 0 where the first has no such name.
std::vector<double> movedByName(const std::vector<double>& weights, const std::vector<std::string>& from,
    const std::vector<std::string>& to) {
    std::vector<double> moved(weights.empty() ? 0 : to.size(), 0.0);
    for (std::size_t k = 0; k < weights.size() && k < from.size(); ++k) {
        const auto found = std::find(to.begin(), to.end(), from[k]);
        if (found != to.end()) {
            moved[static_cast<std::size_t>(found - to.begin())] = weights[k];
        }
    }
    return moved;
}

} // namespace

tl::expected<std::vector<double>, Failure> namedWeights(
    const std::string& text, const std::vector<std::string>& names, const std::string& option) {
    std::vector<double> weights(names.size(), 0.0);
    for (const std::string& entry : splitList(text)) {
        const std::size_t equals = entry.rfind('=');
        const std::string name = entry.substr(0, equals);
        const auto found = std::find(names.begin(), names.end(), name);
        double value = 0;
        if (equals == std::string::npos || found == names.end() ||
            !isNumber(entry.substr(equals + 1), value)) {
            return usage({"\"%1\" is not a regressor and a number.", {entry}}, option,
                {"Write it as %1.", {names.front() + "=0.5"}});
        }
        weights[static_cast<std::size_t>(found - names.begin())] = value;
    }
    return weights;
}

void SimulationOptions::declare(CLI::App& options) {
    options.add_option("--task", task,
        "Stimuli: ibl (contrasts of the IBL task) or liu2025 (-2 to 2 in steps of .25; 0 rewards left)");
    options.get_option("--task")->check(CLI::IsMember({"ibl", "liu2025"}));
    options.add_option("--regressors", regressors, "What the animals decide by (default bias,stimulus)")
        ->type_name("A,B");
    options
        .add_option("--stimulus-transform", transform, "How a contrast enters: tanh:STEEPNESS or identity")
        ->type_name("T");
    options.add_option("--start", start, "Weights at the first trial: bias=0.5,stimulus=-2 (default all 0)")
        ->type_name("W=X,...");
    options.add_option("--fixed", fixed, "Weights that are not learned, comma-separated")->type_name("W,W");
    options.add_option("--noise", noise, "Standard deviation added to every learned weight on every trial")
        ->type_name("SD")
        ->check(notNegative);
    options.add_option("--policy", policy, "How evidence becomes a choice")
        ->check(CLI::IsMember({"logistic", "probit", "cauchit"}));
    options.add_option("--lapse-left", lapseLeft, "Probability of a leftward choice whatever the evidence")
        ->check(CLI::Range(0.0, 1.0));
    options
        .add_option("--lapse-right", lapseRight, "Probability of a rightward choice whatever the evidence")
        ->check(CLI::Range(0.0, 1.0));
    options.add_option("--misses", missRate, "Probability of a trial without a choice")
        ->check(CLI::Range(0.0, 1.0));
    options
        .add_option(
            "--distractors", distractors, "Columns distractor_1, ... of stimuli that the animals never see")
        ->type_name("N")
        ->check(CLI::Range(0, 10000));
    options.add_option("--session-trials", sessions, "Trials of a session: N, or shortest:longest")
        ->type_name("N:M");
}

tl::expected<simulate::AnimalRecipe, Failure> SimulationOptions::applied(
    simulate::AnimalRecipe recipe) const {
    if (!task.empty()) {
        recipe.task = task == "ibl" ? simulate::iblTask() : simulate::liu2025Task();
    }
    RegressorOptions given;
    given.regressors = regressors.empty() ? given.regressors : regressors;
    given.transform = transform.empty() ? given.transform : transform;
    const auto spec = given.spec();
    if (!spec) {
        return tl::make_unexpected(spec.error());
    }
    if (!regressors.empty()) {
        recipe.initialWeights = movedByName(recipe.initialWeights, recipe.regressors.names, spec->names);
        recipe.regressors.names = spec->names;
    }
    if (!transform.empty()) {
        recipe.regressors.transform = spec->transform;
    }
    if (!start.empty()) {
        const auto weights = namedWeights(start, recipe.regressors.names, "--start");
        if (!weights) {
            return tl::make_unexpected(weights.error());
        }
        recipe.initialWeights = *weights;
    }
    for (const std::string& name : splitList(fixed)) {
        if (recipe.regressors.indexOf(name) == recipe.regressors.names.size()) {
            return usage({"There is no weight named \"%1\" to hold fixed.", {name}}, "--fixed");
        }
        recipe.fixedWeights.push_back(name);
    }
    if (!policy.empty()) {
        recipe.policy = *simulate::policyFromString(policy);
    }
    recipe.updateNoise = noise.value_or(recipe.updateNoise);
    recipe.lapseLeft = lapseLeft.value_or(recipe.lapseLeft);
    recipe.lapseRight = lapseRight.value_or(recipe.lapseRight);
    recipe.missRate = missRate.value_or(recipe.missRate);
    recipe.distractors = distractors.value_or(recipe.distractors);
    if (!sessions.empty() && !isRange(sessions, recipe.shortestSession, recipe.longestSession)) {
        return usage(
            {"\"%1\" is no number of trials.", {sessions}}, "--session-trials", "Write 500, or 300:700.");
    }
    return recipe;
}

} // namespace rulescope::cli
