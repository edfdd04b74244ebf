// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/measures.h"

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>

namespace rulescope::networks {

using Index = Eigen::Index;

namespace {

/// Sums in double: kernels of hundreds of thousands of entries would lose digits in float.
template<class T>
double innerProduct(const Matrix<T>& a, const Matrix<T>& b) {
    double sum = 0;
    for (Index c = 0; c < a.cols(); ++c) {
        sum += static_cast<double>(a.col(c).dot(b.col(c)));
    }
    return sum;
}

/// One output at one step of one trial sends kappa_s back to every step s <= t; s = 0 sees z_{-1} = 0 and is
/// left out.
struct SentBack {
    Index row;  ///< of the kernel, within its trial: (loss step, output)
    Index step; ///< s >= 1
};

/// kappa of every (loss step, output) at every step, for all trials: entry k holds N x B for sent[k].
template<class T>
struct Cotangents {
    std::vector<SentBack> sent;
    Matrix<T> values; ///< N x (B K): trial-major, so that one trial's columns are side by side
};

template<class T>
Cotangents<T> cotangents(
    const Dynamics& dynamics, const Weights<T>& weights, const Batch<T>& probe, const Activity<T>& activity) {
    const Index neurons = weights.recurrent.rows();
    const Index trials = static_cast<Index>(probe.trials);
    const Index steps = static_cast<Index>(probe.steps);
    const Index from = static_cast<Index>(probe.lossFrom);
    const Index outputs = weights.out.rows();
    const T leak = static_cast<T>(dynamics.leak);
    Cotangents<T> result;
    for (Index t = from; t < steps; ++t) {
        for (Index o = 0; o < outputs; ++o) {
            for (Index s = t; s >= 1; --s) {
                result.sent.push_back({(t - from) * outputs + o, s});
            }
        }
    }
    const Index count = static_cast<Index>(result.sent.size());
    result.values.resize(neurons, trials * count);
    LeftFactor<T> transposed;
    transposed.assignTransposed(weights.recurrent);
    Matrix<T> kappa(neurons, trials);
    Matrix<T> relayed(neurons, trials);
    Index k = 0;
    for (Index t = from; t < steps; ++t) {
        for (Index o = 0; o < outputs; ++o) {
            for (Index s = t; s >= 1; --s, ++k) {
                const auto slopes = activity.slopes.middleCols(s * trials, trials);
                if (s == t) {
                    kappa = slopes.array().colwise() * weights.out.row(o).transpose().array();
                } else {
                    transposed.times(kappa, relayed);
                    kappa = leak * kappa + (T(1) - leak) * slopes.cwiseProduct(relayed);
                }
                for (Index b = 0; b < trials; ++b) {
                    result.values.col(b * count + k) = kappa.col(b);
                }
            }
        }
    }
    return result;
}

} // namespace

template<class T>
double alignment(const Matrix<T>& a, const Matrix<T>& b) {
    const double norms = std::sqrt(innerProduct(a, a)) * std::sqrt(innerProduct(b, b));
    return norms > 0 ? innerProduct(a, b) / norms : 0;
}

template<class T>
Matrix<T> representationGram(const Dynamics& dynamics, const Weights<T>& weights, const Batch<T>& probe) {
    Activity<T> activity;
    forward(dynamics, weights, probe, activity);
    const auto last = activity.rates.rightCols(static_cast<Index>(probe.trials));
    Matrix<T> gram(last.cols(), last.cols());
    LeftFactor<T> factor;
    factor.assignTransposed(last);
    factor.times(last, gram);
    return gram;
}

template<class T>
Matrix<T> tangentKernel(const Dynamics& dynamics, const Weights<T>& weights, const Batch<T>& probe) {
    Activity<T> activity;
    forward(dynamics, weights, probe, activity);
    const Cotangents<T> back = cotangents(dynamics, weights, probe, activity);
    const Index trials = static_cast<Index>(probe.trials);
    const Index count = static_cast<Index>(back.sent.size());
    const Index rowsPerTrial = static_cast<Index>(probe.lossSteps()) * weights.out.rows();
    const T scale = static_cast<T>((1 - dynamics.leak) * (1 - dynamics.leak));
    const Index sources = static_cast<Index>(probe.steps - 1) * trials;
    LeftFactor<T> rates;
    rates.assignTransposed(activity.rates.leftCols(sources));
    Matrix<T> rateProducts(sources, sources);
    rates.times(activity.rates.leftCols(sources), rateProducts);

    Matrix<T> kernel = Matrix<T>::Zero(rowsPerTrial * trials, rowsPerTrial * trials);
    LeftFactor<T> left;
    Matrix<T> products(count, count);
    for (Index a = 0; a < trials; ++a) {
        left.assignTransposed(back.values.middleCols(a * count, count));
        for (Index b = a; b < trials; ++b) {
            left.times(back.values.middleCols(b * count, count), products);
            for (Index j = 0; j < count; ++j) {
                const SentBack& to = back.sent[static_cast<std::size_t>(j)];
                const T* rateColumn = &rateProducts((0), (to.step - 1) * trials + b);
                T* kernelColumn = &kernel(a * rowsPerTrial, b * rowsPerTrial + to.row);
                for (Index i = 0; i < count; ++i) {
                    const SentBack& source = back.sent[static_cast<std::size_t>(i)];
                    kernelColumn[source.row] += products(i, j) * rateColumn[(source.step - 1) * trials + a];
                }
            }
        }
    }
    kernel *= scale;
    // Blocks below the diagonal mirror those above; diagonal blocks are complete as they are.
    for (Index a = 0; a < trials; ++a) {
        for (Index b = a + 1; b < trials; ++b) {
            kernel.block(b * rowsPerTrial, a * rowsPerTrial, rowsPerTrial, rowsPerTrial) =
                kernel.block(a * rowsPerTrial, b * rowsPerTrial, rowsPerTrial, rowsPerTrial).transpose();
        }
    }
    return kernel;
}

double tangentKernelBytes(std::size_t neurons, std::size_t outputs, std::size_t trials, std::size_t steps,
    std::size_t lossSteps, std::size_t scalarBytes) {
    double sent = 0;
    for (std::size_t t = steps - lossSteps; t < steps; ++t) {
        sent += static_cast<double>(t * outputs);
    }
    const double n = static_cast<double>(neurons), b = static_cast<double>(trials);
    const double rows = b * static_cast<double>(lossSteps * outputs);
    const double rates = b * static_cast<double>(steps);
    return static_cast<double>(scalarBytes) * (n * b * sent + rows * rows + rates * rates + sent * sent);
}

std::vector<double> singularValues(const Eigen::MatrixXd& matrix) {
    const Eigen::VectorXd values = Eigen::BDCSVD<Eigen::MatrixXd>(matrix).singularValues();
    return {values.begin(), values.end()};
}

std::vector<std::complex<double>> eigenvalues(const Eigen::MatrixXd& matrix) {
    const Eigen::EigenSolver<Eigen::MatrixXd> solver(matrix, false);
    if (solver.info() != Eigen::Success) {
        return {};
    }
    std::vector<std::complex<double>> values(solver.eigenvalues().begin(), solver.eigenvalues().end());
    std::stable_sort(
        values.begin(), values.end(), [](const auto& a, const auto& b) { return std::abs(a) > std::abs(b); });
    return values;
}

double effectiveRank(const std::vector<std::complex<double>>& eigenvalues) {
    if (eigenvalues.empty() || !(std::abs(eigenvalues.front()) > 0)) {
        return 0;
    }
    double sum = 0;
    for (const auto& value : eigenvalues) {
        sum += std::abs(value);
    }
    return sum / (std::abs(eigenvalues.front()) * static_cast<double>(eigenvalues.size()));
}

template<class T>
double signSimilarity(const Matrix<T>& before, const Matrix<T>& after) {
    std::size_t connections = 0, kept = 0;
    for (Index i = 0; i < before.size(); ++i) {
        const T was = before.data()[i];
        if (was != 0) {
            ++connections;
            kept += was * after.data()[i] > 0 ? 1 : 0;
        }
    }
    return connections == 0 ? 1 : static_cast<double>(kept) / static_cast<double>(connections);
}

template<class T>
double gradientShare(const Matrix<T>& approximate, const Matrix<T>& exact) {
    const double size = innerProduct(exact, exact);
    return size > 0 ? innerProduct(approximate, exact) / size : 0;
}

RULESCOPE_MEASURES(template, float)
RULESCOPE_MEASURES(template, double)

} // namespace rulescope::networks
