// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/linear_theory.h"

#include "core/base/parallel.h"
#include "core/base/random.h"

#include <Eigen/Core>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::networks {

namespace {

struct LinearNetwork {
    Eigen::MatrixXd first;  ///< W1, hidden x inputs
    Eigen::VectorXd second; ///< w2, hidden
};

Eigen::VectorXd randomVector(std::size_t size, base::RandomStream& random) {
    Eigen::VectorXd vector(static_cast<Eigen::Index>(size));
    for (double& each : vector) {
        each = random.normal();
    }
    return vector;
}

/// `count` orthonormal columns, the first along `lead` if that is not empty.
Eigen::MatrixXd orthonormal(
    std::size_t size, std::size_t count, const Eigen::VectorXd& lead, base::RandomStream& random) {
    Eigen::MatrixXd columns(static_cast<Eigen::Index>(size), static_cast<Eigen::Index>(count));
    for (Eigen::Index c = 0; c < columns.cols(); ++c) {
        columns.col(c) = c == 0 && lead.size() > 0 ? lead : randomVector(size, random);
    }
    const Eigen::HouseholderQR<Eigen::MatrixXd> decomposition(columns);
    return decomposition.householderQ() * Eigen::MatrixXd::Identity(columns.rows(), columns.cols());
}

/// K on the whitened inputs: ||w2||^2 I + W1^T W1.
Eigen::MatrixXd kernelOf(const LinearNetwork& network) {
    Eigen::MatrixXd kernel = network.first.transpose() * network.first;
    kernel.diagonal().array() += network.second.squaredNorm();
    return kernel;
}

/// Gradient descent on half the squared distance of W1^T w2 to the target; returns the loss it ends with.
double descend(LinearNetwork& network, const Eigen::VectorXd& target) {
    constexpr double rate = 0.1;
    constexpr int mostSteps = 20000;
    double loss = 0;
    for (int step = 0; step < mostSteps; ++step) {
        const Eigen::VectorXd error = network.first.transpose() * network.second - target;
        loss = error.squaredNorm() / 2;
        if (loss < 1e-14) {
            break;
        }
        const Eigen::VectorXd second = network.first * error;
        network.first -= rate * network.second * error.transpose();
        network.second -= rate * second;
    }
    return loss;
}

struct Sample {
    double alignment = 0, loss = 0;
};

Sample sampleNetwork(const LinearTheoryOptions& options, std::size_t rank, std::uint64_t stream) {
    base::RandomStream random(options.seed, stream);
    const Eigen::VectorXd target = randomVector(options.inputs, random).normalized();
    const Eigen::MatrixXd left = orthonormal(options.hidden, rank, {}, random);
    const Eigen::MatrixXd right =
        orthonormal(options.inputs, rank, options.isAligned ? target : Eigen::VectorXd(), random);
    LinearNetwork network{left * right.transpose(), randomVector(options.hidden, random)};
    network.first *= options.scale / network.first.norm();
    network.second *= options.scale / network.second.norm();
    const Eigen::MatrixXd before = kernelOf(network);
    Sample sample;
    sample.loss = descend(network, target);
    const Eigen::MatrixXd after = kernelOf(network);
    sample.alignment = before.cwiseProduct(after).sum() / (before.norm() * after.norm());
    return sample;
}

base::Result<void> check(const LinearTheoryOptions& options) {
    const std::size_t most = std::min(options.inputs, options.hidden);
    for (const std::size_t rank : options.ranks) {
        if (rank < 1 || rank > most) {
            return base::failure(base::ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "The linear network can't start with rank %1."),
                    {static_cast<std::int64_t>(rank)}},
                "rank",
                {QT_TRANSLATE_NOOP("core", "Choose a rank from 1 to %1."),
                    {static_cast<std::int64_t>(most)}});
        }
    }
    if (options.networks < 2 || !(options.scale > 0 && options.scale <= 0.1)) {
        return base::failure(base::ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "The theory needs two networks or more, started from small weights."),
            "networks", QT_TRANSLATE_NOOP("core", "Choose at least 2 networks and a scale from 0 to 0.1."));
    }
    return {};
}

} // namespace

double expectedKernelAlignment(const std::vector<double>& shares, std::size_t inputs) {
    const double d = static_cast<double>(inputs);
    double squares = 0;
    for (const double share : shares) {
        squares += share * share;
    }
    return (d + 2 + 1 / d) / std::sqrt((d + 3) * (d + 2 + squares));
}

double expectedKernelAlignment(std::size_t rank, std::size_t inputs) {
    return expectedKernelAlignment(std::vector<double>(rank, 1 / static_cast<double>(rank)), inputs);
}

base::Result<std::vector<LinearTheoryPoint>> linearTheory(
    const LinearTheoryOptions& options, const base::StopToken& stop) {
    if (const auto checked = check(options); !checked) {
        return tl::make_unexpected(checked.error());
    }
    std::vector<LinearTheoryPoint> points;
    for (const std::size_t rank : options.ranks) {
        std::vector<Sample> samples(options.networks);
        base::parallelFor(samples.size(), options.threads, [&](std::size_t i) {
            if (!stop.stop_requested()) {
                samples[i] = sampleNetwork(options, rank, i);
            }
        });
        if (stop.stop_requested()) {
            return base::failure(
                base::ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "The theory's networks were stopped."));
        }
        LinearTheoryPoint point{rank, 0, 0, 0, 0};
        point.expected = !options.isAligned ? expectedKernelAlignment(rank, options.inputs)
                         : rank == 1        ? 1
                                            : std::numeric_limits<double>::quiet_NaN();
        double squares = 0;
        for (const Sample& sample : samples) {
            point.mean += sample.alignment / static_cast<double>(samples.size());
            point.loss = std::max(point.loss, sample.loss);
        }
        for (const Sample& sample : samples) {
            squares += (sample.alignment - point.mean) * (sample.alignment - point.mean);
        }
        const double count = static_cast<double>(samples.size());
        point.standardError = std::sqrt(squares / (count * (count - 1)));
        points.push_back(point);
    }
    return points;
}

} // namespace rulescope::networks
