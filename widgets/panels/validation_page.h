// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "core/simulate/confusion.h"
#include "core/simulate/recovery.h"
#include "widgets/panels/page.h"

#include <set>
#include <string>
#include <variant>
#include <vector>

class QComboBox;
class QPushButton;
class QSpinBox;

namespace rulescope::panels {

class FigureView;

/// A check of the method on simulated animals whose rule is known: is it recovered, are rules told apart.
using ValidationRequest = std::variant<simulate::RecoveryCondition, simulate::ConfusionRequest>;

/// What the request is called in the list of jobs, and what it will do.
QString titleOf(const ValidationRequest& request);
QString detailOf(const ValidationRequest& request);

/// Can the method be trusted? Known rules recovered from simulated animals, and which rules can be told
/// apart.
///
/// The page asks for simulations and shows the last figure of each kind; it needs no study.
class ValidationPage : public Page {
    Q_OBJECT

  public:
    enum class Check { Recovery, Confusion };

    explicit ValidationPage(models::StudyContext& context, QWidget* parent = nullptr);

    std::vector<plots::FigurePlot*> plots() const override;
    /// The page's choices about one check.
    ValidationRequest request(Check check) const;
    /// Turns the page to a check and asks for it.
    void start(Check check);
    /// The figure of a check that has ended, told apart by its id.
    void showResult(const figures::FigureSpec& figure);
    /// Figures of the checks that have ended: in no study, so they are lost with the window.
    std::vector<figures::FigureSpec> results() const;
    /// Those of them that no file holds.
    int unwritten() const { return static_cast<int>(m_unwritten.size()); }
    /// A figure is in a file now; one that a later result has replaced says nothing about that.
    void setWritten(const figures::FigureSpec& figure);

  signals:
    void requested(const rulescope::panels::ValidationRequest& request);

  protected:
    void refresh() override;

  private:
    Check check() const;

    QComboBox* m_check;
    QComboBox* m_condition;
    QSpinBox* m_cohorts;
    QPushButton* m_start;
    FigureView* m_view;
    figures::FigureSpec m_recovery, m_confusion;
    std::set<std::string> m_unwritten; ///< ids of figures
};

} // namespace rulescope::panels
