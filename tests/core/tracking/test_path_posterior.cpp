// SPDX-License-Identifier: GPL-3.0-or-later
// The recursions against the same model written out naively.
#include "core/tracking/path_posterior.h"
#include "tests/core/tracking/tracked_animals.h"

#include <Eigen/Dense>
#include <Eigen/SparseCholesky>
#include <functional>
#include <gmock/gmock.h>

using namespace rulescope;
using namespace rulescope::tracking;
using rulescope::tests::append;
using rulescope::tests::walker;

namespace {

/// METHOD.md section 7 word by word; constants with 2 pi left out, as they cancel against the Hessian's.
double naiveLogPosterior(
    const data::RuleInputs& inputs, const Hyperparameters& h, const Eigen::VectorXd& path) {
    const auto count = static_cast<Eigen::Index>(inputs.regressors);
    double sum = 0;
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        const auto w = path.segment(static_cast<Eigen::Index>(t) * count, count);
        double a = 0;
        for (Eigen::Index k = 0; k < count; ++k)
            a += w[k] * inputs.row(t)[k];
        sum += inputs.scored[t] ? rules::logLikelihood(a, inputs.choice[t]) : 0;
        for (Eigen::Index k = 0; k < count; ++k) {
            const auto i = static_cast<std::size_t>(k);
            double sigma = h.sigmaInit, step = w[k];
            if (t > 0) {
                const auto before = path.segment(static_cast<Eigen::Index>(t - 1) * count, count);
                double activation = 0;
                for (Eigen::Index j = 0; j < count; ++j)
                    activation += before[j] * inputs.row(t - 1)[j];
                sigma = !h.sigmaDay.empty() && inputs.sessionStart[t] == 1 ? h.sigmaDay[i] : h.sigma[i];
                step -= before[k];
                if (!h.rate.empty())
                    step -= (h.rate[i] * inputs.outcome[t - 1] - h.offset[i]) *
                            (inputs.choice[t - 1] - rules::logistic(activation)) * inputs.row(t - 1)[i];
            }
            sum -= step * step / (2 * sigma * sigma) + std::log(sigma);
        }
    }
    return sum;
}

Eigen::VectorXd toEigen(const std::vector<double>& values) {
    return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

/// Minus the Hessian by central differences.
Eigen::MatrixXd naiveHessian(
    const data::RuleInputs& inputs, const Hyperparameters& h, const Eigen::VectorXd& at) {
    constexpr double d = 1e-3;
    Eigen::MatrixXd hessian(at.size(), at.size());
    const auto value = [&](Eigen::Index i, double di, Eigen::Index j, double dj) {
        Eigen::VectorXd path = at;
        path[i] += di;
        path[j] += dj;
        return naiveLogPosterior(inputs, h, path);
    };
    for (Eigen::Index i = 0; i < at.size(); ++i)
        for (Eigen::Index j = 0; j < at.size(); ++j)
            hessian(i, j) =
                -(value(i, d, j, d) - value(i, d, j, -d) - value(i, -d, j, d) + value(i, -d, j, -d)) /
                (4 * d * d);
    return hessian;
}

/// A few trials with two sessions, a masked trial and an unknown outcome.
data::RuleInputs fewTrials() {
    data::RuleInputs inputs;
    append(inputs, {1, .4}, 1, 1);
    append(inputs, {1, -.8}, 0, 1);
    append(inputs, {1, .9}, 0, 0);
    append(inputs, {1, -.1}, 1, .5);
    append(inputs, {1, .6}, 1, 1, true);
    append(inputs, {1, .2}, 0, 0);
    append(inputs, {1, -.7}, 0, 1);
    inputs.scored[2] = 0;
    return inputs;
}

Hyperparameters drifting() {
    Hyperparameters h;
    h.sigma = {.3, .5};
    h.sigmaDay = {.7, .2};
    return h;
}

Hyperparameters learning() {
    Hyperparameters h = drifting();
    h.rate = {.4, .25};
    h.offset = {-.1, .05};
    return h;
}

} // namespace

