// SPDX-License-Identifier: GPL-3.0-or-later
// The forward pass for rollout_kernels.cpp, which includes this once per instruction set.

/// h of the next step from u and h (PyTorch's GRU cell): n + z (h - n).
template<std::size_t count, class T>
HWY_INLINE void activateGates(
    std::size_t width, T* HWY_RESTRICT gates, const T* HWY_RESTRICT state, T* HWY_RESTRICT next) {
    const LineTag<T> d;
    using V = hn::Vec<LineTag<T>>;
    V r[count], z[count], n[count], nState[count];
    for (std::size_t v = 0; v < count; ++v) {
        const std::size_t at = v * hn::Lanes(d);
        nState[v] = hn::Load(d, gates + at);
        r[v] = hn::Load(d, gates + width + at);
        z[v] = hn::Load(d, gates + 2 * width + at);
        n[v] = hn::Load(d, gates + 3 * width + at);
    }
    gateActivations<count>(d, r, z, nState, n);
    for (std::size_t v = 0; v < count; ++v) {
        const std::size_t at = v * hn::Lanes(d);
        hn::Store(r[v], d, gates + width + at);
        hn::Store(z[v], d, gates + 2 * width + at);
        hn::Store(n[v], d, gates + 3 * width + at);
        hn::Store(hn::MulAdd(z[v], hn::Sub(hn::Load(d, state + at), n[v]), n[v]), d, next + at);
    }
}

template<std::size_t animals, class T>
HWY_INLINE void forwardGates(const Window<T>& w, std::size_t step) {
    const std::size_t width = w.size.width, lanes = hn::Lanes(LineTag<T>());
    const PackedWeights<T>& weights = w.task.weights;
    const Rows<T> gates = w.gates(step), states = w.states(step), next = w.states(step + 1);
    const T* const biases = weights.biases.data();
    const ProductInputs<T> state{states, width, nullptr, 0};
    const ProductInputs<T> columns{{nullptr, 0}, 0, w.inputs(step), w.size.inputs};
    const ProductInputs<T> both{states, width, w.inputs(step), w.size.inputs};
    product<animals, Epilogue::Identity, T>(
        biases + width, both, weights.gatesRZ.data(), 2 * width, gates.from(width));
    product<animals, Epilogue::Identity, T>(biases, state, weights.gateNState.data(), width, gates);
    product<animals, Epilogue::Identity, T>(
        biases + 3 * width, columns, weights.gateNInput.data(), width, gates.from(3 * width));
    for (std::size_t a = 0; a < animals; ++a) {
        std::size_t i = 0;
        for (; i + 2 * lanes <= width; i += 2 * lanes) {
            activateGates<2>(width, gates[a] + i, states[a] + i, next[a] + i);
        }
        for (; i < width; i += lanes) {
            activateGates<1>(width, gates[a] + i, states[a] + i, next[a] + i);
        }
    }
}

/// What [y - p] is multiplied by in REINFORCE with baseline, (alpha r - offset) x, for weight k.
template<class T, class D>
HWY_INLINE hn::Vec<D> textbookFactor(
    D d, const Window<T>& w, std::size_t step, std::size_t k, std::size_t l) {
    const auto outcome = hn::Load(d, w.outcome(step) + l);
    const auto gain = hn::MulSub(
        hn::Set(d, w.task.weights.alpha.data()[k]), outcome, hn::Set(d, w.task.weights.offset.data()[k]));
    return hn::Mul(gain, hn::Load(d, w.regressors(step) + k * kGroupLanes + l));
}

/// y - p of the step's own trial: the error of the choice made, with its sign.
template<class T, class D>
HWY_INLINE hn::Vec<D> towardsChoice(D d, const Window<T>& w, std::size_t step, std::size_t l) {
    return hn::Mul(hn::Load(d, w.signs(w.begin + step) + l), hn::Load(d, w.errors(step) + l));
}

/// From the last hidden layer to the next trial's weights and the log-odds of its choice.
template<std::size_t animals, class T>
HWY_INLINE void forwardOutput(const Window<T>& w, std::size_t step) {
    const LanesTag<T> d;
    const std::size_t count = w.size.weights;
    const PackedWeights<T>& weights = w.task.weights;
    const Rows<T> activations = w.lastLayer(step);
    w.copyInputs(step + 1);
    HWY_ALIGN T sums[std::max(kLine<T>, kGroupLanes)] = {};
    hn::Vec<LanesTag<T>> logOdds[kGroupLanes];
    forLanes<T>([&](std::size_t l) { logOdds[l] = hn::Zero(d); });
    for (std::size_t k = 0; k < count; ++k) {
        dots<animals, T>(activations, weights.output.data() + k * w.size.width, w.size.width, sums);
        forLanes<T>([&](std::size_t l) {
            const auto isActive = hn::FirstN(d, animals > l ? animals - l : 0);
            const auto output = hn::IfThenElseZero(
                isActive, hn::Add(hn::Load(d, sums + l), hn::Set(d, weights.outputBias.data()[k])));
            hn::Store(output, d, w.outputs(step) + k * kGroupLanes + l);
            auto change = hn::Mul(hn::Set(d, weights.scale.data()[k]), output);
            if (w.size.isResidual) {
                change = hn::MulAdd(textbookFactor(d, w, step, k, l), towardsChoice(d, w, step, l), change);
            }
            const auto next = hn::Add(hn::Load(d, w.weights(step) + k * kGroupLanes + l), change);
            hn::Store(next, d, w.weights(step + 1) + k * kGroupLanes + l);
            logOdds[l] =
                hn::MulAdd(next, hn::Load(d, w.regressors(step + 1) + k * kGroupLanes + l), logOdds[l]);
        });
    }
    forLanes<T>([&](std::size_t l) {
        const auto margin = hn::Mul(hn::Load(d, w.signs(w.begin + step + 1) + l), logOdds[l]);
        hn::Store(margin, d, w.margins(step) + l);
        if (w.size.isResidual) { // the next step's textbook part needs it
            hn::Store(oneMinusSigmoid(d, margin), d, w.errors(step + 1) + l);
        }
    });
    if (w.task.path != nullptr) {
        std::copy_n(w.weights(step + 1), count * kGroupLanes,
            w.task.path + (w.begin + step + 1) * count * kGroupLanes);
    }
}

