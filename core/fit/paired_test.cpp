// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/paired_test.h"

#include "core/base/random.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace rulescope::fit {

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kResamples = 10000;
constexpr std::size_t kExactLimit = 25;

double meanOf(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

void bootstrap(std::span<const double> differences, std::uint64_t seed, PairedStatistics& statistics) {
    base::RandomStream random(seed, 0x626f6f74ULL); // "boot"
    std::vector<double> means(kResamples);
    for (double& mean : means) {
        double sum = 0;
        for (std::size_t i = 0; i < differences.size(); ++i) {
            sum += differences[random.below(differences.size())];
        }
        mean = sum / static_cast<double>(differences.size());
    }
    std::sort(means.begin(), means.end());
    statistics.low = means[static_cast<std::size_t>(0.025 * (kResamples - 1))];
    statistics.high = means[static_cast<std::size_t>(std::ceil(0.975 * (kResamples - 1)))];
}

/// With n - 1; NaN below two values.
double standardDeviation(std::span<const double> values, double mean) {
    if (values.size() < 2) {
        return kNan;
    }
    double squares = 0;
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

double pairedT(std::size_t count, double mean, double deviation) {
    if (count < 2) {
        return kNan;
    }
    const double error = deviation / std::sqrt(static_cast<double>(count));
    if (error == 0) {
        return mean == 0 ? 1.0 : kNan; // no spread to judge the mean by
    }
    const boost::math::students_t distribution(static_cast<double>(count - 1));
    return 2 * boost::math::cdf(boost::math::complement(distribution, std::abs(mean / error)));
}

/// Twice the middle ranks of |differences|: whole numbers even with ties.
std::vector<std::size_t> doubledRanks(const std::vector<double>& differences) {
    std::vector<std::size_t> order(differences.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
        [&](std::size_t a, std::size_t b) { return std::abs(differences[a]) < std::abs(differences[b]); });
    std::vector<std::size_t> ranks(differences.size());
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin + 1;
        while (
            end < order.size() && std::abs(differences[order[end]]) == std::abs(differences[order[begin]])) {
            ++end;
        }
        for (std::size_t i = begin; i < end; ++i) {
            ranks[order[i]] = begin + 1 + end; // first rank + last rank = twice the middle
        }
        begin = end;
    }
    return ranks;
}

/// P(sum of positive ranks at least as extreme), from the exact distribution over all sign patterns.
double exactSignedRank(const std::vector<std::size_t>& ranks, std::size_t positive) {
    const std::size_t total = std::accumulate(ranks.begin(), ranks.end(), std::size_t{0});
    std::vector<double> probability(total + 1, 0.0);
    probability[0] = 1;
    for (const std::size_t rank : ranks) {
        for (std::size_t sum = total + 1; sum-- > 0;) {
            probability[sum] = 0.5 * (probability[sum] + (sum >= rank ? probability[sum - rank] : 0.0));
        }
    }
    const std::size_t extreme = std::min(positive, total - positive);
    double tail = 0;
    for (std::size_t sum = 0; sum <= extreme; ++sum) {
        tail += probability[sum];
    }
    return std::min(1.0, 2 * tail);
}

double wilcoxon(std::span<const double> differences) {
    std::vector<double> nonZero;
    std::copy_if(
        differences.begin(), differences.end(), std::back_inserter(nonZero), [](double d) { return d != 0; });
    if (nonZero.empty()) {
        return kNan;
    }
    const std::vector<std::size_t> ranks = doubledRanks(nonZero);
    std::size_t positive = 0;
    double squares = 0, total = 0;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        positive += nonZero[i] > 0 ? ranks[i] : 0;
        total += static_cast<double>(ranks[i]);
        squares += static_cast<double>(ranks[i] * ranks[i]);
    }
    if (nonZero.size() <= kExactLimit) {
        return exactSignedRank(ranks, positive);
    }
    const double z = std::abs(static_cast<double>(positive) - total / 2) / std::sqrt(squares / 4);
    return 2 * boost::math::cdf(boost::math::complement(boost::math::normal(), z));
}

} // namespace

PairedStatistics pairedStatistics(std::span<const double> differences, std::uint64_t seed) {
    PairedStatistics statistics;
    const bool isFinite = std::all_of(
        differences.begin(), differences.end(), [](double difference) { return std::isfinite(difference); });
    if (differences.empty() || !isFinite) {
        return {kNan, kNan, kNan, kNan, kNan, kNan};
    }
    statistics.mean = meanOf(differences);
    statistics.low = statistics.high = kNan;
    if (differences.size() > 1) {
        bootstrap(differences, seed, statistics);
    }
    const double deviation = standardDeviation(differences, statistics.mean);
    statistics.tP = pairedT(differences.size(), statistics.mean, deviation);
    statistics.cohenD = deviation > 0 ? statistics.mean / deviation : kNan;
    statistics.wilcoxonP = wilcoxon(differences);
    return statistics;
}

} // namespace rulescope::fit
