// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tracking/path_posterior.h"

#include "core/rules/rule.h"
#include "core/tracking/small_matrix.h"

#include <algorithm>
#include <cmath>
#include <limits>

// The Hessian of the negative log posterior is block-tridiagonal; its block elimination is written as an
// information filter (precision and information of w_t given trials 0..t), which stays well conditioned where
// drifts are tiny and Q^-1 is huge. One step from t to t+1, in weights scaled by the drift s (Q = s^2):
//     A = s L s,  G = (I + A)^-1,  L' = s^-1 (G A) s^-1,  n' = s^-1 G s n,
// where L, n are precision and information after trial t. log det H + log det of all Q = sum log det (I + A).
// A learning term makes w_{t+1} = J w_t + d + noise with J = I + u'(a) x'; the filter passes through J before
// each step. u = drive f(a) with drive_k = (rate_k r - offset_k) x_k and f = y - p(a).

namespace rulescope::tracking {
namespace {

/// Trials whose filter quantities are kept at once; longer animals are filtered twice, piece by piece.
constexpr std::size_t kPiece = 16384;
constexpr int kMostNewtonSteps = 100;
constexpr int kMostHalvings = 40;
/// nats; Newton's method is quadratic here, so the next step would gain far less.
constexpr double kLeastGain = 1e-7;
/// Rounding of a sum over one trial more, nats.
constexpr double kRounding = 1e-13;

/// log of a product of very many factors.
class LogProduct {
  public:
    void multiply(double factor) {
        m_product *= factor;
        if (m_product > 1e100 || m_product < 1e-100)
            fold();
    }
    double value() {
        fold();
        return m_sum;
    }

  private:
    void fold() {
        m_sum += std::log(m_product);
        m_product = 1;
    }
    double m_sum = 0, m_product = 1;
};

template<int K>
class PathPosteriorOf final : public PathPosterior {
  public:
    explicit PathPosteriorOf(const data::RuleInputs& inputs);

    PathEvidence evaluate(
        const Hyperparameters& h, EvidenceGradient* gradient, const base::StopToken& stop) override;
    const std::vector<double>& weights() const override { return m_weights; }
    std::vector<double> standardErrors() override;

  private:
    using Row = Eigen::Map<Vector<K>>;
    using ConstRow = Eigen::Map<const Vector<K>>;

    /// What is solved for: the path that Newton's step leads to, or H^-1 times m_right.
    enum class Target { Path, Adjoint };
    /// The exact Hessian, or one without the terms that may make it indefinite (far from the maximum).
    enum class Curvature { Exact, Positive };

    struct Filter {
        Square<K> precision;
        Vector<K> information;
    };
    /// The learning term from trial t to t+1 at the present path, with derivatives of f by a.
    struct Drive {
        Vector<K> drive;
        double f = 0, f1 = 0, f2 = 0, f3 = 0;
        double jacobian = 1; ///< det J = 1 + u'.x
    };
    /// Posterior covariances around one step, see gradientStep().
    struct Step {
        Square<K> spread; ///< scaled covariance of w_t before the noise
        Square<K> cross;  ///< scaled covariance of the residual with it
        Vector<K> change; ///< variance of the residual over Q, minus one
    };

    std::size_t last() const { return m_inputs.trials - 1; }
    ConstRow x(std::size_t t) const { return ConstRow(m_inputs.row(t), m_count); }
    Row at(std::vector<double>& values, std::size_t t) const {
        return Row(values.data() + t * static_cast<std::size_t>(m_count), m_count);
    }
    ConstRow at(const std::vector<double>& values, std::size_t t) const {
        return ConstRow(values.data() + t * static_cast<std::size_t>(m_count), m_count);
    }
    bool isDay(std::size_t t) const { return m_hasDay && m_inputs.sessionStart[t + 1] == 1; }
    const Vector<K>& sigma(std::size_t t) const { return isDay(t) ? m_sigmaDay : m_sigma; }
    const Vector<K>& inverseSigma(std::size_t t) const { return isDay(t) ? m_inverseDay : m_inverse; }
    Eigen::Map<Square<K>> gain(std::size_t index) {
        const auto size = static_cast<std::size_t>(m_count * m_count);
        return Eigen::Map<Square<K>>(m_gain.data() + index * size, m_count, m_count);
    }

