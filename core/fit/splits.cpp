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

bool isNameOf(const std::vector<data::RuleInputs>& animals, const std::string& name) {
    return std::any_of(animals.begin(), animals.end(),
        [&](const data::RuleInputs& inputs) { return inputs.animal == name; });
}

base::Result<Folds> namedAnimals(const std::vector<data::RuleInputs>& animals, const Holdout& holdout) {
    Folds folds;
    folds.count = 1;
    folds.heldOut.resize(1);
    folds.ofAnimal.assign(animals.size(), Folds::kNever);
    for (const std::string& name : holdout.animals) {
        const auto found = std::find_if(animals.begin(), animals.end(),
            [&](const data::RuleInputs& inputs) { return inputs.animal == name; });
        if (found == animals.end()) {
            return base::failure(base::ErrorCode::NotFound,
                {QT_TRANSLATE_NOOP("core", "there is no animal named %1 to hold out."), {name}}, name);
        }
        folds.ofAnimal[static_cast<std::size_t>(found - animals.begin())] = 0;
    }
    if (std::count(folds.ofAnimal.begin(), folds.ofAnimal.end(), Folds::kNever) == 0) {
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "every animal is held out, so none is left to train on."), "holdout",
            QT_TRANSLATE_NOOP("core", "Hold out fewer animals, or trials: future:500."));
    }
    return folds;
}

base::Result<Folds> animalFolds(
    const std::vector<data::RuleInputs>& animals, std::size_t count, std::uint64_t seed) {
    if (count < 2 || count > animals.size() || count >= Folds::kNever) {
        return tl::make_unexpected(tooManyFolds(
            count, animals.size(), QT_TRANSLATE_NOOP("core", "%1 folds can't be made of %2 animals.")));
    }
    const std::vector<std::size_t> byName = orderByName(animals);
    const std::vector<std::size_t> order = shuffled(animals.size(), seed, 0x666f6c6473ULL); // "folds"
    Folds folds;
    folds.count = count;
    folds.heldOut.resize(count);
    folds.ofAnimal.resize(animals.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        folds.ofAnimal[byName[order[i]]] = static_cast<std::uint16_t>(i % count);
    }
    return folds;
}

base::Result<Folds> futureFold(const std::vector<data::RuleInputs>& animals, std::size_t count) {
    Folds folds;
    folds.unit = HeldOutUnit::Future;
    folds.count = 1;
    folds.heldOut.resize(1);
    for (const data::RuleInputs& animal : animals) {
        if (count == 0 || count >= animal.trials) {
            return base::failure(base::ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "the last %1 of the animal's %2 trials can't be held out."),
                    {static_cast<std::int64_t>(count), static_cast<std::int64_t>(animal.trials)}},
                animal.animal, QT_TRANSLATE_NOOP("core", "Hold out fewer trials, or leave the animal out."));
        }
        std::vector<std::uint16_t>& ofTrial =
            folds.ofTrial.emplace_back(animal.trials, std::uint16_t{Folds::kNever});
        std::fill(ofTrial.end() - static_cast<std::ptrdiff_t>(count), ofTrial.end(), std::uint16_t{0});
    }
    return folds;
}

/// The session of every trial, counted from its starts.
std::vector<std::size_t> sessionOfTrials(const data::RuleInputs& inputs) {
    std::vector<std::size_t> sessions(inputs.trials, 0);
    for (std::size_t t = 1; t < inputs.trials; ++t) {
        sessions[t] = sessions[t - 1] + (inputs.sessionStart[t] != 0 ? 1 : 0);
    }
    return sessions;
}

