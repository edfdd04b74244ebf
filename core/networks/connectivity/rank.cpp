// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/connectivity.h"

#include <Eigen/SVD>

namespace rulescope::networks {

namespace {

/// The largest `rank` terms of the full matrix's singular value decomposition [RL].
base::Result<Connections> truncated(ConnectivityContext& context) {
    const auto rank = static_cast<Eigen::Index>(context.options.rank);
    if (rank == context.full.rows()) {
        return Connections{std::move(context.full), {}};
    }
    const Eigen::BDCSVD<Eigen::MatrixXd> svd(context.full, Eigen::ComputeThinU | Eigen::ComputeThinV);
    Connections made;
    made.recurrent = svd.matrixU().leftCols(rank) * svd.singularValues().head(rank).asDiagonal() *
                     svd.matrixV().leftCols(rank).transpose();
    return made;
}

} // namespace

const ConnectivityInfo& rankConnectivity() {
    static const ConnectivityInfo info{"rank", QT_TRANSLATE_NOOP("core", "Low rank"),
        QT_TRANSLATE_NOOP("core",
            "The random matrix cut to its largest singular values and scaled back to its size: few modes, "
            "each of them strong."),
        truncated, true};
    return info;
}

} // namespace rulescope::networks
