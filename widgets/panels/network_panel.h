// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/networks/experiment.h"
#include "widgets/models/study_context.h"

#include <QWidget>

#include <optional>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;

namespace rulescope::panels {

class LatestTask;

/// Which networks to train: a recipe and what is changed of it; one form, one button.
class NetworkPanel : public QWidget {
    Q_OBJECT

  public:
    explicit NetworkPanel(models::StudyContext& context, QWidget* parent = nullptr);

    /// What the form asks for now; nothing while it can't be run (the reason is shown).
    std::optional<networks::ExperimentRequest> request() const;
    void setRecipe(const std::string& recipe);
    /// How fast one core of this machine trains, for the time that is shown.
    void setSpeed(double flopsPerSecond);
    /// Emits requested() if the form can be run.
    void submit();

  signals:
    void requested(const rulescope::networks::ExperimentRequest& request);

  private:
    void buildForm();
    void fillFromRecipe();
    void showFields();
    void updateAnimals();
    void updateEstimate();
    void showProblem(const QString& problem);
    /// What can be seen at a glance to be missing; empty if nothing is.
    QString problem() const;
    networks::ExperimentRequest asked() const;
    /// Ranks as they are typed; nothing if that is no list of numbers.
    std::optional<std::vector<std::size_t>> ranks() const;
    std::size_t trialsOfAnimal() const;
    QString estimateText(const networks::ExperimentEstimate& estimate) const;

    models::StudyContext& m_context;
    double m_flopsPerSecond = networks::processorFlopsPerSecond();
    QFormLayout* m_form;
    QComboBox* m_recipe;
    QLabel* m_description;
    QListWidget *m_tasks, *m_connectivities, *m_rules;
    QLineEdit* m_ranks;
    QComboBox *m_animal, *m_inferred;
    QCheckBox* m_isSpeedMatched;
    QSpinBox *m_units, *m_steps, *m_seeds, *m_trainingTrials;
    QLabel* m_estimate;
    QPushButton* m_button;
    LatestTask* m_estimating; ///< an experiment on images reads them
};

} // namespace rulescope::panels
