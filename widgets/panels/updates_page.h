// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/panels/fit_views.h"
#include "widgets/panels/page.h"

#include <memory>

class QComboBox;
class QDoubleSpinBox;

namespace rulescope::panels {

class FigureView;
class LatestTask;

/// What one trial teaches under a fitted rule: update surfaces with a cross that moves the slices, the
/// dependence on history, or learning gains.
class UpdatesPage : public Page {
    Q_OBJECT

  public:
    explicit UpdatesPage(models::StudyContext& context, QWidget* parent = nullptr);

    std::vector<plots::FigurePlot*> plots() const override;

  protected:
    void refresh() override;

  private:
    enum class Show { Surface, History, Gain };

    void makeOptions();
    void fillWeights(const fit::FitResult& fit);
    void showSurface(const models::StudySnapshot& snapshot, const fit::FitResultPtr& fit);
    void onSurface(base::Result<SurfaceContent> content);
    void onCrosshair(double x, double weight);
    void drawSurface();
    /// Writes the end of the colour scale into its box.
    void showRange(double high);
    SurfaceChoice choice() const;

    FitChooser* m_fit;
    QComboBox* m_show;
    QComboBox* m_component;
    QComboBox* m_weight;
    QComboBox* m_split;
    QComboBox* m_histories;
    QDoubleSpinBox* m_range;
    FigureView* m_view;
    std::shared_ptr<const SurfaceContent> m_surface;
    std::optional<std::size_t> m_row; ///< of the cross; none: the median weight
    std::optional<double> m_crossX;   ///< none: the middle of the stimuli
    LatestTask* m_task;
};

} // namespace rulescope::panels
