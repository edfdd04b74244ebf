// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fused_rollout.h"

#include "core/base/parallel.h"
#include "core/engine/rollout_kernels.h"

#include <array>
#include <atomic>
#include <cassert>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>

namespace rulescope::engine {

using namespace kernels;

namespace {

/// A group is as large as a load of the weights pays for, and there are at least two, for two cores. The
/// number depends on the animals alone: results must not depend on the machine's threads.
std::size_t groupCount(std::size_t animals) {
    const std::size_t needed = (animals + kMaxGroup - 1) / kMaxGroup;
    const std::size_t even = needed + needed % 2;
    return std::min(std::max<std::size_t>(even, 2), std::max<std::size_t>(animals, 1));
}

/// Which animals run together. A step of a group costs about as much as kStepCost animals on top of those in
/// it, so the longest animal of a group counts more than the others; the next animal, in falling order of
/// length, goes where the cost is least.
std::vector<std::vector<std::size_t>> groupsOf(std::span<const data::RuleInputs> inputs) {
    constexpr std::size_t kStepCost = 3;
    std::vector<std::size_t> order(inputs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
        [&](std::size_t a, std::size_t b) { return inputs[a].trials > inputs[b].trials; });
    std::vector<std::vector<std::size_t>> groups(groupCount(inputs.size()));
    std::vector<std::size_t> costs(groups.size(), 0);
    for (const std::size_t animal : order) {
        std::size_t best = groups.size();
        for (std::size_t g = 0; g < groups.size(); ++g) {
            if (groups[g].size() < kMaxGroup && (best == groups.size() || costs[g] < costs[best])) {
                best = g;
            }
        }
        costs[best] += inputs[animal].trials * (groups[best].empty() ? kStepCost + 1 : 1);
        groups[best].push_back(animal);
    }
    return groups;
}

/// u_t of one trial but w_t, into an animal's lane.
template<class T>
void packTrial(const Dimensions<T>& size, const data::RuleInputs& inputs, std::size_t t, T* lane) {
    const auto put = [&](std::size_t input, double value) {
        lane[(input - size.weights) * kGroupLanes] = static_cast<T>(value);
    };
    for (std::size_t k = 0; k < size.regressors; ++k) {
        put(size.regressorsAt() + k, inputs.row(t)[k]);
    }
    put(size.sessionStartAt(), inputs.sessionStart[t]);
    if (size.isDirect) { // it sees the event of the trial before, unknown before the first
        put(size.choiceAt(), t > 0 ? inputs.choice[t - 1] : 0.5);
        put(size.outcomeAt(), t > 0 ? inputs.outcome[t - 1] : 0.5);
        return;
    }
    put(size.choiceAt(), inputs.choice[t]);
    put(size.outcomeAt(), inputs.outcome[t]);
    put(size.sideAt(), inputs.side[t]);
}

template<class T>
Group<T> packGroup(const Dimensions<T>& size, std::span<const data::RuleInputs> animals,
    std::vector<std::size_t> members, std::span<const double> initialWeights) {
    Group<T> group;
    group.animals = std::move(members);
    for (const std::size_t animal : group.animals) {
        group.lengths.push_back(animals[animal].trials);
    }
    const std::size_t columns = size.dataInputs() * kGroupLanes;
    group.inputs = AlignedArray<T>(group.trials() * columns);
    group.scored = AlignedArray<T>(group.trials() * kGroupLanes);
    group.signs = AlignedArray<T>(group.trials() * kGroupLanes);
    group.initialWeights = AlignedArray<T>(size.weights * kGroupLanes);
    for (std::size_t a = 0; a < group.size(); ++a) {
        const std::size_t animal = group.animals[a];
        const data::RuleInputs& inputs = animals[animal];
        assert(inputs.regressors == size.regressors);
        for (std::size_t t = 0; t < inputs.trials; ++t) {
            packTrial(size, inputs, t, group.inputs.data() + t * columns + a);
            group.scored.data()[t * kGroupLanes + a] = inputs.scored[t] != 0 ? T(1) : T(0);
            group.signs.data()[t * kGroupLanes + a] = static_cast<T>(2 * inputs.choice[t] - 1);
        }
        for (std::size_t k = 0; k < size.weights && !initialWeights.empty(); ++k) {
            group.initialWeights.data()[k * kGroupLanes + a] =
                static_cast<T>(initialWeights[animal * size.weights + k]);
        }
    }
    return group;
}

/// Copies a PyTorch matrix (out, in), columns [firstColumn, firstColumn + columns), into input-major rows.
template<class T>
void packColumns(const T* matrix, std::size_t rows, std::size_t matrixColumns, std::size_t firstColumn,
    std::size_t columns, T* packed, std::size_t packedStride) {
    for (std::size_t o = 0; o < rows; ++o) {
        for (std::size_t i = 0; i < columns; ++i) {
            packed[i * packedStride + o] = matrix[o * matrixColumns + firstColumn + i];
        }
    }
}

/// The inverse of packColumns, adding.
template<class T>
void addColumns(const T* packed, std::size_t packedStride, std::size_t rows, std::size_t columns, T* matrix) {
    for (std::size_t o = 0; o < rows; ++o) {
        for (std::size_t i = 0; i < columns; ++i) {
            matrix[o * columns + i] += packed[i * packedStride + o];
        }
    }
}

template<class T>
void copyRows(const T* matrix, std::size_t rows, std::size_t columns, T* packed, std::size_t packedStride) {
    for (std::size_t o = 0; o < rows; ++o) {
        std::copy_n(matrix + o * columns, columns, packed + o * packedStride);
    }
}

template<class T>
void addValues(const T* values, std::size_t count, T* sum) {
    for (std::size_t i = 0; i < count; ++i) {
        sum[i] += values[i];
    }
}

/// Where each tensor starts in the flat parameter vector.
struct FlatOffsets {
    explicit FlatOffsets(const NetworkShape& shape) {
        const std::vector<ParameterSlot> slots = parameterSlots(shape);
        std::size_t next = 0;
        if (shape.isRecurrent) {
            gateInput = slots[next++].offset;
            gateState = slots[next++].offset;
            gateInputBias = slots[next++].offset;
            gateStateBias = slots[next++].offset;
        }
        if (shape.isDirect) {
            readout = slots[next++].offset;
            readoutBias = slots[next].offset;
            return;
        }
        for (std::size_t layer = 0; layer < static_cast<std::size_t>(shape.hiddenLayers); ++layer) {
            layers[layer] = slots[next++].offset;
            layerBiases[layer] = slots[next++].offset;
        }
        output = slots[next++].offset;
        outputBias = slots[next++].offset;
        scale = slots[next++].offset;
        if (shape.isResidual) {
            alpha = slots[next++].offset;
            offset = slots[next].offset;
        }
    }
    std::size_t gateInput = 0, gateState = 0, gateInputBias = 0, gateStateBias = 0;
    std::array<std::size_t, kMaxHiddenLayers> layers{}, layerBiases{};
    std::size_t output = 0, outputBias = 0, scale = 0;
    std::size_t alpha = 0, offset = 0, readout = 0, readoutBias = 0;
};

template<class T>
void packGates(const Dimensions<T>& size, const FlatOffsets& at, const T* flat, PackedWeights<T>& packed,
    TransposedWeights<T>& transposed) {
    const std::size_t h = size.hidden, hp = size.width, inputs = size.inputs;
    for (std::size_t gate = 0; gate < 3; ++gate) { // PyTorch's order r, z, n
        const T* input = flat + at.gateInput + gate * h * inputs;
        const T* state = flat + at.gateState + gate * h * h;
        const T* inputBias = flat + at.gateInputBias + gate * h;
        const T* stateBias = flat + at.gateStateBias + gate * h;
        T* const bias = packed.biases.data() + (gate + 1) * hp; // n from the state stands before r
        std::copy_n(inputBias, h, bias);
        if (gate < 2) {
            T* base = packed.gatesRZ.data() + gate * hp;
            packColumns(state, h, h, 0, h, base, 2 * hp);
            packColumns(input, h, inputs, 0, inputs, base + hp * 2 * hp, 2 * hp);
            addValues(stateBias, h, bias);
        } else {
            packColumns(state, h, h, 0, h, packed.gateNState.data(), hp);
            packColumns(input, h, inputs, 0, inputs, packed.gateNInput.data(), hp);
            std::copy_n(stateBias, h, packed.biases.data());
        }
        const std::size_t stateGate = gate < 2 ? gate + 1 : 0; // transposed order n, r, z
        copyRows(state, h, h, transposed.state.data() + stateGate * hp * hp, hp);
        packColumns(input, h, inputs, 0, size.weights, transposed.gateInput.data() + gate * hp, 3 * hp);
    }
}

template<class T>
void packHiddenLayers(const Dimensions<T>& size, const FlatOffsets& at, const T* flat,
    PackedWeights<T>& packed, TransposedWeights<T>& transposed) {
    const std::size_t h = size.hidden, hp = size.width;
    for (std::size_t layer = 0; layer < size.layers; ++layer) {
        const T* const weights = flat + at.layers[layer];
        const bool readsInputs = layer == 0 && !size.isRecurrent;
        const std::size_t in = readsInputs ? size.inputs : h;
        packColumns(weights, h, in, 0, in, packed.layers[layer].data(), hp);
        std::copy_n(flat + at.layerBiases[layer], h, packed.biases.data() + size.layerAt(layer));
        if (readsInputs) {
            packColumns(weights, h, in, 0, size.weights, transposed.layers[layer].data(), hp);
        } else {
            copyRows(weights, h, h, transposed.layers[layer].data(), hp);
        }
    }
}

template<class T>
void packNetwork(const Dimensions<T>& size, const FlatOffsets& at, const T* flat, PackedWeights<T>& packed,
    TransposedWeights<T>& transposed) {
    const std::size_t h = size.hidden, hp = size.width;
    if (size.isDirect) {
        packGates(size, at, flat, packed, transposed);
        std::copy_n(flat + at.readout, h, packed.readout.data());
        packed.readoutBias.data()[0] = flat[at.readoutBias];
        return;
    }
    if (size.isRecurrent) {
        packGates(size, at, flat, packed, transposed);
    }
    packHiddenLayers(size, at, flat, packed, transposed);
    copyRows(flat + at.output, size.weights, h, packed.output.data(), hp);
    std::copy_n(flat + at.outputBias, size.weights, packed.outputBias.data());
    std::copy_n(flat + at.scale, size.weights, packed.scale.data());
    if (size.isResidual) {
        std::copy_n(flat + at.alpha, size.weights, packed.alpha.data());
        std::copy_n(flat + at.offset, size.weights, packed.offset.data());
    }
}

template<class T>
void addGates(const Dimensions<T>& size, const FlatOffsets& at, const PackedWeights<T>& packed, T* flat) {
    const std::size_t h = size.hidden, hp = size.width, inputs = size.inputs;
    const T* const biases = packed.biases.data();
    for (std::size_t gate = 0; gate < 2; ++gate) {
        const T* base = packed.gatesRZ.data() + gate * hp;
        addColumns(base, 2 * hp, h, h, flat + at.gateState + gate * h * h);
        addColumns(base + hp * 2 * hp, 2 * hp, h, inputs, flat + at.gateInput + gate * h * inputs);
        addValues(biases + (gate + 1) * hp, h, flat + at.gateInputBias + gate * h);
        addValues(biases + (gate + 1) * hp, h, flat + at.gateStateBias + gate * h);
    }
    addColumns(packed.gateNState.data(), hp, h, h, flat + at.gateState + 2 * h * h);
    addColumns(packed.gateNInput.data(), hp, h, inputs, flat + at.gateInput + 2 * h * inputs);
    addValues(biases, h, flat + at.gateStateBias + 2 * h);
    addValues(biases + 3 * hp, h, flat + at.gateInputBias + 2 * h);
}

/// Adds a packed gradient to a flat one.
template<class T>
void addGradient(const Dimensions<T>& size, const FlatOffsets& at, const PackedWeights<T>& packed, T* flat) {
    const std::size_t h = size.hidden, hp = size.width;
    if (size.isDirect) {
        addGates(size, at, packed, flat);
        addValues(packed.readout.data(), h, flat + at.readout);
        addValues(packed.readoutBias.data(), 1, flat + at.readoutBias);
        return;
    }
    if (size.isRecurrent) {
        addGates(size, at, packed, flat);
    }
    for (std::size_t layer = 0; layer < size.layers; ++layer) {
        const std::size_t in = layer > 0 || size.isRecurrent ? h : size.inputs;
        addColumns(packed.layers[layer].data(), hp, h, in, flat + at.layers[layer]);
        addValues(packed.biases.data() + size.layerAt(layer), h, flat + at.layerBiases[layer]);
    }
    for (std::size_t k = 0; k < size.weights; ++k) {
        addValues(packed.output.data() + k * hp, h, flat + at.output + k * h);
    }
    addValues(packed.outputBias.data(), size.weights, flat + at.outputBias);
    addValues(packed.scale.data(), size.weights, flat + at.scale);
    if (size.isResidual) {
        addValues(packed.alpha.data(), size.weights, flat + at.alpha);
        addValues(packed.offset.data(), size.weights, flat + at.offset);
    }
}

/// A few workspaces shared by whichever threads come: as many as run at once.
template<class T>
class WorkspacePool {
  public:
    WorkspacePool(const Dimensions<T>& size, std::size_t window)
        : m_size(size)
        , m_window(window) {}

