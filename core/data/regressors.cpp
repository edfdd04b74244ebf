// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/regressors.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <utility>

namespace rulescope::data {

using base::ErrorCode;
using base::failure;
using base::Result;
using base::Text;

namespace {

constexpr std::string_view kColumnPrefix = "column:";

/// A choice or outcome code as +-1; 0 where it is unknown.
double signOf(std::int8_t code) {
    return code < 0 ? 0.0 : 2.0 * code - 1.0;
}

/// An answer or outcome code as a rule sees it: .5 where unknown.
double knownOrHalf(std::int8_t code) {
    return code < 0 ? 0.5 : static_cast<double>(code);
}

std::string whereIs(const Animal& animal, std::size_t trial) {
    return animal.name() + ", trial " + std::to_string(trial + 1);
}

/// The animal's trials with a choice, each with the trial before it in its session.
struct ChoiceTrials {
    static constexpr std::size_t kNoTrial = static_cast<std::size_t>(-1);
    std::vector<std::size_t> index;    ///< rows of Animal::trials()
    std::vector<std::size_t> previous; ///< the row before in the same session, or kNoTrial
};

ChoiceTrials choiceTrials(const Animal& animal, std::size_t maxTrials) {
    const Trials& trials = animal.trials();
    ChoiceTrials kept;
    for (const Session& session : animal.sessions()) {
        std::size_t previous = ChoiceTrials::kNoTrial;
        for (std::size_t row = session.begin; row < session.end; ++row) {
            if (trials.choice[row] == kNone) {
                continue;
            }
            if (maxTrials > 0 && kept.index.size() == maxTrials) {
                return kept;
            }
            kept.index.push_back(row);
            kept.previous.push_back(previous);
            previous = row;
        }
    }
    return kept;
}

/// The stimulus as it enters x, for the kept rows; other rows stay 0.
Result<std::vector<double>> transformedStimulus(
    const Animal& animal, const StimulusTransform& transform, const ChoiceTrials& kept) {
    const std::vector<double>& stimulus = animal.trials().stimulus;
    const bool isContrast = animal.stimulusKind() == StimulusKind::Contrast;
    const bool isTanh = isContrast && transform.kind == StimulusTransform::Kind::Tanh;
    std::vector<double> transformed(stimulus.size(), 0.0);
    for (const std::size_t row : kept.index) {
        const double value = stimulus[row];
        if (std::isnan(value)) {
            continue;
        }
        if (std::isinf(value)) {
            return failure(ErrorCode::InvalidValue, QT_TRANSLATE_NOOP("core", "The stimulus is infinite."),
                whereIs(animal, row),
                QT_TRANSLATE_NOOP("core", "Correct the value in the file and import it again."));
        }
        if (isTanh && std::abs(value) > 1.0) {
            return failure(ErrorCode::InvalidValue,
                Text{
                    QT_TRANSLATE_NOOP("core", "A contrast of %1 is outside -1 to 1."), {base::Number{value}}},
                whereIs(animal, row),
                QT_TRANSLATE_NOOP(
                    "core", "Import contrasts as fractions, or use the stimulus transform identity."));
        }
        transformed[row] = isTanh ? transform.apply(value) : value;
    }
    return transformed;
}

/// A numeric column by name: the file's own columns first, then the canonical optional ones.
const std::vector<double>* findColumn(const Trials& trials, const std::string& name) {
    if (const Column* column = trials.findExtra(name)) {
        return &column->values;
    }
    const std::pair<const char*, const std::vector<double>*> canonical[] = {
        {"probability_left", &trials.probabilityLeft},
        {"stimulus_onset_s", &trials.stimulusOnsetS},
        {"response_s", &trials.responseS},
        {"reaction_time_s", &trials.reactionTimeS},
    };
    for (const auto& candidate : canonical) {
        if (name == candidate.first && !candidate.second->empty()) {
            return candidate.second;
        }
    }
    return nullptr;
}

/// Values of `column:NAME` per row of the animal's trials, checked where a rule will look.
Result<std::vector<double>> columnValues(
    const Animal& animal, const std::string& name, const ChoiceTrials& kept) {
    const std::string columnName = name.substr(kColumnPrefix.size());
    const std::vector<double>* column = findColumn(animal.trials(), columnName);
    if (column == nullptr) {
        return failure(ErrorCode::NotFound,
            Text{QT_TRANSLATE_NOOP("core", "There is no numeric column named \"%1\"."), {columnName}},
            animal.name(),
            QT_TRANSLATE_NOOP(
                "core", "Choose a column that the imported file has, for every animal of the fit."));
    }
    for (const std::size_t row : kept.index) {
        if (!std::isfinite((*column)[row])) {
            return failure(ErrorCode::InvalidValue,
                Text{QT_TRANSLATE_NOOP("core", "Column \"%1\" is empty or not a finite number."),
                    {columnName}},
                whereIs(animal, row),
                QT_TRANSLATE_NOOP("core", "Fill the cell, or leave this regressor out."));
        }
    }
    return *column;
}

using Evaluate = double (*)(const Trials& trials, const std::vector<double>& stimulus, std::size_t row);

/// A regressor computed from one row: the trial itself, or the one before it.
struct Regressor {
    std::string_view name;
    bool isLookingBack = false; ///< evaluated at the previous trial; 0 on a session's first
    Evaluate evaluate = nullptr;
};

constexpr Regressor kRegressors[] = {
    {"bias", false, [](const Trials&, const std::vector<double>&, std::size_t) { return 1.0; }},
    {"stimulus", false, [](const Trials&, const std::vector<double>& s, std::size_t row) { return s[row]; }},
    {"stimulus_left", false,
        [](const Trials&, const std::vector<double>& s, std::size_t row) { return std::max(0.0, -s[row]); }},
    {"stimulus_right", false,
        [](const Trials&, const std::vector<double>& s, std::size_t row) { return std::max(0.0, s[row]); }},
    {"previous_choice", true,
        [](const Trials& trials, const std::vector<double>&, std::size_t row) {
            return signOf(trials.choice[row]);
        }},
    {"previous_stimulus", true,
        [](const Trials&, const std::vector<double>& s, std::size_t row) { return s[row]; }},
    {"previous_outcome", true,
        [](const Trials& trials, const std::vector<double>&, std::size_t row) {
            return signOf(trials.outcome[row]);
        }},
    {"win_stay", true,
        [](const Trials& trials, const std::vector<double>&, std::size_t row) {
            return signOf(trials.choice[row]) * signOf(trials.outcome[row]);
        }},
};

const Regressor* findRegressor(const std::string& name) {
    const auto found = std::find_if(std::begin(kRegressors), std::end(kRegressors),
        [&](const Regressor& regressor) { return regressor.name == name; });
    return found == std::end(kRegressors) ? nullptr : &*found;
}

bool isColumn(const std::string& name) {
    return std::string_view(name).substr(0, kColumnPrefix.size()) == kColumnPrefix;
}

Result<void> checkNames(const std::vector<std::string>& names) {
    if (names.empty()) {
        return failure(ErrorCode::InvalidValue, QT_TRANSLATE_NOOP("core", "No regressor is chosen."),
            "regressors", QT_TRANSLATE_NOOP("core", "Name at least one, for example bias,stimulus."));
    }
    for (std::size_t k = 0; k < names.size(); ++k) {
        if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(k), names[k]) !=
            names.begin() + static_cast<std::ptrdiff_t>(k)) {
            return failure(ErrorCode::InvalidValue,
                Text{QT_TRANSLATE_NOOP("core", "The regressor \"%1\" is named twice."), {names[k]}},
                "regressors", QT_TRANSLATE_NOOP("core", "Name each regressor once."));
        }
        if (!isColumn(names[k]) && findRegressor(names[k]) == nullptr) {
            return failure(ErrorCode::NotFound,
                Text{QT_TRANSLATE_NOOP("core", "There is no regressor named \"%1\"."), {names[k]}},
                "regressors",
                QT_TRANSLATE_NOOP("core",
                    "Choose from bias, stimulus, stimulus_left, stimulus_right, previous_choice, "
                    "previous_stimulus, previous_outcome, win_stay and column:NAME."));
        }
    }
    return {};
}