    void adopt(const Hyperparameters& h);
    PathStatus climb(const base::StopToken& stop);
    bool newtonStep(const base::StopToken& stop);
    double assess();
    Drive driveAt(std::size_t t) const;
    Vector<K> residual(std::size_t t, const Drive& drive) const;
    Vector<K> pull(std::size_t t, const Drive& drive) const;
    double curvatureAt(std::size_t t, Curvature curvature, const Drive& drive) const;

    Filter prior() const;
    void absorb(Target target, Curvature curvature, std::size_t t, const Drive& drive, Filter& filter) const;
    void transport(Target target, std::size_t t, const Drive& drive, Filter& filter) const;
    double propagate(std::size_t t, std::size_t index, Filter& filter);
    bool forward(Target target, Curvature curvature, std::size_t begin, std::size_t end, Filter& filter,
        LogProduct* determinant);
    template<class Start, class Back>
    bool sweep(Target target, Curvature curvature, const base::StopToken& stop, Start start, Back back);
    bool solve(
        Target target, Curvature curvature, const base::StopToken& stop, std::vector<double>& solution);
    Vector<K> backMean(Target target, std::size_t t, std::size_t index, const Vector<K>& next);

    Step stepOf(std::size_t t, std::size_t index, const Square<K>& next);
    Square<K> backCovariance(std::size_t t, const Step& step, const Drive& drive) const;
    bool gradientAtPath(EvidenceGradient& gradient, const base::StopToken& stop);
    void gradientStep(std::size_t t, const Step& step, const Drive& drive, EvidenceGradient& gradient);
    void gradientThroughPath(const std::vector<double>& adjoint, EvidenceGradient& gradient) const;
    void addDrive(std::size_t t, const Vector<K>& byDrive, EvidenceGradient& gradient) const;

