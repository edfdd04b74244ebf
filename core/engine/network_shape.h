// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rulescope::engine {

/// The architecture of a network learning rule [LGP]: u_t = [w_t (K), x_t (K), session_start, choice,
/// outcome, side] goes through an optional GRU and an MLP (Linear-ReLU-Linear-ReLU-Linear); its output times
/// `scale` is dw_t.
struct NetworkShape {
    int weights = 2;          ///< K decision weights and regressors
    int hidden = 32;          ///< units of the GRU and of both hidden layers
    bool isRecurrent = false; ///< RNN rule: a GRU before the MLP

    int inputs() const { return 2 * weights + 4; }
    bool operator==(const NetworkShape&) const = default;
};

/// One parameter tensor of a network rule and its place in the flat parameter vector.
struct ParameterSlot {
    std::string name;               ///< "gru_weight_ih", "mlp0_weight", ..., "scale"
    std::vector<std::size_t> shape; ///< PyTorch convention: matrices (out, in), gates in order r, z, n
    std::size_t offset = 0;         ///< first value in the flat vector
    std::size_t size = 0;           ///< number of values
    int fanIn = 0; ///< initial values are uniform within +-1 / sqrt(fanIn); 0: constant kInitialScale
};

/// Initial value of `scale` [LGP].
inline constexpr double kInitialScale = 1e-3;

/// All tensors in the order of the flat vector: GRU, MLP, scale. 1,412 (DNN) and 6,212 (RNN) values for K =
/// 2, H = 32.
std::vector<ParameterSlot> parameterSlots(const NetworkShape& shape);
/// Length of the flat parameter vector.
std::size_t parameterCount(const NetworkShape& shape);
/// PyTorch's default initialisation from our own streams: the same seed gives the same network on any thread.
std::vector<double> initialParameters(const NetworkShape& shape, std::uint64_t seed);

} // namespace rulescope::engine
