// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/twins.h"

#include "core/base/version.h"
#include "core/simulate/subject.h"

#include <nlohmann/json.hpp>

namespace rulescope::simulate {

using base::ErrorCode;
using base::failure;
using base::Result;

namespace {

std::string provenanceOf(const data::Animal& animal, const TwinRecipe& recipe) {
    const nlohmann::ordered_json json = {
        {"simulated_by", std::string("Rulescope ") + base::kVersion},
        {"twin_of", animal.name()},
        {"twin_of_hash", animal.contentHash()},
        {"teacher", recipe.teacher},
        {"seed", recipe.seed},
        {"stream", recipe.stream},
        {"regressors", recipe.regressors.names},
        {"stimulus_transform", recipe.regressors.transform.toString()},
        {"side", recipe.regressors.side == data::SideInput::Answer ? "answer" : "stimulus_sign"},
        {"initial_weights", recipe.initialWeights},
    };
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

TaskTrial taskTrial(const data::Trials& trials, std::size_t row) {
    TaskTrial trial;
    trial.stimulus = trials.stimulus[row];
    trial.answer = trials.answer[row];
    trial.probabilityLeft = trials.probabilityLeft.empty() ? 0.5 : trials.probabilityLeft[row];
    trial.isMissed = trials.choice[row] == data::kNone;
    trial.row = row;
    return trial;
}

} // namespace

Result<SimulatedAnimal> simulateTwin(
    const rules::LearningRule& teacher, const data::Animal& animal, const TwinRecipe& recipe) {
    const std::string name =
        recipe.name.empty() ? animal.name() + " twin " + std::to_string(recipe.stream + 1) : recipe.name;
    if (!recipe.initialWeights.empty() && recipe.initialWeights.size() != recipe.regressors.names.size()) {
        return failure(ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "A twin needs an initial weight for each regressor, or none."), name);
    }
    Result<DecisionInputs> inputs = DecisionInputs::create(recipe.regressors, &animal.trials(), name);
    if (!inputs) {
        return tl::make_unexpected(inputs.error());
    }
    SubjectTraits traits;
    traits.regressors = recipe.regressors;
    traits.kind = animal.stimulusKind();
    traits.initialWeights = recipe.initialWeights;
    base::RandomStream random(recipe.seed, recipe.stream);
    Subject subject(teacher, traits, *std::move(inputs), random);
    for (const data::Session& session : animal.sessions()) {
        subject.startSession();
        for (std::size_t row = session.begin; row < session.end; ++row) {
            subject.runTrial(taskTrial(animal.trials(), row));
        }
        if (subject.hasDiverged()) {
            return failure(ErrorCode::InvalidValue,
                QT_TRANSLATE_NOOP("core", "The weights of the simulated animal grow without bound."), name,
                QT_TRANSLATE_NOOP("core", "Choose a fit whose weights stay finite on this animal."));
        }
    }
    data::Animal::Content content = animal.content();
    const std::vector<data::Column> columns = std::move(content.trials.extra);
    content.name = name;
    content.provenance = provenanceOf(animal, recipe);
    content.trials = subject.takeTrials();
    content.trials.extra = columns;
    if (animal.trials().probabilityLeft.empty()) {
        content.trials.probabilityLeft.clear();
    }
    for (data::Session& session : content.sessions) {
        session.source = "simulated";
    }
    Result<data::AnimalPtr> made = data::Animal::create(std::move(content));
    if (!made) {
        return tl::make_unexpected(made.error());
    }
    return SimulatedAnimal{*std::move(made), subject.takePath(), subject.weights()};
}

} // namespace rulescope::simulate
