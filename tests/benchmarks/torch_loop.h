// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/regressors.h"
#include "core/engine/network_shape.h"

#include <memory>
#include <vector>

namespace rulescope::benchmarks {

/// The general autograd path as DESIGN.md's yardstick: nn::GRUCell and nn::Linear, features prebuilt, one
/// loss and one backward per truncation window. Torch-free header, so that only one source of the benchmarks
/// pays for LibTorch.
class TorchLoop {
  public:
    TorchLoop(const engine::NetworkShape& shape, const std::vector<data::RuleInputs>& animals, int threads);
    ~TorchLoop();
    /// One training epoch: loss and gradients; returns the mean negative log-likelihood.
    double epoch(int truncation);

  private:
    struct Implementation;
    std::unique_ptr<Implementation> m_implementation;
};

} // namespace rulescope::benchmarks
