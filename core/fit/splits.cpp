// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/splits.h"

#include "core/base/random.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <sstream>

namespace rulescope::fit {

namespace {

std::vector<std::string> splitAtCommas(const std::string& text) {
    std::vector<std::string> parts;
    std::stringstream stream(text);
    for (std::string part; std::getline(stream, part, ',');) {
        if (!part.empty()) {
            parts.push_back(part);
        }
    }
    return parts;
}

base::Error badHoldout(const std::string& text) {
    return {base::ErrorCode::InvalidValue,
        {QT_TRANSLATE_NOOP("core", "\"%1\" does not say what to hold out."), {text}}, "holdout",
        QT_TRANSLATE_NOOP(
            "core", "Use animals:5 (folds), animals:A,B (names), future:500 (last trials) or sessions:5.")};
}

base::Error tooManyFolds(std::size_t folds, std::size_t available, const char* sentence) {
    return {base::ErrorCode::InvalidValue,
        {sentence, {static_cast<std::int64_t>(folds), static_cast<std::int64_t>(available)}}, "holdout",
        QT_TRANSLATE_NOOP("core", "Ask for at least 2 folds and at most as many as there are.")};
}

Fold animalFold(const std::vector<data::RuleInputs>& animals, const std::vector<bool>& isHeldOut) {
    Fold fold;
    for (std::size_t a = 0; a < animals.size(); ++a) {
        (isHeldOut[a] ? fold.test : fold.training).push_back(animals[a]);
        if (isHeldOut[a]) {
            fold.heldOut.push_back(animals[a].animal);
        }
    }
    return fold;
}

bool isNameOf(const std::vector<data::RuleInputs>& animals, const std::string& name) {
    return std::any_of(animals.begin(), animals.end(),
        [&](const data::RuleInputs& inputs) { return inputs.animal == name; });
}

base::Result<std::vector<Fold>> namedAnimals(
    const std::vector<data::RuleInputs>& animals, const Holdout& holdout) {
    std::vector<bool> isHeldOut(animals.size(), false);
    for (const std::string& name : holdout.animals) {
        const auto found = std::find_if(animals.begin(), animals.end(),
            [&](const data::RuleInputs& inputs) { return inputs.animal == name; });
        if (found == animals.end()) {
            return base::failure(base::ErrorCode::NotFound,
                {QT_TRANSLATE_NOOP("core", "there is no animal named %1 to hold out."), {name}}, name);
        }
        isHeldOut[static_cast<std::size_t>(found - animals.begin())] = true;
    }
    std::vector<Fold> folds = {animalFold(animals, isHeldOut)};
    if (folds[0].training.empty()) {
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "every animal is held out, so none is left to train on."), "holdout");
    }
    return folds;
}

base::Result<std::vector<Fold>> animalFolds(
    const std::vector<data::RuleInputs>& animals, std::size_t count, std::uint64_t seed) {
    if (count < 2 || count > animals.size()) {
        return tl::make_unexpected(tooManyFolds(
            count, animals.size(), QT_TRANSLATE_NOOP("core", "%1 folds can't be made of %2 animals.")));
    }
    const std::vector<std::size_t> order = shuffled(animals.size(), seed, 0x666f6c6473ULL); // "folds"
    std::vector<Fold> folds;
    for (std::size_t f = 0; f < count; ++f) {
        std::vector<bool> isHeldOut(animals.size(), false);
        for (std::size_t i = f; i < order.size(); i += count) {
            isHeldOut[order[i]] = true;
        }
        folds.push_back(animalFold(animals, isHeldOut));
    }
    return folds;
}

base::Result<std::vector<Fold>> futureFold(const std::vector<data::RuleInputs>& animals, std::size_t count) {
    Fold fold{animals, animals, {}};
    for (std::size_t a = 0; a < animals.size(); ++a) {
        if (count == 0 || count >= animals[a].trials) {
            return base::failure(base::ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "the last %1 of the animal's %2 trials can't be held out."),
                    {static_cast<std::int64_t>(count), static_cast<std::int64_t>(animals[a].trials)}},
                animals[a].animal,
                QT_TRANSLATE_NOOP("core", "Hold out fewer trials, or leave the animal out."));
        }
        const auto first = static_cast<std::ptrdiff_t>(animals[a].trials - count);
        std::fill(fold.training[a].scored.begin() + first, fold.training[a].scored.end(), 0);
        std::fill(fold.test[a].scored.begin(), fold.test[a].scored.begin() + first, 0);
    }
    return std::vector<Fold>{std::move(fold)};
}

