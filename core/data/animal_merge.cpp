// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/animal.h"
#include "core/data/label_order.h"
#include "core/data/same_trials.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

namespace rulescope::data {

namespace {

using base::ErrorCode;
using Values = std::vector<double>;

/// A session and the import that holds it.
struct Piece {
    const Animal* animal;
    const Session* session;
};

constexpr Values Trials::*kOptionalColumns[] = {
    &Trials::stimulusOnsetS, &Trials::responseS, &Trials::reactionTimeS, &Trials::probabilityLeft};
constexpr std::vector<std::int8_t> Trials::*kCodeColumns[] = {
    &Trials::choice, &Trials::answer, &Trials::outcome};

/// Formats and programs round the last digits differently.
bool isSameValue(double a, double b) {
    constexpr double kRounding = 1e-9;
    return a == b || (std::isnan(a) && std::isnan(b)) ||
           std::abs(a - b) <= kRounding * std::max({1.0, std::abs(a), std::abs(b)});
}

/// A time that only one side knows does not make the trials different.
bool isSameOrUnknown(double a, double b) {
    return std::isnan(a) || std::isnan(b) || isSameValue(a, b);
}

/// A column that only one side has does not make the trials different.
bool areSameValues(const Values* a, const Piece& pieceA, const Values* b, const Piece& pieceB,
    bool (*isSame)(double, double) = isSameOrUnknown) {
    if (a == nullptr || b == nullptr || a->empty() || b->empty()) {
        return true;
    }
    const auto begin = a->begin() + static_cast<std::ptrdiff_t>(pieceA.session->begin);
    return std::equal(begin, begin + static_cast<std::ptrdiff_t>(pieceA.session->size()),
        b->begin() + static_cast<std::ptrdiff_t>(pieceB.session->begin), isSame);
}

/// Compares as many trials as `a` has.
bool beginsWithTrials(const Piece& a, const Piece& b) {
    const Trials& trialsA = a.animal->trials();
    const Trials& trialsB = b.animal->trials();
    if (a.session->size() > b.session->size() ||
        !areSameValues(&trialsA.stimulus, a, &trialsB.stimulus, b, isSameValue)) {
        return false;
    }
    for (const auto column : kCodeColumns) {
        const auto begin = (trialsA.*column).begin() + static_cast<std::ptrdiff_t>(a.session->begin);
        if (!std::equal(begin, begin + static_cast<std::ptrdiff_t>(a.session->size()),
                (trialsB.*column).begin() + static_cast<std::ptrdiff_t>(b.session->begin))) {
            return false;
        }
    }
    for (const auto column : kOptionalColumns) {
        if (!areSameValues(&(trialsA.*column), a, &(trialsB.*column), b)) {
            return false;
        }
    }
    return std::all_of(trialsA.extra.begin(), trialsA.extra.end(), [&](const Column& column) {
        const Column* other = trialsB.findExtra(column.name);
        return areSameValues(&column.values, a, other ? &other->values : nullptr, b);
    });
}

bool areSameTrials(const Piece& a, const Piece& b) {
    return a.session->size() == b.session->size() && beginsWithTrials(a, b);
}

void sortPieces(std::vector<Piece>& pieces) {
    std::vector<DatedLabel> sessions;
    for (const Piece& piece : pieces) {
        sessions.push_back({piece.session->date, piece.session->label});
    }
    std::vector<Piece> sorted;
    for (const std::size_t i : sessionOrder(sessions)) {
        sorted.push_back(pieces[i]);
    }
    pieces = std::move(sorted);
}

base::Result<std::vector<Piece>> distinctSessions(const std::vector<const Animal*>& imports) {
    std::vector<Piece> pieces;
    std::map<std::string, Piece> byLabel;
    for (const Animal* animal : imports) {
        for (const Session& session : animal->sessions()) {
            const Piece piece{animal, &session};
            const auto [known, isNew] = byLabel.emplace(session.label, piece);
            if (isNew) {
                pieces.push_back(piece);
            } else if (!areSameTrials(known->second, piece)) {
                return base::failure(ErrorCode::InvalidValue,
                    {QT_TRANSLATE_NOOP("core", "Session %1 occurs twice with different trials (%2 and %3)."),
                        {session.label, known->second.session->source, session.source}},
                    animal->name(), QT_TRANSLATE_NOOP("core", "Leave one of the two out, or rename it."));
            }
        }
    }
    sortPieces(pieces);
    return pieces;
}

void append(Values& to, const Values* from, const Piece& piece) {
    if (from == nullptr || from->empty()) {
        to.insert(to.end(), piece.session->size(), std::numeric_limits<double>::quiet_NaN());
        return;
    }
    const auto begin = from->begin() + static_cast<std::ptrdiff_t>(piece.session->begin);
    to.insert(to.end(), begin, begin + static_cast<std::ptrdiff_t>(piece.session->size()));
}

/// The columns that any of the imports has, all empty.
Trials emptyColumns(const std::vector<const Animal*>& imports) {
    Trials trials;
    for (const Animal* animal : imports) {
        for (const Column& column : animal->trials().extra) {
            if (trials.findExtra(column.name) == nullptr) {
                trials.extra.push_back({column.name, {}});
            }
        }
    }
    return trials;
}

Trials joinTrials(const std::vector<const Animal*>& imports, const std::vector<Piece>& pieces) {
    Trials joined = emptyColumns(imports);
    for (const auto column : kOptionalColumns) {
        const bool isPresent = std::any_of(imports.begin(), imports.end(),
            [&](const Animal* animal) { return !(animal->trials().*column).empty(); });
        for (const Piece& piece : pieces) {
            if (isPresent) {
                append(joined.*column, &(piece.animal->trials().*column), piece);
            }
        }
    }
    for (const Piece& piece : pieces) {
        const Trials& trials = piece.animal->trials();
        append(joined.stimulus, &trials.stimulus, piece);
        for (const auto column : kCodeColumns) {
            const auto begin = (trials.*column).begin() + static_cast<std::ptrdiff_t>(piece.session->begin);
            (joined.*column)
                .insert((joined.*column).end(), begin,
                    begin + static_cast<std::ptrdiff_t>(piece.session->size()));
        }
        for (Column& column : joined.extra) {
            const Column* source = trials.findExtra(column.name);
            append(column.values, source ? &source->values : nullptr, piece);
        }
    }
    return joined;
}

/// What must agree for the stimuli to stand in one column.
base::Result<void> checkSameStimulus(const std::vector<const Animal*>& imports) {
    for (const Animal* animal : imports) {
        if (animal->stimulusKind() != imports.front()->stimulusKind()) {
            return base::failure(ErrorCode::InvalidValue,
                QT_TRANSLATE_NOOP(
                    "core", "One import holds contrasts and another a different stimulus quantity."),
                animal->name(), QT_TRANSLATE_NOOP("core", "Import them as two animals or into two studies."));
        }
    }
    return {};
}

/// The sessions of these pieces, one behind the other.
std::vector<Session> joinSessions(const std::vector<Piece>& pieces) {
    std::vector<Session> sessions;
    std::size_t next = 0;
    for (const Piece& piece : pieces) {
        Session session = *piece.session;
        session.begin = next;
        session.end = next += piece.session->size();
        sessions.push_back(std::move(session));
    }
    return sessions;
}

base::Result<AnimalPtr> merge(const std::vector<const Animal*>& imports) {
    if (const auto checked = checkSameStimulus(imports); !checked) {
        return tl::make_unexpected(checked.error());
    }
    const auto pieces = distinctSessions(imports);
    if (!pieces) {
        return tl::make_unexpected(pieces.error());
    }
    Animal::Content content;
    const Animal& first = *imports.front();
    content.name = first.name();
    content.stimulusKind = first.stimulusKind();
    for (const Animal* animal : imports) {
        content.lab = content.lab.empty() ? animal->lab() : content.lab;
        content.stimulusUnit = content.stimulusUnit.empty() ? animal->stimulusUnit() : content.stimulusUnit;
        content.provenance = content.provenance.empty() ? animal->provenance() : content.provenance;
    }
    content.sessions = joinSessions(*pieces);
    content.trials = joinTrials(imports, *pieces);
    return Animal::create(std::move(content));
}

} // namespace

bool haveSameTrials(const Animal& a, std::size_t sessionOfA, const Animal& b, std::size_t sessionOfB) {
    return areSameTrials({&a, &a.sessions()[sessionOfA]}, {&b, &b.sessions()[sessionOfB]});
}

bool haveTrialsOfBeginning(const Animal& a, std::size_t sessionOfA, const Animal& b, std::size_t sessionOfB) {
    return beginsWithTrials({&a, &a.sessions()[sessionOfA]}, {&b, &b.sessions()[sessionOfB]});
}

AnimalPtr withoutSessions(const Animal& animal, const std::set<std::string>& labels) {
    std::vector<Piece> pieces;
    for (const Session& session : animal.sessions()) {
        if (labels.count(session.label) == 0) {
            pieces.push_back({&animal, &session});
        }
    }
    if (pieces.empty()) {
        return nullptr;
    }
    Animal::Content content;
    content.name = animal.name();
    content.lab = animal.lab();
    content.stimulusKind = animal.stimulusKind();
    content.stimulusUnit = animal.stimulusUnit();
    content.provenance = animal.provenance();
    content.sessions = joinSessions(pieces);
    content.trials = joinTrials({&animal}, pieces);
    return Animal::create(std::move(content)).value_or(nullptr);
}

base::Result<AnimalPtr> mergeAnimals(const Animal& first, const Animal& second) {
    return merge({&first, &second});
}

base::Result<AnimalPtr> mergeAnimals(const std::vector<AnimalPtr>& imports) {
    if (imports.size() == 1) {
        return imports.front();
    }
    std::vector<const Animal*> animals;
    for (const AnimalPtr& animal : imports) {
        animals.push_back(animal.get());
    }
    return merge(animals);
}

} // namespace rulescope::data
