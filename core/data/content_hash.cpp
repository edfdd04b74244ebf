// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/content_hash.h"

#include <algorithm>
#include <array>
#include <boost/uuid/detail/sha1.hpp>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

namespace rulescope::data {

namespace {

/// SHA-1 over typed values in one canonical byte order.
class CanonicalHash {
  public:
    void add(std::uint64_t value) {
        std::array<unsigned char, 8> bytes{};
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = static_cast<unsigned char>(value >> (8 * i));
        }
        m_sha.process_bytes(bytes.data(), bytes.size());
    }

    void add(const std::string& text) {
        add(static_cast<std::uint64_t>(text.size()));
        m_sha.process_bytes(text.data(), text.size());
    }

    void add(const std::vector<std::int8_t>& codes) {
        add(static_cast<std::uint64_t>(codes.size()));
        m_sha.process_bytes(codes.data(), codes.size());
    }

    void add(const std::string& name, const std::vector<double>& values) {
        const bool saysNothing =
            std::all_of(values.begin(), values.end(), [](double v) { return std::isnan(v); });
        if (saysNothing) {
            return;
        }
        add(name);
        add(static_cast<std::uint64_t>(values.size()));
        for (const double value : values) {
            add(canonicalBits(value));
        }
    }

    std::string hex() {
        boost::uuids::detail::sha1::digest_type digest;
        m_sha.get_digest(digest);
        // Boost up to 1.85 hands out five words, later ones twenty bytes.
        constexpr int digits = static_cast<int>(2 * sizeof(digest[0]));
        std::string text = "sha1:";
        for (const auto part : digest) {
            for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
                text += "0123456789abcdef"[(part >> shift) & 0xF];
            }
        }
        return text;
    }

  private:
    static std::uint64_t canonicalBits(double value) {
        const double canonical = std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value + 0.0;
        std::uint64_t bits = 0;
        std::memcpy(&bits, &canonical, sizeof bits);
        return bits;
    }

    boost::uuids::detail::sha1 m_sha;
};

void addSessions(CanonicalHash& hash, const std::vector<Session>& sessions) {
    hash.add(static_cast<std::uint64_t>(sessions.size()));
    for (const Session& session : sessions) {
        hash.add(session.label);
        hash.add(session.date);
        hash.add(session.protocol);
        hash.add(static_cast<std::uint64_t>(session.size()));
    }
}

void addTrials(CanonicalHash& hash, const Trials& trials) {
    hash.add("stimulus", trials.stimulus);
    hash.add(trials.choice);
    hash.add(trials.answer);
    hash.add(trials.outcome);
    hash.add("stimulus_onset_s", trials.stimulusOnsetS);
    hash.add("response_s", trials.responseS);
    hash.add("reaction_time_s", trials.reactionTimeS);
    hash.add("probability_left", trials.probabilityLeft);
    std::vector<const Column*> extra;
    for (const Column& column : trials.extra) {
        extra.push_back(&column);
    }
    std::sort(extra.begin(), extra.end(), [](const Column* a, const Column* b) { return a->name < b->name; });
    for (const Column* column : extra) {
        hash.add("column:" + column->name, column->values);
    }
}

} // namespace

std::string contentHash(const Animal::Content& content) {
    CanonicalHash hash;
    hash.add(std::string("rulescope animal 1"));
    hash.add(content.name);
    hash.add(static_cast<std::uint64_t>(content.stimulusKind == StimulusKind::Contrast ? 0 : 1));
    addSessions(hash, content.sessions);
    addTrials(hash, content.trials);
    return hash.hex();
}

} // namespace rulescope::data
