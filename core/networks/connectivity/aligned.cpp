// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/connectivity.h"
#include "core/networks/credit_assignment.h"

#include <Eigen/SVD>

namespace rulescope::networks {

namespace {

/// Trials from which the task's statistics are taken.
constexpr std::size_t kTrials = 512;

/// The `rank` strongest directions of the loss's descent at the random matrix: what the task correlates
/// backpropagated errors with activity along. For the linear network of [RL]'s theory this is the
/// input-output correlation seen by the hidden layer, the case in which alignment is exactly 1.
base::Result<Connections> aligned(ConnectivityContext& context) {
    Batch<float> drawn;
    context.task.draw(TrialSource::Training, kTrials, context.random, drawn);
    const Batch<double> batch = drawn.cast<double>();
    const Weights<double> weights{context.outside.in, context.full, context.outside.out};
    Activity<double> activity;
    forward(context.dynamics, weights, batch, activity);
    const auto rule = findCreditRule("bptt");
    if (!rule) {
        return tl::make_unexpected(rule.error());
    }
    Weights<double> gradient;
    CreditAssignment<double>(**rule, context.dynamics, {}).gradient(weights, batch, activity, gradient);

    const auto rank = static_cast<Eigen::Index>(context.options.rank);
    const Eigen::BDCSVD<Eigen::MatrixXd> svd(-gradient.recurrent, Eigen::ComputeThinU | Eigen::ComputeThinV);
    Connections made;
    made.recurrent = svd.matrixU().leftCols(rank) * svd.singularValues().head(rank).asDiagonal() *
                     svd.matrixV().leftCols(rank).transpose();
    return made;
}

} // namespace

const ConnectivityInfo& alignedConnectivity() {
    static const ConnectivityInfo info{"aligned",
        QT_TRANSLATE_NOOP("core", "Low rank, aligned with the task"),
        QT_TRANSLATE_NOOP("core",
            "Low rank along the directions in which the task would change the random matrix first, in place "
            "of random ones, at the same size."),
        aligned};
    return info;
}

} // namespace rulescope::networks
