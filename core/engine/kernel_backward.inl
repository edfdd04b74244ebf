// SPDX-License-Identifier: GPL-3.0-or-later
// The backward pass for rollout_kernels.cpp, which includes this once per instruction set.

/// Deltas of a block of trials, all with the same animals: rows without gaps.
template<class T>
HWY_INLINE Rows<T> deltaRows(const Window<T>& w, std::size_t blockStep, std::size_t animals) {
    const std::size_t width = w.size.rowWidth();
    return {w.work.deltas.data() + blockStep * animals * width, width};
}

/// dw_k = (alpha_k r - offset_k) x_k (y - p): from dL/dw_{t+1} into alpha, offset and, through p, w_t.
template<class T>
HWY_INLINE void backwardTextbook(const Window<T>& w, std::size_t step, std::size_t l) {
    const LanesTag<T> d;
    const std::size_t count = w.size.weights;
    T* HWY_RESTRICT gradient = w.work.weightGradient.data() + l;
    const auto direction = towardsChoice(d, w, step, l);
    const auto outcome = hn::Load(d, w.outcome(step) + l);
    auto intoDirection = hn::Zero(d);
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t at = k * kGroupLanes;
        const auto ofWeight = hn::Load(d, gradient + at);
        const auto intoGain = hn::Mul(hn::Mul(ofWeight, hn::Load(d, w.regressors(step) + at + l)), direction);
        T* HWY_RESTRICT alpha = w.work.alphaGradient.data() + at + l;
        T* HWY_RESTRICT offset = w.work.offsetGradient.data() + at + l;
        hn::Store(hn::MulAdd(intoGain, outcome, hn::Load(d, alpha)), d, alpha);
        hn::Store(hn::Sub(hn::Load(d, offset), intoGain), d, offset);
        intoDirection = hn::MulAdd(ofWeight, textbookFactor(d, w, step, k, l), intoDirection);
    }
    // d(y - p) / d(w . x) = -p (1 - p)
    const auto error = hn::Load(d, w.errors(step) + l);
    const auto intoLogOdds = hn::Neg(hn::Mul(intoDirection, hn::Mul(error, hn::Sub(hn::Set(d, 1), error))));
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t at = k * kGroupLanes;
        const auto x = hn::Load(d, w.regressors(step) + at + l);
        hn::Store(hn::MulAdd(intoLogOdds, x, hn::Load(d, gradient + at)), d, gradient + at);
    }
}

/// Gradient of the scored trial into w_{t+1}, then through scale to the network's outputs.
template<class T>
HWY_INLINE void backwardScore(const Window<T>& w, std::size_t step, T* HWY_RESTRICT outputDeltas) {
    const LanesTag<T> d;
    const std::size_t trial = w.begin + step;
    forLanes<T>([&](std::size_t l) {
        const auto scored = hn::Load(d, w.scored(trial + 1) + l);
        const auto error = hn::Mul(hn::Mul(hn::Neg(hn::Load(d, w.signs(trial + 1) + l)), scored),
            hn::Load(d, w.errors(step + 1) + l));
        const auto cost = hn::Mul(hn::Set(d, 2 * w.task.correctionCost), scored); // 0 but for residual rules
        for (std::size_t k = 0; k < w.size.weights; ++k) {
            const std::size_t at = k * kGroupLanes + l;
            const auto scale = hn::Set(d, w.task.weights.scale.data()[k]);
            const auto output = hn::Load(d, w.outputs(step) + at);
            T* HWY_RESTRICT gradient = w.work.weightGradient.data() + at;
            const auto ofWeight =
                hn::MulAdd(error, hn::Load(d, w.regressors(step + 1) + at), hn::Load(d, gradient));
            const auto intoChange = hn::MulAdd(cost, hn::Mul(scale, output), ofWeight);
            const auto delta = hn::Mul(intoChange, scale);
            hn::Store(ofWeight, d, gradient);
            hn::Store(delta, d, outputDeltas + at);
            T* HWY_RESTRICT ofScale = w.work.scaleGradient.data() + at;
            T* HWY_RESTRICT ofBias = w.work.biasGradient.data() + at;
            hn::Store(hn::MulAdd(intoChange, output, hn::Load(d, ofScale)), d, ofScale);
            hn::Store(hn::Add(delta, hn::Load(d, ofBias)), d, ofBias);
        }
        if (w.size.isResidual) {
            backwardTextbook(w, step, l);
        }
    });
}

