// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/connectivity.h"

#include <cmath>

namespace rulescope::networks {

namespace {

/// w_ij = sqrt(1 - 2 s) xi_ij + sqrt(s) (r_i + c_j), all of unit variance and scaled together, with corr(r_i,
/// c_i) = rho: connections j -> i and i -> k of a chain then covary by s rho.
base::Result<Connections> chained(ConnectivityContext& context) {
    const double share = context.options.chainStrength;
    const double correlation = context.options.chainCorrelation;
    if (!(share > 0 && share <= 0.5) || !(std::abs(correlation) <= 1)) {
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "Chain motifs of strength %1 and correlation %2 do not exist."),
                {base::Number{share}, base::Number{correlation}}},
            "chain",
            QT_TRANSLATE_NOOP("core", "Choose a strength in (0, 0.5] and a correlation in [-1, 1]."));
    }
    const Eigen::Index neurons = context.full.rows();
    const double scale = context.options.gain / std::sqrt(static_cast<double>(neurons));
    Eigen::VectorXd incoming(neurons), outgoing(neurons);
    for (Eigen::Index i = 0; i < neurons; ++i) {
        incoming(i) = scale * context.random.normal();
        outgoing(i) = correlation * incoming(i) +
                      std::sqrt(1 - correlation * correlation) * scale * context.random.normal();
    }
    Connections made;
    made.recurrent = std::sqrt(1 - 2 * share) * context.full;
    made.recurrent.colwise() += std::sqrt(share) * incoming;
    made.recurrent.rowwise() += std::sqrt(share) * outgoing.transpose();
    return made;
}

} // namespace

const ConnectivityInfo& chainConnectivity() {
    static const ConnectivityInfo info{"chain", QT_TRANSLATE_NOOP("core", "Chain motifs"),
        QT_TRANSLATE_NOOP("core",
            "Random weights in which what a neuron receives and what it sends covary, so that chains of two "
            "connections are more (or less) common than by chance."),
        chained};
    return info;
}

} // namespace rulescope::networks
