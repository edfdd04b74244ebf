// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>

namespace rulescope::base {

/// A reproducible stream of random numbers: the same (seed, stream) gives the same numbers on every platform.
///
/// Work that runs in parallel takes one stream per item (animal, seed, fold), so results never depend on
/// threads. Source: Boost.Random's mt19937_64 and its distributions, whose algorithms are fixed (those of std
/// are not).
class RandomStream {
  public:
    explicit RandomStream(std::uint64_t seed, std::uint64_t stream = 0);
    ~RandomStream();
    RandomStream(RandomStream&&) noexcept;
    RandomStream& operator=(RandomStream&&) noexcept;

    double uniform();                         ///< in [0, 1)
    double uniform(double low, double high);  ///< in [low, high)
    double normal();                          ///< mean 0, variance 1
    double gamma(double shape, double scale); ///< mean shape x scale
    std::uint64_t below(std::uint64_t count); ///< uniform integer in [0, count); count >= 1
    bool bernoulli(double probability);       ///< true with this probability

  private:
    struct Engine;
    std::unique_ptr<Engine> m_engine;
};

} // namespace rulescope::base