/// The direct GRU: inputs of the trial itself, its state gives the log-odds of its choice.
template<std::size_t animals, class T>
HWY_INLINE void forwardDirect(const Window<T>& w, std::size_t step) {
    const LanesTag<T> d;
    w.copyInputs(step);
    forwardGates<animals>(w, step);
    HWY_ALIGN T sums[std::max(kLine<T>, kGroupLanes)] = {};
    dots<animals, T>(w.states(step + 1), w.task.weights.readout.data(), w.size.width, sums);
    forLanes<T>([&](std::size_t l) {
        const auto logOdds = hn::Add(hn::Load(d, sums + l), hn::Set(d, w.task.weights.readoutBias.data()[0]));
        if (w.task.path != nullptr) {
            hn::Store(logOdds, d, w.task.path + (w.begin + step) * kGroupLanes + l);
        }
        hn::Store(hn::Mul(hn::Load(d, w.signs(w.begin + step) + l), logOdds), d, w.margins(step) + l);
    });
}

/// A hidden layer after the first, from the one before. A function of its own: in line, the loop over layers
/// costs networks of two layers 3 %.
template<std::size_t animals, class T>
HWY_NOINLINE void forwardLayer(const Window<T>& w, std::size_t step, std::size_t layer) {
    const std::size_t width = w.size.width;
    product<animals, Epilogue::Rectified, T>(w.task.weights.biases.data() + w.size.layerAt(layer),
        {w.layer(layer - 1, step), width, nullptr, 0}, w.task.weights.layers[layer].data(), width,
        w.layer(layer, step));
}

template<std::size_t animals, class T>
HWY_INLINE void forwardStep(const Window<T>& w, std::size_t step) {
    if (w.size.isDirect) {
        forwardDirect<animals>(w, step);
        return;
    }
    const PackedWeights<T>& weights = w.task.weights;
    const std::size_t width = w.size.width;
    const T* const biases = weights.biases.data();
    ProductInputs<T> layer0Inputs;
    if (w.size.isRecurrent) {
        forwardGates<animals>(w, step);
        layer0Inputs = {w.states(step + 1), width, nullptr, 0};
    } else {
        layer0Inputs = {{nullptr, 0}, 0, w.inputs(step), w.size.inputs};
    }
    product<animals, Epilogue::Rectified, T>(
        biases + w.size.layerAt(0), layer0Inputs, weights.layers[0].data(), width, w.layer(0, step));
    for (std::size_t layer = 1; layer < w.size.layers; ++layer) {
        forwardLayer<animals>(w, step, layer);
    }
    forwardOutput<animals>(w, step);
}

/// Log-likelihoods and d(-log p) / d(log-odds) of the window's scored trials, all in one sweep.
template<class T>
HWY_INLINE void scoreWindow(const Window<T>& w) {
    const LanesTag<T> d;
    const std::size_t count = w.steps() * kGroupLanes;
    T* HWY_RESTRICT margins = w.margins(0);
    T* HWY_RESTRICT errors = w.errors(1);
    const T* HWY_RESTRICT scored = w.scored(w.begin + w.size.lead());
    for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
        const auto margin = hn::Load(d, margins + i);
        hn::Store(oneMinusSigmoid(d, margin), d, errors + i);
        const auto small = clampedExp(d, hn::Neg(hn::Abs(margin)));
        const auto loss = hn::Add(hn::Max(hn::Neg(margin), hn::Zero(d)), hn::Log1p(d, small));
        // Minimum and maximum drop a NaN on x86; a diverged animal must not look perfectly predicted.
        hn::Store(hn::IfThenElse(hn::Eq(margin, margin), loss, margin), d, margins + i);
    }
    for (std::size_t i = 0; i < count; i += kGroupLanes) {
        for (std::size_t a = 0; a < w.animals; ++a) {
            if (scored[i + a] != 0) {
                w.task.negativeLogLikelihood[a] += static_cast<double>(margins[i + a]);
            }
        }
    }
}

/// What a residual rule's corrections cost: those that change a scored trial.
template<class T>
HWY_INLINE void addCorrections(const Window<T>& w) {
    const T* HWY_RESTRICT scale = w.task.weights.scale.data();
    for (std::size_t step = 0; step < w.steps(); ++step) {
        const T* HWY_RESTRICT scored = w.scored(w.begin + step + 1);
        const T* HWY_RESTRICT outputs = w.outputs(step);
        for (std::size_t a = 0; a < w.animals; ++a) {
            for (std::size_t k = 0; k < w.size.weights && scored[a] != 0; ++k) {
                const auto correction = static_cast<double>(scale[k] * outputs[k * kGroupLanes + a]);
                w.task.correction[a] += correction * correction;
            }
        }
    }
}
