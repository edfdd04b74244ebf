// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/tasks/decision_task.h"

namespace rulescope::networks {

namespace {

/// Fixation and two stimuli one-hot: sample, five steps of delay, test, decision: match or not [RL].
class DelayedMatch final : public DecisionTask {
  public:
    using DecisionTask::DecisionTask;
    std::size_t inputs() const override { return 3; }

  protected:
    int drawTrial(
        double noise, base::RandomStream& random, std::size_t trial, Batch<float>& batch) const override {
        constexpr std::size_t testStep = 6;
        const auto sample = static_cast<Eigen::Index>(random.below(2));
        const bool isMatch = random.bernoulli(0.5);
        const Eigen::Index test = isMatch ? sample : 1 - sample;
        for (std::size_t t = 0; t + 1 < steps(); ++t) {
            auto input = inputAt(batch, t, trial);
            input << 1.0F, static_cast<float>(noise * random.normal()),
                static_cast<float>(noise * random.normal());
            if (t == 0 || t == testStep) {
                input(1 + (t == 0 ? sample : test)) += 1.0F;
            }
        }
        return isMatch ? 1 : 2;
    }
};

} // namespace

const TaskInfo& delayedMatchTask() {
    static const TaskInfo info{"delayed-match", QT_TRANSLATE_NOOP("core", "Delayed match to sample"),
        QT_TRANSLATE_NOOP("core",
            "One of two stimuli, a delay of five steps, a second stimulus, then a choice: the same or not."),
        [](const TaskOptions& options) -> base::Result<TaskPtr> {
            return std::make_shared<DelayedMatch>(options);
        }};
    return info;
}

} // namespace rulescope::networks
