// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/data/regressors.h"
#include "core/rules/rule.h"
#include "core/tracking/path_posterior.h"
#include "core/tracking/small_matrix.h"

#include <algorithm>
#include <cmath>
#include <vector>

// The Hessian of the negative log posterior is block-tridiagonal; its block elimination is written as an
// information filter (precision and information of w_t given trials 0..t), which stays well conditioned where
// drifts are tiny and Q^-1 is huge. One step from t to t+1, in weights scaled by the drift s (Q = s^2):
//     A = s L s,  G = (I + A)^-1,  L' = s^-1 (G A) s^-1,  n' = s^-1 G s n,
// where L, n are precision and information after trial t. log det H + log det of all Q = sum log det (I + A).
// A learning term makes w_{t+1} = J w_t + d + noise with J = I + u'(a) x'; the filter passes through J before
// each step. u = drive f(a) with drive_k = (rate_k r - offset_k) x_k and f = y - p(a).

namespace rulescope::tracking {

/// Trials whose filter quantities are kept at once; longer animals are filtered twice, piece by piece.
inline constexpr std::size_t kPiece = 16384;

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

/// Weights of every trial with what follows from them; filled by PathFilter::assess().
struct Path {
    std::vector<double> weights;                 ///< T x K, row-major
    std::vector<double> activation, probability; ///< T
    std::vector<double> curvature;               ///< T: held by PathFilter::hold(), along each trial's x
    double logLikelihood = 0;                    ///< of scored trials
    double logPosterior = 0;                     ///< without constants
};

/// What is solved for: the path that Newton's step leads to, or H^-1 times a right-hand side.
enum class Target { Path, Adjoint };
/// The exact Hessian, one without the terms that may make it indefinite (far from the maximum), or one with
/// each trial's own curvature as it was held.
enum class Curvature { Exact, Positive, Held };

/// Passes over one animal's trials, forward and back, with the Hessian at a path and the hyperparameters
/// adopted last.
template<int K>
class PathFilter {
  public:
    using Row = Eigen::Map<Vector<K>>;
    using ConstRow = Eigen::Map<const Vector<K>>;

    /// The learning term from trial t to t+1, with derivatives of f by a.
    struct Drive {
        Vector<K> drive;
        double f = 0, f1 = 0, f2 = 0, f3 = 0;
        double jacobian = 1; ///< det J = 1 + u'.x
    };

    explicit PathFilter(const data::RuleInputs& inputs);
    void adopt(const Hyperparameters& h);

    std::size_t trials() const { return m_inputs.trials; }
    std::size_t last() const { return m_inputs.trials - 1; }
    Eigen::Index count() const { return m_count; }
    bool hasDay() const { return m_hasDay; }
    bool learns() const { return m_learns; }
    double sigmaInit() const { return m_sigmaInit; }
    bool isScored(std::size_t t) const { return m_inputs.scored[t] != 0; }
    double choice(std::size_t t) const { return m_inputs.choice[t]; }
    double outcome(std::size_t t) const { return m_inputs.outcome[t]; }
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
    Vector<K> inverseVariance(std::size_t t) const { return inverseSigma(t).cwiseProduct(inverseSigma(t)); }
    /// G of the step from t to t+1, by its index in the piece at hand.
    Eigen::Map<Square<K>> gain(std::size_t index) {
        const auto size = static_cast<std::size_t>(m_count * m_count);
        return Eigen::Map<Square<K>>(m_gain.data() + index * size, m_count, m_count);
    }

    /// Fills in what follows from the path's weights.
    void assess(Path& path) const;
    /// Keeps the curvature of likelihood and learning term for Curvature::Held under other hyperparameters.
    void hold(Path& path) const;
    Drive driveAt(const Path& path, std::size_t t) const;
    /// What the noise must have done between t and t+1.
    Vector<K> residual(const Path& path, std::size_t t, const Drive& drive) const;
    Vector<K> pull(const Path& path, std::size_t t, const Drive& drive) const {
        return residual(path, t, drive).cwiseProduct(inverseVariance(t));
    }

    /// Solves for Newton's step from `path`, or for H^-1 `right`; false if the Hessian is not positive
    /// definite or the stop token asks.
    bool solve(const Path& path, Target target, Curvature curvature, const std::vector<double>& right,
        const base::StopToken& stop, std::vector<double>& solution);
    /// Forward over all trials, then back: `start(covariance, mean)` at the last trial, `back(t, index)` from
    /// the last but one to the first, with gain(index) of the step from t to t+1 at hand.
    template<class Start, class Back>
    bool sweep(const Path& path, Target target, Curvature curvature, const std::vector<double>& right,
        const base::StopToken& stop, Start start, Back back);
    /// log det H + log det of all Q, of the last sweep.
    double logDeterminant() const { return m_logDeterminant; }

