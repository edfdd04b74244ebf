// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/import_merge.h"

#include "core/data/joined_notes.h"
#include "core/data/moved_notes.h"
#include "core/data/same_trials.h"

#include <algorithm>
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

/// An animal's sessions by what their labels begin with: the day alone, and the day with what stands behind
/// it; and by their dates, since a label depends on what else stood in its file.
class SessionsOfDays {
  public:
    explicit SessionsOfDays(const Animal& animal)
        : m_animal(animal) {
        for (std::size_t i = 0; i < animal.sessions().size(); ++i) {
            const data::Session& session = animal.sessions()[i];
            const std::string first = session.label.substr(0, session.label.find('/'));
            const std::string timeless = withoutTime(session.label);
            m_sessions[session.label].push_back(i);
            if (first != session.label) {
                m_sessions[first].push_back(i);
            }
            if (timeless != session.label && timeless != first) {
                m_sessions[timeless].push_back(i);
            }
            if (!session.date.empty()) {
                m_ofDate[session.date].push_back(i);
            }
        }
    }

    /// In the animal's order.
    const std::vector<std::size_t>& of(const std::string& day) const { return found(m_sessions, day); }

    /// Per arriving session the one of its label or day that holds the same trials; each counts once.
    std::vector<std::optional<std::size_t>> withTrialsOf(const Animal& arriving) const {
        std::vector<std::optional<std::size_t>> matches(arriving.sessions().size());
        std::vector<bool> isTaken(m_animal.sessions().size(), false);
        const auto match = [&](std::size_t session, const std::vector<std::size_t>& among, bool byLabel) {
            for (std::size_t k = 0; k < among.size() && !matches[session]; ++k) {
                const std::size_t i = among[k];
                const bool isMeant =
                    !byLabel || m_animal.sessions()[i].label == arriving.sessions()[session].label;
                if (!isTaken[i] && isMeant && data::haveSameTrials(m_animal, i, arriving, session)) {
                    matches[session] = i;
                    isTaken[i] = true;
                }
            }
        };
        for (const bool byLabel : {true, false}) {
            for (std::size_t i = 0; i < matches.size(); ++i) {
                const data::Session& session = arriving.sessions()[i];
                match(i, of(byLabel ? session.label : withoutTime(session.label)), byLabel);
                match(i, found(m_ofDate, session.date), byLabel);
            }
        }
        return matches;
    }

  private:
    using Sessions = std::unordered_map<std::string, std::vector<std::size_t>>;

    static const std::vector<std::size_t>& found(const Sessions& sessions, const std::string& key) {
        static const std::vector<std::size_t> none;
        const auto known = sessions.find(key);
        return known == sessions.end() ? none : known->second;
    }

    const Animal& m_animal;
    Sessions m_sessions, m_ofDate;
};

/// The label under which a session that began at `time` joins others: its own if that is free, else with the
/// time behind.
std::string freeLabel(const SessionsOfDays& days, const std::string& label, const std::string& time) {
    const std::string day = withoutTime(label);
    const bool isTimeThere = !days.of(day + "/" + time).empty();
    return !days.of(day).empty() && !isTimeThere ? day + "/" + time : label;
}

/// A session that is there already goes by the label that it has there (with or without a time or number
/// behind, as it came alone or with others); a further one of its day by its time, if that is known.
Labels newLabels(const Animal& present, const Animal& arriving, const ImportReport& report) {
    Labels labels;
    const SessionsOfDays days(present);
    const auto matches = days.withTrialsOf(arriving);
    for (std::size_t i = 0; i < arriving.sessions().size(); ++i) {
        const std::string& label = arriving.sessions()[i].label;
        const auto time = report.startTimes.find({arriving.name(), label});
        std::string wanted = matches[i]                        ? present.sessions()[*matches[i]].label
                             : time != report.startTimes.end() ? freeLabel(days, label, time->second)
                                                               : label;
        if (wanted != label) {
            labels.emplace(label, std::move(wanted));
        }
    }
    return labels;
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

std::map<std::string, std::size_t> sessionsAlreadyThere(
    const data::Study& study, const ImportReport& report) {
    std::map<std::string, std::size_t> counts;
    for (const AnimalPtr& arriving : report.animals) {
        if (const AnimalPtr present = study.find(arriving->name())) {
            const auto matches = SessionsOfDays(*present).withTrialsOf(*arriving);
            counts.emplace(arriving->name(), std::count_if(matches.begin(), matches.end(),
                                                 [](const auto& match) { return match.has_value(); }));
        }
    }
    return counts;
}

bool JoinedImport::isFor(const data::Study& study) const {
    return study.title == before.title && study.animals == before.animals &&
           study.annotations == before.annotations;
}

JoinedImport joinedImport(const data::Study& study, const ImportReport& report) {
    return {study, sessionsAlreadyThere(study, report), withImported(study, report)};
}

base::Result<data::Study> withImported(const data::Study& study, const ImportReport& report) {
    std::vector<AnimalPtr> arriving;
    data::Annotations notes = report.annotations;
    for (const AnimalPtr& animal : report.animals) {
        const AnimalPtr present = study.find(animal->name());
        const Labels labels = present ? newLabels(*present, *animal, report) : Labels();
        arriving.push_back(labels.empty() ? animal : relabelled(animal, labels));
        if (const auto said = notes.find(animal->name()); said != notes.end()) {
            said->second = relabelled(std::move(said->second), labels);
        }
    }
    auto joined = data::withAnimals(study, arriving);
    for (std::size_t i = 0; joined && i < arriving.size(); ++i) {
        const auto said = notes.find(arriving[i]->name());
        if (said != notes.end()) {
            addNotes(joined->annotations, said->second, *arriving[i], *joined->find(arriving[i]->name()));
        }
    }
    return joined;
}

} // namespace rulescope::io