TEST(PathPosterior, PathEvidenceAndErrorsEqualTheNaiveModelWithAndWithoutALearningTerm) {
    const data::RuleInputs inputs = fewTrials();
    for (const Hyperparameters& h : {drifting(), learning()}) {
        const auto posterior = makePathPosterior(inputs);
        const PathEvidence evidence = posterior->evaluate(h, {});
        ASSERT_EQ(evidence.status, PathStatus::Converged);
        const Eigen::VectorXd path = toEigen(posterior->weights());
        const double top = naiveLogPosterior(inputs, h, path);
        for (Eigen::Index i = 0; i < path.size(); ++i)
            for (const double step : {-1e-3, 1e-3}) {
                Eigen::VectorXd beside = path;
                beside[i] += step;
                EXPECT_LT(naiveLogPosterior(inputs, h, beside), top) << i;
            }
        const Eigen::MatrixXd hessian = naiveHessian(inputs, h, path);
        EXPECT_NEAR(evidence.logEvidence, top - std::log(hessian.determinant()) / 2, 1e-4);
        const Eigen::VectorXd errors = hessian.inverse().diagonal().cwiseSqrt();
        EXPECT_LT((errors - toEigen(posterior->standardErrors())).cwiseAbs().maxCoeff(), 1e-4);
    }
}

/// Compares `gradient` with central differences of `value` in every hyperparameter.
void expectSlopes(const Hyperparameters& h, const EvidenceGradient& gradient,
    const std::function<double(const Hyperparameters&)>& value) {
    const auto slope = [&](std::vector<double> Hyperparameters::*entry, std::size_t k, bool isLog) {
        constexpr double d = 1e-4;
        Hyperparameters up = h, down = h;
        (up.*entry)[k] = isLog ? (h.*entry)[k] * std::exp(d) : (h.*entry)[k] + d;
        (down.*entry)[k] = isLog ? (h.*entry)[k] * std::exp(-d) : (h.*entry)[k] - d;
        return (value(up) - value(down)) / (2 * d);
    };
    for (std::size_t k = 0; k < 2; ++k) {
        EXPECT_NEAR(gradient.logSigma[k], slope(&Hyperparameters::sigma, k, true), 1e-4);
        EXPECT_NEAR(gradient.logSigmaDay[k], slope(&Hyperparameters::sigmaDay, k, true), 1e-4);
        if (!h.rate.empty()) {
            EXPECT_NEAR(gradient.rate[k], slope(&Hyperparameters::rate, k, false), 2e-3);
            EXPECT_NEAR(gradient.offset[k], slope(&Hyperparameters::offset, k, false), 2e-3);
        }
    }
}

TEST(PathPosterior, DecoupledEvidenceAndItsGradientAreThoseOfLaplaceWhereThePathWasFound) {
    const data::RuleInputs inputs = walker({.rate = .05, .sessionLength = 60}, 300, 3);
    for (const Hyperparameters& h : {drifting(), learning()}) {
        const auto held = makePathPosterior(inputs), other = makePathPosterior(inputs);
        const PathEvidence laplace = held->evaluate(h, {});
        ASSERT_EQ(laplace.status, PathStatus::Converged);
        EvidenceGradient gradient;
        EXPECT_NEAR(held->evaluateDecoupled(h, gradient, {}).logEvidence, laplace.logEvidence, 1e-6);
        expectSlopes(
            h, gradient, [&](const Hyperparameters& at) { return other->evaluate(at, {}).logEvidence; });
    }
}