/// Fills column k of x.
void fillRegressor(const Regressor& regressor, const Trials& trials, const std::vector<double>& stimulus,
    const ChoiceTrials& kept, std::size_t k, RuleInputs& inputs) {
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        const std::size_t row = regressor.isLookingBack ? kept.previous[t] : kept.index[t];
        inputs.x[t * inputs.regressors + k] =
            row == ChoiceTrials::kNoTrial ? 0.0 : regressor.evaluate(trials, stimulus, row);
    }
}

/// Everything but x.
void fillTrials(const Trials& trials, const ChoiceTrials& kept, SideInput side, RuleInputs& inputs) {
    for (std::size_t t = 0; t < kept.index.size(); ++t) {
        const std::size_t row = kept.index[t];
        inputs.choice.push_back(trials.choice[row]);
        inputs.outcome.push_back(knownOrHalf(trials.outcome[row]));
        inputs.answer.push_back(knownOrHalf(trials.answer[row]));
        const double sign = trials.stimulus[row] > 0 ? 1.0 : 0.0;
        inputs.side.push_back(side == SideInput::Answer ? inputs.answer.back() : sign);
        inputs.sessionStart.push_back(kept.previous[t] == ChoiceTrials::kNoTrial ? 1.0 : 0.0);
    }
}

} // namespace

