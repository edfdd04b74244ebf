// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/formula.h"

namespace rulescope::rules {

namespace {

/// dw = alpha e_z (1 - p_z) x [A20]: maximum likelihood of the rewarded side; for an unknown answer the mean
/// over both.
struct PredictMax {
    static constexpr bool kOwnsInitialWeights = false;
    static constexpr std::size_t stateSize(std::size_t) { return 0; }

    template<class S>
    static void update(const Observation<S>& trial, const S* alpha, S*, S* dw) {
        const S step = trial.towardsAnswer() * alpha[0];
        for (std::size_t k = 0; k < trial.weights; ++k) {
            dw[k] = step * trial.x[k];
        }
    }
};

} // namespace

const RuleInfo& predictMaxRule() {
    static const FormulaTextbook<PredictMax> textbook;
    static const RuleInfo info = [] {
        RuleInfo rule;
        rule.name = "predict-max";
        rule.title = QT_TRANSLATE_NOOP("core", "Prediction maximisation (supervised)");
        rule.description = QT_TRANSLATE_NOOP("core",
            "The weights follow the gradient of the probability that the animal would have given to the "
            "rewarded side, as a supervised learner (logistic regression, trial by trial) would: the update "
            "is larger the more wrong the prediction was, so errors teach more than expected successes.");
        rule.formula = "dw = α (z - p) x";
        rule.kind = RuleInfo::Kind::Textbook;
        rule.usualParameters = "alpha=0.03";
        rule.parameters = {learningRate(false)};
        rule.textbook = &textbook;
        return rule;
    }();
    return info;
}

} // namespace rulescope::rules
