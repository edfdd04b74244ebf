// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/label_order.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

namespace rulescope::data {

namespace {

/// An animal is trained for months; a wrong form scatters its days over decades.
constexpr int kMostYears = 3;
constexpr int kDaysOfYear = 12 * 31; // of a calendar that only compares

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

std::optional<double> asNumber(const std::string& text) {
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end && std::isfinite(number) ? std::optional(number)
                                                                                  : std::nullopt;
}

/// The digits that a text begins with, without leading zeros.
std::string_view leadingNumber(std::string_view text, std::size_t& length) {
    length = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), isDigit) - text.begin());
    const auto first = std::min(text.find_first_not_of('0'), length);
    return text.substr(first, length - first);
}

/// -1, 0, 1.
int compared(std::string_view a, std::string_view b) {
    while (!a.empty() && !b.empty()) {
        std::size_t lengthA = 0, lengthB = 0;
        const std::string_view numberA = leadingNumber(a, lengthA), numberB = leadingNumber(b, lengthB);
        if (lengthA > 0 && lengthB > 0) {
            const int order = numberA.size() != numberB.size() ? (numberA.size() < numberB.size() ? -1 : 1)
                                                               : numberA.compare(numberB);
            if (order != 0) {
                return order;
            }
            a.remove_prefix(lengthA);
            b.remove_prefix(lengthB);
        } else if (a.front() != b.front()) {
            return static_cast<unsigned char>(a.front()) < static_cast<unsigned char>(b.front()) ? -1 : 1;
        } else {
            a.remove_prefix(1);
            b.remove_prefix(1);
        }
    }
    return a.empty() == b.empty() ? 0 : a.empty() ? -1 : 1;
}

/// "S2/3" -> "S#/#".
std::string shapeOf(std::string_view label) {
    std::string shape;
    for (const char c : label) {
        if (!isDigit(c)) {
            shape += c;
        } else if (shape.empty() || shape.back() != '#') {
            shape += '#';
        }
    }
    return shape;
}

/// Three numbers with one sign between them, the year not in front: "4/3/2021", "04.03.21".
bool isYearLast(std::string_view label) {
    const std::string shape = shapeOf(label);
    return (shape == "#/#/#" || shape == "#.#.#" || shape == "#-#-#") &&
           label.find_first_not_of("0123456789") < 4;
}

/// The six or eight digits of a date in which a first zero may be lost, or which has signs between its
/// numbers; empty for anything else.
std::string digitsOf(std::string_view text) {
    std::string digits;
    if (isYearLast(text)) {
        for (std::size_t at = 0, length = 0; at < text.size(); at += length + 1) {
            leadingNumber(text.substr(at), length);
            digits += (length == 1 ? "0" : "") + std::string(text.substr(at, length));
        }
    } else if (std::all_of(text.begin(), text.end(), isDigit)) {
        digits = (text.size() % 2 == 1 ? "0" : "") + std::string(text);
    }
    return digits.size() == 6 || digits.size() == 8 ? digits : std::string();
}

struct Day {
    std::string year, month, day;
};

std::optional<Day> dayOf(std::string_view text, CompactDate form) {
    const std::string digits = digitsOf(text);
    if (digits.empty()) {
        return {};
    }
    const std::size_t yearLength = digits.size() - 4;
    const bool isYearFirst = form == CompactDate::YearMonthDay;
    const std::string year = digits.substr(isYearFirst ? 0 : 4, yearLength);
    const std::string first = digits.substr(isYearFirst ? yearLength : 0, 2);
    const std::string second = digits.substr(isYearFirst ? yearLength + 2 : 2, 2);
    const Day day = form == CompactDate::DayMonthYear ? Day{year, second, first} : Day{year, first, second};
    const int month = std::stoi(day.month), number = std::stoi(day.day);
    const int fullYear = std::stoi(year) + (yearLength == 2 ? 2000 : 0);
    const bool isDay =
        month >= 1 && month <= 12 && number >= 1 && number <= 31 && fullYear >= 1980 && fullYear <= 2079;
    return isDay ? std::optional(Day{std::to_string(fullYear), day.month, day.day}) : std::nullopt;
}

/// A number that grows with the date.
std::optional<double> timeOf(std::string_view text, CompactDate form) {
    const auto day = dayOf(text, form);
    return day ? std::optional<double>(
                     std::stoi(day->year) * kDaysOfYear + std::stoi(day->month) * 31 + std::stoi(day->day))
               : std::nullopt;
}

