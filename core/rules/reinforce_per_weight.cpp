// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/formula.h"

namespace rulescope::rules {

namespace {

/// dw_k = alpha_k r e_y (1 - p_y) x_k [A20].
struct ReinforcePerWeight {
    static constexpr bool kOwnsInitialWeights = false;
    static constexpr std::size_t stateSize(std::size_t) { return 0; }

    template<class S>
    static void update(const Observation<S>& trial, const S* alpha, S*, S* dw) {
        const S step = trial.outcome * trial.towardsChoice();
        for (std::size_t k = 0; k < trial.weights; ++k) {
            dw[k] = alpha[k] * (step * trial.x[k]);
        }
    }
};

} // namespace

const RuleInfo& reinforcePerWeightRule() {
    static const FormulaTextbook<ReinforcePerWeight> textbook;
    static const RuleInfo info = [] {
        RuleInfo rule;
        rule.name = "reinforce-per-weight";
        rule.title = QT_TRANSLATE_NOOP("core", "REINFORCE, a rate per weight");
        rule.shortTitle = QT_TRANSLATE_NOOP("core", "REINFORCE, rate per weight");
        rule.description = QT_TRANSLATE_NOOP("core",
            "REINFORCE with a learning rate of its own for every weight, so that for example the "
            "bias may drift faster or slower than the stimulus weight grows. It learns after "
            "rewarded trials only; its error ratio is 0.");
        rule.formula = "dw_k = α_k r (y - p) x_k";
        rule.kind = RuleInfo::Kind::Textbook;
        rule.variation = RuleInfo::Variation::RatesPerWeight;
        rule.usualParameters = "alpha=0.05";
        rule.parameters = {learningRate(true)};
        rule.textbook = &textbook;
        return rule;
    }();
    return info;
}

} // namespace rulescope::rules
