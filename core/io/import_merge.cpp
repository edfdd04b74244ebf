// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/import_merge.h"

#include "core/data/joined_notes.h"
#include "core/data/moved_notes.h"
#include "core/data/same_trials.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace rulescope::io {

namespace {

using data::Animal;
using data::AnimalPtr;

/// The label without the time that tells recordings of a day apart: "2020-01-02" of "2020-01-02/09:00:00".
std::string withoutTime(const std::string& label) {
    constexpr std::string_view kForm = "/00:00:00";
    const std::size_t day = label.size() > kForm.size() ? label.size() - kForm.size() : 0;
    bool isTime = day > 0;
    for (std::size_t i = 0; isTime && i < kForm.size(); ++i) {
        const char c = label[day + i];
        isTime = kForm[i] == '0' ? c >= '0' && c <= '9' : c == kForm[i];
    }
    return isTime ? label.substr(0, day) : label;
}

bool mayBeOneDay(const data::Session& a, const data::Session& b) {
    return a.date.empty() || b.date.empty() || a.date == b.date;
}

/// Sessions of an animal by what their labels begin with: the day alone, and the day with what stands behind
/// it; by their dates, since a label depends on what else stood in its file; and by their length.
class SessionsOfDays {
  public:
    /// A session and which of the added animals holds it.
    struct Place {
        std::size_t part;
        const Animal* animal;
        std::size_t index;

        const data::Session& session() const { return animal->sessions()[index]; }
    };
    using Places = std::vector<std::optional<Place>>;

    void add(const Animal& animal) {
        for (std::size_t i = 0; i < animal.sessions().size(); ++i) {
            const std::size_t place = m_all.size();
            m_all.push_back({m_parts, &animal, i});
            const data::Session& session = animal.sessions()[i];
            const std::string first = session.label.substr(0, session.label.find('/'));
            const std::string timeless = withoutTime(session.label);
            m_sessions[session.label].push_back(place);
            if (first != session.label) {
                m_sessions[first].push_back(place);
            }
            if (timeless != session.label && timeless != first) {
                m_sessions[timeless].push_back(place);
            }
            if (!session.date.empty()) {
                m_ofDate[session.date].push_back(place);
            }
            m_ofLength[std::to_string(session.size())].push_back(place);
        }
        ++m_parts;
    }

    bool has(const std::string& day) const { return !found(m_sessions, day).empty(); }

    /// Per arriving session the one of its label or day that holds the same trials, or of any label if they
    /// are too many to be the same by chance; each counts once.
    Places withTrialsOf(const Animal& arriving) const {
        Places matches(arriving.sessions().size());
        std::vector<bool> isTaken(m_all.size(), false);
        const auto match = [&](std::size_t session, const std::vector<std::size_t>& among,
                               const std::function<bool(const data::Session&)>& isMeant) {
            for (std::size_t k = 0; k < among.size() && !matches[session]; ++k) {
                const Place& place = m_all[among[k]];
                if (!isTaken[among[k]] && isMeant(place.session()) &&
                    data::haveSameTrials(*place.animal, place.index, arriving, session)) {
                    matches[session] = place;
                    isTaken[among[k]] = true;
                }
            }
        };
        for (const bool byLabel : {true, false}) {
            for (std::size_t i = 0; i < matches.size(); ++i) {
                const data::Session& session = arriving.sessions()[i];
                const auto isMeant = [&](const data::Session& other) {
                    return !byLabel || other.label == session.label;
                };
                match(i, found(m_sessions, byLabel ? session.label : withoutTime(session.label)), isMeant);
                match(i, found(m_ofDate, session.date), isMeant);
            }
        }
        for (std::size_t i = 0; i < matches.size(); ++i) {
            const data::Session& session = arriving.sessions()[i];
            if (isTooLongForChance(session)) {
                match(i, found(m_ofLength, std::to_string(session.size())),
                    [&](const data::Session& other) { return mayBeOneDay(other, session); });
            }
        }
        return matches;
    }

