// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/tasks/decision_task.h"

#include <array>

namespace rulescope::networks {

namespace {

/// Seven inputs: fixation, two modalities with two sides each, explicit context; two stimulus steps, five of
/// delay, decision by the modality that the context names [RL].
class Context final : public DecisionTask {
  public:
    using DecisionTask::DecisionTask;
    std::size_t inputs() const override { return 7; }

  protected:
    int drawTrial(
        double noise, base::RandomStream& random, std::size_t trial, Batch<float>& batch) const override {
        constexpr std::array<double, 3> coherences = {5, 15, 50};
        constexpr std::size_t stimulusSteps = 2;
        std::array<double, 2> lift{};
        for (double& each : lift) {
            const double sign = random.bernoulli(0.5) ? -1 : 1;
            each = sign * coherences[random.below(coherences.size())] / 200;
        }
        const std::size_t context = random.below(2);
        for (std::size_t t = 0; t + 1 < steps(); ++t) {
            auto input = inputAt(batch, t, trial);
            input(0) = 1;
            for (Eigen::Index i = 0; i < 4; ++i) {
                const double side = (i % 2 == 0 ? 1 : -1) * lift[static_cast<std::size_t>(i / 2)];
                const double evidence = t < stimulusSteps ? 0.5 + side : 0;
                input(1 + i) = static_cast<float>(evidence + noise * random.normal());
            }
            input(5 + static_cast<Eigen::Index>(context)) = 1;
        }
        return lift[context] > 0 ? 1 : 2;
    }
};

} // namespace

const TaskInfo& contextTask() {
    static const TaskInfo info{"context", QT_TRANSLATE_NOOP("core", "Context-dependent decision"),
        QT_TRANSLATE_NOOP("core",
            "Evidence in two modalities for two steps, a delay of five, then a choice by the modality that "
            "the context input names."),
        [](const TaskOptions& options) -> base::Result<TaskPtr> {
            return std::make_shared<Context>(options);
        }};
    return info;
}

} // namespace rulescope::networks
