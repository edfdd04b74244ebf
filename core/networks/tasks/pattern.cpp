// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/task.h"

#include <cmath>
#include <numbers>

namespace rulescope::networks {

namespace {

constexpr std::size_t kPatterns = 3;
constexpr std::size_t kCueSteps = 4;

/// Three cues, shown for four steps; after each the output draws its own curve, a sum of two sines.
class Pattern final : public Task {
  public:
    explicit Pattern(const TaskOptions& options)
        : m_options(options) {}

    std::size_t inputs() const override { return 1 + kPatterns; }
    std::size_t outputs() const override { return 1; }
    std::size_t steps() const override { return 24; }
    std::size_t lossFrom() const override { return kCueSteps; }
    LossKind loss() const override { return LossKind::SquaredError; }

    void draw(TrialSource source, std::size_t trials, base::RandomStream& random,
        Batch<float>& batch) const override {
        prepare(trials, batch);
        const double noise = source == TrialSource::NoisyTest ? m_options.noisyTestNoise : m_options.noise;
        for (std::size_t b = 0; b < trials; ++b) {
            const std::size_t cue = random.below(kPatterns);
            for (std::size_t t = 0; t < steps(); ++t) {
                auto input = batch.inputs.col(static_cast<Eigen::Index>(t * trials + b));
                input(0) = 1;
                for (std::size_t k = 0; k < kPatterns; ++k) {
                    const double shown = t < kCueSteps && k == cue ? 1 : 0;
                    input(1 + static_cast<Eigen::Index>(k)) =
                        static_cast<float>(shown + noise * random.normal());
                }
                if (t >= kCueSteps) {
                    batch.targets(0, static_cast<Eigen::Index>((t - kCueSteps) * trials + b)) =
                        static_cast<float>(curve(cue, t - kCueSteps));
                }
            }
        }
    }

  private:
    double curve(std::size_t cue, std::size_t step) const {
        const double phase =
            2 * std::numbers::pi * static_cast<double>(step) / static_cast<double>(steps() - kCueSteps);
        const double order = static_cast<double>(cue + 1);
        return 0.5 * (std::sin(order * phase) + std::sin((order + 1) * phase + order));
    }

    TaskOptions m_options;
};

} // namespace

const TaskInfo& patternTask() {
    static const TaskInfo info{"pattern", QT_TRANSLATE_NOOP("core", "Pattern generation"),
        QT_TRANSLATE_NOOP("core",
            "After each of three cues the output draws its own curve over twenty steps; the score is the "
            "share of the curves' variance that it explains."),
        [](const TaskOptions& options) -> base::Result<TaskPtr> {
            return std::make_shared<Pattern>(options);
        }};
    return info;
}

} // namespace rulescope::networks