base::Result<Folds> sessionFolds(
    const std::vector<data::RuleInputs>& animals, std::size_t count, std::uint64_t seed) {
    Folds folds;
    folds.unit = HeldOutUnit::Sessions;
    folds.count = count;
    folds.ofTrial.resize(animals.size());
    const std::vector<std::size_t> byName = orderByName(animals);
    for (std::size_t rank = 0; rank < animals.size(); ++rank) {
        const std::size_t a = byName[rank];
        const std::vector<std::size_t> sessions = sessionOfTrials(animals[a]);
        const std::size_t available = sessions.empty() ? 0 : sessions.back() + 1;
        if (count < 2 || count > available || count >= Folds::kNever) {
            auto error = tooManyFolds(count, available,
                QT_TRANSLATE_NOOP("core", "%1 folds can't be made of the animal's %2 sessions."));
            error.where = animals[a].animal;
            return tl::make_unexpected(error);
        }
        const std::vector<std::size_t> order =
            shuffled(available, seed, 0x73657373696f6eULL + rank); // "session"
        std::vector<std::uint16_t> foldOfSession(available);
        for (std::size_t i = 0; i < available; ++i) {
            foldOfSession[order[i]] = static_cast<std::uint16_t>(i % count);
        }
        std::vector<std::uint16_t>& ofTrial = folds.ofTrial[a];
        ofTrial.resize(sessions.size());
        std::transform(sessions.begin(), sessions.end(), ofTrial.begin(),
            [&](std::size_t session) { return foldOfSession[session]; });
    }
    folds.heldOut.resize(count);
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

std::vector<std::size_t> orderByName(std::span<const data::RuleInputs> animals) {
    std::vector<std::size_t> order(animals.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
        [&](std::size_t i, std::size_t j) { return animals[i].animal < animals[j].animal; });
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

base::Result<Folds> makeFolds(
    const std::vector<data::RuleInputs>& animals, const Holdout& holdout, std::uint64_t seed) {
    if (holdout.unit == HeldOutUnit::Future) {
        return futureFold(animals, holdout.count);
    }
    if (holdout.unit == HeldOutUnit::Sessions) {
        return sessionFolds(animals, holdout.count, seed);
    }
    const bool isCount = holdout.count > 0 && !isNameOf(animals, holdout.animals.front());
    auto folds = isCount ? animalFolds(animals, holdout.count, seed) : namedAnimals(animals, holdout);
    for (std::size_t a = 0; folds && a < animals.size(); ++a) {
        if (folds->ofAnimal[a] != Folds::kNever) {
            folds->heldOut[folds->ofAnimal[a]].push_back(animals[a].animal);
        }
    }
    return folds;
}

FoldInputs::FoldInputs(std::vector<data::RuleInputs> animals, const Folds& folds)
    : m_folds(&folds)
    , m_animals(std::move(animals))
    , m_places(m_animals.size())
    , m_trainingAnimals(m_animals.size()) {
    std::iota(m_places.begin(), m_places.end(), std::size_t{0});
    for (const data::RuleInputs& animal : m_animals) {
        m_scored.push_back(folds.unit == HeldOutUnit::Animals ? std::vector<unsigned char>() : animal.scored);
    }
}

std::span<const data::RuleInputs> FoldInputs::side(std::size_t fold, bool isTest) {
    if (m_folds->unit != HeldOutUnit::Animals) {
        mask(fold, isTest);
        return m_animals;
    }
    arrange(fold);
    const std::span<const data::RuleInputs> all = m_animals;
    return isTest ? all.subspan(m_trainingAnimals) : all.first(m_trainingAnimals);
}

/// Training animals to the front; both sides in the original order, so that results don't depend on which
/// folds came before.
void FoldInputs::arrange(std::size_t fold) {
    const auto isHeldOut = [&](std::size_t original) { return m_folds->ofAnimal[original] == fold; };
    std::vector<std::size_t> placeOf(m_places.size());
    for (std::size_t place = 0; place < m_places.size(); ++place) {
        placeOf[m_places[place]] = place;
    }
    std::iota(m_places.begin(), m_places.end(), std::size_t{0});
    const auto middle = std::stable_partition(
        m_places.begin(), m_places.end(), [&](std::size_t original) { return !isHeldOut(original); });
    m_trainingAnimals = static_cast<std::size_t>(middle - m_places.begin());
    std::vector<data::RuleInputs> arranged;
    arranged.reserve(m_animals.size());
    for (const std::size_t original : m_places) {
        arranged.push_back(std::move(m_animals[placeOf[original]]));
    }
    m_animals = std::move(arranged);
}

void FoldInputs::mask(std::size_t fold, bool isTest) {
    for (std::size_t a = 0; a < m_animals.size(); ++a) {
        const std::vector<std::uint16_t>& ofTrial = m_folds->ofTrial[a];
        for (std::size_t t = 0; t < ofTrial.size(); ++t) {
            m_animals[a].scored[t] = (ofTrial[t] == fold) == isTest ? m_scored[a][t] : 0;
        }
    }
}

} // namespace rulescope::fit
