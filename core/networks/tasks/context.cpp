// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/task.h"

#include <array>

namespace rulescope::networks {

namespace {

/// Seven inputs: fixation, two modalities with two sides each, explicit context; two stimulus steps, five of
/// delay, decision by the modality that the context names [RL].
class Context final : public Task {
  public:
    explicit Context(const TaskOptions& options)
        : m_options(options) {}

    std::size_t inputs() const override { return 7; }
    std::size_t outputs() const override { return 3; }
    std::size_t steps() const override { return 8; }

    void draw(TrialSource source, std::size_t trials, base::RandomStream& random,
        Batch<float>& batch) const override {
        constexpr std::array<double, 3> coherences = {5, 15, 50};
        constexpr std::size_t stimulusSteps = 2;
        prepare(trials, batch);
        const double noise = source == TrialSource::NoisyTest ? m_options.noisyTestNoise : m_options.noise;
        for (std::size_t b = 0; b < trials; ++b) {
            std::array<double, 2> lift{};
            for (double& each : lift) {
                const double sign = random.bernoulli(0.5) ? -1 : 1;
                each = sign * coherences[random.below(coherences.size())] / 200;
            }
            const std::size_t context = random.below(2);
            for (std::size_t t = 0; t + 1 < steps(); ++t) {
                auto input = batch.inputs.col(static_cast<Eigen::Index>(t * trials + b));
                input(0) = 1;
                for (Eigen::Index i = 0; i < 4; ++i) {
                    const double side = (i % 2 == 0 ? 1 : -1) * lift[static_cast<std::size_t>(i / 2)];
                    const double evidence = t < stimulusSteps ? 0.5 + side : 0;
                    input(1 + i) = static_cast<float>(evidence + noise * random.normal());
                }
                input(5 + static_cast<Eigen::Index>(context)) = 1;
            }
            batch.classes[(steps() - 1) * trials + b] = lift[context] > 0 ? 1 : 2;
        }
    }

  private:
    TaskOptions m_options;
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