    const data::RuleInputs& m_inputs;
    Eigen::Index m_count;
    Vector<K> m_sigma, m_sigmaDay, m_inverse, m_inverseDay, m_rate, m_offset;
    bool m_hasDay = false, m_learns = false;
    double m_sigmaInit = 16, m_logPosterior = 0, m_logLikelihood = 0, m_logDeterminant = 0;
    std::vector<double> m_weights, m_candidate, m_right; // T x K
    std::vector<double> m_activation, m_probability;     // T
    std::vector<double> m_gain, m_carried;               // of the piece at hand
};

template<int K>
PathPosteriorOf<K>::PathPosteriorOf(const data::RuleInputs& inputs)
    : m_inputs(inputs)
    , m_count(static_cast<Eigen::Index>(inputs.regressors)) {
    const std::size_t piece = std::min(kPiece, inputs.trials);
    m_weights.assign(inputs.trials * inputs.regressors, 0.0);
    m_activation.resize(inputs.trials);
    m_probability.resize(inputs.trials);
    m_gain.resize(piece * inputs.regressors * inputs.regressors);
    m_carried.resize(piece * inputs.regressors);
}

template<int K>
void PathPosteriorOf<K>::adopt(const Hyperparameters& h) {
    const auto copy = [&](const std::vector<double>& values) -> Vector<K> {
        return values.empty() ? Vector<K>(Vector<K>::Zero(m_count)) : Vector<K>(at(values, 0));
    };
    m_sigma = copy(h.sigma);
    m_inverse = m_sigma.cwiseInverse();
    m_hasDay = !h.sigmaDay.empty();
    m_sigmaDay = m_hasDay ? copy(h.sigmaDay) : m_sigma;
    m_inverseDay = m_sigmaDay.cwiseInverse();
    m_learns = !h.rate.empty();
    m_rate = copy(h.rate);
    m_offset = copy(h.offset);
    m_sigmaInit = h.sigmaInit;
}

template<int K>
typename PathPosteriorOf<K>::Drive PathPosteriorOf<K>::driveAt(std::size_t t) const {
    Drive drive;
    if (!m_learns)
        return drive;
    const double p = m_probability[t], slope = p * (1 - p);
    drive.drive = (m_rate * m_inputs.outcome[t] - m_offset).cwiseProduct(x(t));
    drive.f = m_inputs.choice[t] - p;
    drive.f1 = -slope;
    drive.f2 = -slope * (1 - 2 * p);
    drive.f3 = -slope * (1 - 6 * slope);
    drive.jacobian = 1 + drive.f1 * drive.drive.dot(x(t));
    return drive;
}

/// What the noise must have done between t and t+1.
template<int K>
Vector<K> PathPosteriorOf<K>::residual(std::size_t t, const Drive& drive) const {
    Vector<K> e = at(m_weights, t + 1) - at(m_weights, t);
    if (m_learns)
        e -= drive.f * drive.drive;
    return e;
}

template<int K>
Vector<K> PathPosteriorOf<K>::pull(std::size_t t, const Drive& drive) const {
    return residual(t, drive).cwiseProduct(inverseSigma(t)).cwiseProduct(inverseSigma(t));
}

/// Activations, probabilities and log-likelihood of the path at hand; its log posterior without constants.
template<int K>
double PathPosteriorOf<K>::assess() {
    double penalty = at(m_weights, 0).squaredNorm() / (m_sigmaInit * m_sigmaInit);
    m_logLikelihood = 0;
    for (std::size_t t = 0; t < m_inputs.trials; ++t) {
        const double a = at(m_weights, t).dot(x(t));
        const rules::Decision decision = rules::decide(a, m_inputs.choice[t]);
        m_activation[t] = a;
        m_probability[t] = decision.probabilityRight;
        if (m_inputs.scored[t] != 0)
            m_logLikelihood += decision.logLikelihood;
        if (t < last())
            penalty += residual(t, driveAt(t)).cwiseProduct(inverseSigma(t)).squaredNorm();
    }
    return m_logLikelihood - penalty / 2;
}

template<int K>
double PathPosteriorOf<K>::curvatureAt(std::size_t t, Curvature curvature, const Drive& drive) const {
    const double p = m_probability[t];
    const double likelihood = m_inputs.scored[t] != 0 ? p * (1 - p) : 0;
    if (!m_learns || t == last())
        return likelihood;
    const double bend = drive.f2 * pull(t, drive).dot(drive.drive);
    return likelihood - (curvature == Curvature::Exact ? bend : std::min(bend, 0.0));
}

template<int K>
typename PathPosteriorOf<K>::Filter PathPosteriorOf<K>::prior() const {
    Filter filter;
    filter.precision = Square<K>::Identity(m_count, m_count) / (m_sigmaInit * m_sigmaInit);
    filter.information = Vector<K>::Zero(m_count);
    return filter;
}

/// Adds trial t's own term.
template<int K>
void PathPosteriorOf<K>::absorb(
    Target target, Curvature curvature, std::size_t t, const Drive& drive, Filter& filter) const {
    const double bend = curvatureAt(t, curvature, drive);
    filter.precision.noalias() += bend * x(t) * x(t).transpose();
    if (target == Target::Adjoint) {
        filter.information += at(m_right, t);
        return;
    }
    const double slope = m_inputs.scored[t] != 0 ? m_inputs.choice[t] - m_probability[t] : 0;
    filter.information += (slope + bend * m_activation[t]) * x(t);
}

/// From w_t to J w_t + d.
template<int K>
void PathPosteriorOf<K>::transport(Target target, std::size_t t, const Drive& drive, Filter& filter) const {
    const double share = drive.f1 / drive.jacobian;
    const Vector<K> along = share * filter.precision.transpose() * drive.drive;
    filter.precision.noalias() -= x(t) * along.transpose();
    const Vector<K> back = share * filter.precision * drive.drive;
    filter.precision.noalias() -= back * x(t).transpose();
    filter.information -= share * drive.drive.dot(filter.information) * x(t);
    if (target == Target::Path)
        filter.information += (drive.f - drive.f1 * m_activation[t]) * (filter.precision * drive.drive);
}

/// The noise between t and t+1; returns det(I + A), or 0 if the Hessian is not positive definite.
template<int K>
double PathPosteriorOf<K>::propagate(std::size_t t, std::size_t index, Filter& filter) {
    const Vector<K>& s = sigma(t);
    const Vector<K>& inverse = inverseSigma(t);
    const Square<K> scaled = s.asDiagonal() * filter.precision * s.asDiagonal();
    Square<K> shifted = scaled;
    shifted.diagonal().array() += 1;
    Square<K> g(m_count, m_count);
    const double determinant = invertPositive<K>(shifted, g);
    if (determinant <= 0)
        return 0;
    gain(index) = g;
    const Vector<K> carried = g * s.cwiseProduct(filter.information);
    at(m_carried, index) = carried;
    filter.information = carried.cwiseProduct(inverse);
    const Square<K> kept = g * scaled; // symmetric but for rounding, which must not add up
    for (Eigen::Index i = 0; i < m_count; ++i)
        for (Eigen::Index j = 0; j <= i; ++j)
            filter.precision(i, j) = filter.precision(j, i) =
                (kept(i, j) + kept(j, i)) / 2 * inverse[i] * inverse[j];
    return determinant;
}

/// Filters trials [begin, end) and steps to `end`; false if the Hessian is not positive definite.
template<int K>
bool PathPosteriorOf<K>::forward(Target target, Curvature curvature, std::size_t begin, std::size_t end,
    Filter& filter, LogProduct* determinant) {
    for (std::size_t t = begin; t < end; ++t) {
        const Drive drive = driveAt(t);
        absorb(target, curvature, t, drive, filter);
        if (m_learns)
            transport(target, t, drive, filter);
        const double factor = propagate(t, t - begin, filter);
        if (!(factor > 0))
            return false;
        if (determinant != nullptr)
            determinant->multiply(factor * drive.jacobian * drive.jacobian);
    }
    return true;
}

/// Forward over all trials, then back: `start(covariance, mean)` at the last trial, `back(t, index)` from the
/// last but one to the first, with gain(index) and m_carried of the step from t to t+1 at hand. False if the
/// Hessian is not positive definite or the stop token asks.
template<int K>
template<class Start, class Back>
bool PathPosteriorOf<K>::sweep(
    Target target, Curvature curvature, const base::StopToken& stop, Start start, Back back) {
    std::vector<Filter> starts;
    LogProduct determinant;
    Filter filter = prior();
    for (std::size_t begin = 0; begin < last(); begin += kPiece) {
        starts.push_back(filter);
        if (stop.stop_requested() ||
            !forward(target, curvature, begin, std::min(begin + kPiece, last()), filter, &determinant))
            return false;
    }
    absorb(target, curvature, last(), {}, filter);
    Square<K> covariance(m_count, m_count);
    const double factor = invertPositive<K>(filter.precision, covariance);
    if (!(factor > 0))
        return false;
    determinant.multiply(factor);
    m_logDeterminant = determinant.value();
    start(covariance, Vector<K>(covariance * filter.information));
    for (std::size_t piece = starts.size(); piece-- > 0;) {
        const std::size_t begin = piece * kPiece, end = std::min(begin + kPiece, last());
        if (stop.stop_requested())
            return false;
        if (piece + 1 < starts.size())
            forward(target, curvature, begin, end, starts[piece], nullptr);
        for (std::size_t t = end; t-- > begin;)
            back(t, t - begin);
    }
    return true;
}

template<int K>
Vector<K> PathPosteriorOf<K>::backMean(
    Target target, std::size_t t, std::size_t index, const Vector<K>& next) {
    const Vector<K> pulled = at(m_carried, index) + gain(index) * next.cwiseProduct(inverseSigma(t));
    Vector<K> mean = pulled.cwiseProduct(sigma(t));
    if (m_learns) {
        const Drive drive = driveAt(t);
        if (target == Target::Path)
            mean -= (drive.f - drive.f1 * m_activation[t]) * drive.drive;
        mean -= drive.f1 / drive.jacobian * x(t).dot(mean) * drive.drive;
    }
    return mean;
}

template<int K>
bool PathPosteriorOf<K>::solve(
    Target target, Curvature curvature, const base::StopToken& stop, std::vector<double>& solution) {
    solution.resize(m_weights.size());
    Vector<K> next(m_count);
    return sweep(
        target, curvature, stop,
        [&](const Square<K>&, const Vector<K>& mean) { at(solution, last()) = next = mean; },
        [&](std::size_t t, std::size_t index) {
            next = backMean(target, t, index, next);
            at(solution, t) = next;
        });
}

/// Solves for the path that Newton's step leads to; false if there is none.
template<int K>
bool PathPosteriorOf<K>::newtonStep(const base::StopToken& stop) {
    return solve(Target::Path, Curvature::Exact, stop, m_candidate) ||
           (m_learns && solve(Target::Path, Curvature::Positive, stop, m_candidate));
}

/// Newton's method with step halving, from the path at hand.
template<int K>
PathStatus PathPosteriorOf<K>::climb(const base::StopToken& stop) {
    const double rounding = kRounding * static_cast<double>(m_inputs.trials);
    m_logPosterior = assess();
    for (int step = 0; step < kMostNewtonSteps; ++step) {
        const bool isSolved = newtonStep(stop);
        if (stop.stop_requested())
            return PathStatus::Cancelled;
        if (!isSolved)
            return PathStatus::NotFinite;
        m_weights.swap(m_candidate); // which now holds where the step began
        double value = assess();
        for (int halving = 0; !(value >= m_logPosterior - rounding) && halving < kMostHalvings; ++halving) {
            for (std::size_t i = 0; i < m_weights.size(); ++i)
                m_weights[i] = (m_candidate[i] + m_weights[i]) / 2;
            value = assess();
        }
        if (!std::isfinite(value))
            return PathStatus::NotFinite;
        const double gained = value - m_logPosterior;
        m_logPosterior = value;
        if (gained < kLeastGain + 10 * rounding)
            return PathStatus::Converged;
    }
    return PathStatus::IterationLimit;
}

template<int K>
PathEvidence PathPosteriorOf<K>::evaluate(
    const Hyperparameters& h, EvidenceGradient* gradient, const base::StopToken& stop) {
    adopt(h);
    PathEvidence evidence;
    evidence.status = climb(stop);
    if (evidence.status == PathStatus::NotFinite) { // perhaps only from a start left by other hyperparameters
        std::fill(m_weights.begin(), m_weights.end(), 0.0);
        evidence.status = climb(stop);
    }
    if (evidence.status == PathStatus::Cancelled || evidence.status == PathStatus::NotFinite)
        return evidence;
    bool isDefinite = false;
    if (gradient != nullptr) {
        isDefinite = gradientAtPath(*gradient, stop);
    } else {
        isDefinite = sweep(
            Target::Path, Curvature::Exact, stop, [](const Square<K>&, const Vector<K>&) {},
            [](std::size_t, std::size_t) {});
    }
    if (stop.stop_requested()) {
        evidence.status = PathStatus::Cancelled;
        return evidence;
    }
    const double start = static_cast<double>(m_count) * std::log(m_sigmaInit);
    evidence.logLikelihood = m_logLikelihood;
    evidence.logEvidence = m_logPosterior - start - m_logDeterminant / 2;
    if (!isDefinite || !std::isfinite(evidence.logEvidence))
        evidence.status = PathStatus::NotFinite;
    return evidence;
}

/// Covariances around the step from t to t+1, whose weights have covariance `next`.
template<int K>
typename PathPosteriorOf<K>::Step PathPosteriorOf<K>::stepOf(
    std::size_t t, std::size_t index, const Square<K>& next) {
    const Vector<K>& inverse = inverseSigma(t);
    const Square<K> g = gain(index);
    const Square<K> moved = Square<K>::Identity(m_count, m_count) - g;
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
    Square<K> covariance = sigma(t).asDiagonal() * step.spread * sigma(t).asDiagonal();
    if (m_learns) {
        const double share = drive.f1 / drive.jacobian;
        const Vector<K> along = share * covariance.transpose() * x(t);
        covariance.noalias() -= drive.drive * along.transpose();
        const Vector<K> back = share * covariance * x(t);
        covariance.noalias() -= back * drive.drive.transpose();
    }
    return (covariance + covariance.transpose()) / 2;
}

template<int K>
std::vector<double> PathPosteriorOf<K>::standardErrors() {
    std::vector<double> errors(m_weights.size());
    Square<K> covariance(m_count, m_count);
    const auto keep = [&](std::size_t t) { at(errors, t) = covariance.diagonal().cwiseMax(0.0).cwiseSqrt(); };
    sweep(
        Target::Path, Curvature::Exact, {},
        [&](const Square<K>& end, const Vector<K>&) {
            covariance = end;
            keep(last());
        },
        [&](std::size_t t, std::size_t index) {
            covariance = backCovariance(t, stepOf(t, index, covariance), driveAt(t));
            keep(t);
        });
    return errors;
}

/// The evidence depends on hyperparameters directly and through the path; the second part is one more solve
/// with H (m_right holds d(-log det H / 2)/dw).
template<int K>
bool PathPosteriorOf<K>::gradientAtPath(EvidenceGradient& gradient, const base::StopToken& stop) {
    const std::size_t count = m_inputs.regressors;
    gradient.logSigma.assign(count, 0);
    gradient.logSigmaDay.assign(m_hasDay ? count : 0, 0);
    gradient.rate.assign(m_learns ? count : 0, 0);
    gradient.offset.assign(m_learns ? count : 0, 0);
    m_right.assign(m_weights.size(), 0.0);
    Square<K> covariance(m_count, m_count);
    const auto likelihoodTerm = [&](std::size_t t) {
        const double p = m_probability[t], third = p * (1 - p) * (1 - 2 * p);
        if (m_inputs.scored[t] != 0)
            at(m_right, t) -= x(t).dot(covariance * x(t)) * third / 2 * x(t);
    };
    const bool isDefinite = sweep(
        Target::Path, Curvature::Exact, stop,
        [&](const Square<K>& end, const Vector<K>&) {
            covariance = end;
            likelihoodTerm(last());
        },
        [&](std::size_t t, std::size_t index) {
            const Step step = stepOf(t, index, covariance);
            const Drive drive = driveAt(t);
            covariance = backCovariance(t, step, drive);
            likelihoodTerm(t);
            gradientStep(t, step, drive, gradient);
        });
    const double logDeterminant = m_logDeterminant;
    if (!isDefinite || !solve(Target::Adjoint, Curvature::Exact, stop, m_candidate))
        return false;
    m_logDeterminant = logDeterminant;
    gradientThroughPath(m_candidate, gradient);
    return true;
}

/// The direct part at the step from t to t+1, and what a learning term adds to m_right.
template<int K>
void PathPosteriorOf<K>::gradientStep(
    std::size_t t, const Step& step, const Drive& drive, EvidenceGradient& gradient) {
    const Vector<K> e = residual(t, drive);
    const Vector<K> q = inverseSigma(t).cwiseProduct(inverseSigma(t));
    const Vector<K> pulled = e.cwiseProduct(q);
    Vector<K> bySigma = e.cwiseProduct(pulled) + step.change;
    if (m_learns) {
        const Vector<K> through = sigma(t).cwiseProduct(x(t)) / drive.jacobian; // scaled J^-T x
        const double variance = through.dot(step.spread * through);             // of a_t
        const Vector<K> cross = sigma(t).cwiseProduct(step.cross * through);    // residual with a_t
        const Vector<K> second = drive.f2 * drive.drive;
        bySigma -= variance * pulled.cwiseProduct(second);
        addDrive(t,
            drive.f * pulled + drive.f1 * q.cwiseProduct(cross) + variance / 2 * drive.f2 * pulled -
                variance / 2 * drive.f * q.cwiseProduct(second),
            gradient);
        const Vector<K> byResidual = variance / 2 * q.cwiseProduct(second);
        at(m_right, t + 1) += byResidual;
        at(m_right, t) -= byResidual;
        at(m_right, t) +=
            (second.dot(q.cwiseProduct(cross)) + variance / 2 * drive.f3 * pulled.dot(drive.drive) -
                drive.f1 * drive.drive.dot(byResidual)) *
            x(t);
    }
    Row(isDay(t) ? gradient.logSigmaDay.data() : gradient.logSigma.data(), m_count) += bySigma;
}

/// The part through the path, given H^-1 times m_right.
template<int K>
void PathPosteriorOf<K>::gradientThroughPath(
    const std::vector<double>& adjoint, EvidenceGradient& gradient) const {
    for (std::size_t t = 0; t < last(); ++t) {
        const Drive drive = driveAt(t);
        const Vector<K> pulled = pull(t, drive);
        Vector<K> moved = at(adjoint, t + 1) - at(adjoint, t);
        if (m_learns) {
            const double along = x(t).dot(at(adjoint, t));
            moved -= drive.f1 * along * drive.drive;
            const Vector<K> q = inverseSigma(t).cwiseProduct(inverseSigma(t));
            addDrive(t, along * drive.f1 * pulled + drive.f * moved.cwiseProduct(q), gradient);
        }
        Row(isDay(t) ? gradient.logSigmaDay.data() : gradient.logSigma.data(), m_count) +=
            2 * moved.cwiseProduct(pulled);
    }
}

/// drive_k = (rate_k r - offset_k) x_k.
template<int K>
void PathPosteriorOf<K>::addDrive(std::size_t t, const Vector<K>& byDrive, EvidenceGradient& gradient) const {
    const Vector<K> product = byDrive.cwiseProduct(x(t));
    Row(gradient.rate.data(), m_count) += m_inputs.outcome[t] * product;
    Row(gradient.offset.data(), m_count) -= product;
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
