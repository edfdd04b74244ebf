// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/animal_task.h"

#include "core/data/regressors.h"

#include <algorithm>
#include <cmath>

namespace rulescope::networks {

namespace {

constexpr double kIblContrasts[] = {-1, -0.25, -0.125, -0.0625, 0, 0.0625, 0.125, 0.25, 1};

/// The animal's own stimuli with the rewarded side as the class; at strength 0 the side is random.
class AnimalTask final : public Task {
  public:
    explicit AnimalTask(TaskOptions options)
        : m_options(std::move(options)) {
        if (m_options.stimuli.empty()) {
            const data::StimulusTransform transform;
            for (const double contrast : kIblContrasts) {
                m_options.stimuli.push_back(transform.apply(contrast));
            }
        }
    }

    std::size_t inputs() const override { return kAnimalInputs; }
    std::size_t outputs() const override { return kAnimalOutputs; }
    std::size_t steps() const override { return kAnimalSteps; }
    std::size_t lossFrom() const override { return kAnimalSteps - 1; }

    void draw(TrialSource source, std::size_t trials, base::RandomStream& random,
        Batch<float>& batch) const override {
        prepare(trials, batch);
        const double noise = source == TrialSource::NoisyTest ? m_options.noisyTestNoise : m_options.noise;
        for (std::size_t b = 0; b < trials; ++b) {
            const double strength = m_options.stimuli[random.below(m_options.stimuli.size())];
            const bool isRight = strength != 0 ? strength > 0 : random.bernoulli(0.5);
            showStimulus(strength, noise, random, b, batch);
            batch.classes[b] = isRight ? 1 : 0;
        }
    }

  private:
    TaskOptions m_options;
};

} // namespace

StimulusStrengths stimulusStrengths(const data::Animal& animal) {
    const std::vector<double>& stimuli = animal.trials().stimulus;
    const bool isContrast = animal.stimulusKind() == data::StimulusKind::Contrast;
    const data::StimulusTransform transform;
    double largest = 0;
    for (const double stimulus : stimuli) {
        largest = std::isfinite(stimulus) ? std::max(largest, std::abs(stimulus)) : largest;
    }
    StimulusStrengths strengths;
    strengths.perTrial.reserve(stimuli.size());
    for (const double stimulus : stimuli) {
        const double known = std::isfinite(stimulus) ? stimulus : 0;
        strengths.perTrial.push_back(isContrast ? transform.apply(known) : largest > 0 ? known / largest : 0);
    }
    strengths.levels = strengths.perTrial;
    std::sort(strengths.levels.begin(), strengths.levels.end());
    strengths.levels.erase(
        std::unique(strengths.levels.begin(), strengths.levels.end()), strengths.levels.end());
    return strengths;
}

void showStimulus(
    double strength, double noise, base::RandomStream& random, std::size_t trial, Batch<float>& batch) {
    for (std::size_t t = 0; t + 1 < batch.steps; ++t) {
        auto input = batch.inputs.col(static_cast<Eigen::Index>(t * batch.trials + trial));
        input << static_cast<float>(std::max(-strength, 0.0) + noise * random.normal()),
            static_cast<float>(std::max(strength, 0.0) + noise * random.normal()), 1.0F;
    }
}

const TaskInfo& animalTask() {
    static const TaskInfo info{"animal", QT_TRANSLATE_NOOP("core", "An animal's own task"),
        QT_TRANSLATE_NOOP("core",
            "The stimuli of an animal of the study (or those of the IBL task): strength on the left and on "
            "the right for three steps, then a choice of side."),
        [](const TaskOptions& options) -> base::Result<TaskPtr> {
            return std::make_shared<AnimalTask>(options);
        }};
    return info;
}

} // namespace rulescope::networks