  private:
    struct Filter {
        Square<K> precision;
        Vector<K> information;
    };
    /// What a pass is about.
    struct Task {
        const Path& path;
        Target target;
        Curvature curvature;
        const std::vector<double>& right;
    };

    double curvatureAt(const Path& path, Curvature curvature, std::size_t t, const Drive& drive) const;
    Filter prior() const;
    void absorb(const Task& task, std::size_t t, const Drive& drive, Filter& filter) const;
    void transport(const Task& task, std::size_t t, const Drive& drive, Filter& filter) const;
    double propagate(std::size_t t, std::size_t index, Filter& filter);
    bool forward(
        const Task& task, std::size_t begin, std::size_t end, Filter& filter, LogProduct* determinant);
    Vector<K> backMean(const Task& task, std::size_t t, std::size_t index, const Vector<K>& next);

    const data::RuleInputs& m_inputs;
    Eigen::Index m_count;
    Vector<K> m_sigma, m_sigmaDay, m_inverse, m_inverseDay, m_rate, m_offset;
    bool m_hasDay = false, m_learns = false;
    double m_sigmaInit = 16, m_logDeterminant = 0;
    std::vector<double> m_gain, m_carried; // of the piece at hand
};

template<int K>
PathFilter<K>::PathFilter(const data::RuleInputs& inputs)
    : m_inputs(inputs)
    , m_count(static_cast<Eigen::Index>(inputs.regressors)) {
    const std::size_t piece = std::min(kPiece, inputs.trials);
    m_gain.resize(piece * inputs.regressors * inputs.regressors);
    m_carried.resize(piece * inputs.regressors);
}

template<int K>
void PathFilter<K>::adopt(const Hyperparameters& h) {
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
typename PathFilter<K>::Drive PathFilter<K>::driveAt(const Path& path, std::size_t t) const {
    Drive drive;
    if (!m_learns)
        return drive;
    const double p = path.probability[t], slope = p * (1 - p);
    drive.drive = (m_rate * outcome(t) - m_offset).cwiseProduct(x(t));
    drive.f = choice(t) - p;
    drive.f1 = -slope;
    drive.f2 = -slope * (1 - 2 * p);
    drive.f3 = -slope * (1 - 6 * slope);
    drive.jacobian = 1 + drive.f1 * drive.drive.dot(x(t));
    return drive;
}

template<int K>
Vector<K> PathFilter<K>::residual(const Path& path, std::size_t t, const Drive& drive) const {
    Vector<K> e = at(path.weights, t + 1) - at(path.weights, t);
    if (m_learns)
        e -= drive.f * drive.drive;
    return e;
}

template<int K>
void PathFilter<K>::assess(Path& path) const {
    double penalty = at(path.weights, 0).squaredNorm() / (m_sigmaInit * m_sigmaInit);
    path.activation.resize(trials());
    path.probability.resize(trials());
    path.logLikelihood = 0;
    for (std::size_t t = 0; t < trials(); ++t) {
        const double a = at(path.weights, t).dot(x(t));
        const rules::Decision decision = rules::decide(a, choice(t));
        path.activation[t] = a;
        path.probability[t] = decision.probabilityRight;
        if (isScored(t))
            path.logLikelihood += decision.logLikelihood;
        if (t < last())
            penalty += residual(path, t, driveAt(path, t)).cwiseProduct(inverseSigma(t)).squaredNorm();
    }
    path.logPosterior = path.logLikelihood - penalty / 2;
}

template<int K>
double PathFilter<K>::curvatureAt(
    const Path& path, Curvature curvature, std::size_t t, const Drive& drive) const {
    if (curvature == Curvature::Held)
        return path.curvature[t];
    const double p = path.probability[t];
    const double likelihood = isScored(t) ? p * (1 - p) : 0;
    if (!m_learns || t == last())
        return likelihood;
    const double bend = drive.f2 * pull(path, t, drive).dot(drive.drive);
    return likelihood - (curvature == Curvature::Exact ? bend : std::min(bend, 0.0));
}

template<int K>
void PathFilter<K>::hold(Path& path) const {
    path.curvature.resize(trials());
    for (std::size_t t = 0; t < trials(); ++t)
        path.curvature[t] = curvatureAt(path, Curvature::Exact, t, driveAt(path, t));
}

template<int K>
typename PathFilter<K>::Filter PathFilter<K>::prior() const {
    Filter filter;
    filter.precision = Square<K>::Identity(m_count, m_count) / (m_sigmaInit * m_sigmaInit);
    filter.information = Vector<K>::Zero(m_count);
    return filter;
}

/// Adds trial t's own term.
template<int K>
void PathFilter<K>::absorb(const Task& task, std::size_t t, const Drive& drive, Filter& filter) const {
    const double bend = curvatureAt(task.path, task.curvature, t, drive);
    filter.precision.noalias() += bend * x(t) * x(t).transpose();
    if (task.target == Target::Adjoint) {
        filter.information += at(task.right, t);
        return;
    }
    const double slope = isScored(t) ? choice(t) - task.path.probability[t] : 0;
    filter.information += (slope + bend * task.path.activation[t]) * x(t);
}

/// From w_t to J w_t + d.
template<int K>
void PathFilter<K>::transport(const Task& task, std::size_t t, const Drive& drive, Filter& filter) const {
    const double share = drive.f1 / drive.jacobian;
    const Vector<K> along = share * filter.precision.transpose() * drive.drive;
    filter.precision.noalias() -= x(t) * along.transpose();
    const Vector<K> back = share * filter.precision * drive.drive;
    filter.precision.noalias() -= back * x(t).transpose();
    filter.information -= share * drive.drive.dot(filter.information) * x(t);
    if (task.target == Target::Path)
        filter.information +=
            (drive.f - drive.f1 * task.path.activation[t]) * (filter.precision * drive.drive);
}

/// The noise between t and t+1; returns det(I + A), or 0 if the Hessian is not positive definite.
template<int K>
double PathFilter<K>::propagate(std::size_t t, std::size_t index, Filter& filter) {
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
bool PathFilter<K>::forward(
    const Task& task, std::size_t begin, std::size_t end, Filter& filter, LogProduct* determinant) {
    for (std::size_t t = begin; t < end; ++t) {
        const Drive drive = driveAt(task.path, t);
        absorb(task, t, drive, filter);
        if (m_learns)
            transport(task, t, drive, filter);
        const double factor = propagate(t, t - begin, filter);
        if (!(factor > 0))
            return false;
        if (determinant != nullptr)
            determinant->multiply(factor * drive.jacobian * drive.jacobian);
    }
    return true;
}

template<int K>
template<class Start, class Back>
bool PathFilter<K>::sweep(const Path& path, Target target, Curvature curvature,
    const std::vector<double>& right, const base::StopToken& stop, Start start, Back back) {
    const Task task{path, target, curvature, right};
    std::vector<Filter> starts;
    LogProduct determinant;
    Filter filter = prior();
    for (std::size_t begin = 0; begin < last(); begin += kPiece) {
        starts.push_back(filter);
        if (stop.stop_requested() ||
            !forward(task, begin, std::min(begin + kPiece, last()), filter, &determinant))
            return false;
    }
    absorb(task, last(), {}, filter);
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
            forward(task, begin, end, starts[piece], nullptr);
        for (std::size_t t = end; t-- > begin;)
            back(t, t - begin);
    }
    return true;
}

template<int K>
Vector<K> PathFilter<K>::backMean(const Task& task, std::size_t t, std::size_t index, const Vector<K>& next) {
    const Vector<K> pulled = at(m_carried, index) + gain(index) * next.cwiseProduct(inverseSigma(t));
    Vector<K> mean = pulled.cwiseProduct(sigma(t));
    if (m_learns) {
        const Drive drive = driveAt(task.path, t);
        if (task.target == Target::Path)
            mean -= (drive.f - drive.f1 * task.path.activation[t]) * drive.drive;
        mean -= drive.f1 / drive.jacobian * x(t).dot(mean) * drive.drive;
    }
    return mean;
}

template<int K>
bool PathFilter<K>::solve(const Path& path, Target target, Curvature curvature,
    const std::vector<double>& right, const base::StopToken& stop, std::vector<double>& solution) {
    const Task task{path, target, curvature, right};
    solution.resize(path.weights.size());
    Vector<K> next(m_count);
    return sweep(
        path, target, curvature, right, stop,
        [&](const Square<K>&, const Vector<K>& mean) { at(solution, last()) = next = mean; },
        [&](std::size_t t, std::size_t index) {
            next = backMean(task, t, index, next);
            at(solution, t) = next;
        });
}

} // namespace rulescope::tracking