    /// A session of another length that begins as this one does, or as which this one begins.
    std::optional<Place> grownOf(const Animal& arriving, std::size_t index) const {
        const data::Session& session = arriving.sessions()[index];
        for (const Place& place : m_all) {
            const data::Session& other = place.session();
            const bool isLonger = other.size() > session.size();
            const bool isComparable = isTooLongForChance(other) && isTooLongForChance(session) &&
                                      other.size() != session.size() && mayBeOneDay(other, session);
            if (isComparable &&
                (isLonger ? data::haveTrialsOfBeginning(arriving, index, *place.animal, place.index)
                          : data::haveTrialsOfBeginning(*place.animal, place.index, arriving, index))) {
                return place;
            }
        }
        return {};
    }

  private:
    using Sessions = std::unordered_map<std::string, std::vector<std::size_t>>;

    static const std::vector<std::size_t>& found(const Sessions& sessions, const std::string& key) {
        static const std::vector<std::size_t> none;
        const auto known = sessions.find(key);
        return known == sessions.end() ? none : known->second;
    }

    std::vector<Place> m_all;
    std::size_t m_parts = 0;
    Sessions m_sessions, m_ofDate, m_ofLength;
};

/// The label under which a session that began at `time` joins others: its own if that is free, else with the
/// time behind.
std::string freeLabel(const SessionsOfDays& days, const std::string& label, const std::string& time) {
    const std::string day = withoutTime(label);
    return days.has(day) && !days.has(day + "/" + time) ? day + "/" + time : label;
}

/// An animal on its way into a study.
struct Arrival {
    AnimalPtr animal; ///< as the import has it
    Labels labels;    ///< the new ones
    bool isKnown = false;
    std::size_t alreadyThere = 0; ///< sessions with the same trials
};

/// A session that is there already goes by the label that it has there (with or without a time or number
/// behind, as it came alone or with others); a further one of its day by its time, if that is known.
Arrival arrivalOf(const AnimalPtr& animal, const AnimalPtr& present, const ImportReport& report) {
    Arrival arrival{animal, {}, present != nullptr, 0};
    if (present == nullptr) {
        return arrival;
    }
    SessionsOfDays days;
    days.add(*present);
    const auto matches = days.withTrialsOf(*animal);
    for (std::size_t i = 0; i < animal->sessions().size(); ++i) {
        const data::Session& session = animal->sessions()[i];
        const auto time = report.startTimes.find({animal->name(), session.label});
        std::string wanted = matches[i]                        ? matches[i]->session().label
                             : time != report.startTimes.end() ? freeLabel(days, session.label, time->second)
                                                               : session.label;
        arrival.alreadyThere += matches[i] ? 1 : 0;
        if (wanted != session.label) {
            arrival.labels.emplace(session.label, std::move(wanted));
        }
    }
    return arrival;
}

/// All arrivals, or fewer after a stop.
std::vector<Arrival> arrivalsIn(
    const data::Study& study, const ImportReport& report, const base::StopToken& stop) {
    std::vector<Arrival> arrivals;
    for (std::size_t i = 0; i < report.animals.size() && !stop.stop_requested(); ++i) {
        arrivals.push_back(arrivalOf(report.animals[i], study.find(report.animals[i]->name()), report));
    }
    return arrivals;
}

const std::string& labelIn(const Labels& labels, const std::string& label) {
    const auto found = labels.find(label);
    return found == labels.end() ? label : found->second;
}

} // namespace

data::AnimalPtr relabelled(const AnimalPtr& animal, const Labels& labels) {
    Animal::Content content = animal->content();
    for (data::Session& session : content.sessions) {
        session.label = labelIn(labels, session.label);
    }
    return Animal::create(std::move(content)).value_or(animal);
}

data::AnimalNotes relabelled(data::AnimalNotes notes, const Labels& labels) {
    for (data::Exclusion& exclusion : notes.exclusions) {
        exclusion.session = labelIn(labels, exclusion.session);
    }
    for (data::Phase& phase : notes.phases) {
        phase.first = labelIn(labels, phase.first);
        phase.last = labelIn(labels, phase.last);
    }
    return notes;
}

