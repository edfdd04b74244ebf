// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/value_codes.h"

#include "core/io/side_evidence.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace rulescope::io {

namespace {

using base::ErrorCode;

constexpr std::size_t kMostCodes = 64;
/// Above this share of agreeing trials a convention stands, below its complement the opposite one does.
constexpr double kStands = 0.6;
/// With fewer judged trials a contradiction may be an accident.
constexpr std::size_t kFewTrials = 10;
/// Share of contradicting trials that is worth a word.
constexpr double kWorthAWord = 0.01;

std::string normalised(std::string_view text) {
    const auto number = parseNumber(text, true);
    if (number && std::isnan(*number)) {
        return {};
    }
    if (number) {
        char buffer[32];
        const auto end = std::to_chars(buffer, buffer + sizeof buffer, *number + 0.0).ptr;
        return {buffer, end};
    }
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
        [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

bool contains(const std::vector<std::string>& list, const std::string& value) {
    return std::any_of(list.begin(), list.end(), [&](const std::string& item) {
        const std::string known = normalised(item);
        // "No go", "no_go" and "NoGo" are one word; "-1" and "1" are not.
        return known == value || (isWord(known) && foldedName(known) == foldedName(value));
    });
}

std::optional<std::int8_t> meaning(const std::string& value, const ValueCodes& codes) {
    if (contains(codes.one, value)) {
        return std::int8_t{1};
    }
    if (contains(codes.zero, value)) {
        return std::int8_t{0};
    }
    return value.empty() || contains(codes.none, value) ? std::optional(std::int8_t{-1}) : std::nullopt;
}

std::vector<std::string> wordsForNone() {
    return {"no-go", "no choice", "no response", "none", "abort", "aborted", "ignore", "ignored", "miss",
        "missed", "omission", "omitted", "timeout", "no lick", "null", "invalid", "center", "centre", "0"};
}

struct Judged {
    const ValueCodes* codes = nullptr;
    std::vector<std::int8_t> values;
    std::size_t agreeing = 0;
    std::size_t judged = 0;

    double share() const {
        return judged == 0 ? 1 : static_cast<double>(agreeing) / static_cast<double>(judged);
    }
};

Judged judge(const ValueCodes& codes, std::vector<std::int8_t> values, const Evidence& evidence) {
    Judged result{&codes, std::move(values), 0, 0};
    for (std::size_t row = 0; evidence.judge && row < result.values.size(); ++row) {
        const Verdict verdict = evidence.judge(row, result.values[row]);
        result.judged += verdict == Verdict::Silent ? 0 : 1;
        result.agreeing += verdict == Verdict::Agrees ? 1 : 0;
    }
    return result;
}

std::string joined(const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values) {
        text += (text.empty() ? "" : "/") + value;
    }
    return text;
}

/// The codes that the column really holds, for a sentence.
ValueCodes seen(const ValueCodes& codes, const CodedColumn& column) {
    ValueCodes result;
    for (const std::string& value : column.values) {
        const auto found = meaning(value, codes);
        if (!value.empty() && found == std::int8_t{1}) {
            result.one.push_back(value);
        } else if (!value.empty() && found == std::int8_t{0}) {
            result.zero.push_back(value);
        }
    }
    return {result.one.empty() ? codes.one : result.one, result.zero.empty() ? codes.zero : result.zero,
        codes.none};
}

/// The first value that the usual code does not know, with its line.
base::Error unknownValue(
    const CodedColumn& column, const std::vector<ValueCodes>& candidates, const Table& table) {
    std::size_t bad = 0;
    for (std::size_t i = 0; i < column.values.size(); ++i) {
        const bool isKnown = std::any_of(candidates.begin(), candidates.end(),
            [&](const ValueCodes& codes) { return meaning(column.values[i], codes).has_value(); });
        bad = isKnown ? bad : i;
    }
    return {ErrorCode::InvalidValue,
        {QT_TRANSLATE_NOOP(
             "core", "Column %1 holds \u201c%2\u201d; no known code has that beside its other values."),
            {column.name, column.values[bad]}},
        table.place(column.firstRow[bad]),
        QT_TRANSLATE_NOOP("core", "Say in a column map which values mean right, left and no choice.")};
}

base::Error contradiction(
    const CodedColumn& column, const Judged& judged, const Evidence& evidence, const Table& table) {
    return {ErrorCode::InvalidValue,
        {QT_TRANSLATE_NOOP("core",
             "Column %1 read as %2 agrees with %3 on only %4 of %5 trials, and no other reading does "
             "better."),
            {column.name, meaningOf(seen(*judged.codes, column)), evidence.comparedWith,
                static_cast<std::int64_t>(judged.agreeing), static_cast<std::int64_t>(judged.judged)}},
        table.where(), QT_TRANSLATE_NOOP("core", "Say in a column map what the values mean.")};
}

/// Sides (or outcomes) that a decoding finds in a column: 0 to 2.
int sidesIn(const Judged& judged) {
    const auto has = [&](std::int8_t value) {
        return std::find(judged.values.begin(), judged.values.end(), value) != judged.values.end();
    };
    return (has(1) ? 1 : 0) + (has(0) ? 1 : 0);
}

/// True if an animal at chance would agree this rarely less than once in ten thousand files.
bool isBelowChance(const Judged& judged) {
    const auto n = static_cast<double>(judged.judged);
    return static_cast<double>(judged.agreeing) < n / 2 - 2 * std::sqrt(n);
}

std::vector<ImportWarning> doubts(const Judged& chosen, const Evidence& evidence, bool isForced,
    const CodedColumn& column, const std::string& file) {
    const std::string where = file + ": " + column.name;
    // Against the stimuli alone one value throughout says nothing about what it means.
    const bool isGuessed = chosen.judged == 0 || (!isForced && evidence.isWeak && sidesIn(chosen) < 2);
    if (isGuessed && !saysSides(column, {})) {
        return {{WarningCode::NoEvidence, chosen.values.size(), where}};
    }
    const std::size_t against = chosen.judged - chosen.agreeing;
    const bool isDoubtful = evidence.isWeak ? isBelowChance(chosen) : chosen.share() < 1 - kWorthAWord;
    return isDoubtful ? std::vector<ImportWarning>{{WarningCode::ConventionDoubtful, against, where}}
                      : std::vector<ImportWarning>{};
}

} // namespace

bool isWord(const std::string& value) {
    return !value.empty() && std::isalpha(static_cast<unsigned char>(value.front())) != 0;
}

base::Result<CodedColumn> codedColumn(const Table& table, std::size_t column) {
    CodedColumn coded;
    coded.name = table.header()[column];
    // "1", "1.0" and " 1" are one value: a column may hold more texts than values.
    const auto cells = table.coded(column, 16 * kMostCodes);
    std::vector<std::uint16_t> meanings; // of each text
    for (std::size_t i = 0; cells && i < cells->texts.size(); ++i) {
        std::string value = normalised(cells->texts[i]);
        const auto same = std::find(coded.values.begin(), coded.values.end(), value);
        meanings.push_back(static_cast<std::uint16_t>(same - coded.values.begin()));
        if (same == coded.values.end()) {
            coded.values.push_back(std::move(value));
        }
    }
    if (!cells || coded.values.size() > kMostCodes) {
        return base::failure(ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "Column %1 holds more than %2 different values; it can't be a code."),
                {coded.name, static_cast<std::int64_t>(kMostCodes)}},
            table.where(), QT_TRANSLATE_NOOP("core", "Name the right column in a column map."));
    }
    coded.firstRow.assign(coded.values.size(), table.rows());
    coded.codes.reserve(table.rows());
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::uint16_t code = meanings[cells->codes[row]];
        coded.firstRow[code] = std::min(coded.firstRow[code], row);
        coded.codes.push_back(code);
    }
    return coded;
}

