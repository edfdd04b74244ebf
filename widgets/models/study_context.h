// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/study_file.h"

#include <QObject>

#include <memory>
#include <string>
#include <vector>

namespace rulescope::models {

using StudySnapshot = std::shared_ptr<const io::StudyContents>;

/// One selected animal, whole or some of its sessions.
struct SelectedAnimal {
    std::string animal;
    std::vector<std::size_t> sessions; ///< ascending indices; empty: all
    bool operator==(const SelectedAnimal&) const = default;
};

/// What the user looks at; every view follows it.
struct Selection {
    std::vector<SelectedAnimal> animals; ///< in study order; empty: the whole cohort
    std::string fit;                     ///< id of a fit, or empty
    std::string comparison;              ///< id of a comparison, or empty
    bool operator==(const Selection&) const = default;
};

/// `selection` without what `contents` doesn't hold; a missing fit or comparison falls back to the newest.
Selection restricted(const Selection& selection, const io::StudyContents& contents);

/// The selected animals, or all of the study if none is selected.
std::vector<data::AnimalPtr> selectedAnimals(const Selection& selection, const data::Study& study);

/// The first selected animal, else the first of the study, else nullptr.
data::AnimalPtr currentAnimal(const Selection& selection, const data::Study& study);

/// Sessions selected of an animal; all of them if none is.
std::vector<std::size_t> selectedSessions(const Selection& selection, const data::Animal& animal);

/// The fit or comparison of that id, or nullptr.
fit::FitResultPtr findFit(const io::StudyContents& contents, const std::string& id);
fit::ComparisonPtr findComparison(const io::StudyContents& contents, const std::string& id);

/// What all views share: an immutable snapshot of the study and the one selection.
///
/// Views read both and change the selection; only the document replaces the contents.
class StudyContext : public QObject {
    Q_OBJECT

  public:
    explicit StudyContext(QObject* parent = nullptr);

    const StudySnapshot& snapshot() const { return m_snapshot; }
    const io::StudyContents& contents() const { return *m_snapshot; }
    /// The same with data::analysed() applied: what every figure and number is made from. The snapshot itself
    /// if nothing is noted about its animals.
    const StudySnapshot& analysed() const { return m_analysed; }
    const Selection& selection() const { return m_selection; }

    /// Also restricts the selection to what there still is.
    void setContents(StudySnapshot snapshot);
    void setSelection(const Selection& selection);
    void selectFit(const std::string& id);
    void selectComparison(const std::string& id);

  signals:
    void contentsChanged();
    void selectionChanged();

  private:
    StudySnapshot m_snapshot;
    StudySnapshot m_analysed;
    Selection m_selection;
};

} // namespace rulescope::models