/// The session of every trial, counted from its starts.
std::vector<std::size_t> sessionOfTrials(const data::RuleInputs& inputs) {
    std::vector<std::size_t> sessions(inputs.trials, 0);
    for (std::size_t t = 1; t < inputs.trials; ++t) {
        sessions[t] = sessions[t - 1] + (inputs.sessionStart[t] != 0 ? 1 : 0);
    }
    return sessions;
}

std::size_t sessionCount(const data::RuleInputs& inputs) {
    return inputs.trials == 0 ? 0 : sessionOfTrials(inputs).back() + 1;
}

base::Result<std::vector<Fold>> sessionFolds(
    const std::vector<data::RuleInputs>& animals, std::size_t count, std::uint64_t seed) {
    for (const data::RuleInputs& animal : animals) {
        const std::size_t available = sessionCount(animal);
        if (count < 2 || count > available) {
            auto error = tooManyFolds(count, available,
                QT_TRANSLATE_NOOP("core", "%1 folds can't be made of the animal's %2 sessions."));
            error.where = animal.animal;
            return tl::make_unexpected(error);
        }
    }
    std::vector<Fold> folds(count, Fold{animals, animals, {}});
    for (std::size_t a = 0; a < animals.size(); ++a) {
        const std::vector<std::size_t> sessions = sessionOfTrials(animals[a]);
        const std::size_t available = sessionCount(animals[a]);
        const std::vector<std::size_t> order =
            shuffled(available, seed, 0x73657373696f6eULL + a); // "session"
        std::vector<std::size_t> foldOfSession(available);
        for (std::size_t i = 0; i < available; ++i) {
            foldOfSession[order[i]] = i % count;
        }
        for (std::size_t t = 0; t < animals[a].trials; ++t) {
            for (std::size_t f = 0; f < count; ++f) {
                (foldOfSession[sessions[t]] == f ? folds[f].training : folds[f].test)[a].scored[t] = 0;
            }
        }
    }
    return folds;
}

} // namespace

std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed, std::uint64_t stream) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    base::RandomStream random(seed, stream);
    for (std::size_t i = count; i > 1; --i) {
        std::swap(order[i - 1], order[random.below(i)]);
    }
    return order;
}

base::Result<Holdout> Holdout::parse(const std::string& text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || colon + 1 == text.size()) {
        return tl::make_unexpected(badHoldout(text));
    }
    const std::string unit = text.substr(0, colon), value = text.substr(colon + 1);
    Holdout holdout;
    const auto [end, status] = std::from_chars(value.data(), value.data() + value.size(), holdout.count);
    const bool isCount = status == std::errc() && end == value.data() + value.size();
    if (unit == "animals") {
        holdout.animals = splitAtCommas(value);
        if (!isCount) {
            holdout.count = 0;
        }
        return holdout;
    }
    if (!isCount || (unit != "future" && unit != "sessions")) {
        return tl::make_unexpected(badHoldout(text));
    }
    holdout.unit = unit == "future" ? HeldOutUnit::Future : HeldOutUnit::Sessions;
    return holdout;
}

base::Result<std::vector<Fold>> makeFolds(
    const std::vector<data::RuleInputs>& animals, const Holdout& holdout, std::uint64_t seed) {
    switch (holdout.unit) {
    case HeldOutUnit::Animals:
        return holdout.count > 0 && !isNameOf(animals, holdout.animals.front())
                   ? animalFolds(animals, holdout.count, seed)
                   : namedAnimals(animals, holdout);
    case HeldOutUnit::Future:
        return futureFold(animals, holdout.count);
    case HeldOutUnit::Sessions:
        return sessionFolds(animals, holdout.count, seed);
    }
    return base::failure(base::ErrorCode::Internal, QT_TRANSLATE_NOOP("core", "unknown held-out unit."));
}

} // namespace rulescope::fit
