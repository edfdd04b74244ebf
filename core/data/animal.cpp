// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/animal.h"

#include "core/data/content_hash.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_set>

namespace rulescope::data {

namespace {

using base::Error;
using base::ErrorCode;
using base::Text;
using Problem = std::optional<Error>;

/// Contrasts are fractions; the margin lets through what arithmetic in percent leaves behind.
constexpr double kLargestContrast = 1 + 1e-9;

Error invalid(const Animal::Content& content, Text what) {
    return Error{ErrorCode::InvalidValue, std::move(what), content.name, {}};
}

std::int64_t asCount(std::size_t value) {
    return static_cast<std::int64_t>(value);
}

Problem checkNames(const Animal::Content& content) {
    if (content.name.empty()) {
        return invalid(content, QT_TRANSLATE_NOOP("core", "An animal has no name."));
    }
    std::unordered_set<std::string> labels;
    for (const Session& session : content.sessions) {
        if (session.label.empty()) {
            return invalid(content, QT_TRANSLATE_NOOP("core", "A session has no label."));
        }
        if (!labels.insert(session.label).second) {
            return invalid(
                content, {QT_TRANSLATE_NOOP("core", "Two sessions are called %1."), {session.label}});
        }
    }
    std::unordered_set<std::string> columns;
    for (const Column& column : content.trials.extra) {
        if (column.name.empty() || !columns.insert(column.name).second) {
            return invalid(
                content, {QT_TRANSLATE_NOOP("core", "The column name \u201c%1\u201d is empty or used twice."),
                             {column.name}});
        }
    }
    return {};
}

Problem checkLength(
    const Animal::Content& content, const std::string& name, std::size_t length, bool isOptional) {
    const std::size_t trials = content.trials.size();
    if (length == trials || (isOptional && length == 0)) {
        return {};
    }
    return invalid(content, {QT_TRANSLATE_NOOP("core", "Column %1 has %2 values for %3 trials."),
                                {name, asCount(length), asCount(trials)}});
}

Problem checkLengths(const Animal::Content& content) {
    const Trials& trials = content.trials;
    const struct {
        const char* name;
        std::size_t length;
        bool isOptional;
    } columns[] = {{"choice", trials.choice.size(), false}, {"answer", trials.answer.size(), false},
        {"outcome", trials.outcome.size(), false}, {"stimulus_onset_s", trials.stimulusOnsetS.size(), true},
        {"response_s", trials.responseS.size(), true}, {"reaction_time_s", trials.reactionTimeS.size(), true},
        {"probability_left", trials.probabilityLeft.size(), true},
        {"excluded", trials.excluded.size(), true}};
    for (const auto& column : columns) {
        if (Problem problem = checkLength(content, column.name, column.length, column.isOptional)) {
            return problem;
        }
    }
    for (const Column& column : trials.extra) {
        if (Problem problem = checkLength(content, column.name, column.values.size(), false)) {
            return problem;
        }
    }
    return {};
}

Problem checkCodes(const Animal::Content& content, const char* name, const std::vector<std::int8_t>& codes) {
    const auto bad =
        std::find_if(codes.begin(), codes.end(), [](std::int8_t code) { return code < -1 || code > 1; });
    if (bad == codes.end()) {
        return {};
    }
    return invalid(
        content, {QT_TRANSLATE_NOOP("core", "Column %1 holds %2 at trial %3; it may hold 0, 1 or -1."),
                     {std::string(name), std::int64_t{*bad}, asCount(bad - codes.begin()) + 1}});
}

Problem checkStimulus(const Animal::Content& content) {
    const double largest = content.stimulusKind == StimulusKind::Contrast
                               ? kLargestContrast
                               : std::numeric_limits<double>::max();
    const auto& stimulus = content.trials.stimulus;
    const auto bad =
        std::find_if(stimulus.begin(), stimulus.end(), [&](double s) { return std::abs(s) > largest; });
    if (bad == stimulus.end()) {
        return {};
    }
    return invalid(content,
        {QT_TRANSLATE_NOOP("core", "The stimulus at trial %1 is %2; a contrast lies between -1 and 1."),
            {asCount(bad - stimulus.begin()) + 1, base::Number{*bad}}});
}

Problem checkSessions(const Animal::Content& content) {
    std::size_t next = 0;
    for (const Session& session : content.sessions) {
        if (session.begin != next || session.end <= session.begin) {
            return invalid(content,
                {QT_TRANSLATE_NOOP("core", "Session %1 is empty or does not follow the one before it."),
                    {session.label}});
        }
        next = session.end;
    }
    if (next != content.trials.size()) {
        return invalid(content, {QT_TRANSLATE_NOOP("core", "The sessions hold %1 trials, the columns %2."),
                                    {asCount(next), asCount(content.trials.size())}});
    }
    return {};
}

Problem firstProblem(const Animal::Content& content) {
    if (Problem problem = checkNames(content)) {
        return problem;
    }
    if (Problem problem = checkLengths(content)) {
        return problem;
    }
    if (Problem problem = checkCodes(content, "choice", content.trials.choice)) {
        return problem;
    }
    if (Problem problem = checkCodes(content, "answer", content.trials.answer)) {
        return problem;
    }
    if (Problem problem = checkCodes(content, "outcome", content.trials.outcome)) {
        return problem;
    }
    if (Problem problem = checkStimulus(content)) {
        return problem;
    }
    return checkSessions(content);
}

double ratio(std::size_t part, std::size_t whole) {
    return whole == 0 ? std::numeric_limits<double>::quiet_NaN()
                      : static_cast<double>(part) / static_cast<double>(whole);
}

} // namespace

double TrialCounts::fractionRight() const {
    return ratio(right, choices);
}

double TrialCounts::accuracy() const {
    return ratio(correct, judged);
}

TrialCounts countTrials(const Trials& trials, std::size_t begin, std::size_t end) {
    TrialCounts counts;
    for (std::size_t t = begin; t < end; ++t) {
        counts.trials += trials.isExcluded(t) ? 0 : 1;
        const bool hasChoice = trials.choice[t] != kNone;
        const bool isJudged = hasChoice && trials.outcome[t] != kUnknown;
        counts.choices += hasChoice ? 1 : 0;
        counts.right += trials.choice[t] == kRight ? 1 : 0;
        counts.judged += isJudged ? 1 : 0;
        counts.correct += isJudged && trials.outcome[t] == 1 ? 1 : 0;
    }
    return counts;
}

Animal::Animal(Content content)
    : m_content(std::move(content))
    , m_counts(countTrials(m_content.trials, 0, m_content.trials.size())) {}

base::Result<std::shared_ptr<const Animal>> Animal::create(Content content) {
    if (Problem problem = firstProblem(content)) {
        return tl::make_unexpected(std::move(*problem));
    }
    return std::shared_ptr<const Animal>(new Animal(std::move(content)));
}

TrialCounts Animal::sessionCounts(std::size_t session) const {
    const Session& chosen = m_content.sessions.at(session);
    return countTrials(m_content.trials, chosen.begin, chosen.end);
}

const std::string& Animal::contentHash() const {
    std::call_once(m_hashOnce, [this] { m_hash = data::contentHash(m_content); });
    return m_hash;
}

} // namespace rulescope::data
