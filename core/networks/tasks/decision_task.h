// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/networks/task.h"

namespace rulescope::networks {

/// What the tasks of [RL] have in common: eight steps, three outputs; output 0 is asked for until the last
/// step, then the choice of one of the others. A trial's inputs are drawn by the task, its choice returned.
class DecisionTask : public Task {
  public:
    explicit DecisionTask(const TaskOptions& options)
        : m_options(options) {}

    std::size_t outputs() const override { return 3; }
    std::size_t steps() const override { return 8; }

    void draw(TrialSource source, std::size_t trials, base::RandomStream& random,
        Batch<float>& batch) const override {
        prepare(trials, batch);
        const double noise = source == TrialSource::NoisyTest ? m_options.noisyTestNoise : m_options.noise;
        for (std::size_t b = 0; b < trials; ++b) {
            batch.classes[(steps() - 1) * trials + b] = drawTrial(noise, random, b, batch);
        }
    }

  protected:
    /// Inputs of trial `trial` at every step but the decision's, into a batch of zeros.
    virtual int drawTrial(
        double noise, base::RandomStream& random, std::size_t trial, Batch<float>& batch) const = 0;

    static auto inputAt(Batch<float>& batch, std::size_t step, std::size_t trial) {
        return batch.inputs.col(static_cast<Eigen::Index>(step * batch.trials + trial));
    }

  private:
    TaskOptions m_options;
};

} // namespace rulescope::networks