    std::unique_ptr<Workspace<T>> take() {
        {
            const std::lock_guard lock(m_mutex);
            if (!m_free.empty()) {
                auto workspace = std::move(m_free.back());
                m_free.pop_back();
                return workspace;
            }
        }
        return std::make_unique<Workspace<T>>(m_size, m_window);
    }
    void giveBack(std::unique_ptr<Workspace<T>> workspace) {
        const std::lock_guard lock(m_mutex);
        m_free.push_back(std::move(workspace));
    }

  private:
    const Dimensions<T>& m_size;
    std::size_t m_window;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Workspace<T>>> m_free;
};

} // namespace

template<class T>
void kernels::PackedWeights<T>::clear() {
    for (AlignedArray<T>* array : {&gatesRZ, &gateNState, &gateNInput, &biases, &output, &outputBias, &scale,
             &alpha, &offset, &readout, &readoutBias}) {
        array->clear();
    }
    for (AlignedArray<T>& layer : layers) {
        layer.clear();
    }
}

template<class T>
struct FusedRollout<T>::Implementation {
    Implementation(const NetworkShape& networkShape, std::span<const data::RuleInputs> inputs,
        const RolloutOptions& rolloutOptions, std::span<const double> initialWeights)
        : size(networkShape)
        , offsets(networkShape)
        , parameters(engine::parameterCount(networkShape))
        , options(rolloutOptions)
        , animalCount(inputs.size())
        , workspaces(size, longestWindow(inputs, rolloutOptions)) {
        for (std::vector<std::size_t>& members : groupsOf(inputs)) {
            groups.push_back(packGroup<T>(size, inputs, std::move(members), initialWeights));
            gradients.emplace_back(size);
        }
        std::size_t corrected = 0;
        for (const data::RuleInputs& animal : inputs) {
            const auto count = std::count(animal.scored.begin(), animal.scored.end(), 1);
            scored += static_cast<std::size_t>(count);
            corrected += static_cast<std::size_t>(count) - (count > 0 && animal.scored[0] != 0 ? 1 : 0);
        }
        if (size.isResidual && corrected > 0) {
            penaltyPerCorrection = options.residualPenalty / static_cast<double>(corrected);
        }
    }

