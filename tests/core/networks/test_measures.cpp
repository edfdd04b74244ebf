// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/credit_assignment.h"
#include "core/networks/hessian.h"
#include "core/networks/measures.h"

#include "tests/core/networks/small_network.h"

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

namespace rulescope::networks {

namespace {

Eigen::MatrixXd exactGradient(
    const Dynamics& dynamics, const Weights<double>& weights, const Batch<double>& batch) {
    Activity<double> activity;
    forward(dynamics, weights, batch, activity);
    Weights<double> gradient;
    CreditAssignment<double>(*findCreditRule("bptt").value(), dynamics, {})
        .gradient(weights, batch, activity, gradient);
    return gradient.recurrent;
}

/// Column j: H times the j-th unit direction, by central differences of exact gradients.
Eigen::MatrixXd denseHessian(const Dynamics& dynamics, Weights<double> weights, const Batch<double>& batch) {
    const Eigen::Index size = weights.recurrent.size();
    Eigen::MatrixXd hessian(size, size);
    constexpr double step = 1e-5;
    for (Eigen::Index j = 0; j < size; ++j) {
        double& entry = weights.recurrent.data()[j];
        const double value = entry;
        entry = value + step;
        const Eigen::MatrixXd above = exactGradient(dynamics, weights, batch);
        entry = value - step;
        const Eigen::MatrixXd below = exactGradient(dynamics, weights, batch);
        entry = value;
        hessian.col(j) = ((above - below) / (2 * step)).reshaped();
    }
    return hessian;
}

TEST(Products, EqualEigensForEverySizeAndLayout) {
    base::RandomStream random(1);
    for (const Eigen::Index rows : {1, 7, 48, 61}) {
        for (const Eigen::Index depth : {1, 5, 333}) {
            for (const Eigen::Index columns : {1, 8, 13}) {
                const Eigen::MatrixXd a = randomMatrix(rows, depth, 1, random);
                const Eigen::MatrixXd b = randomMatrix(depth, columns, 1, random);
                const Eigen::MatrixXd expected = a * b;
                Eigen::MatrixXd found(rows, columns);
                LeftFactor<double> factor(a);
                factor.times(b, found);
                EXPECT_LT((found - expected).cwiseAbs().maxCoeff(), 1e-11);
                factor.assignTransposed(a.transpose());
                factor.addTimesTransposed(b.transpose(), found);
                EXPECT_LT((found - 2 * expected).cwiseAbs().maxCoeff(), 1e-11);
                Eigen::MatrixXf single(rows, columns);
                LeftFactor<float>(a.cast<float>()).times(b.cast<float>(), single);
                EXPECT_LT((single.cast<double>() - expected).cwiseAbs().maxCoeff(), 1e-3);
            }
        }
    }
}

TEST(Hessian, ProductsEqualTheDenseHessian) {
    const Weights<double> weights = smallWeights();
    base::RandomStream random(5);
    for (const Activation activation : {Activation::Tanh, Activation::Relu, Activation::Linear}) {
        for (const LossKind loss : {LossKind::CrossEntropy, LossKind::SquaredError}) {
            const Dynamics dynamics{activation, 0.25};
            const Batch<double> batch = smallBatch(loss, 1);
            const Eigen::MatrixXd dense = denseHessian(dynamics, weights, batch);
            LossHessian<double> hessian(dynamics, weights, batch);
            for (int repeat = 0; repeat < 3; ++repeat) {
                const Eigen::MatrixXd direction = randomMatrix(7, 7, 1, random);
                Eigen::MatrixXd product;
                hessian.apply(direction, product);
                const Eigen::VectorXd expected = dense * direction.reshaped();
                EXPECT_LT((product.reshaped() - expected).norm(), 1e-6 * (1 + expected.norm()));
            }
        }
    }
}

TEST(Hessian, TheLeadingEigenvalueIsTheLargestWithItsSign) {
    int negatives = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const Weights<double> weights = smallWeights(seed, 5);
        const Dynamics dynamics{Activation::Tanh, 0};
        // A gradient far from a minimum: the eigenvalue of largest size is often negative.
        const Batch<double> batch = smallBatch(LossKind::SquaredError, 0, seed, 6);
        const Eigen::MatrixXd dense = denseHessian(dynamics, weights, batch);
        const Eigen::VectorXd values =
            Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>((dense + dense.transpose()) / 2).eigenvalues();
        negatives += -values(0) > values(values.size() - 1) ? 1 : 0;
        LossHessian<double> hessian(dynamics, weights, batch);
        Eigen::MatrixXd vector;
        base::RandomStream random(seed);
        const LeadingEigenvalue found = leadingEigenvalue(hessian, vector, random, 5, {5000, 1e-10});
        EXPECT_NEAR(found.value, values(values.size() - 1), 1e-4 * values.cwiseAbs().maxCoeff()) << seed;
    }
    RecordProperty("negative_leading", negatives);
}

TEST(Hessian, OfAConcaveDirectionIsFoundByShifting) {
    // One neuron, linear, squared error against a far target: d2 loss / dw2 = mean(z1^2) > 0 for a linear
    // network; with tanh and an error that pulls beyond saturation every direction curves down.
    Weights<double> weights;
    weights.in = Eigen::MatrixXd::Constant(1, 3, 0.4);
    weights.recurrent = Eigen::MatrixXd::Constant(1, 1, 0.5);
    weights.out = Eigen::MatrixXd::Constant(2, 1, 1);
    Batch<double> batch = smallBatch(LossKind::SquaredError, 1, 4, 2, 3);
    batch.inputs = batch.inputs.cwiseAbs();
    batch.targets.setConstant(-5);
    const Dynamics dynamics{Activation::Tanh, 0};
    const double dense = denseHessian(dynamics, weights, batch)(0, 0);
    LossHessian<double> hessian(dynamics, weights, batch);
    Eigen::MatrixXd vector;
    base::RandomStream random(1);
    const LeadingEigenvalue found = leadingEigenvalue(hessian, vector, random, 1);
    ASSERT_LT(dense, 0);
    EXPECT_NEAR(found.value, dense, 1e-6 * std::abs(dense));
}

TEST(TangentKernel, EqualsTheProductOfJacobians) {
    for (const double leak : {0.0, 0.35}) {
        const Dynamics dynamics{Activation::Tanh, leak};
        Weights<double> weights = smallWeights();
        Batch<double> batch = smallBatch(LossKind::SquaredError, 1, 7, 4, 3);
        const Eigen::Index trials = 3, outputs = 2, steps = 3;
        Eigen::MatrixXd jacobian(trials * steps * outputs, weights.recurrent.size());
        Activity<double> activity;
        const auto outputsAt = [&] {
            forward(dynamics, weights, batch, activity);
            Eigen::VectorXd flat(jacobian.rows());
            for (Eigen::Index b = 0; b < trials; ++b)
                for (Eigen::Index t = 0; t < steps; ++t)
                    for (Eigen::Index o = 0; o < outputs; ++o)
                        flat((b * steps + t) * outputs + o) = activity.outputs(o, t * trials + b);
            return flat;
        };
        for (Eigen::Index j = 0; j < jacobian.cols(); ++j) {
            double& entry = weights.recurrent.data()[j];
            const double value = entry;
            entry = value + 1e-6;
            const Eigen::VectorXd above = outputsAt();
            entry = value - 1e-6;
            jacobian.col(j) = (above - outputsAt()) / 2e-6;
            entry = value;
        }
        const Eigen::MatrixXd expected = jacobian * jacobian.transpose();
        const Eigen::MatrixXd found = tangentKernel(dynamics, weights, batch);
        EXPECT_LT((found - expected).cwiseAbs().maxCoeff(), 1e-7 * (1 + expected.cwiseAbs().maxCoeff()));
    }
}

TEST(Measures, AlignmentIsOneWithItselfAndBlindToScale) {
    base::RandomStream random(2);
    const Eigen::MatrixXd a = randomMatrix(6, 6, 1, random), b = randomMatrix(6, 6, 1, random);
    const Eigen::MatrixXd gramA = a.transpose() * a, gramB = b.transpose() * b;
    EXPECT_NEAR(alignment<double>(gramA, gramA), 1, 1e-15);
    EXPECT_NEAR(alignment<double>(gramA, 3 * gramB), alignment<double>(gramA, gramB), 1e-15);
    EXPECT_LT(alignment<double>(gramA, gramB), 1);
    EXPECT_EQ(alignment<double>(gramA, Eigen::MatrixXd::Zero(6, 6)), 0);
}

TEST(Measures, RepresentationsAreThoseOfTheLastStep) {
    const Weights<double> weights = smallWeights();
    const Dynamics dynamics{Activation::Relu, 0};
    const Batch<double> batch = smallBatch(LossKind::CrossEntropy, 0);
    Activity<double> activity;
    forward(dynamics, weights, batch, activity);
    const Eigen::MatrixXd last = activity.rates.rightCols(4);
    EXPECT_LT((representationGram(dynamics, weights, batch) - last.transpose() * last).norm(), 1e-13);
}

TEST(Measures, EffectiveRankOfKnownMatrices) {
    EXPECT_NEAR(effectiveRank(eigenvalues(Eigen::MatrixXd::Identity(8, 8))), 1, 1e-12);
    const Eigen::VectorXd u = Eigen::VectorXd::LinSpaced(8, 1, 2);
    EXPECT_NEAR(effectiveRank(eigenvalues(u * u.transpose())), 1.0 / 8, 1e-7);
    EXPECT_EQ(effectiveRank(eigenvalues(Eigen::MatrixXd::Zero(4, 4))), 0);
    EXPECT_EQ(singularValues(Eigen::Vector3d(1, 3, 2).asDiagonal()), (std::vector<double>{3, 2, 1}));
}

TEST(Measures, SignsKeptAndGradientShares) {
    Eigen::MatrixXd before(2, 2), after(2, 2);
    before << 1, -1, 0, 2;
    after << 3, 1, 5, 0.5;
    EXPECT_DOUBLE_EQ(signSimilarity<double>(before, after), 2.0 / 3);
    EXPECT_DOUBLE_EQ(gradientShare<double>(0.25 * before, before), 0.25);
    EXPECT_EQ(gradientShare<double>(before, Eigen::MatrixXd::Zero(2, 2)), 0);
}

} // namespace

} // namespace rulescope::networks