std::optional<CodedColumn> codedIfAny(const Table& table, std::optional<std::size_t> column) {
    auto coded = column ? codedColumn(table, *column) : base::Result<CodedColumn>(CodedColumn{});
    return column && coded ? std::optional(std::move(*coded)) : std::nullopt;
}

std::optional<std::size_t> findCoded(const Table& table, const std::vector<std::string_view>& names,
    const std::function<bool(const CodedColumn&)>& isAsked) {
    for (const std::string_view name : names) {
        const auto column = table.find(name);
        const auto coded = codedIfAny(table, column);
        if (coded && isAsked(*coded)) {
            return column;
        }
    }
    return {};
}

std::optional<std::vector<std::int8_t>> decoded(const CodedColumn& column, const ValueCodes& codes) {
    std::vector<std::int8_t> meanings;
    for (const std::string& value : column.values) {
        const auto found = meaning(value, codes);
        if (!found) {
            return {};
        }
        meanings.push_back(*found);
    }
    std::vector<std::int8_t> values(column.codes.size());
    std::transform(column.codes.begin(), column.codes.end(), values.begin(),
        [&](std::uint16_t code) { return meanings[code]; });
    return values;
}

std::vector<ValueCodes> wheelCodes() {
    const std::vector<std::string> clockwise = {"clockwise", "cw"};
    const std::vector<std::string> counter = {"counter_clockwise", "anticlockwise", "ccw"};
    return {{counter, clockwise, wordsForNone()}, {clockwise, counter, wordsForNone()}};
}

