// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"

#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/seed_seq.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <cassert>

namespace rulescope::base {

struct RandomStream::Engine {
    boost::random::mt19937_64 bits;
    boost::random::normal_distribution<double> normal{0.0, 1.0};
};

RandomStream::RandomStream(std::uint64_t seed, std::uint64_t stream)
    : m_engine(std::make_unique<Engine>()) {
    const std::uint32_t words[] = {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U),
        static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32U)};
    boost::random::seed_seq sequence(std::begin(words), std::end(words));
    m_engine->bits.seed(sequence);
}

RandomStream::~RandomStream() = default;
RandomStream::RandomStream(RandomStream&&) noexcept = default;
RandomStream& RandomStream::operator=(RandomStream&&) noexcept = default;

double RandomStream::uniform() {
    return boost::random::uniform_01<double>()(m_engine->bits);
}

double RandomStream::uniform(double low, double high) {
    return low + (high - low) * uniform();
}

double RandomStream::normal() {
    return m_engine->normal(m_engine->bits);
}

double RandomStream::gamma(double shape, double scale) {
    return boost::random::gamma_distribution<double>(shape, scale)(m_engine->bits);
}

std::uint64_t RandomStream::below(std::uint64_t count) {
    assert(count >= 1);
    return boost::random::uniform_int_distribution<std::uint64_t>(0, count - 1)(m_engine->bits);
}

bool RandomStream::bernoulli(double probability) {
    return uniform() < probability;
}

} // namespace rulescope::base
