// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/tasks/decision_task.h"

#include <array>

namespace rulescope::networks {

namespace {

/// Three inputs (fixation, evidence for either side), seven stimulus steps and a decision; stimulus k = .5 +-
/// coherence/200 [RL].
class TwoAlternative final : public DecisionTask {
  public:
    using DecisionTask::DecisionTask;
    std::size_t inputs() const override { return 3; }

  protected:
    int drawTrial(
        double noise, base::RandomStream& random, std::size_t trial, Batch<float>& batch) const override {
        constexpr std::array<double, 5> coherences = {0, 6.4, 12.8, 25.6, 51.2};
        const bool isSecond = random.bernoulli(0.5);
        const double lift = coherences[random.below(coherences.size())] / 200 * (isSecond ? -1 : 1);
        for (std::size_t t = 0; t + 1 < steps(); ++t) {
            inputAt(batch, t, trial) << 1.0F, static_cast<float>(0.5 + lift + noise * random.normal()),
                static_cast<float>(0.5 - lift + noise * random.normal());
        }
        return isSecond ? 2 : 1;
    }
};

} // namespace

const TaskInfo& twoAlternativeTask() {
    static const TaskInfo info{"two-alternative", QT_TRANSLATE_NOOP("core", "Two-alternative forced choice"),
        QT_TRANSLATE_NOOP("core",
            "Noisy evidence for two sides over seven steps, then a choice: the stronger side. At chance on "
            "trials without a difference."),
        [](const TaskOptions& options) -> base::Result<TaskPtr> {
            return std::make_shared<TwoAlternative>(options);
        }};
    return info;
}

} // namespace rulescope::networks
