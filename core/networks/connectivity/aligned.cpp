// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/connectivity.h"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>

namespace rulescope::networks {

namespace {

using Eigen::MatrixXd;
using Index = Eigen::Index;

/// Trials from which the task's statistics are taken.
constexpr std::size_t kTrials = 512;

/// Orthonormal columns: `left` (what the readout asks of the neurons) and `right` (what tells trials apart).
struct Directions {
    MatrixXd left, right;
};

/// Targets as outputs over columns, centred over the trials of each step.
MatrixXd centredTargets(const Batch<double>& batch, Index outputs) {
    const auto trials = static_cast<Index>(batch.trials);
    MatrixXd targets = batch.targets;
    if (batch.loss == LossKind::CrossEntropy) {
        targets = MatrixXd::Zero(outputs, static_cast<Index>(batch.classes.size()));
        for (std::size_t c = 0; c < batch.classes.size(); ++c) {
            targets(batch.classes[c], static_cast<Index>(c)) = 1;
        }
    }
    for (Index from = 0; from < targets.cols(); from += trials) {
        auto step = targets.middleCols(from, trials);
        step.colwise() -= step.rowwise().mean().eval();
    }
    return targets;
}

/// Covariance over trials of what is asked for at a step with the rates at all steps before it, O x N.
MatrixXd correlation(const Batch<double>& batch, const Activity<double>& activity, Index outputs) {
    const auto trials = static_cast<Index>(batch.trials);
    const MatrixXd targets = centredTargets(batch, outputs);
    MatrixXd found = MatrixXd::Zero(outputs, activity.rates.rows());
    MatrixXd earlier = MatrixXd::Zero(activity.rates.rows(), trials); // rates summed over earlier steps
    for (std::size_t t = 0; t < batch.steps; ++t) {
        if (t >= batch.lossFrom) {
            found += targets.middleCols(static_cast<Index>(t - batch.lossFrom) * trials, trials) *
                     earlier.transpose();
        }
        earlier += activity.rates.middleCols(static_cast<Index>(t) * trials, trials);
    }
    return found;
}

/// Singular vectors of W_out^T C: the matrix that the linear network of [RL] aligns its first layer with, for
/// the activity of the full random network.
Directions taskDirections(ConnectivityContext& context) {
    Batch<float> drawn;
    context.task.draw(TrialSource::Training, kTrials, context.random, drawn);
    const Batch<double> batch = drawn.cast<double>();
    const Weights<double> weights{context.outside.in, context.full, context.outside.out};
    Activity<double> activity;
    forward(context.dynamics, weights, batch, activity);
    const Index outputs = weights.out.rows();
    const Eigen::HouseholderQR<MatrixXd> readout(weights.out.transpose());
    const MatrixXd q = readout.householderQ() * MatrixXd::Identity(weights.out.cols(), outputs);
    const MatrixXd product = q.transpose() * weights.out.transpose() * correlation(batch, activity, outputs);
    const Eigen::JacobiSVD<MatrixXd> svd(product, Eigen::ComputeThinU | Eigen::ComputeThinV);
    Index count = 0;
    while (
        count < svd.singularValues().size() && svd.singularValues()(count) > 1e-9 * svd.singularValues()(0)) {
        ++count;
    }
    return {q * svd.matrixU().leftCols(count), svd.matrixV().leftCols(count)};
}

/// The first `rank` of `first` and then `rest`, made orthonormal in this order.
MatrixXd orthonormal(const MatrixXd& first, const MatrixXd& rest, Index rank) {
    MatrixXd columns(rest.rows(), rank);
    const Index given = std::min(first.cols(), rank);
    columns.leftCols(given) = first.leftCols(given);
    columns.rightCols(rank - given) = rest.leftCols(rank - given);
    const Eigen::HouseholderQR<MatrixXd> qr(columns);
    MatrixXd q = qr.householderQ() * MatrixXd::Identity(rest.rows(), rank);
    for (Index i = 0; i < rank; ++i) { // the same directions, not their opposites
        if (qr.matrixQR()(i, i) < 0) {
            q.col(i) *= -1;
        }
    }
    return q;
}

/// Low rank whose strongest terms read what tells the task's trials apart and write to the readout; singular
/// values and eigenvalues are those of "rank" with the same seed, its norm-matched null.
///
/// Left as it is, the task's U S V^T explodes: U and V overlap, so it has eigenvalues far above the null's.
/// With U = Q (I - M^T M)^(1/2) + V M, Q orthogonal to V and M = V_0^T U_0 of the null, the eigenvalues of U
/// S V^T are those of S M, the null's.
base::Result<Connections> aligned(ConnectivityContext& context) {
    const auto rank = static_cast<Index>(context.options.rank);
    if (2 * rank > context.full.rows()) {
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "Aligned connectivity of %1 neurons can't have rank %2."),
                {static_cast<std::int64_t>(context.full.rows()), static_cast<std::int64_t>(rank)}},
            "rank", QT_TRANSLATE_NOOP("core", "Choose a rank up to half the number of neurons."));
    }
    const Eigen::BDCSVD<MatrixXd> null(context.full, Eigen::ComputeThinU | Eigen::ComputeThinV);
    const MatrixXd nullLeft = null.matrixU().leftCols(rank), nullRight = null.matrixV().leftCols(rank);
    const Directions task = taskDirections(context);
    const MatrixXd right = orthonormal(task.right, nullRight, rank);
    const MatrixXd apart = orthonormal(task.left - right * (right.transpose() * task.left),
        nullLeft - right * (right.transpose() * nullLeft), rank);
    const MatrixXd overlap = nullRight.transpose() * nullLeft;
    const Eigen::SelfAdjointEigenSolver<MatrixXd> rest(
        MatrixXd::Identity(rank, rank) - overlap.transpose() * overlap);
    const MatrixXd share = rest.eigenvectors() * rest.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal() *
                           rest.eigenvectors().transpose();
    Connections made;
    made.recurrent =
        (apart * share + right * overlap) * null.singularValues().head(rank).asDiagonal() * right.transpose();
    return made;
}

} // namespace

const ConnectivityInfo& alignedConnectivity() {
    static const ConnectivityInfo info{"aligned",
        QT_TRANSLATE_NOOP("core", "Low rank, aligned with the task"),
        QT_TRANSLATE_NOOP("core",
            "Low rank that reads what tells the task's trials apart and writes to the readout, with the "
            "singular values and eigenvalues of random low rank: only the directions differ."),
        aligned, true};
    return info;
}

} // namespace rulescope::networks