template<class Before>
std::vector<std::size_t> ranks(std::size_t count, const Before& isBefore) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), isBefore);
    std::vector<std::size_t> result(count);
    for (std::size_t i = 1; i < count; ++i) {
        result[order[i]] = result[order[i - 1]] + (isBefore(order[i - 1], order[i]) ? 1 : 0);
    }
    return result;
}

std::vector<std::size_t> ranksOf(const std::vector<double>& numbers) {
    return ranks(numbers.size(), [&](std::size_t a, std::size_t b) { return numbers[a] < numbers[b]; });
}

/// Nothing if some text is no date of this form.
std::optional<std::vector<double>> timesOf(const std::vector<std::string>& texts, CompactDate form) {
    std::vector<double> times;
    for (const std::string& text : texts) {
        const auto time = timeOf(text, form);
        if (!time) {
            return {};
        }
        times.push_back(*time);
    }
    return times;
}

} // namespace

bool isNaturallyBefore(std::string_view a, std::string_view b) {
    const int order = compared(a, b);
    return order != 0 ? order < 0 : a < b;
}

std::vector<CompactDate> compactDates(const std::vector<std::string>& texts) {
    std::vector<CompactDate> forms;
    for (const CompactDate form :
        {CompactDate::YearMonthDay, CompactDate::DayMonthYear, CompactDate::MonthDayYear}) {
        const auto times = timesOf(texts, form);
        if (times && !times->empty()) {
            const auto [first, last] = std::minmax_element(times->begin(), times->end());
            if (*last - *first <= kMostYears * kDaysOfYear) {
                forms.push_back(form);
            }
        }
    }
    return forms;
}

std::string isoDay(std::string_view text, CompactDate form) {
    const auto day = dayOf(text, form);
    return day ? day->year + "-" + day->month + "-" + day->day : std::string();
}

std::optional<std::vector<std::size_t>> labelOrder(const std::vector<std::string>& labels) {
    if (labels.empty() || areDoubtfulDates(labels)) {
        return {};
    }
    if (const auto forms = compactDates(labels); !forms.empty()) {
        return ranksOf(*timesOf(labels, forms.front()));
    }
    std::vector<double> numbers;
    bool areSameShape = true;
    for (const std::string& label : labels) {
        numbers.push_back(asNumber(label).value_or(std::nan("")));
        areSameShape = areSameShape && shapeOf(label) == shapeOf(labels.front());
    }
    if (std::none_of(numbers.begin(), numbers.end(), [](double number) { return std::isnan(number); })) {
        return ranksOf(numbers);
    }
    for (const char* const doubtful : {"#/#", "#-#", "#:#", "#:#:#"}) { // month and day, or times of days
        areSameShape = areSameShape && shapeOf(labels.front()) != doubtful;
    }
    const auto isBefore = [&](std::size_t a, std::size_t b) { return compared(labels[a], labels[b]) < 0; };
    return areSameShape ? std::optional(ranks(labels.size(), isBefore)) : std::nullopt;
}

std::vector<std::size_t> sessionOrder(const std::vector<DatedLabel>& sessions) {
    std::vector<std::size_t> order(sessions.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<std::string> labels;
    bool haveDates = true;
    for (const DatedLabel& session : sessions) {
        labels.push_back(session.label);
        haveDates = haveDates && !session.date.empty();
    }
    if (haveDates) {
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return sessions[a].date != sessions[b].date ? sessions[a].date < sessions[b].date
                                                        : isNaturallyBefore(labels[a], labels[b]);
        });
    } else if (const auto places = labelOrder(labels)) {
        std::stable_sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return (*places)[a] < (*places)[b]; });
    }
    return order;
}

bool areDoubtfulDates(const std::vector<std::string>& labels) {
    const std::vector<CompactDate> forms = compactDates(labels);
    if (forms.empty()) {
        return labels.size() > 1 && std::all_of(labels.begin(), labels.end(), isYearLast);
    }
    const auto order = ranksOf(*timesOf(labels, forms.front()));
    return std::any_of(forms.begin(), forms.end(),
        [&](CompactDate form) { return ranksOf(*timesOf(labels, form)) != order; });
}

} // namespace rulescope::data
