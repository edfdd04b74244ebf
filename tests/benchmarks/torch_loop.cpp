// SPDX-License-Identifier: GPL-3.0-or-later
#include "torch_loop.h"

#include "core/engine/rule_module.h"

#include <ATen/Parallel.h>

namespace rulescope::benchmarks {

struct TorchLoop::Implementation {
    Implementation(
        const engine::NetworkShape& shape, const std::vector<data::RuleInputs>& animals, int threadCount)
        : module(shape, torch::kFloat32)
        , batch(animals, torch::kFloat32)
        , threads(threadCount) {
        module.setParameters(engine::initialParameters(shape, 1));
    }
    engine::NetworkRuleModule module;
    engine::TensorBatch batch;
    int threads;
};

TorchLoop::TorchLoop(
    const engine::NetworkShape& shape, const std::vector<data::RuleInputs>& animals, int threads)
    : m_implementation(std::make_unique<Implementation>(shape, animals, threads)) {}

TorchLoop::~TorchLoop() = default;

double TorchLoop::epoch(int truncation) {
    at::set_num_threads(m_implementation->threads);
    m_implementation->module.zero_grad();
    return engine::backwardThroughModule(m_implementation->module, m_implementation->batch, truncation);
}

} // namespace rulescope::benchmarks
