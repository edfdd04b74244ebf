// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/finite_trials.h"

#include "core/networks/network_spec.h"

namespace rulescope::networks {

namespace {

using Index = Eigen::Index;

class FiniteTrials final : public Task {
  public:
    FiniteTrials(TaskPtr task, std::size_t count, std::uint64_t seed)
        : m_task(std::move(task)) {
        base::RandomStream random(seed, static_cast<std::uint64_t>(Stream::TrainingSet));
        m_task->draw(TrialSource::Training, count, random, m_trials);
    }

    std::size_t inputs() const override { return m_task->inputs(); }
    std::size_t outputs() const override { return m_task->outputs(); }
    std::size_t steps() const override { return m_task->steps(); }
    std::size_t lossFrom() const override { return m_task->lossFrom(); }
    LossKind loss() const override { return m_task->loss(); }

    void draw(TrialSource source, std::size_t trials, base::RandomStream& random,
        Batch<float>& batch) const override {
        if (source != TrialSource::Training) {
            m_task->draw(source, trials, random, batch);
            return;
        }
        prepare(trials, batch);
        for (std::size_t b = 0; b < trials; ++b) {
            const auto chosen = static_cast<std::size_t>(random.below(m_trials.trials));
            for (std::size_t t = 0; t < steps(); ++t) {
                batch.inputs.col(static_cast<Index>(t * trials + b)) =
                    m_trials.inputs.col(static_cast<Index>(t * m_trials.trials + chosen));
            }
            for (std::size_t t = 0; t < batch.lossSteps(); ++t) {
                const std::size_t to = t * trials + b, from = t * m_trials.trials + chosen;
                if (loss() == LossKind::CrossEntropy) {
                    batch.classes[to] = m_trials.classes[from];
                } else {
                    batch.targets.col(static_cast<Index>(to)) =
                        m_trials.targets.col(static_cast<Index>(from));
                }
            }
        }
    }

  private:
    TaskPtr m_task;
    Batch<float> m_trials;
};

} // namespace

TaskPtr finiteTrials(TaskPtr task, std::size_t count, std::uint64_t seed) {
    return std::make_shared<FiniteTrials>(std::move(task), count, seed);
}

} // namespace rulescope::networks
