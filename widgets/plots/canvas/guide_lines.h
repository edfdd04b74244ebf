// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plots/canvas/series_plottable.h"

namespace rulescope::plots {

/// The reference lines of a panel, below the data.
class GuideLines : public QCPLayerable {
    Q_OBJECT

  public:
    explicit GuideLines(PanelRect* panel);

  protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;
    QRect clipRect() const override;

  private:
    PanelRect* m_panel;
};

} // namespace rulescope::plots
