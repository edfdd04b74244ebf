// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/fitted_animals.h"

#include "app/cli/progress_line.h"
#include "app/cli/study_access.h"
#include "app/cli/text_table.h"
#include "core/figures/ending_note.h"

namespace rulescope::cli {

namespace {

base::Result<insight::AnimalInputs> inputsOf(const data::Animal& animal, const fit::FitResult& result) {
    const base::Result<data::RuleInputs> inputs =
        data::ruleInputs(animal, result.spec.regressors, result.spec.trialsPerAnimal);
    if (!inputs) {
        return tl::make_unexpected(inputs.error());
    }
    return fit::initialWeights(result, *inputs).map([&](const std::vector<double>& start) {
        return insight::AnimalInputs{*inputs, start};
    });
}

} // namespace

void FitOptions::declare(CLI::App& options) {
    declareStudy(options, study);
    options.add_option("--fit", fit, "Its name in the study, as `fit` and `info` print it")
        ->required()
        ->type_name("ID");
    options
        .add_option("--animals", animals, "Animals to look at, comma-separated (default those of the fit)")
        ->type_name("A,B");
}

/// The named animals, all of which must be there, or those of the fit that still are.
base::Result<std::vector<std::string>> FitOptions::shownAnimals(
    const data::Study& held, const fit::FitResult& result) const {
    const std::vector<std::string> named = splitList(animals);
    if (!named.empty()) {
        return named;
    }
    std::vector<std::string> present, gone;
    for (const std::string& name : result.spec.animals) {
        (held.find(name) != nullptr ? present : gone).push_back(name);
    }
    if (present.empty()) {
        return base::failure(base::ErrorCode::NotFound,
            {"None of the animals of the fit \"%1\" is in the study any more.", {result.id}}, study,
            "Import them again, or name others: --animals A,B.");
    }
    if (!gone.empty()) {
        remark("No longer in the study and left out: " + joined(gone));
    }
    return present;
}

base::Result<FittedAnimals> FitOptions::open() const {
    const base::Result<io::StudyContents> contents = openForAnalysis(study);
    if (!contents) {
        return tl::make_unexpected(contents.error());
    }
    const base::Result<fit::FitResultPtr> result = requireFit(*contents, fit);
    if (!result) {
        return tl::make_unexpected(result.error());
    }
    if (const base::Text note = figures::endingNote(**result); !note.isEmpty()) {
        remark((*result)->id + ": " + base::english(note) + '.');
    }
    const base::Result<rules::LearningRulePtr> rule = fit::fittedRule(**result);
    if (!rule) {
        return tl::make_unexpected(rule.error());
    }
    FittedAnimals fitted{*result, *rule, {}};
    const base::Result<std::vector<std::string>> names = shownAnimals(contents->study, **result);
    if (!names) {
        return tl::make_unexpected(names.error());
    }
    for (const std::string& name : *names) {
        const base::Result<insight::AnimalInputs> inputs = contents->study.require(name).and_then(
            [&](const data::AnimalPtr& animal) { return inputsOf(*animal, **result); });
        if (!inputs) {
            return tl::make_unexpected(inputs.error());
        }
        fitted.animals.push_back(*inputs);
    }
    return fitted;
}

} // namespace rulescope::cli