void addNotes(
    data::Annotations& annotations, const data::AnimalNotes& notes, const Animal& own, const Animal& joined) {
    const auto known = annotations.find(joined.name());
    const data::AnimalNotes before = known == annotations.end() ? data::AnimalNotes() : known->second;
    annotations[joined.name()] = data::joinedNotes(before, data::movedTo(notes, own, joined), joined);
}

bool JoinedImport::isFor(const data::Study& study) const {
    return study.title == before.title && study.animals == before.animals &&
           study.annotations == before.annotations;
}

namespace {

base::Result<data::Study> joined(const data::Study& study, const ImportReport& report,
    const std::vector<Arrival>& arrivals, const base::StopToken& stop) {
    std::vector<AnimalPtr> arriving;
    data::Annotations notes = report.annotations;
    for (const Arrival& arrival : arrivals) {
        arriving.push_back(
            arrival.labels.empty() ? arrival.animal : relabelled(arrival.animal, arrival.labels));
        if (const auto said = notes.find(arrival.animal->name()); said != notes.end()) {
            said->second = relabelled(std::move(said->second), arrival.labels);
        }
    }
    base::Result<data::Study> result = study;
    for (std::size_t i = 0; result && i < report.animals.size(); ++i) {
        if (stop.stop_requested()) {
            return base::failure(base::ErrorCode::Cancelled,
                QT_TRANSLATE_NOOP("core", "Joining was stopped; the study is as it was."));
        }
        result = data::withAnimals(*result, {arriving[i]});
    }
    for (std::size_t i = 0; result && i < arriving.size(); ++i) {
        const auto said = notes.find(arriving[i]->name());
        if (said != notes.end()) {
            addNotes(result->annotations, said->second, *arriving[i], *result->find(arriving[i]->name()));
        }
    }
    return result;
}

} // namespace

bool isTooLongForChance(const data::Session& session) {
    constexpr std::size_t kLong = 50;
    return session.size() >= kLong;
}

JoinedImport joinedImport(const data::Study& study, const ImportReport& report, const base::StopToken& stop) {
    const std::vector<Arrival> arrivals = arrivalsIn(study, report, stop);
    JoinedImport import{study, {}, joined(study, report, arrivals, stop)};
    for (const Arrival& arrival : arrivals) {
        if (arrival.isKnown) {
            import.alreadyThere.emplace(arrival.animal->name(), arrival.alreadyThere);
        }
    }
    return import;
}

base::Result<data::Study> withImported(
    const data::Study& study, const ImportReport& report, const base::StopToken& stop) {
    return joined(study, report, arrivalsIn(study, report, stop), stop);
}

SameSessions sameSessions(const std::vector<AnimalPtr>& parts) {
    SameSessions same;
    same.labels.resize(parts.size());
    same.shorter.resize(parts.size());
    SessionsOfDays known;
    for (std::size_t part = 0; part < parts.size(); ++part) {
        const Animal& animal = *parts[part];
        std::set<std::string> taken;
        for (const data::Session& session : animal.sessions()) {
            taken.insert(session.label);
        }
        const auto matches =
            part > 0 ? known.withTrialsOf(animal) : SessionsOfDays::Places(animal.sessions().size());
        for (std::size_t i = 0; i < matches.size() && part > 0; ++i) {
            const std::string& label = animal.sessions()[i].label;
            const auto& match = matches[i];
            if (match && isTooLongForChance(animal.sessions()[i])) { // short ones may be alike by chance
                const std::string& first = labelIn(same.labels[match->part], match->session().label);
                if (first != label && taken.insert(first).second) {
                    same.labels[part].emplace(label, first);
                }
            } else if (const auto grown = match ? std::nullopt : known.grownOf(animal, i)) {
                const bool isLonger = grown->session().size() > animal.sessions()[i].size();
                auto& losing = same.shorter[isLonger ? part : grown->part];
                same.grown += losing.insert(isLonger ? label : grown->session().label).second ? 1 : 0;
            }
        }
        known.add(animal);
    }
    return same;
}

} // namespace rulescope::io
