// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/engine/fused_rollout.h"
#include "core/fit/fit_spec.h"
#include "core/fit/network_state.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace rulescope::fit {

using TrainingRollout = engine::FusedRollout<float>;

/// LibTorch's own complaint, without its backtrace.
class LibTorchError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// One network in training: LibTorch's AdamW (Adam at weight decay 0) on the fused rollout, one full batch an
/// epoch. Its state can be taken out after any epoch, and a run made from it goes on to the same bits.
/// Constructors and step throw LibTorchError where the library refuses.
class TrainingRun {
  public:
    /// From `initial` parameters (flat, in the order of engine::parameterSlots).
    TrainingRun(const engine::NetworkShape& shape, const TrainingOptions& options,
        const std::vector<double>& initial);
    /// Resumes from a state that another run gave.
    TrainingRun(const engine::NetworkShape& shape, const TrainingOptions& options, TrainingState state);
    ~TrainingRun();
    TrainingRun(TrainingRun&&) noexcept;
    TrainingRun& operator=(TrainingRun&&) noexcept;

    enum class Step {
        Done,
        Stopped, ///< by the token, before anything changed
        Diverged ///< the loss or its gradient is not finite; nothing changed
    };
    /// One epoch; its likelihood, before the step, is then the last of the training curve.
    Step step(const TrainingRollout& training, const base::StopToken& stop);

    int epochs() const;
    /// What a fit keeps: the parameters, or their running mean (TrainingOptions::averaging).
    const std::vector<double>& parameters() const;
    const std::vector<double>& trainCurve() const;
    TrainingState state() const;

  private:
    struct Implementation;
    std::unique_ptr<Implementation> m_implementation;
};

} // namespace rulescope::fit