    static std::size_t longestWindow(
        std::span<const data::RuleInputs> inputs, const RolloutOptions& options) {
        std::size_t longest = 1;
        for (const data::RuleInputs& animal : inputs) {
            longest = std::max(longest, animal.trials);
        }
        return std::min(longest, static_cast<std::size_t>(std::max(options.truncation, 1)));
    }

    /// Sums per animal of one group.
    struct GroupSums {
        std::array<double, kMaxGroup> negativeLogLikelihood{}, correction{};
    };

    bool run(std::size_t g, const PackedWeights<T>& packed, const TransposedWeights<T>& transposed,
        bool withGradient, GroupSums& sums, T* path, const base::StopToken& stop) {
        std::unique_ptr<Workspace<T>> workspace = workspaces.take();
        if (withGradient) {
            gradients[g].clear();
        }
        const GroupTask<T> task{size, packed, transposed, groups[g], *workspace,
            withGradient ? &gradients[g] : nullptr, sums.negativeLogLikelihood.data(), sums.correction.data(),
            path, static_cast<T>(penaltyPerCorrection * static_cast<double>(scored)),
            static_cast<std::size_t>(std::max(options.truncation, 1)), stop};
        const bool isDone = runGroup(task);
        workspaces.giveBack(std::move(workspace));
        return isDone;
    }

