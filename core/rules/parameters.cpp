// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/parameters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

namespace rulescope::rules {

using base::ErrorCode;
using base::failure;
using base::Result;
using base::Text;

namespace {

constexpr const char* kWhere = "parameters";

/// "key=value"; the last '=' separates, since a column's name may hold one.
struct Assignment {
    std::string key;
    double value = 0;
};

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t");
    const std::size_t last = text.find_last_not_of(" \t");
    return first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
}

Result<Assignment> parseAssignment(const std::string& item) {
    const std::size_t equals = item.rfind('=');
    if (equals != std::string::npos) {
        Assignment assignment{trimmed(item.substr(0, equals)), 0};
        const std::string digits = trimmed(item.substr(equals + 1));
        const char* const first = digits.data() + (digits.size() > 1 && digits[0] == '+' ? 1 : 0);
        const char* const last = digits.data() + digits.size();
        const std::from_chars_result read = std::from_chars(first, last, assignment.value);
        if (read.ec == std::errc() && read.ptr == last && std::isfinite(assignment.value)) {
            return assignment;
        }
    }
    return failure(ErrorCode::InvalidValue,
        Text{QT_TRANSLATE_NOOP("core", "\"%1\" is not a parameter with its value."), {item}}, kWhere,
        QT_TRANSLATE_NOOP("core", "Write NAME=NUMBER with a decimal point, several separated by commas."));
}

Result<std::vector<Assignment>> parseAssignments(const std::string& text) {
    std::vector<Assignment> assignments;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string item = trimmed(text.substr(begin, end - begin));
        begin = end + 1;
        if (item.empty()) {
            continue;
        }
        Result<Assignment> assignment = parseAssignment(item);
        if (!assignment) {
            return tl::make_unexpected(assignment.error());
        }
        const bool isRepeated = std::any_of(assignments.begin(), assignments.end(),
            [&](const Assignment& earlier) { return earlier.key == assignment->key; });
        if (isRepeated) {
            return failure(ErrorCode::InvalidValue,
                Text{QT_TRANSLATE_NOOP("core", "The parameter \"%1\" is given twice."), {assignment->key}},
                kWhere, QT_TRANSLATE_NOOP("core", "Give it once."));
        }
        assignments.push_back(*std::move(assignment));
    }
    return assignments;
}

/// A rule's parameters, each with its name and bounds, being filled in.
struct Slot {
    std::string name;
    std::string group;
    double low = 0;
    double value = std::nan("");
    bool isSpecific = false; ///< set by its own name, which wins over the group's
};

std::vector<Slot> slots(const RuleInfo& rule, const std::vector<std::string>& weightNames) {
    std::vector<Slot> all;
    const std::vector<std::string> names = parameterNames(rule, weightNames);
    for (const ParameterInfo& group : rule.parameters) {
        const std::size_t count = group.isPerWeight ? weightNames.size() : 1;
        for (std::size_t i = 0; i < count; ++i) {
            all.push_back({names[all.size()], std::string(group.name), group.low, std::nan(""), false});
        }
    }
    return all;
}

bool assign(std::vector<Slot>& all, const Assignment& assignment) {
    bool isKnown = false;
    for (Slot& slot : all) {
        const bool isOwnName = slot.name == assignment.key;
        if (!isOwnName && slot.group != assignment.key) {
            continue;
        }
        isKnown = true;
        if (isOwnName || !slot.isSpecific) {
            slot.value = assignment.value;
            slot.isSpecific = isOwnName;
        }
    }
    return isKnown;
}

std::string joinedNames(const std::vector<Slot>& all) {
    std::string names;
    for (const Slot& slot : all) {
        names += (names.empty() ? "" : ", ") + slot.name;
    }
    return names;
}

Result<void> checkSlot(const Slot& slot) {
    if (std::isnan(slot.value)) {
        return failure(ErrorCode::InvalidValue,
            Text{QT_TRANSLATE_NOOP("core", "The parameter \"%1\" is not given."), {slot.name}}, kWhere,
            Text{QT_TRANSLATE_NOOP("core", "Add %1=NUMBER, or %2=NUMBER for all weights."),
                {slot.name, slot.group}});
    }
    if (slot.value < slot.low) {
        return failure(ErrorCode::InvalidValue,
            Text{QT_TRANSLATE_NOOP("core", "The parameter \"%1\" is %2, outside what the rule allows."),
                {slot.name, base::Number{slot.value}}},
            kWhere,
            Text{QT_TRANSLATE_NOOP("core", "Give a number of at least %1."), {base::Number{slot.low}}});
    }
    return {};
}

} // namespace

std::vector<std::string> parameterNames(const RuleInfo& rule, const std::vector<std::string>& weightNames) {
    std::vector<std::string> names;
    for (const ParameterInfo& group : rule.parameters) {
        if (!group.isPerWeight) {
            names.emplace_back(group.name);
            continue;
        }
        for (const std::string& weight : weightNames) {
            names.push_back(std::string(group.name) + "." + weight);
        }
    }
    return names;
}

Result<std::vector<double>> parseParameters(
    const RuleInfo& rule, const std::vector<std::string>& weightNames, const std::string& text) {
    std::vector<Slot> all = slots(rule, weightNames);
    if (all.empty()) {
        return failure(ErrorCode::InvalidValue,
            Text{QT_TRANSLATE_NOOP("core", "The rule \"%1\" has no parameters to set by hand."),
                {std::string(rule.name)}},
            kWhere, QT_TRANSLATE_NOOP("core", "Fit it, or choose a textbook rule."));
    }
    const Result<std::vector<Assignment>> assignments = parseAssignments(text);
    if (!assignments) {
        return tl::make_unexpected(assignments.error());
    }
    for (const Assignment& assignment : *assignments) {
        if (!assign(all, assignment)) {
            return failure(ErrorCode::InvalidValue,
                Text{QT_TRANSLATE_NOOP("core", "The rule \"%1\" has no parameter \"%2\"."),
                    {std::string(rule.name), assignment.key}},
                kWhere, Text{QT_TRANSLATE_NOOP("core", "It has %1."), {joinedNames(all)}});
        }
    }
    std::vector<double> parameters;
    for (const Slot& slot : all) {
        if (const Result<void> usable = checkSlot(slot); !usable) {
            return tl::make_unexpected(usable.error());
        }
        parameters.push_back(slot.value);
    }
    return parameters;
}

} // namespace rulescope::rules
