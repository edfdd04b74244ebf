// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/animal.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <set>
#include <string_view>

namespace rulescope::data {

namespace {

using base::ErrorCode;

constexpr std::string_view kLastPrefix = "last:";
constexpr std::string_view kPhasePrefix = "phase:";

/// A whole positive number, or 0.
std::size_t positiveNumber(std::string_view text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> splitAtCommas(std::string_view text) {
    std::vector<std::string_view> tokens;
    while (true) {
        const auto comma = text.find(',');
        tokens.push_back(trimmed(text.substr(0, comma)));
        if (comma == std::string_view::npos) {
            return tokens;
        }
        text.remove_prefix(comma + 1);
    }
}

/// Labels, then dates, then the 1-based order; empty if the token means nothing here.
std::vector<std::size_t> matches(const std::vector<Session>& sessions, std::string_view token) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        if (sessions[i].label == token) {
            return {i};
        }
        if (!token.empty() && sessions[i].date == token) {
            found.push_back(i);
        }
    }
    const std::size_t position = positiveNumber(token);
    if (found.empty() && position >= 1 && position <= sessions.size()) {
        found.push_back(position - 1);
    }
    return found;
}

std::vector<std::size_t> allFrom(std::size_t first, std::size_t count) {
    std::vector<std::size_t> indices(count - first);
    std::iota(indices.begin(), indices.end(), first);
    return indices;
}

/// The last `count` sessions that have a trial to analyse.
std::vector<std::size_t> lastSessions(const Animal& animal, std::size_t count) {
    std::vector<std::size_t> last;
    for (std::size_t i = animal.sessions().size(); i-- > 0 && last.size() < count;) {
        if (animal.trials().excluded.empty() || animal.sessionCounts(i).trials > 0) {
            last.insert(last.begin(), i);
        }
    }
    return last;
}

base::Result<std::vector<std::size_t>> sessionsOfPhase(const Animal& animal, std::string_view phase) {
    std::vector<std::size_t> sessions;
    for (std::size_t i = 0; i < animal.sessions().size(); ++i) {
        if (animal.sessions()[i].phase == phase && !phase.empty()) {
            sessions.push_back(i);
        }
    }
    if (sessions.empty()) {
        return base::failure(ErrorCode::NotFound,
            {QT_TRANSLATE_NOOP("core", "No session is marked as phase \u201c%1\u201d."),
                {std::string(phase)}},
            animal.name(), QT_TRANSLATE_NOOP("core", "Mark the phase first, or name sessions."));
    }
    return sessions;
}

} // namespace

base::Result<std::vector<std::size_t>> selectSessions(const Animal& animal, const std::string& selection) {
    const auto& sessions = animal.sessions();
    const std::string_view wanted = trimmed(selection);
    if (wanted == "all") {
        return allFrom(0, sessions.size());
    }
    if (wanted.substr(0, kLastPrefix.size()) == kLastPrefix) {
        const std::size_t count = positiveNumber(wanted.substr(kLastPrefix.size()));
        if (count == 0) {
            return base::failure(ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "\u201c%1\u201d does not say how many sessions."), {selection}},
                animal.name(), QT_TRANSLATE_NOOP("core", "Write a whole number, for example last:3."));
        }
        return lastSessions(animal, count);
    }
    if (wanted.substr(0, kPhasePrefix.size()) == kPhasePrefix) {
        return sessionsOfPhase(animal, wanted.substr(kPhasePrefix.size()));
    }
    std::set<std::size_t> chosen;
    for (const std::string_view token : splitAtCommas(wanted)) {
        const auto found = matches(sessions, token);
        if (found.empty()) {
            return base::failure(ErrorCode::NotFound,
                {QT_TRANSLATE_NOOP("core", "There is no session \u201c%1\u201d among %2 sessions."),
                    {std::string(token), static_cast<std::int64_t>(sessions.size())}},
                animal.name(),
                QT_TRANSLATE_NOOP("core", "Name sessions by label, date or number, or write all or last:3."));
        }
        chosen.insert(found.begin(), found.end());
    }
    return std::vector<std::size_t>(chosen.begin(), chosen.end());
}

} // namespace rulescope::data
