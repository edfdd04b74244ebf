// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/connectivity.h"

#include <Eigen/SVD>
#include <cmath>

namespace rulescope::networks {

namespace {

/// The full matrix with its singular values replaced by i^-k or exp(-i/k), i = 1, 2, ... [RL].
base::Result<Connections> softened(ConnectivityContext& context) {
    const double decay = context.options.decay;
    const bool isPower = context.options.spectrum == "power";
    if (!isPower && context.options.spectrum != "exponential") {
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "There is no spectrum named \"%1\"."), {context.options.spectrum}},
            "spectrum", QT_TRANSLATE_NOOP("core", "Choose from power, exponential."));
    }
    if (!std::isfinite(decay) || decay < 0 || (!isPower && decay == 0)) {
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "A spectrum can't decay by %1."), {base::Number{decay}}}, "decay",
            QT_TRANSLATE_NOOP("core", "Choose a number above 0."));
    }
    const Eigen::BDCSVD<Eigen::MatrixXd> svd(context.full, Eigen::ComputeThinU | Eigen::ComputeThinV);
    Eigen::VectorXd values(context.full.rows());
    for (Eigen::Index i = 0; i < values.size(); ++i) {
        const double order = static_cast<double>(i + 1);
        values(i) = isPower ? std::pow(order, -decay) : std::exp(-order / decay);
    }
    return Connections{svd.matrixU() * values.asDiagonal() * svd.matrixV().transpose(), {}};
}

} // namespace

const ConnectivityInfo& softRankConnectivity() {
    static const ConnectivityInfo info{"soft-rank", QT_TRANSLATE_NOOP("core", "Soft rank"),
        QT_TRANSLATE_NOOP("core", "The random matrix with singular values that decay as a power or an "
                                  "exponential: between full and "
                                  "low rank."),
        softened};
    return info;
}

} // namespace rulescope::networks
