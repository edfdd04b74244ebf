// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/teacher.h"

#include "core/rules/parameters.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>
#include <vector>

namespace rulescope::simulate {

using base::ErrorCode;
using base::failure;
using base::Result;

namespace {

/// A rule of K weights among more regressors, some of its weights held fixed.
class EmbeddedRule : public rules::LearningRule {
  public:
    EmbeddedRule(rules::LearningRulePtr rule, std::vector<bool> learns)
        : m_rule(std::move(rule))
        , m_learns(std::move(learns)) {}

    std::size_t stateSize() const override { return m_rule->stateSize(); }

    void step(const rules::Experience& experience, std::span<double> state,
        std::span<double> update) const override {
        const std::size_t own = m_learns.size();
        rules::Experience seen = experience;
        seen.weights = experience.weights.first(own);
        seen.x = experience.x.first(own);
        m_rule->step(seen, state, update.first(own));
        for (std::size_t k = 0; k < update.size(); ++k) {
            update[k] = k < own && m_learns[k] ? update[k] : 0.0;
        }
    }

  private:
    rules::LearningRulePtr m_rule;
    std::vector<bool> m_learns;
};

Result<const rules::RuleInfo*> formulaOf(const AnimalRecipe& recipe) {
    const Result<const rules::RuleInfo*> rule = rules::findRule(recipe.rule);
    if (rule && (*rule)->textbook == nullptr) {
        return failure(ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "A network rule must be trained before it can be simulated."),
            recipe.name, QT_TRANSLATE_NOOP("core", "Simulate under a fit of that rule."));
    }
    return rule;
}

std::string shortest(double value) {
    char digits[32];
    const std::to_chars_result end = std::to_chars(std::begin(digits), std::end(digits), value);
    return {digits, end.ptr};
}

} // namespace

Result<rules::LearningRulePtr> teacherAmong(const AnimalRecipe& recipe, std::size_t weights) {
    const Result<const rules::RuleInfo*> rule = formulaOf(recipe);
    if (!rule) {
        return tl::make_unexpected(rule.error());
    }
    const std::vector<std::string>& names = recipe.regressors.names;
    const Result<std::vector<double>> parameters = rules::parseParameters(**rule, names, recipe.parameters);
    if (!parameters) {
        return tl::make_unexpected(parameters.error());
    }
    if (weights < names.size()) {
        return failure(ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "A fit must see all regressors by which its animals decide."),
            recipe.name);
    }
    std::vector<bool> learns;
    for (const std::string& name : names) {
        learns.push_back(std::find(recipe.fixedWeights.begin(), recipe.fixedWeights.end(), name) ==
                         recipe.fixedWeights.end());
    }
    return std::make_shared<EmbeddedRule>((*rule)->textbook->at(*parameters, names.size()), learns);
}

Result<std::string> scaledParameters(const AnimalRecipe& recipe, double factor) {
    const Result<const rules::RuleInfo*> rule = formulaOf(recipe);
    if (!rule) {
        return tl::make_unexpected(rule.error());
    }
    const Result<std::vector<double>> parameters =
        rules::parseParameters(**rule, recipe.regressors.names, recipe.parameters);
    if (!parameters) {
        return tl::make_unexpected(parameters.error());
    }
    const std::vector<std::string> names = rules::parameterNames(**rule, recipe.regressors.names);
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += (i > 0 ? "," : "") + names[i] + '=' + shortest(factor * (*parameters)[i]);
    }
    return text;
}

std::string usualParameters(const std::string& rule) {
    const auto info = rules::findRule(rule);
    return info ? std::string((*info)->usualParameters) : std::string();
}

} // namespace rulescope::simulate
