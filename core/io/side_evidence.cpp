// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/side_evidence.h"

#include <algorithm>
#include <cmath>

namespace rulescope::io {

namespace {

constexpr double kStands = 0.6;
constexpr std::size_t kFewTrials = 10;
/// Priors are kept by most trials, not by all: fewer than so many may go against them by accident.
constexpr std::size_t kFewOfPrior = 50;

/// True if the name holds the word; "bright" is no side.
bool names(std::string_view folded, std::string_view word) {
    for (std::size_t at = folded.find(word); at != std::string_view::npos; at = folded.find(word, at + 1)) {
        if (at == 0 || folded[at - 1] != 'b') {
            return true;
        }
    }
    return false;
}

/// True if "1" stands for that side.
bool isCodeOf(const ValueCodes& codes, std::int8_t side) {
    const std::vector<std::string>& own = side == data::kRight ? codes.one : codes.zero;
    return std::find(own.begin(), own.end(), "1") != own.end();
}

bool isWords(const ValueCodes& codes) {
    return !codes.one.empty() && isWord(codes.one.front());
}

} // namespace

std::optional<std::int8_t> sideInName(std::string_view name) {
    const std::string folded = foldedName(name);
    const bool isRight = names(folded, "right"), isLeft = names(folded, "left");
    return isRight == isLeft ? std::nullopt : std::optional(isRight ? data::kRight : data::kLeft);
}

bool saysSides(const CodedColumn& column, const std::vector<ValueCodes>& codes) {
    static const ValueCodes words = usualChoiceCodes().front();
    const auto isIn = [](const std::vector<std::string>& list, const std::string& value) {
        return std::find(list.begin(), list.end(), value) != list.end();
    };
    return codes.size() == 1 || sideInName(column.name) ||
           std::any_of(column.values.begin(), column.values.end(),
               [&](const std::string& value) { return isIn(words.one, value) || isIn(words.zero, value); });
}

std::vector<ValueCodes> codesFor(const CodedColumn& column, const std::vector<ValueCodes>& codes) {
    const auto side = sideInName(column.name);
    if (!side || codes.size() == 1) {
        return codes;
    }
    std::vector<ValueCodes> allowed;
    std::copy_if(codes.begin(), codes.end(), std::back_inserter(allowed),
        [&](const ValueCodes& code) { return isWords(code) || isCodeOf(code, *side); });
    return firstDecoded(column, allowed) ? allowed : codes;
}

std::optional<std::vector<std::int8_t>> firstDecoded(
    const CodedColumn& column, const std::vector<ValueCodes>& codes) {
    for (const ValueCodes& candidate : codes) {
        if (auto values = decoded(column, candidate)) {
            return values;
        }
    }
    return {};
}

void Agreement::add(Verdict verdict) {
    judged += verdict == Verdict::Silent ? 0 : 1;
    agreeing += verdict == Verdict::Agrees ? 1 : 0;
}

double Agreement::share() const {
    return judged == 0 ? 0.5 : static_cast<double>(agreeing) / static_cast<double>(judged);
}

bool Agreement::stands() const {
    return judged >= kFewTrials && share() >= kStands;
}

bool Agreement::isContradicted() const {
    return judged >= kFewTrials && share() <= 1 - kStands;
}

Agreement agreementOf(const std::vector<std::int8_t>& values, const Evidence& evidence) {
    Agreement result;
    for (std::size_t row = 0; evidence.judge && row < values.size(); ++row) {
        result.add(evidence.judge(row, values[row]));
    }
    return result;
}

Agreement agreementWithPrior(const std::vector<double>& left, const std::vector<std::int8_t>& side) {
    const bool isPercent = std::any_of(left.begin(), left.end(), [](double prior) { return prior > 1; });
    const double middle = isPercent ? 50 : 0.5;
    Agreement result;
    for (std::size_t row = 0; row < left.size(); ++row) {
        const double lean = left[row] - middle;
        if (std::abs(lean) > middle / 100 && side[row] != data::kUnknown) { // false for NaN
            const std::int8_t likely = lean > 0 ? data::kLeft : data::kRight;
            result.add(side[row] == likely ? Verdict::Agrees : Verdict::Contradicts);
        }
    }
    return result.judged < kFewOfPrior ? Agreement{} : result;
}

} // namespace rulescope::io
