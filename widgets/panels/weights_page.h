// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/panels/page.h"

class QComboBox;

namespace rulescope::panels {

class FigureView;

/// Inferred decision weights of the selected animals under a fitted rule, another fit laid over them on
/// request.
class WeightsPage : public Page {
    Q_OBJECT

  public:
    explicit WeightsPage(models::StudyContext& context, QWidget* parent = nullptr);

    std::vector<plots::FigurePlot*> plots() const override;

  protected:
    void refresh() override;

  private:
    void fillOverlays();

    FitChooser* m_fit;
    QComboBox* m_overlay;
    FigureView* m_view;
};

} // namespace rulescope::panels