/// Deltas of the last hidden layer from those of the outputs.
template<std::size_t animals, class T>
HWY_INLINE void backwardOutput(
    const Window<T>& w, std::size_t step, const T* HWY_RESTRICT outputDeltas, Rows<T> deltas) {
    const LineTag<T> d;
    const std::size_t width = w.size.width;
    const T* HWY_RESTRICT weights = w.task.weights.output.data();
    const Rows<T> activations = w.lastLayer(step);
    for (std::size_t i = 0; i < width; i += hn::Lanes(d)) {
        hn::Vec<LineTag<T>> sum[animals];
        for (std::size_t a = 0; a < animals; ++a) {
            sum[a] = hn::Zero(d);
        }
        for (std::size_t k = 0; k < w.size.weights; ++k) {
            const auto weight = hn::Load(d, weights + k * width + i);
            for (std::size_t a = 0; a < animals; ++a) {
                sum[a] = hn::MulAdd(hn::Set(d, outputDeltas[k * kGroupLanes + a]), weight, sum[a]);
            }
        }
        for (std::size_t a = 0; a < animals; ++a) {
            const auto isActive = hn::Gt(hn::Load(d, activations[a] + i), hn::Zero(d));
            hn::Store(hn::IfThenElseZero(isActive, sum[a]), d, deltas[a] + i);
        }
    }
}

/// Adds to dL/dw_t what the network's inputs w_t get from deltas: rows . weights[k].
template<std::size_t animals, class T>
HWY_INLINE void backwardWeights(
    const Window<T>& w, ConstRows<T> deltas, const T* HWY_RESTRICT weights, std::size_t width) {
    const LanesTag<T> d;
    HWY_ALIGN T sums[std::max(kLine<T>, kGroupLanes)] = {};
    for (std::size_t k = 0; k < w.size.weights; ++k) {
        dots<animals, T>(deltas, weights + k * width, width, sums);
        forLanes<T>([&](std::size_t l) {
            T* HWY_RESTRICT gradient = w.work.weightGradient.data() + k * kGroupLanes + l;
            const auto isActive = hn::FirstN(d, animals > l ? animals - l : 0);
            const auto sum = hn::IfThenElseZero(isActive, hn::Load(d, sums + l));
            hn::Store(hn::Add(hn::Load(d, gradient), sum), d, gradient);
        });
    }
}

/// Through one animal's GRU cell: deltas of its gates, and what h_t gets past them.
template<class T>
HWY_INLINE void backwardCell(std::size_t width, const T* HWY_RESTRICT gates, const T* HWY_RESTRICT state,
    const T* HWY_RESTRICT fromOutputs, T* HWY_RESTRICT stateGradient, T* HWY_RESTRICT delta) {
    const LineTag<T> d;
    const auto one = hn::Set(d, 1);
    for (std::size_t i = 0; i < width; i += hn::Lanes(d)) {
        const auto gradient = hn::Add(hn::Load(d, stateGradient + i), hn::Load(d, fromOutputs + i));
        const auto nState = hn::Load(d, gates + i), r = hn::Load(d, gates + width + i);
        const auto z = hn::Load(d, gates + 2 * width + i), n = hn::Load(d, gates + 3 * width + i);
        const auto keep = hn::Sub(one, z);
        const auto deltaN = hn::Mul(hn::Mul(gradient, keep), hn::NegMulAdd(n, n, one));
        const auto deltaZ = hn::Mul(hn::Mul(gradient, hn::Sub(hn::Load(d, state + i), n)), hn::Mul(z, keep));
        const auto deltaR = hn::Mul(hn::Mul(deltaN, nState), hn::Mul(r, hn::Sub(one, r)));
        hn::Store(hn::Mul(deltaN, r), d, delta + i);
        hn::Store(deltaR, d, delta + width + i);
        hn::Store(deltaZ, d, delta + 2 * width + i);
        hn::Store(deltaN, d, delta + 3 * width + i);
        hn::Store(hn::Mul(gradient, z), d, stateGradient + i);
    }
}

