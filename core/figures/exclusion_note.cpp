// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/exclusion_note.h"

#include "core/data/analysed.h"
#include "core/figures/figure_parts.h"

namespace rulescope::figures {

Text exclusionNote(const std::vector<data::AnimalPtr>& analysedAnimals) {
    const data::ExclusionCounts counts = data::countExclusions(analysedAnimals);
    if (counts.trials == 0) {
        return {};
    }
    return analysedAnimals.size() == 1
               ? Text(QT_TRANSLATE_NOOP("core", "left out: %1 {trial|trials} (whole sessions: %2)"),
                     {count(counts.trials), count(counts.sessions)})
               : Text(QT_TRANSLATE_NOOP(
                          "core", "left out: %1 {trial|trials} (whole sessions: %2) of %3 {animal|animals}"),
                     {count(counts.trials), count(counts.sessions), count(counts.animals)});
}

Text storedResultNote(
    const std::vector<std::pair<std::string, std::string>>& dataHashes, const data::Study& analysedStudy) {
    std::vector<data::AnimalPtr> animals;
    for (const auto& [name, hash] : dataHashes) {
        const data::AnimalPtr animal = analysedStudy.find(name);
        if (animal == nullptr) {
            continue;
        }
        if (animal->contentHash() != hash) {
            return QT_TRANSLATE_NOOP("core", "made with other trials than are analysed now: do it again");
        }
        animals.push_back(animal);
    }
    return exclusionNote(animals);
}

} // namespace rulescope::figures
