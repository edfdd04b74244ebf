// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rulescope::engine {

/// Most hidden layers of a network rule.
inline constexpr int kMaxHiddenLayers = 4;

/// The architecture of a network learning rule [LGP]: u_t = [w_t (K), x_t (K), session_start, choice,
/// outcome, side] goes through an optional GRU and an MLP, which is Linear-ReLU `hiddenLayers` times, then
/// Linear; its output times `scale` is dw_t. The GRU is not counted as a hidden layer: an RNN rule of two is
/// GRU-Linear-ReLU-Linear-ReLU-Linear. A residual rule adds REINFORCE with baseline, (alpha r - offset)
/// (y - p) x, to it.
///
/// The direct GRU has no weights: u_t = [x_t (K), choice and outcome of trial t-1 (.5 before the animal's
/// first), session_start] goes through a GRU whose state, through one linear layer, is the log-odds of choice
/// t. Nothing is reset between sessions: on a session's first trial it sees the last one of the session
/// before, and session_start tells it so.
struct NetworkShape {
    int weights = 2;          ///< K decision weights and regressors
    int hidden = 32;          ///< units of the GRU and of each hidden layer
    bool isRecurrent = false; ///< a GRU before the MLP: RNN rules, direct GRU
    bool isResidual = false;  ///< a textbook rule plus the network's correction
    bool isDirect = false;    ///< direct GRU: choices without weights
    int hiddenLayers = 2;     ///< of the MLP, 1 to kMaxHiddenLayers; without meaning for the direct GRU

    int inputs() const { return isDirect ? weights + 3 : 2 * weights + 4; }
    bool operator==(const NetworkShape&) const = default;
};

/// One parameter tensor of a network rule and its place in the flat parameter vector.
struct ParameterSlot {
    std::string name;               ///< "gru_weight_ih", "mlp0_weight", ..., "scale"; the last MLP layer,
                                    ///< "mlp2" with two hidden ones, gives the outputs
    std::vector<std::size_t> shape; ///< PyTorch convention: matrices (out, in), gates in order r, z, n
    std::size_t offset = 0;         ///< first value in the flat vector
    std::size_t size = 0;           ///< number of values
    int fanIn = 0;                  ///< initial values are uniform within +-1 / sqrt(fanIn); 0: all `initial`
    double initial = 0;             ///< used if fanIn is 0
};

/// Initial value of `scale` [LGP].
inline constexpr double kInitialScale = 1e-3;
/// Learning rate that a residual rule's textbook part has until a fitted one replaces it.
inline constexpr double kInitialLearningRate = 0.03;

/// The name of the MLP's layer `layer` without "_weight" or "_bias"; layer `hiddenLayers` gives the outputs.
std::string mlpLayerName(int layer);
/// All tensors in the order of the flat vector: GRU, MLP, scale and, of residual rules, alpha and offset;
/// GRU and readout for the direct GRU. 1,412 (DNN) and 6,212 (RNN) values for K = 2, H = 32.
std::vector<ParameterSlot> parameterSlots(const NetworkShape& shape);
/// Length of the flat parameter vector.
std::size_t parameterCount(const NetworkShape& shape);
/// PyTorch's default initialisation from our own streams: the same seed gives the same network on any thread.
std::vector<double> initialParameters(const NetworkShape& shape, std::uint64_t seed);

} // namespace rulescope::engine
