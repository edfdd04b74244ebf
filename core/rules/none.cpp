// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/formula.h"

namespace rulescope::rules {

namespace {

/// dw = 0; the parameters are the weights.
struct StaticGlm {
    static constexpr bool kOwnsInitialWeights = true;
    static constexpr std::size_t stateSize(std::size_t) { return 0; }

    template<class S>
    static void update(const Observation<S>& trial, const S*, S*, S* dw) {
        std::fill_n(dw, trial.weights, S{});
    }
};

} // namespace

const RuleInfo& noneRule() {
    static const FormulaTextbook<StaticGlm> textbook;
    static const RuleInfo info = [] {
        RuleInfo rule;
        rule.name = "none";
        rule.title = QT_TRANSLATE_NOOP("core", "No learning (static GLM)");
        rule.shortTitle = QT_TRANSLATE_NOOP("core", "Static GLM");
        rule.description = QT_TRANSLATE_NOOP("core",
            "The weights never change: one set of weights, shared by all animals, predicts every "
            "trial from its regressors by logistic regression. It knows how animals choose on "
            "average over training but not that they learn, so a learning rule has to predict "
            "held-out choices better than this to say anything about learning.");
        rule.formula = "dw = 0";
        rule.kind = RuleInfo::Kind::Static;
        rule.usualParameters = "weight=1";
        rule.isUsual = true;
        ParameterInfo weight;
        weight.name = "weight";
        weight.title = QT_TRANSLATE_NOOP("core", "weight");
        weight.unit = QT_TRANSLATE_NOOP("core", "log-odds per regressor unit");
        weight.isPerWeight = true;
        weight.regressorPower = 1;
        rule.parameters = {weight};
        rule.textbook = &textbook;
        return rule;
    }();
    return info;
}

} // namespace rulescope::rules
