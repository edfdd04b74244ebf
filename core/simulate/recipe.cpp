// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/recipe.h"

#include "core/base/random.h"
#include "core/base/version.h"

#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>

namespace rulescope::simulate {

namespace {

/// The shortest text that reads back as the same number.
std::string shortest(double value) {
    char digits[32];
    const std::to_chars_result end = std::to_chars(std::begin(digits), std::end(digits), value);
    return {digits, end.ptr};
}

} // namespace

Task iblTask() {
    Task task;
    task.stimuli = {-1, -0.5, -0.25, -0.125, -0.0625, 0, 0.0625, 0.125, 0.25, 0.5, 1};
    return task;
}

Task liu2025Task() {
    Task task;
    for (int i = -8; i <= 8; ++i) {
        task.stimuli.push_back(0.25 * i);
    }
    task.kind = data::StimulusKind::Raw;
    task.zeroRewardsRight = 0;
    return task;
}

std::string toString(Policy policy) {
    return policy == Policy::Probit ? "probit" : policy == Policy::Cauchit ? "cauchit" : "logistic";
}

base::Result<Policy> policyFromString(const std::string& text) {
    for (const Policy policy : {Policy::Logistic, Policy::Probit, Policy::Cauchit}) {
        if (toString(policy) == text) {
            return policy;
        }
    }
    return base::failure(base::ErrorCode::InvalidValue,
        {QT_TRANSLATE_NOOP("core", "There is no decision rule named \"%1\"."), {text}}, "policy",
        QT_TRANSLATE_NOOP("core", "Choose from logistic, probit, cauchit."));
}

std::string distractorName(std::size_t i) {
    return "distractor_" + std::to_string(i + 1);
}

std::string toJson(const AnimalRecipe& recipe) {
    const nlohmann::ordered_json json = {
        {"simulated_by", std::string("Rulescope ") + base::kVersion},
        {"rule", recipe.rule},
        {"parameters", recipe.parameters},
        {"seed", recipe.seed},
        {"stream", recipe.stream},
        {"trials", recipe.trials},
        {"regressors", recipe.regressors.names},
        {"stimulus_transform", recipe.regressors.transform.toString()},
        {"side", recipe.regressors.side == data::SideInput::Answer ? "answer" : "stimulus_sign"},
        {"initial_weights", recipe.initialWeights},
        {"fixed_weights", recipe.fixedWeights},
        {"update_noise", recipe.updateNoise},
        {"policy", toString(recipe.policy)},
        {"distractors", recipe.distractors},
        {"lapse_left", recipe.lapseLeft},
        {"lapse_right", recipe.lapseRight},
        {"miss_rate", recipe.missRate},
        {"stimuli", recipe.task.stimuli},
        {"stimulus_kind", recipe.task.kind == data::StimulusKind::Contrast ? "contrast" : "raw"},
        {"zero_rewards_right", recipe.task.zeroRewardsRight},
        {"session_trials", {recipe.shortestSession, recipe.longestSession}},
        {"first_day", recipe.firstDay},
    };
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

AnimalRecipe liu2025Recipe(
    double alpha, std::size_t trials, std::uint64_t seed, std::uint64_t stream, double startWeight) {
    AnimalRecipe recipe;
    recipe.name = "Simulated " + std::to_string(stream + 1);
    recipe.rule = "reinforce";
    recipe.parameters = "alpha=" + shortest(alpha);
    recipe.task = liu2025Task();
    recipe.regressors.names = {"bias", "stimulus"};
    recipe.fixedWeights = {"bias"};
    // A stream of its own for the bias, so that the trials' noise is the same whatever the start.
    constexpr std::uint64_t kBiasStreams = std::uint64_t{1} << 32U;
    const double bias = static_cast<double>(base::RandomStream(seed, kBiasStreams + stream).below(3)) - 1.0;
    recipe.initialWeights = {bias, startWeight};
    recipe.trials = trials;
    recipe.shortestSession = recipe.longestSession = trials;
    recipe.seed = seed;
    recipe.stream = stream;
    return recipe;
}

} // namespace rulescope::simulate