template<std::size_t animals, class T>
HWY_INLINE void backwardGates(const Window<T>& w, std::size_t step, Rows<T> deltas) {
    const LineTag<T> d;
    const std::size_t width = w.size.width;
    const Rows<T> gates = w.gates(step), states = w.states(step);
    const Rows<T> fromOutputs{w.work.fromOutputs.data(), width};
    const Rows<T> stateGradient{w.work.stateGradient.data(), width};
    const Rows<T> throughGates{w.work.throughGates.data(), width};
    for (std::size_t a = 0; a < animals; ++a) {
        backwardCell<T>(width, gates[a], states[a], fromOutputs[a], stateGradient[a], deltas[a]);
    }
    product<animals, Epilogue::Identity, T>(
        nullptr, {deltas, 3 * width, nullptr, 0}, w.task.transposed.state.data(), width, throughGates);
    for (std::size_t a = 0; a < animals; ++a) {
        for (std::size_t i = 0; i < width; i += hn::Lanes(d)) {
            const auto sum = hn::Add(hn::Load(d, stateGradient[a] + i), hn::Load(d, throughGates[a] + i));
            hn::Store(sum, d, stateGradient[a] + i);
        }
    }
    backwardWeights<animals, T>(w, deltas.from(width), w.task.transposed.gateInput.data(), 3 * width);
}

/// The direct GRU: from the score of the step's own trial into its state.
template<std::size_t animals, class T>
HWY_INLINE void backwardReadout(const Window<T>& w, std::size_t step) {
    const LineTag<T> d;
    const std::size_t trial = w.begin + step, width = w.size.width;
    const Rows<T> states = w.states(step + 1), fromOutputs{w.work.fromOutputs.data(), width};
    T error[animals];
    for (std::size_t a = 0; a < animals; ++a) {
        error[a] = -w.signs(trial)[a] * w.scored(trial)[a] * w.errors(step + 1)[a];
        w.work.readoutBiasGradient.data()[a] += error[a];
    }
    for (std::size_t i = 0; i < width; i += hn::Lanes(d)) {
        const auto readout = hn::Load(d, w.task.weights.readout.data() + i);
        auto gradient = hn::Load(d, w.work.readoutGradient.data() + i);
        for (std::size_t a = 0; a < animals; ++a) {
            const auto delta = hn::Set(d, error[a]);
            gradient = hn::MulAdd(delta, hn::Load(d, states[a] + i), gradient);
            hn::Store(hn::Mul(delta, readout), d, fromOutputs[a] + i);
        }
        hn::Store(gradient, d, w.work.readoutGradient.data() + i);
    }
}

/// Deltas of the hidden layer before `layer` from that layer's.
template<std::size_t animals, class T>
HWY_NOINLINE Rows<T> backwardLayer(const Window<T>& w, std::size_t step, std::size_t layer, Rows<T> deltas) {
    const std::size_t width = w.size.width;
    const Rows<T> below{deltas.first - width, deltas.stride};
    product<animals, Epilogue::Masked, T>(nullptr, {deltas, width, nullptr, 0},
        w.task.transposed.layers[layer].data(), width, below, w.layer(layer - 1, step));
    return below;
}

