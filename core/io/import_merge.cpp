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
/// it.
class SessionsOfDays {
  public:
    explicit SessionsOfDays(const Animal& animal)
        : m_animal(animal) {
        for (std::size_t i = 0; i < animal.sessions().size(); ++i) {
            const std::string& label = animal.sessions()[i].label;
            for (std::size_t slash = label.find('/'); slash != std::string::npos;
                 slash = label.find('/', slash + 1)) {
                m_sessions[label.substr(0, slash)].push_back(i);
            }
            m_sessions[label].push_back(i);
        }
    }

    /// In the animal's order.
    const std::vector<std::size_t>& of(const std::string& day) const {
        static const std::vector<std::size_t> none;
        const auto found = m_sessions.find(day);
        return found == m_sessions.end() ? none : found->second;
    }

    /// The session of that day, whatever its time, that holds the same trials.
    std::optional<std::size_t> withTrialsOf(const Animal& arriving, std::size_t session) const {
        const auto& sessions = of(withoutTime(arriving.sessions()[session].label));
        const auto same = std::find_if(sessions.begin(), sessions.end(),
            [&](std::size_t i) { return data::haveSameTrials(m_animal, i, arriving, session); });
        return same == sessions.end() ? std::nullopt : std::optional(*same);
    }

  private:
    const Animal& m_animal;
    std::unordered_map<std::string, std::vector<std::size_t>> m_sessions;
};

/// The label under which a session joins `present`: that of the same trials (with or without a time behind,
/// as that one came alone or with others of its day), else its own if that is free, else with the time
/// behind.
std::string freeLabel(const Animal& present, const SessionsOfDays& days, const Animal& arriving,
    std::size_t session, const std::string& time) {
    if (const auto same = days.withTrialsOf(arriving, session)) {
        return present.sessions()[*same].label;
    }
    const std::string& label = arriving.sessions()[session].label;
    const std::string day = withoutTime(label);
    const bool isTimeThere = !days.of(day + "/" + time).empty();
    return !days.of(day).empty() && !isTimeThere ? day + "/" + time : label;
}

Labels newLabels(const Animal& present, const Animal& arriving, const ImportReport& report) {
    Labels labels;
    const SessionsOfDays days(present);
    for (std::size_t i = 0; i < arriving.sessions().size(); ++i) {
        const std::string& label = arriving.sessions()[i].label;
        const auto time = report.startTimes.find({arriving.name(), label});
        if (time != report.startTimes.end()) {
            std::string wanted = freeLabel(present, days, arriving, i, time->second);
            if (wanted != label) {
                labels.emplace(label, std::move(wanted));
            }
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
            const SessionsOfDays days(*present);
            std::size_t count = 0;
            for (std::size_t i = 0; i < arriving->sessions().size(); ++i) {
                count += days.withTrialsOf(*arriving, i) ? 1 : 0;
            }
            counts.emplace(arriving->name(), count);
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
