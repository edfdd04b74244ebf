// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tracking/path_posterior.h"

#include "core/tracking/path_filter.h"

#include <algorithm>
#include <cmath>

namespace rulescope::tracking {
namespace {

constexpr int kMostNewtonSteps = 100;
constexpr int kMostHalvings = 40;
/// nats; Newton's method is quadratic here, so the next step would gain far less.
constexpr double kLeastGain = 1e-7;
/// Rounding of a sum over one trial more, nats.
constexpr double kRounding = 1e-13;

template<int K>
class PathPosteriorOf final : public PathPosterior {
  public:
    explicit PathPosteriorOf(const data::RuleInputs& inputs)
        : m_filter(inputs) {
        m_path.weights.assign(inputs.trials * inputs.regressors, 0.0);
    }

    PathEvidence evaluate(const Hyperparameters& h, const base::StopToken& stop) override;
    PathEvidence evaluateDecoupled(
        const Hyperparameters& h, EvidenceGradient& gradient, const base::StopToken& stop) override;
    const std::vector<double>& weights() const override { return m_path.weights; }
    std::vector<double> standardErrors() override;

  private:
    using Drive = typename PathFilter<K>::Drive;
    /// Posterior covariances around one step, see gradientStep().
    struct Step {
        Square<K> spread; ///< scaled covariance of w_t before the noise
        Square<K> cross;  ///< scaled covariance of the residual with it
        Vector<K> change; ///< variance of the residual over Q, minus one
    };

    PathStatus climb(const base::StopToken& stop);
    bool newtonStep(const base::StopToken& stop);
    PathEvidence laplaceAt(const Path& path) const;

    Step stepOf(std::size_t t, std::size_t index, const Square<K>& next);
    Square<K> backCovariance(std::size_t t, const Step& step, const Drive& drive) const;
    bool directGradient(EvidenceGradient& gradient, const base::StopToken& stop);
    void gradientStep(std::size_t t, const Step& step, const Drive& drive, EvidenceGradient& gradient);
    void addPosteriorSlope();
    void gradientThroughPath(const std::vector<double>& adjoint, EvidenceGradient& gradient) const;
    void addDrive(std::size_t t, const Vector<K>& byDrive, EvidenceGradient& gradient) const;
    auto& driftSlope(std::size_t t, EvidenceGradient& gradient) const {
        return m_filter.isDay(t) ? gradient.logSigmaDay : gradient.logSigma;
    }

