// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/formula.h"

namespace rulescope::rules {

namespace {

/// dw = alpha r e_y (1 - p_y) x [A20], one alpha for all weights.
struct Reinforce {
    static constexpr bool kOwnsInitialWeights = false;
    static constexpr std::size_t stateSize(std::size_t) { return 0; }

    template<class S>
    static void update(const Observation<S>& trial, const S* alpha, S*, S* dw) {
        const S step = trial.outcome * trial.towardsChoice() * alpha[0];
        for (std::size_t k = 0; k < trial.weights; ++k) {
            dw[k] = step * trial.x[k];
        }
    }
};

} // namespace

const RuleInfo& reinforceRule() {
    static const FormulaTextbook<Reinforce> textbook;
    static const RuleInfo info = [] {
        RuleInfo rule;
        rule.name = "reinforce";
        rule.title = QT_TRANSLATE_NOOP("core", "REINFORCE");
        rule.description = QT_TRANSLATE_NOOP("core",
            "After a reward the animal becomes more likely to repeat its choice for such a stimulus, "
            "the more so the less expected the choice was; after an error nothing changes. This is "
            "policy-gradient learning (REINFORCE) on reward 1 or 0, with one learning rate for all "
            "weights. Its error ratio is 0: it learns from reward only.");
        rule.formula = "dw = α r (y - p) x";
        rule.kind = RuleInfo::Kind::Textbook;
        rule.usualParameters = "alpha=0.05";
        rule.parameters = {learningRate(false)};
        rule.textbook = &textbook;
        return rule;
    }();
    return info;
}

} // namespace rulescope::rules
