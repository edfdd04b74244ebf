// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/formula.h"

namespace rulescope::rules {

namespace {

/// dw = alpha r~ sum_{s=0..S} e_{y_{t-s}} (1 - p_{y_{t-s}}) x_{t-s}, with p at w_{t-s} and S = 10; r~ = 1 if
/// at least half of trials t-S+1..t were correct (as many as there are; an unknown outcome counts one half).
///
/// State: trials seen; ring of the last S outcomes; ring of the last S + 1 traces (K each).
struct Eligibility {
    static constexpr bool kOwnsInitialWeights = false;
    static constexpr std::size_t kLags = 10; ///< S
    static constexpr std::size_t stateSize(std::size_t weights) { return 1 + kLags + (kLags + 1) * weights; }

    template<class S>
    static void update(const Observation<S>& trial, const S* alpha, S* state, S* dw) {
        const auto seen = static_cast<std::size_t>(valueOf(state[0]));
        S* const outcomes = state + 1;
        S* const traces = outcomes + kLags;
        state[0] = static_cast<double>(seen + 1);
        outcomes[seen % kLags] = trial.outcome;
        const S towardsChoice = trial.towardsChoice();
        for (std::size_t k = 0; k < trial.weights; ++k) {
            traces[seen % (kLags + 1) * trial.weights + k] = towardsChoice * trial.x[k];
        }
        if (!wasMostlyCorrect(outcomes, std::min(seen + 1, kLags))) {
            std::fill_n(dw, trial.weights, S{});
            return;
        }
        for (std::size_t k = 0; k < trial.weights; ++k) {
            S trace{};
            for (std::size_t lag = 0; lag <= kLags; ++lag) {
                trace += traces[lag * trial.weights + k];
            }
            dw[k] = trace * alpha[0];
        }
    }

  private:
    template<class S>
    static bool wasMostlyCorrect(const S* outcomes, std::size_t count) {
        double correct = 0;
        for (std::size_t i = 0; i < count; ++i) {
            correct += valueOf(outcomes[i]);
        }
        return 2.0 * correct >= static_cast<double>(count);
    }
};

} // namespace

const RuleInfo& eligibilityRule() {
    static const FormulaTextbook<Eligibility> textbook;
    static const RuleInfo info = [] {
        RuleInfo rule;
        rule.name = "eligibility";
        rule.title = QT_TRANSLATE_NOOP("core", "Eligibility trace");
        rule.description = QT_TRANSLATE_NOOP("core",
            "A rule with memory: choices of the last eleven trials leave a trace, and the whole "
            "trace is reinforced whenever at least half of the last ten trials were correct. What a "
            "trial does to the weights then depends on the trials before it, which no rule that "
            "looks at one trial alone can mimic. It serves as known truth for tests of history "
            "dependence, and as a candidate of its own.");
        rule.formula = "dw = α r~ Σ_s (y_s - p_s) x_s,  s = t-10 .. t";
        rule.kind = RuleInfo::Kind::Textbook;
        rule.usualParameters = "alpha=0.008";
        rule.parameters = {learningRate(false)};
        rule.textbook = &textbook;
        return rule;
    }();
    return info;
}

} // namespace rulescope::rules