    Dimensions<T> size;
    FlatOffsets offsets;
    std::size_t parameters;
    RolloutOptions options;
    std::size_t animalCount;
    std::size_t scored = 0;
    double penaltyPerCorrection = 0; ///< lambda / updates that it averages over
    WorkspacePool<T> workspaces;
    std::vector<Group<T>> groups;
    std::vector<PackedWeights<T>> gradients; ///< one per group
};

template<class T>
FusedRollout<T>::FusedRollout(const NetworkShape& shape, std::span<const data::RuleInputs> animals,
    const RolloutOptions& options, std::span<const double> initialWeights)
    : m_implementation(std::make_unique<Implementation>(shape, animals, options, initialWeights)) {}

template<class T>
FusedRollout<T>::~FusedRollout() = default;

template<class T>
std::size_t FusedRollout<T>::scoredTrials() const {
    return m_implementation->scored;
}

template<class T>
RolloutLoss FusedRollout<T>::evaluate(
    std::span<const T> parameters, std::span<T> gradient, const base::StopToken& stop) const {
    Implementation& self = *m_implementation;
    assert(parameters.size() == self.parameters && (gradient.empty() || gradient.size() == self.parameters));
    PackedWeights<T> packed(self.size);
    TransposedWeights<T> transposed(self.size);
    packNetwork(self.size, self.offsets, parameters.data(), packed, transposed);

    std::vector<typename Implementation::GroupSums> sums(self.groups.size());
    std::atomic<bool> isStopped{false};
    base::parallelFor(self.groups.size(), self.options.threads, [&](std::size_t g) {
        if (!self.run(g, packed, transposed, !gradient.empty(), sums[g], nullptr, stop)) {
            isStopped = true;
        }
    });

    RolloutLoss loss;
    loss.scored = self.scored;
    loss.isStopped = isStopped;
    loss.animalLogLikelihood.assign(self.animalCount, 0.0);
    std::fill(gradient.begin(), gradient.end(), T(0));
    for (std::size_t g = 0; g < self.groups.size(); ++g) {
        for (std::size_t a = 0; a < self.groups[g].size(); ++a) {
            loss.animalLogLikelihood[self.groups[g].animals[a]] = -sums[g].negativeLogLikelihood[a];
            loss.penalty += self.penaltyPerCorrection * sums[g].correction[a];
        }
        if (!gradient.empty()) {
            addGradient(self.size, self.offsets, self.gradients[g], gradient.data());
        }
    }
    for (const double value : loss.animalLogLikelihood) {
        loss.negativeLogLikelihood -= value;
    }
    const auto fits = [](double value) { return std::abs(value) <= std::numeric_limits<T>::max(); };
    loss.isFinite =
        fits(loss.negativeLogLikelihood) && fits(loss.penalty) &&
        std::all_of(gradient.begin(), gradient.end(), [](T value) { return std::isfinite(value); });
    return loss;
}

template<class T>
std::vector<double> FusedRollout<T>::weightsPath(std::span<const T> parameters, std::size_t animal) const {
    assert(!m_implementation->size.isDirect);
    return path(parameters, animal, m_implementation->size.weights);
}

template<class T>
std::vector<double> FusedRollout<T>::directLogOdds(std::span<const T> parameters, std::size_t animal) const {
    assert(m_implementation->size.isDirect);
    return path(parameters, animal, 1);
}

template<class T>
std::vector<double> FusedRollout<T>::path(
    std::span<const T> parameters, std::size_t animal, std::size_t columns) const {
    Implementation& self = *m_implementation;
    PackedWeights<T> packed(self.size);
    TransposedWeights<T> transposed(self.size);
    packNetwork(self.size, self.offsets, parameters.data(), packed, transposed);
    std::vector<double> path;
    for (std::size_t g = 0; g < self.groups.size(); ++g) {
        const Group<T>& group = self.groups[g];
        const auto member = std::find(group.animals.begin(), group.animals.end(), animal);
        if (member == group.animals.end()) {
            continue;
        }
        const auto a = static_cast<std::size_t>(member - group.animals.begin());
        AlignedArray<T> groupPath(group.trials() * columns * kGroupLanes);
        typename Implementation::GroupSums sums;
        self.run(g, packed, transposed, false, sums, groupPath.data(), {});
        for (std::size_t t = 0; t < group.lengths[a]; ++t) {
            for (std::size_t k = 0; k < columns; ++k) {
                path.push_back(groupPath.data()[(t * columns + k) * kGroupLanes + a]);
            }
        }
    }
    return path;
}

template class FusedRollout<float>;
template class FusedRollout<double>;

} // namespace rulescope::engine