    PathFilter<K> m_filter;
    Path m_path;         ///< the maximum of the last evaluate(), which the likelihood is decoupled at
    Path m_moved;        ///< one Newton step from it
    Hyperparameters m_h; ///< of m_path
    std::vector<double> m_candidate, m_right; ///< T x K
};

/// Solves for the path that Newton's step leads to; false if there is none.
template<int K>
bool PathPosteriorOf<K>::newtonStep(const base::StopToken& stop) {
    return m_filter.solve(m_path, Target::Path, Curvature::Exact, {}, stop, m_candidate) ||
           (m_filter.learns() &&
               m_filter.solve(m_path, Target::Path, Curvature::Positive, {}, stop, m_candidate));
}

/// Newton's method with step halving, from the path at hand.
template<int K>
PathStatus PathPosteriorOf<K>::climb(const base::StopToken& stop) {
    const double rounding = kRounding * static_cast<double>(m_filter.trials());
    m_filter.assess(m_path);
    for (int step = 0; step < kMostNewtonSteps; ++step) {
        const bool isSolved = newtonStep(stop);
        if (stop.stop_requested())
            return PathStatus::Cancelled;
        if (!isSolved)
            return PathStatus::NotFinite;
        const double before = m_path.logPosterior;
        m_path.weights.swap(m_candidate); // which now holds where the step began
        m_filter.assess(m_path);
        for (int halving = 0; !(m_path.logPosterior >= before - rounding) && halving < kMostHalvings;
             ++halving) {
            for (std::size_t i = 0; i < m_path.weights.size(); ++i)
                m_path.weights[i] = (m_candidate[i] + m_path.weights[i]) / 2;
            m_filter.assess(m_path);
        }
        if (!std::isfinite(m_path.logPosterior))
            return PathStatus::NotFinite;
        if (m_path.logPosterior - before < kLeastGain + 10 * rounding)
            return PathStatus::Converged;
    }
    return PathStatus::IterationLimit;
}

/// With the determinant of the last sweep.
template<int K>
PathEvidence PathPosteriorOf<K>::laplaceAt(const Path& path) const {
    PathEvidence evidence;
    const double start = static_cast<double>(m_filter.count()) * std::log(m_filter.sigmaInit());
    evidence.logLikelihood = path.logLikelihood;
    evidence.logEvidence = path.logPosterior - start - m_filter.logDeterminant() / 2;
    if (!std::isfinite(evidence.logEvidence))
        evidence = {PathStatus::NotFinite};
    return evidence;
}

template<int K>
PathEvidence PathPosteriorOf<K>::evaluate(const Hyperparameters& h, const base::StopToken& stop) {
    m_h = h;
    m_filter.adopt(h);
    PathStatus status = climb(stop);
    if (status == PathStatus::NotFinite) { // perhaps only from a start left by other hyperparameters
        std::fill(m_path.weights.begin(), m_path.weights.end(), 0.0);
        status = climb(stop);
    }
    if (status == PathStatus::Cancelled || status == PathStatus::NotFinite)
        return {status};
    const bool isDefinite = m_filter.sweep(
        m_path, Target::Path, Curvature::Exact, {}, stop, [](const Square<K>&, const Vector<K>&) {},
        [](std::size_t, std::size_t) {});
    if (stop.stop_requested() || !isDefinite)
        return {stop.stop_requested() ? PathStatus::Cancelled : PathStatus::NotFinite};
    m_filter.hold(m_path);
    PathEvidence evidence = laplaceAt(m_path);
    if (evidence.status == PathStatus::Converged)
        evidence.status = status;
    return evidence;
}

/// The evidence depends on hyperparameters directly and through the moved path; the second part is one more
/// solve with the Hessian that the path was moved by.
template<int K>
PathEvidence PathPosteriorOf<K>::evaluateDecoupled(
    const Hyperparameters& h, EvidenceGradient& gradient, const base::StopToken& stop) {
    m_filter.adopt(h);
    const auto ended = [&stop] {
        return PathEvidence{stop.stop_requested() ? PathStatus::Cancelled : PathStatus::NotFinite};
    };
    if (!m_filter.solve(m_path, Target::Path, Curvature::Held, {}, stop, m_moved.weights))
        return ended();
    m_filter.assess(m_moved);
    if (!directGradient(gradient, stop))
        return ended();
    const PathEvidence evidence = laplaceAt(m_moved);
    addPosteriorSlope();
    if (!m_filter.solve(m_path, Target::Adjoint, Curvature::Held, m_right, stop, m_candidate))
        return ended();
    gradientThroughPath(m_candidate, gradient);
    return evidence;
}

/// Covariances around the step from t to t+1, whose weights have covariance `next`.
template<int K>
typename PathPosteriorOf<K>::Step PathPosteriorOf<K>::stepOf(
    std::size_t t, std::size_t index, const Square<K>& next) {
    const Vector<K>& inverse = m_filter.inverseSigma(t);
    const Square<K> g = m_filter.gain(index);
    const Square<K> moved = Square<K>::Identity(m_filter.count(), m_filter.count()) - g;
    const Square<K> scaled = inverse.asDiagonal() * next * inverse.asDiagonal();
    const Square<K> through = scaled * g;
    Step step;
    step.spread = g + g * through;
    step.cross = moved * through - g;
    step.change = (moved * scaled * moved).diagonal() - moved.diagonal();
    return step;
}

/// Covariance of w_t.
template<int K>
Square<K> PathPosteriorOf<K>::backCovariance(std::size_t t, const Step& step, const Drive& drive) const {
    const Vector<K>& sigma = m_filter.sigma(t);
    Square<K> covariance = sigma.asDiagonal() * step.spread * sigma.asDiagonal();
    if (m_filter.learns()) {
        const double share = drive.f1 / drive.jacobian;
        const Vector<K> along = share * covariance.transpose() * m_filter.x(t);
        covariance.noalias() -= drive.drive * along.transpose();
        const Vector<K> back = share * covariance * m_filter.x(t);
        covariance.noalias() -= back * drive.drive.transpose();
    }
    return (covariance + covariance.transpose()) / 2;
}

template<int K>
std::vector<double> PathPosteriorOf<K>::standardErrors() {
    m_filter.adopt(m_h);
    std::vector<double> errors(m_path.weights.size());
    Square<K> covariance(m_filter.count(), m_filter.count());
    const auto keep = [&](std::size_t t) {
        m_filter.at(errors, t) = covariance.diagonal().cwiseMax(0.0).cwiseSqrt();
    };
    m_filter.sweep(
        m_path, Target::Path, Curvature::Exact, {}, {},
        [&](const Square<K>& end, const Vector<K>&) {
            covariance = end;
            keep(m_filter.last());
        },
        [&](std::size_t t, std::size_t index) {
            covariance = backCovariance(t, stepOf(t, index, covariance), m_filter.driveAt(m_path, t));
            keep(t);
        });
    return errors;
}

/// The part with the moved path held; m_right becomes d(-log det H / 2)/dw there. False if the Hessian is not
/// positive definite.
template<int K>
bool PathPosteriorOf<K>::directGradient(EvidenceGradient& gradient, const base::StopToken& stop) {
    const auto count = static_cast<std::size_t>(m_filter.count());
    gradient.logSigma.assign(count, 0);
    gradient.logSigmaDay.assign(m_filter.hasDay() ? count : 0, 0);
    gradient.rate.assign(m_filter.learns() ? count : 0, 0);
    gradient.offset.assign(m_filter.learns() ? count : 0, 0);
    m_right.assign(m_moved.weights.size(), 0.0);
    Square<K> covariance(m_filter.count(), m_filter.count());
    const auto likelihoodTerm = [&](std::size_t t) {
        const double p = m_moved.probability[t], third = p * (1 - p) * (1 - 2 * p);
        const auto x = m_filter.x(t);
        if (m_filter.isScored(t))
            m_filter.at(m_right, t) -= x.dot(covariance * x) * third / 2 * x;
    };
    return m_filter.sweep(
        m_moved, Target::Path, Curvature::Exact, {}, stop,
        [&](const Square<K>& end, const Vector<K>&) {
            covariance = end;
            likelihoodTerm(m_filter.last());
        },
        [&](std::size_t t, std::size_t index) {
            const Step step = stepOf(t, index, covariance);
            const Drive drive = m_filter.driveAt(m_moved, t);
            covariance = backCovariance(t, step, drive);
            likelihoodTerm(t);
            gradientStep(t, step, drive, gradient);
        });
}

/// The direct part at the step from t to t+1, and what a learning term adds to m_right.
template<int K>
void PathPosteriorOf<K>::gradientStep(
    std::size_t t, const Step& step, const Drive& drive, EvidenceGradient& gradient) {
    const Vector<K> e = m_filter.residual(m_moved, t, drive);
    const Vector<K> q = m_filter.inverseVariance(t);
    const Vector<K> pulled = e.cwiseProduct(q);
    Vector<K> bySigma = e.cwiseProduct(pulled) + step.change;
    if (m_filter.learns()) {
        const Vector<K>& sigma = m_filter.sigma(t);
        const Vector<K> through = sigma.cwiseProduct(m_filter.x(t)) / drive.jacobian; // scaled J^-T x
        const double variance = through.dot(step.spread * through);                   // of a_t
        const Vector<K> cross = sigma.cwiseProduct(step.cross * through);             // residual with a_t
        const Vector<K> second = drive.f2 * drive.drive;
        bySigma -= variance * pulled.cwiseProduct(second);
        addDrive(t,
            drive.f * pulled + drive.f1 * q.cwiseProduct(cross) + variance / 2 * drive.f2 * pulled -
                variance / 2 * drive.f * q.cwiseProduct(second),
            gradient);
        const Vector<K> byResidual = variance / 2 * q.cwiseProduct(second);
        m_filter.at(m_right, t + 1) += byResidual;
        m_filter.at(m_right, t) -= byResidual;
        m_filter.at(m_right, t) +=
            (second.dot(q.cwiseProduct(cross)) + variance / 2 * drive.f3 * pulled.dot(drive.drive) -
                drive.f1 * drive.drive.dot(byResidual)) *
            m_filter.x(t);
    }
    m_filter.at(driftSlope(t, gradient), 0) += bySigma;
}

/// The moved path is no maximum: adds the slope of the log posterior there to m_right.
template<int K>
void PathPosteriorOf<K>::addPosteriorSlope() {
    m_filter.at(m_right, 0) -=
        m_filter.at(m_moved.weights, 0) / (m_filter.sigmaInit() * m_filter.sigmaInit());
    for (std::size_t t = 0; t < m_filter.trials(); ++t) {
        if (m_filter.isScored(t))
            m_filter.at(m_right, t) += (m_filter.choice(t) - m_moved.probability[t]) * m_filter.x(t);
        if (t == m_filter.last())
            continue;
        const Drive drive = m_filter.driveAt(m_moved, t);
        const Vector<K> pulled = m_filter.pull(m_moved, t, drive);
        m_filter.at(m_right, t + 1) -= pulled;
        m_filter.at(m_right, t) += pulled;
        if (m_filter.learns())
            m_filter.at(m_right, t) += drive.f1 * drive.drive.dot(pulled) * m_filter.x(t);
    }
}

/// The part through the moved path, which solves F = 0 with F the slope of the quadratic expansion of the
/// log posterior at the held path: -adjoint . dF, given adjoint = H^-1 m_right.
template<int K>
void PathPosteriorOf<K>::gradientThroughPath(
    const std::vector<double>& adjoint, EvidenceGradient& gradient) const {
    for (std::size_t t = 0; t < m_filter.last(); ++t) {
        const Drive drive = m_filter.driveAt(m_path, t);
        const Vector<K> q = m_filter.inverseVariance(t);
        Vector<K> e = m_filter.at(m_moved.weights, t + 1) - m_filter.at(m_moved.weights, t);
        Vector<K> moved = m_filter.at(adjoint, t + 1) - m_filter.at(adjoint, t);
        if (!m_filter.learns()) {
            m_filter.at(driftSlope(t, gradient), 0) += 2 * moved.cwiseProduct(e.cwiseProduct(q));
            continue;
        }
        const double along = m_filter.x(t).dot(m_filter.at(adjoint, t));
        const double change = m_moved.activation[t] - m_path.activation[t];
        const double f = drive.f + drive.f1 * change; // linear in the path
        e -= f * drive.drive;
        moved -= drive.f1 * along * drive.drive;
        m_filter.at(driftSlope(t, gradient), 0) += 2 * moved.cwiseProduct(e.cwiseProduct(q));
        addDrive(t, q.cwiseProduct(f * moved + drive.f1 * along * e), gradient);
    }
}

/// drive_k = (rate_k r - offset_k) x_k.
template<int K>
void PathPosteriorOf<K>::addDrive(std::size_t t, const Vector<K>& byDrive, EvidenceGradient& gradient) const {
    const Vector<K> product = byDrive.cwiseProduct(m_filter.x(t));
    m_filter.at(gradient.rate, 0) += m_filter.outcome(t) * product;
    m_filter.at(gradient.offset, 0) -= product;
}

} // namespace

std::unique_ptr<PathPosterior> makePathPosterior(const data::RuleInputs& inputs) {
    switch (inputs.regressors) {
    case 1:
        return std::make_unique<PathPosteriorOf<1>>(inputs);
    case 2:
        return std::make_unique<PathPosteriorOf<2>>(inputs);
    case 3:
        return std::make_unique<PathPosteriorOf<3>>(inputs);
    case 4:
        return std::make_unique<PathPosteriorOf<4>>(inputs);
    default:
        return std::make_unique<PathPosteriorOf<Eigen::Dynamic>>(inputs);
    }
}

} // namespace rulescope::tracking
