// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/study_context.h"
#include "widgets/panels/fit_estimate.h"

#include <QWidget>

class QComboBox;
class QFormLayout;
class QLabel;
class QListWidget;
class QPushButton;
class QSpinBox;
class QTabBar;

namespace rulescope::panels {

class HeldOutChoice;
class RegressorChoice;

/// What to fit, to which animals, judged on what: one form, one button.
class FitPanel : public QWidget {
    Q_OBJECT

  public:
    explicit FitPanel(models::StudyContext& context, QWidget* parent = nullptr);

    /// What the form asks for now; nothing while it can't be run (the reason is shown).
    std::optional<FitRequest> request() const;
    void setSpeed(const FitSpeed& speed);
    /// Switches between fitting one rule and comparing several.
    void setComparing(bool isComparing);
    bool isComparing() const;
    /// Emits requested() if the form can be run.
    void submit();

  signals:
    void requested(const rulescope::panels::FitRequest& request);

  private:
    enum class Animals { All, Selected };

    void buildForm();
    void updateAnimals();
    void updateTab();
    void updateForm();
    QString estimate(const FitRequest& asked) const;
    QString problem() const;
    fit::FitSpec commonSpec() const;
    std::vector<data::AnimalPtr> animals() const; ///< that take part
    std::vector<std::string> animalNames() const;
    int offered() const; ///< animals that are chosen, with those that never made a choice
    std::vector<std::string> checkedRules() const;

    models::StudyContext& m_context;
    FitSpeed m_speed;
    QTabBar* m_tabs;
    QFormLayout* m_form;
    QComboBox* m_rule;
    QListWidget* m_rules;
    QLabel* m_description;
    QComboBox* m_preset;
    QComboBox* m_animals;
    HeldOutChoice* m_heldOut;
    RegressorChoice* m_regressors;
    QComboBox* m_start; ///< initial weights
    QSpinBox* m_trials;
    QSpinBox* m_seed;
    QSpinBox* m_seeds;
    QLabel* m_estimate;
    QPushButton* m_button;
};

} // namespace rulescope::panels
