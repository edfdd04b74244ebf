// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/connectivity.h"
#include "core/networks/credit_assignment.h"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>

namespace rulescope::networks {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using Index = Eigen::Index;

/// Trials from which the task's statistics are taken.
constexpr std::size_t kTrials = 512;
/// Lengths that are tried along a direction, and the factor from one to the next.
constexpr double kShortest = 0.0625, kLongest = 8, kFactor = M_SQRT2;

/// The task's trials and a network that stands before them; the network's recurrent weights may be set.
class Probe {
  public:
    explicit Probe(ConnectivityContext& context)
        : m_dynamics(context.dynamics)
        , m_weights{context.outside.in, MatrixXd(context.full), context.outside.out}
        , m_credit(**findCreditRule("bptt"), context.dynamics, {}) {
        Batch<float> drawn;
        context.task.draw(TrialSource::Training, kTrials, context.random, drawn);
        m_batch = drawn.cast<double>();
    }

    double loss(const MatrixXd& recurrent) {
        m_weights.recurrent = recurrent;
        forward(m_dynamics, m_weights, m_batch, m_activity);
        return m_activity.loss;
    }
    /// Of the loss in W_rec, where loss() was last asked for.
    MatrixXd gradient() {
        Weights<double> found;
        m_credit.gradient(m_weights, m_batch, m_activity, found);
        return found.recurrent;
    }
    /// Rates where loss() was last asked for, neurons over (steps x trials).
    MatrixXd rates() const { return m_activity.rates; }

  private:
    Dynamics m_dynamics;
    Weights<double> m_weights;
    CreditAssignment<double> m_credit;
    Batch<double> m_batch;
    Activity<double> m_activity;
};

/// What learning asks for first: from W_rec = 0, `rank` times the strongest direction of the steepest
/// descent, each as long as lowers the loss most.
MatrixXd steepest(Probe& probe, Index neurons, Index rank) {
    MatrixXd made = MatrixXd::Zero(neurons, neurons);
    for (Index i = 0; i < rank; ++i) {
        double least = probe.loss(made), best = 0;
        const Eigen::BDCSVD<MatrixXd> svd(-probe.gradient(), Eigen::ComputeThinU | Eigen::ComputeThinV);
        const MatrixXd direction = svd.matrixU().col(0) * svd.matrixV().col(0).transpose();
        for (double length = kShortest; length <= kLongest; length *= kFactor) {
            const double loss = probe.loss(made + length * direction);
            if (loss < least) {
                least = loss;
                best = length;
            }
        }
        made += best * direction;
    }
    return made;
}

/// The columns, made orthonormal in their order.
MatrixXd orthonormal(const MatrixXd& columns) {
    const Eigen::HouseholderQR<MatrixXd> qr(columns);
    return qr.householderQ() * MatrixXd::Identity(columns.rows(), columns.cols());
}

/// Orthonormal directions near those of `wanted` in which there is next to no activity: apart from `busy` and
/// from the strongest quarter of the directions of `rates`.
MatrixXd silent(const MatrixXd& wanted, const MatrixXd& busy, const MatrixXd& rates) {
    const Index neurons = wanted.rows();
    const Index active = std::min(neurons / 4, neurons - busy.cols() - wanted.cols());
    const Eigen::SelfAdjointEigenSolver<MatrixXd> power(rates * rates.transpose());
    MatrixXd avoided(neurons, busy.cols() + active);
    avoided << busy, power.eigenvectors().rightCols(active);
    const Eigen::ColPivHouseholderQR<MatrixXd> qr(avoided);
    const MatrixXd q = qr.householderQ() * MatrixXd::Identity(neurons, qr.rank());
    return orthonormal(wanted - q * (q.transpose() * wanted));
}

/// Low rank with the singular values of "rank" and the same seed, its norm-matched null. Every left vector is
/// one of steepest()'s; its right vector reads what steepest() reads as strongly as that does, and for the
/// rest of its length directions without activity.
///
/// So the whole of the null's size is there, and as much of it as helps lies along the task: with all of it
/// there the network would begin with outputs far too large, and first learn to shrink them.
base::Result<Connections> aligned(ConnectivityContext& context) {
    const Index neurons = context.full.rows();
    const auto rank = static_cast<Index>(context.options.rank);
    if (4 * rank > neurons) {
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "Aligned connectivity of %1 neurons can't have rank %2."),
                {static_cast<std::int64_t>(neurons), static_cast<std::int64_t>(rank)}},
            "rank", QT_TRANSLATE_NOOP("core", "Choose a rank up to a quarter of the number of neurons."));
    }
    const Eigen::BDCSVD<MatrixXd> null(context.full, Eigen::ComputeThinU | Eigen::ComputeThinV);
    VectorXd values = null.singularValues().head(rank);
    values *= context.full.norm() / values.norm();

    Probe probe(context);
    const MatrixXd asked = steepest(probe, neurons, rank);
    const Eigen::BDCSVD<MatrixXd> svd(asked, Eigen::ComputeThinU | Eigen::ComputeThinV);
    const MatrixXd left = svd.matrixU().leftCols(rank), right = svd.matrixV().leftCols(rank);
    const VectorXd along = svd.singularValues().head(rank).cwiseQuotient(values).cwiseMin(1);

    probe.loss(asked);
    MatrixXd busy(neurons, 3 * rank); // activity along a left vector is along its positive or negative part
    busy << right, left.cwiseMax(0), left.cwiseMin(0);
    const MatrixXd quiet = silent(null.matrixV().leftCols(rank), busy, probe.rates());
    const VectorXd rest = (1 - along.array().square()).sqrt();
    Connections made;
    made.recurrent =
        left * values.asDiagonal() * (right * along.asDiagonal() + quiet * rest.asDiagonal()).transpose();
    return made;
}

} // namespace

const ConnectivityInfo& alignedConnectivity() {
    static const ConnectivityInfo info{"aligned",
        QT_TRANSLATE_NOOP("core", "Low rank, aligned with the task"),
        QT_TRANSLATE_NOOP("core",
            "Low rank along what learning this task would change first, as far as that helps, and along "
            "directions without activity for the rest of its size; singular values are those of random low "
            "rank."),
        aligned, true};
    return info;
}

} // namespace rulescope::networks
