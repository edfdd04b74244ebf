// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plots/canvas/panel_rect.h"

#include <vector>

namespace rulescope::plots {

/// Lays panels out on the figure's grid, spans included: axes of one row and of one column line up, and what
/// is left after all labels is shared among rows and columns by their weights.
class PanelGrid : public QCPLayout {
    Q_OBJECT

  public:
    PanelGrid(const figures::FigureSpec* figure, const PlotStyle* style)
        : m_figure(figure)
        , m_style(style) {}

    void setFigure(const figures::FigureSpec* figure) { m_figure = figure; }
    void addPanel(PanelRect* panel);

    int elementCount() const override { return static_cast<int>(m_panels.size()); }
    QCPLayoutElement* elementAt(int index) const override;
    QCPLayoutElement* takeAt(int index) override;
    bool take(QCPLayoutElement* element) override;

  protected:
    void updateLayout() override;

  private:
    const figures::FigureSpec* m_figure;
    const PlotStyle* m_style;
    std::vector<PanelRect*> m_panels;
};

} // namespace rulescope::plots