TEST(PathPosterior, AwayFromTherePathIsOneSolveAndTheGradientIsStillThatOfTheDecoupledEvidence) {
    const data::RuleInputs inputs = walker({.rate = .05, .sessionLength = 60}, 300, 3);
    for (const Hyperparameters& h : {drifting(), learning()}) {
        const auto posterior = makePathPosterior(inputs);
        ASSERT_EQ(posterior->evaluate(h, {}).status, PathStatus::Converged);
        const std::vector<double> held = posterior->weights();
        Hyperparameters away = h;
        away.sigma = {.2, .7};
        away.sigmaDay = {.5, .3};
        if (!h.rate.empty()) {
            away.rate = {.3, .45};
            away.offset = {.02, -.1};
        }
        EvidenceGradient gradient, unused;
        const double decoupled = posterior->evaluateDecoupled(away, gradient, {}).logEvidence;
        expectSlopes(away, gradient, [&](const Hyperparameters& at) {
            return posterior->evaluateDecoupled(at, unused, {}).logEvidence;
        });
        EXPECT_EQ(posterior->weights(), held);
        EXPECT_NEAR(decoupled, posterior->evaluate(away, {}).logEvidence, .2);
    }
}

/// Long enough to be filtered in two pieces.
TEST(PathPosterior, ALongAnimalEqualsASparseFactorisation) {
    const data::RuleInputs inputs = walker({}, 17000, 5);
    Hyperparameters h;
    h.sigma = {.03, .06};
    const auto posterior = makePathPosterior(inputs);
    const PathEvidence evidence = posterior->evaluate(h, {});
    const Eigen::VectorXd path = toEigen(posterior->weights());
    std::vector<Eigen::Triplet<double>> entries;
    for (int t = 0; t < 17000; ++t) {
        const double* const x = inputs.row(static_cast<std::size_t>(t));
        const double p = rules::logistic(path[2 * t] + path[2 * t + 1] * x[1]);
        for (int k = 0; k < 2; ++k) {
            const double q = std::pow(h.sigma[static_cast<std::size_t>(k)], -2);
            entries.emplace_back(2 * t + k, 2 * t + k, (t > 0 ? q : 1 / 256.0) + (t + 1 < 17000 ? q : 0));
            for (int j = 0; j < 2; ++j)
                entries.emplace_back(2 * t + k, 2 * t + j, p * (1 - p) * x[k] * x[j]);
            if (t > 0) {
                entries.emplace_back(2 * t + k, 2 * t + k - 2, -q);
                entries.emplace_back(2 * t + k - 2, 2 * t + k, -q);
            }
        }
    }
    Eigen::SparseMatrix<double> hessian(path.size(), path.size());
    hessian.setFromTriplets(entries.begin(), entries.end());
    const Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> factor(hessian);
    ASSERT_EQ(factor.info(), Eigen::Success);
    const double logDeterminant = factor.vectorD().array().log().sum();
    EXPECT_NEAR(evidence.logEvidence, naiveLogPosterior(inputs, h, path) - logDeterminant / 2, 1e-6);
    const std::vector<double> errors = posterior->standardErrors();
    for (const Eigen::Index i : {0, 1, 16001, 32766, 32769, 33999})
        EXPECT_NEAR(errors[static_cast<std::size_t>(i)],
            std::sqrt(factor.solve(Eigen::VectorXd::Unit(path.size(), i))[i]), 1e-9)
            << i;
}

TEST(PathPosterior, FiveWeightsTakeTheSamePathAsTheirFirstTwoWhenTheOthersAreZero) {
    const data::RuleInputs two = walker({}, 400, 8);
    data::RuleInputs five = two;
    five.regressors = 5;
    five.x.clear();
    for (std::size_t t = 0; t < two.trials; ++t)
        five.x.insert(five.x.end(), {two.row(t)[0], two.row(t)[1], 0, 0, 0});
    Hyperparameters h;
    h.sigma = {.03, .06};
    const auto small = makePathPosterior(two);
    const double evidence = small->evaluate(h, {}).logEvidence;
    h.sigma = {.03, .06, .1, .1, .1};
    const auto large = makePathPosterior(five);
    EXPECT_NEAR(large->evaluate(h, {}).logEvidence, evidence, 1e-8);
    for (std::size_t t = 0; t < two.trials; ++t)
        EXPECT_NEAR(large->weights()[5 * t + 1], small->weights()[2 * t + 1], 1e-9);
}
