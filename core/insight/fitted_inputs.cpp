// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/insight/fitted_inputs.h"

#include "core/data/analysed.h"
#include "core/fit/trainer.h"
#include "core/rules/registry.h"

namespace rulescope::insight {

base::Result<void> requireUpdates(const fit::FitResult& result) {
    const auto info = rules::findRule(result.spec.rule);
    if (!info)
        return tl::make_unexpected(info.error());
    if ((*info)->kind == rules::RuleInfo::Kind::Static || !(*info)->hasWeights)
        return base::failure(base::ErrorCode::NoData,
            {QT_TRANSLATE_NOOP("core", "The rule %1 moves no weights: there is no update to show."),
                {result.spec.rule}},
            result.id, QT_TRANSLATE_NOOP("core", "Select the fit of a learning rule."));
    return {};
}

std::vector<rules::LearningRulePtr> ensembleRules(const fit::FitResult& result) {
    std::vector<rules::LearningRulePtr> rules;
    const std::vector<fit::FitResult> fits = fit::ensembleOf(result);
    for (std::size_t i = 1; i < fits.size(); ++i)
        if (const auto rule = fit::fittedRule(fits[i]))
            rules.push_back(*rule);
    return rules;
}

base::Result<std::vector<AnimalInputs>> fittedInputs(
    const data::Study& whole, const fit::FitResult& result, const std::vector<std::string>& animals) {
    const data::Study study = data::analysed(whole);
    std::vector<AnimalInputs> all;
    for (const std::string& name : animals.empty() ? result.spec.animals : animals) {
        const auto animal = study.require(name);
        if (!animal)
            return tl::make_unexpected(animal.error());
        auto inputs = data::ruleInputs(**animal, result.spec.regressors, result.spec.trialsPerAnimal);
        if (!inputs)
            return tl::make_unexpected(inputs.error());
        auto weights = fit::initialWeights(result, *inputs);
        if (!weights)
            return tl::make_unexpected(weights.error());
        all.push_back({std::move(*inputs), std::move(*weights)});
    }
    return all;
}

} // namespace rulescope::insight
