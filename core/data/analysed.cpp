// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/analysed.h"

#include <algorithm>
#include <map>

namespace rulescope::data {

namespace {

std::vector<std::uint8_t> exclusionMask(const Animal& animal, const std::vector<Exclusion>& exclusions) {
    std::vector<std::uint8_t> mask;
    for (const Session& session : animal.sessions()) {
        for (const Exclusion& exclusion : exclusions) {
            if (exclusion.session != session.label) {
                continue;
            }
            mask.resize(animal.trialCount(), 0);
            const std::size_t end =
                exclusion.end == 0 ? session.size() : std::min(exclusion.end, session.size());
            for (std::size_t t = exclusion.begin; t < end; ++t) {
                mask[session.begin + t] = 1;
            }
        }
    }
    return mask;
}

AnimalPtr analysedAnimal(const AnimalPtr& animal, const AnimalNotes& notes) {
    const std::vector<std::string> phases = phaseOfSessions(notes, *animal);
    std::vector<std::uint8_t> mask = exclusionMask(*animal, notes.exclusions);
    const bool hasPhases = std::equal(phases.begin(), phases.end(), animal->sessions().begin(),
        [](const std::string& phase, const Session& session) { return phase == session.phase; });
    if (hasPhases && mask == animal->trials().excluded) {
        return animal;
    }
    Animal::Content content = animal->content();
    for (std::size_t i = 0; i < phases.size(); ++i) {
        content.sessions[i].phase = phases[i];
    }
    for (std::size_t t = 0; t < mask.size(); ++t) {
        if (mask[t] != 0) {
            content.trials.choice[t] = kNone;
            content.trials.answer[t] = kUnknown;
            content.trials.outcome[t] = kUnknown;
        }
    }
    content.trials.excluded = std::move(mask);
    auto made = Animal::create(std::move(content));
    return made ? *made : animal; // a valid animal stays one: codes only become "none"
}

} // namespace

Study analysed(const Study& study) {
    return analysed(study, {}, {});
}

Study analysed(const Study& study, const Study& before, const Study& result) {
    Study seen = study;
    if (study.annotations.empty()) {
        return seen;
    }
    std::map<const Animal*, AnimalPtr> known;
    for (std::size_t i = 0; i < std::min(before.animals.size(), result.animals.size()); ++i) {
        const std::string& name = before.animals[i]->name();
        if (before.notes(name) == study.notes(name)) {
            known.emplace(before.animals[i].get(), result.animals[i]);
        }
    }
    for (AnimalPtr& animal : seen.animals) {
        const auto noted = study.annotations.find(animal->name());
        if (noted == study.annotations.end()) {
            continue;
        }
        const auto reused = known.find(animal.get());
        animal = reused != known.end() ? reused->second : analysedAnimal(animal, noted->second);
    }
    return seen;
}

std::size_t analysedSessions(const Animal& animal) {
    if (animal.trials().excluded.empty()) {
        return animal.sessions().size();
    }
    std::size_t sessions = 0;
    for (std::size_t i = 0; i < animal.sessions().size(); ++i) {
        sessions += animal.sessionCounts(i).trials > 0 ? 1 : 0;
    }
    return sessions;
}

bool isExcludedWhole(const Animal& animal) {
    const std::vector<std::uint8_t>& excluded = animal.trials().excluded;
    return !excluded.empty() && std::find(excluded.begin(), excluded.end(), 0) == excluded.end();
}

ExclusionCounts countExclusions(const Animal& analysedAnimal) {
    const std::vector<std::uint8_t>& excluded = analysedAnimal.trials().excluded;
    ExclusionCounts counts;
    counts.trials = static_cast<std::size_t>(std::count(excluded.begin(), excluded.end(), 1));
    if (counts.trials > 0) {
        counts.animals = 1;
        counts.sessions = analysedAnimal.sessions().size() - analysedSessions(analysedAnimal);
    }
    return counts;
}

ExclusionCounts countExclusions(const std::vector<AnimalPtr>& analysedAnimals) {
    ExclusionCounts sum;
    for (const AnimalPtr& animal : analysedAnimals) {
        const ExclusionCounts counts = countExclusions(*animal);
        sum.animals += counts.animals;
        sum.sessions += counts.sessions;
        sum.trials += counts.trials;
    }
    return sum;
}

} // namespace rulescope::data
