// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/network_shape.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>

namespace rulescope::engine {

namespace {

class SlotList {
  public:
    void add(const std::string& name, std::vector<std::size_t> shape, int fanIn, double initial = 0) {
        std::size_t size = 1;
        for (const std::size_t extent : shape) {
            size *= extent;
        }
        m_slots.push_back({name, std::move(shape), m_offset, size, fanIn, initial});
        m_offset += size;
    }
    std::vector<ParameterSlot> take() { return std::move(m_slots); }

  private:
    std::vector<ParameterSlot> m_slots;
    std::size_t m_offset = 0;
};

} // namespace

std::string mlpLayerName(int layer) {
    return "mlp" + std::to_string(layer);
}

std::vector<ParameterSlot> parameterSlots(const NetworkShape& shape) {
    const auto inputs = static_cast<std::size_t>(shape.inputs());
    const auto hidden = static_cast<std::size_t>(shape.hidden);
    const auto weights = static_cast<std::size_t>(shape.weights);
    SlotList slots;
    if (shape.isRecurrent) {
        slots.add("gru_weight_ih", {3 * hidden, inputs}, shape.hidden);
        slots.add("gru_weight_hh", {3 * hidden, hidden}, shape.hidden);
        slots.add("gru_bias_ih", {3 * hidden}, shape.hidden);
        slots.add("gru_bias_hh", {3 * hidden}, shape.hidden);
    }
    if (shape.isDirect) {
        slots.add("readout_weight", {1, hidden}, shape.hidden);
        slots.add("readout_bias", {1}, shape.hidden);
        return slots.take();
    }
    const std::size_t mlpInputs = shape.isRecurrent ? hidden : inputs;
    for (int layer = 0; layer <= shape.hiddenLayers; ++layer) {
        const std::size_t in = layer == 0 ? mlpInputs : hidden;
        const std::size_t out = layer == shape.hiddenLayers ? weights : hidden;
        slots.add(mlpLayerName(layer) + "_weight", {out, in}, static_cast<int>(in));
        slots.add(mlpLayerName(layer) + "_bias", {out}, static_cast<int>(in));
    }
    slots.add("scale", {weights}, 0, kInitialScale);
    if (shape.isResidual) {
        slots.add("alpha", {weights}, 0, kInitialLearningRate);
        slots.add("offset", {weights}, 0, 0.0);
    }
    return slots.take();
}

std::size_t parameterCount(const NetworkShape& shape) {
    const std::vector<ParameterSlot> slots = parameterSlots(shape);
    return slots.back().offset + slots.back().size;
}

std::vector<double> initialParameters(const NetworkShape& shape, std::uint64_t seed) {
    base::RandomStream random(seed, 0x6e6574776f726bULL); // "network": apart from every other use of the seed
    std::vector<double> values(parameterCount(shape));
    for (const ParameterSlot& slot : parameterSlots(shape)) {
        if (slot.fanIn == 0) {
            std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(slot.offset), slot.size, slot.initial);
            continue;
        }
        const double bound = 1 / std::sqrt(static_cast<double>(slot.fanIn));
        for (std::size_t i = 0; i < slot.size; ++i) {
            values[slot.offset + i] = random.uniform(-bound, bound);
        }
    }
    return values;
}

} // namespace rulescope::engine