std::vector<ValueCodes> usualChoiceCodes() {
    return {
        {{"right", "r", "rightward", "rightwards", "rechts", "droite", "derecha"},
            {"left", "l", "leftward", "leftwards", "links", "gauche", "izquierda"}, wordsForNone()},
        wheelCodes()[0],
        wheelCodes()[1],
        {{"1"}, {"0"}, {}},
        {{"0"}, {"1"}, {}},
        {{"1"}, {"-1"}, {"0"}},
        {{"-1"}, {"1"}, {"0"}},
        {{"2"}, {"1"}, {"0"}},
        {{"1"}, {"2"}, {"0"}},
    };
}

std::vector<ValueCodes> usualOutcomeCodes() {
    return {
        {{"1"}, {"0"}, {}},
        {{"1"}, {"-1"}, {"0"}},
        {{"correct", "hit", "reward", "rewarded", "success", "yes"},
            {"incorrect", "error", "wrong", "unrewarded", "no reward", "failure", "fail", "no", "punished",
                "miss", "missed"},
            {"none", "abort", "aborted", "no-go", "no response", "no choice", "ignore", "ignored", "omission",
                "early", "invalid", "timeout"}},
    };
}

std::vector<ValueCodes> outcomeCodesFor(const CodedColumn& column, std::vector<ValueCodes> codes) {
    const std::vector<std::string> misses = {"miss", "missed"};
    for (ValueCodes& candidate : codes) {
        std::vector<std::string> errors;
        std::copy_if(candidate.zero.begin(), candidate.zero.end(), std::back_inserter(errors),
            [&](const std::string& word) { return isWord(word) && !contains(misses, word); });
        const bool hasOther = std::any_of(column.values.begin(), column.values.end(),
            [&](const std::string& value) { return contains(errors, value); });
        if (codes.size() > 1 && hasOther) {
            candidate.zero = errors;
            candidate.none.insert(candidate.none.end(), misses.begin(), misses.end());
        }
    }
    return codes;
}

base::Text meaningOf(const ValueCodes& codes) {
    return {QT_TRANSLATE_NOOP("core", "%1 = right, %2 = left"), {joined(codes.one), joined(codes.zero)}};
}

base::Result<Decoding> decode(const CodedColumn& column, const std::vector<ValueCodes>& candidates,
    const Evidence& evidence, const Table& table, const std::string& file) {
    std::vector<Judged> possible;
    for (const ValueCodes& codes : candidates) {
        if (auto values = decoded(column, codes)) {
            possible.push_back(judge(codes, std::move(*values), evidence));
        }
    }
    if (possible.empty()) {
        return tl::make_unexpected(unknownValue(column, candidates, table));
    }
    // A column of 0 alone is rather one side throughout than no choice at all.
    std::stable_partition(
        possible.begin(), possible.end(), [](const Judged& judged) { return sidesIn(judged) > 0; });
    const Judged* chosen = &possible.front();
    const bool isForced = candidates.size() == 1;
    const bool isContradicted = !evidence.isWeak && chosen->judged >= kFewTrials && chosen->share() < kStands;
    if (isContradicted && !isForced) {
        const auto best = std::max_element(possible.begin(), possible.end(),
            [](const Judged& a, const Judged& b) { return a.share() < b.share(); });
        if (best->share() < kStands) {
            return tl::make_unexpected(contradiction(column, *chosen, evidence, table));
        }
        chosen = &*best;
    }
    Decoding decoding;
    decoding.convention = {column.name, meaningOf(seen(*chosen->codes, column)),
        chosen->judged > 0 ? evidence.comparedWith : base::Text(), chosen->agreeing, chosen->judged, file};
    decoding.warnings = doubts(*chosen, evidence, isForced, column, file);
    if (chosen != &possible.front()) {
        decoding.warnings.push_back(
            {WarningCode::ConventionReversed, chosen->judged, file + ": " + column.name});
    }
    decoding.values = chosen->values;
    return decoding;
}

} // namespace rulescope::io