template<std::size_t animals, class T>
HWY_INLINE void backwardStep(const Window<T>& w, std::size_t step, std::size_t blockStep) {
    const std::size_t width = w.size.width;
    const Rows<T> deltas = deltaRows(w, blockStep, animals);
    if (w.size.isDirect) {
        backwardReadout<animals>(w, step);
        backwardGates<animals>(w, step, deltas);
        return;
    }
    const TransposedWeights<T>& transposed = w.task.transposed;
    T* const outputDeltas = w.work.outputDeltas.data() + blockStep * w.size.weights * kGroupLanes;
    backwardScore(w, step, outputDeltas);
    std::size_t layer = w.size.layers - 1;
    Rows<T> ofLayer = deltas.from(w.size.layerAt(layer));
    backwardOutput<animals>(w, step, outputDeltas, ofLayer);
    for (; layer > 0; --layer) {
        ofLayer = backwardLayer<animals>(w, step, layer, ofLayer);
    }
    if (w.size.isRecurrent) {
        product<animals, Epilogue::Identity, T>(nullptr, {ofLayer, width, nullptr, 0},
            transposed.layers[0].data(), width, Rows<T>{w.work.fromOutputs.data(), width});
        backwardGates<animals>(w, step, deltas);
    } else {
        backwardWeights<animals, T>(w, ofLayer, transposed.layers[0].data(), width);
    }
}

/// Adds the weights' gradients of steps [step, step + trials), which all have the same animals.
template<class T>
void gatherGradients(const Window<T>& w, std::size_t step, std::size_t trials, std::size_t animals) {
    const Dimensions<T>& size = w.size;
    const std::size_t width = size.width, rowWidth = size.rowWidth(), all = w.animals;
    PackedWeights<T>& gradient = *w.task.gradient;
    const auto deltasFrom = [&](std::size_t at) {
        return BlockRows<T>{w.work.deltas.data() + at, animals * rowWidth, rowWidth};
    };
    const auto rowsOf = [&](Rows<T> rows) {
        return BlockRows<T>{rows.first, all * rows.stride, rows.stride};
    };
    const BlockColumns<T> inputs{w.inputs(step), size.inputs * kGroupLanes, 1};
    addRowSums(w.work.deltas.data(), trials * animals, rowWidth, gradient.biases.data());
    if (size.isRecurrent) {
        const BlockRows<T> states = rowsOf(w.states(step));
        T* const ofInputs = gradient.gatesRZ.data() + width * 2 * width;
        addOuterProducts(
            states, width, deltasFrom(width), 2 * width, trials, animals, gradient.gatesRZ.data());
        addOuterProducts(inputs, size.inputs, deltasFrom(width), 2 * width, trials, animals, ofInputs);
        addOuterProducts(states, width, deltasFrom(0), width, trials, animals, gradient.gateNState.data());
        addOuterProducts(
            inputs, size.inputs, deltasFrom(3 * width), width, trials, animals, gradient.gateNInput.data());
    }
    if (size.isDirect) {
        return;
    }
    const auto ofLayer = [&](auto in, std::size_t count, std::size_t layer) {
        addOuterProducts(in, count, deltasFrom(size.layerAt(layer)), width, trials, animals,
            gradient.layers[layer].data());
    };
    const BlockColumns<T> outputs{w.work.outputDeltas.data(), size.weights * kGroupLanes, 1};
    if (size.isRecurrent) {
        ofLayer(rowsOf(w.states(step + 1)), width, 0);
    } else {
        ofLayer(inputs, size.inputs, 0);
    }
    for (std::size_t layer = 1; layer < size.layers; ++layer) {
        ofLayer(rowsOf(w.layer(layer - 1, step)), width, layer);
    }
    addOuterProducts(
        outputs, size.weights, rowsOf(w.lastLayer(step)), width, trials, animals, gradient.output.data());
}

template<class T>
void backwardWindow(const Window<T>& w) {
    w.work.stateGradient.clear();
    w.work.weightGradient.clear();
    const std::size_t lead = w.size.lead();
    std::size_t end = w.end;
    while (end > w.begin) {
        const std::size_t animals = w.group.activeAt(end - 1 + lead);
        std::size_t begin = end - 1;
        while (begin > w.begin && end - begin < kBackwardBlock &&
               w.group.activeAt(begin - 1 + lead) == animals) {
            --begin;
        }
        dispatch(animals, [&](auto count) {
            for (std::size_t trial = end; trial-- > begin;) {
                backwardStep<count()>(w, trial - w.begin, trial - begin);
            }
        });
        gatherGradients(w, begin - w.begin, end - begin, animals);
        end = begin;
    }
}
