// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/task.h"

#include <array>

namespace rulescope::networks {

namespace {

/// Three inputs (fixation, evidence for either side), seven stimulus steps and a decision; stimulus k = .5 +-
/// coherence/200 [RL].
class TwoAlternative final : public Task {
  public:
    explicit TwoAlternative(const TaskOptions& options)
        : m_options(options) {}

    std::size_t inputs() const override { return 3; }
    std::size_t outputs() const override { return 3; }
    std::size_t steps() const override { return 8; }

    void draw(TrialSource source, std::size_t trials, base::RandomStream& random,
        Batch<float>& batch) const override {
        constexpr std::array<double, 5> coherences = {0, 6.4, 12.8, 25.6, 51.2};
        prepare(trials, batch);
        const double noise = source == TrialSource::NoisyTest ? m_options.noisyTestNoise : m_options.noise;
        for (std::size_t b = 0; b < trials; ++b) {
            const bool isSecond = random.bernoulli(0.5);
            const double lift = coherences[random.below(coherences.size())] / 200 * (isSecond ? -1 : 1);
            for (std::size_t t = 0; t + 1 < steps(); ++t) {
                auto input = batch.inputs.col(static_cast<Eigen::Index>(t * trials + b));
                input << 1.0F, static_cast<float>(0.5 + lift + noise * random.normal()),
                    static_cast<float>(0.5 - lift + noise * random.normal());
            }
            batch.classes[(steps() - 1) * trials + b] = isSecond ? 2 : 1;
        }
    }

  private:
    TaskOptions m_options;
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
