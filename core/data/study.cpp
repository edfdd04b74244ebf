// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/study.h"

#include "core/data/moved_notes.h"

#include <algorithm>

namespace rulescope::data {

namespace {

auto findByName(const std::vector<AnimalPtr>& animals, const std::string& name) {
    return std::find_if(
        animals.begin(), animals.end(), [&](const AnimalPtr& animal) { return animal->name() == name; });
}

/// The first names, so that a typing error is seen at a glance; a study may hold hundreds.
std::string listOfNames(const std::vector<AnimalPtr>& animals) {
    constexpr std::size_t kShown = 12;
    std::string names;
    for (std::size_t i = 0; i < std::min(kShown, animals.size()); ++i) {
        names += (i == 0 ? "" : ", ") + animals[i]->name();
    }
    return names + (animals.size() > kShown ? ", \u2026" : "");
}

} // namespace

AnimalPtr Study::find(const std::string& name) const {
    const auto found = findByName(animals, name);
    return found == animals.end() ? nullptr : *found;
}

const AnimalNotes& Study::notes(const std::string& animal) const {
    static const AnimalNotes kNothing;
    const auto found = annotations.find(animal);
    return found == annotations.end() ? kNothing : found->second;
}

base::Result<AnimalPtr> Study::require(const std::string& name) const {
    if (AnimalPtr animal = find(name)) {
        return animal;
    }
    if (animals.empty()) {
        return base::failure(base::ErrorCode::NotFound,
            {QT_TRANSLATE_NOOP("core", "There is no animal \u201c%1\u201d; the study is empty."), {name}},
            title);
    }
    return base::failure(base::ErrorCode::NotFound,
        {QT_TRANSLATE_NOOP("core", "There is no animal \u201c%1\u201d. The study has: %2."),
            {name, listOfNames(animals)}},
        title);
}

TrialCounts Study::counts() const {
    TrialCounts total;
    for (const AnimalPtr& animal : animals) {
        const TrialCounts counts = animal->counts();
        total.trials += counts.trials;
        total.choices += counts.choices;
        total.right += counts.right;
        total.judged += counts.judged;
        total.correct += counts.correct;
    }
    return total;
}

std::size_t Study::sessionCount() const {
    std::size_t count = 0;
    for (const AnimalPtr& animal : animals) {
        count += animal->sessions().size();
    }
    return count;
}

base::Result<Study> withAnimals(const Study& study, const std::vector<AnimalPtr>& animals) {
    Study result = study;
    for (const AnimalPtr& animal : animals) {
        const auto present = findByName(result.animals, animal->name());
        if (present == result.animals.end()) {
            result.animals.push_back(animal);
            continue;
        }
        auto merged = mergeAnimals(**present, *animal);
        if (!merged) {
            return tl::make_unexpected(merged.error());
        }
        if (const auto notes = result.annotations.find(animal->name()); notes != result.annotations.end()) {
            notes->second = movedTo(notes->second, **present, **merged);
        }
        result.animals[static_cast<std::size_t>(present - result.animals.begin())] = std::move(*merged);
    }
    return result;
}

} // namespace rulescope::data
