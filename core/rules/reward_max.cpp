// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/formula.h"

namespace rulescope::rules {

namespace {

/// dw = alpha e_z x p_R (1 - p_R) / 0.5 [A20]: gradient ascent on the expected reward; e_z = 0 for an unknown
/// answer.
struct RewardMax {
    static constexpr bool kOwnsInitialWeights = false;
    static constexpr std::size_t stateSize(std::size_t) { return 0; }

    template<class S>
    static void update(const Observation<S>& trial, const S* alpha, S*, S* dw) {
        const S slope = trial.probabilityRight * (1.0 - trial.probabilityRight);
        const S step = (2.0 * trial.answer - 1.0) / 0.5 * (slope * alpha[0]);
        for (std::size_t k = 0; k < trial.weights; ++k) {
            dw[k] = step * trial.x[k];
        }
    }
};

} // namespace

const RuleInfo& rewardMaxRule() {
    static const FormulaTextbook<RewardMax> textbook;
    static const RuleInfo info = [] {
        RuleInfo rule;
        rule.name = "reward-max";
        rule.title = QT_TRANSLATE_NOOP("core", "Reward maximisation");
        rule.description = QT_TRANSLATE_NOOP("core",
            "The weights climb the gradient of the expected reward: every trial pushes towards the "
            "side that was rewarded, whatever was chosen, and most where the animal was undecided. "
            "It needs to know the rewarded side after errors too. Correct and error trials with the "
            "same stimulus teach the same.");
        rule.formula = "dw = 2 α (2z - 1) p (1 - p) x";
        rule.kind = RuleInfo::Kind::Textbook;
        rule.usualParameters = "alpha=0.04";
        rule.parameters = {learningRate(false)};
        rule.textbook = &textbook;
        return rule;
    }();
    return info;
}

} // namespace rulescope::rules
