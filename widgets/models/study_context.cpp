// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/study_context.h"

#include "core/data/analysed.h"

#include <algorithm>
#include <numeric>

namespace rulescope::models {

namespace {

template<class Pointer>
Pointer findById(const std::vector<Pointer>& items, const std::string& id) {
    const auto it =
        std::find_if(items.begin(), items.end(), [&id](const auto& item) { return item->id == id; });
    return it == items.end() ? nullptr : *it;
}

template<class Pointer>
std::string idOrNewest(const std::vector<Pointer>& items, const std::string& id) {
    if (findById(items, id) != nullptr) {
        return id;
    }
    return items.empty() ? std::string() : items.back()->id;
}

/// `snapshot` as it is analysed; animals of the snapshot before whose notes did not change are taken over.
StudySnapshot analysedOf(
    const StudySnapshot& snapshot, const io::StudyContents& before, const io::StudyContents& result) {
    if (snapshot->study.annotations.empty()) {
        return snapshot;
    }
    auto contents = std::make_shared<io::StudyContents>(*snapshot);
    contents->study = data::analysed(snapshot->study, before.study, result.study);
    return contents;
}

} // namespace

Selection restricted(const Selection& selection, const io::StudyContents& contents) {
    Selection result;
    for (const data::AnimalPtr& animal : contents.study.animals) {
        const auto it = std::find_if(selection.animals.begin(), selection.animals.end(),
            [&animal](const SelectedAnimal& selected) { return selected.animal == animal->name(); });
        if (it == selection.animals.end()) {
            continue;
        }
        SelectedAnimal kept = *it;
        std::sort(kept.sessions.begin(), kept.sessions.end());
        std::erase_if(
            kept.sessions, [&animal](std::size_t session) { return session >= animal->sessions().size(); });
        if (kept.sessions.size() == animal->sessions().size()) {
            kept.sessions.clear();
        }
        result.animals.push_back(std::move(kept));
    }
    result.fit = idOrNewest(contents.fits, selection.fit);
    result.comparison = idOrNewest(contents.comparisons, selection.comparison);
    return result;
}

std::vector<data::AnimalPtr> selectedAnimals(const Selection& selection, const data::Study& study) {
    if (selection.animals.empty()) {
        return study.animals;
    }
    std::vector<data::AnimalPtr> result;
    for (const SelectedAnimal& selected : selection.animals) {
        if (data::AnimalPtr animal = study.find(selected.animal)) {
            result.push_back(std::move(animal));
        }
    }
    return result;
}

data::AnimalPtr currentAnimal(const Selection& selection, const data::Study& study) {
    const std::vector<data::AnimalPtr> animals = selectedAnimals(selection, study);
    return animals.empty() ? nullptr : animals.front();
}

std::vector<std::size_t> selectedSessions(const Selection& selection, const data::Animal& animal) {
    for (const SelectedAnimal& selected : selection.animals) {
        if (selected.animal == animal.name() && !selected.sessions.empty()) {
            return selected.sessions;
        }
    }
    std::vector<std::size_t> all(animal.sessions().size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
}

fit::FitResultPtr findFit(const io::StudyContents& contents, const std::string& id) {
    return findById(contents.fits, id);
}

fit::ComparisonPtr findComparison(const io::StudyContents& contents, const std::string& id) {
    return findById(contents.comparisons, id);
}

StudyContext::StudyContext(QObject* parent)
    : QObject(parent)
    , m_snapshot(std::make_shared<const io::StudyContents>())
    , m_analysed(m_snapshot) {}

void StudyContext::setContents(StudySnapshot snapshot) {
    m_analysed = analysedOf(snapshot, *m_snapshot, *m_analysed);
    m_snapshot = std::move(snapshot);
    const Selection selection = restricted(m_selection, *m_snapshot);
    const bool isSelectionChanged = !(selection == m_selection);
    m_selection = selection;
    emit contentsChanged();
    if (isSelectionChanged) {
        emit selectionChanged();
    }
}

void StudyContext::setSelection(const Selection& selection) {
    Selection next = restricted(selection, *m_snapshot);
    if (next == m_selection) {
        return;
    }
    m_selection = std::move(next);
    emit selectionChanged();
}

void StudyContext::selectFit(const std::string& id) {
    Selection next = m_selection;
    next.fit = id;
    setSelection(next);
}

void StudyContext::selectComparison(const std::string& id) {
    Selection next = m_selection;
    next.comparison = id;
    setSelection(next);
}

} // namespace rulescope::models