double StimulusTransform::apply(double signedContrast) const {
    return kind == Kind::Identity ? signedContrast
                                  : std::tanh(steepness * signedContrast) / std::tanh(steepness);
}

Result<StimulusTransform> StimulusTransform::parse(const std::string& text) {
    if (text == "identity") {
        return StimulusTransform{Kind::Identity, StimulusTransform{}.steepness};
    }
    constexpr std::string_view prefix = "tanh:";
    StimulusTransform transform;
    if (std::string_view(text).substr(0, prefix.size()) == prefix) {
        const char* const end = text.data() + text.size();
        const auto [stop, status] = std::from_chars(text.data() + prefix.size(), end, transform.steepness);
        if (status == std::errc() && stop == end && std::isfinite(transform.steepness) &&
            transform.steepness > 0) {
            return transform;
        }
    }
    return failure(ErrorCode::InvalidValue,
        Text{QT_TRANSLATE_NOOP("core", "\"%1\" is not a stimulus transform."), {text}}, "stimulus transform",
        QT_TRANSLATE_NOOP("core", "Use tanh:P with a positive number P (for example tanh:5), or identity."));
}

std::string StimulusTransform::toString() const {
    if (kind == Kind::Identity) {
        return "identity";
    }
    char digits[32];
    const auto [end, status] = std::to_chars(std::begin(digits), std::end(digits), steepness);
    return "tanh:" + std::string(digits, status == std::errc() ? end : digits);
}

std::size_t RegressorSpec::indexOf(const std::string& name) const {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

Result<RuleInputs> ruleInputs(const Animal& animal, const RegressorSpec& spec, std::size_t maxTrials) {
    if (const Result<void> names = checkNames(spec.names); !names) {
        return tl::make_unexpected(names.error());
    }
    ChoiceTrials kept = choiceTrials(animal, maxTrials);
    if (kept.index.empty()) {
        return failure(ErrorCode::NoData, QT_TRANSLATE_NOOP("core", "The animal has no trial with a choice."),
            animal.name(), QT_TRANSLATE_NOOP("core", "Leave this animal out."));
    }
    const Result<std::vector<double>> stimulus = transformedStimulus(animal, spec.transform, kept);
    if (!stimulus) {
        return tl::make_unexpected(stimulus.error());
    }
    RuleInputs inputs;
    inputs.animal = animal.name();
    inputs.trials = kept.index.size();
    inputs.regressors = spec.names.size();
    inputs.x.resize(inputs.trials * inputs.regressors);
    inputs.scored.assign(inputs.trials, 1);
    for (std::size_t k = 0; k < spec.names.size(); ++k) {
        if (const Regressor* regressor = findRegressor(spec.names[k])) {
            fillRegressor(*regressor, animal.trials(), *stimulus, kept, k, inputs);
            continue;
        }
        const Result<std::vector<double>> values = columnValues(animal, spec.names[k], kept);
        if (!values) {
            return tl::make_unexpected(values.error());
        }
        for (std::size_t t = 0; t < inputs.trials; ++t) {
            inputs.x[t * inputs.regressors + k] = (*values)[kept.index[t]];
        }
    }
    fillTrials(animal.trials(), kept, spec.side, inputs);
    inputs.trialIndex = std::move(kept.index);
    return inputs;
}

} // namespace rulescope::data
