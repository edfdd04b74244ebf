// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plots/canvas/panel_rect.h"

#include <QPointer>
#include <optional>

namespace rulescope::plots {

/// A cross of two lines over a panel, at data coordinates.
class CrosshairLines : public QCPLayerable {
    Q_OBJECT

  public:
    CrosshairLines(PanelRect* panel, const QPointF& at);
    PanelRect* panel() const { return m_panel; }
    QPointF at() const { return m_at; }
    void setAt(const QPointF& at) { m_at = at; }

  protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;
    QRect clipRect() const override;

  private:
    QPointer<PanelRect> m_panel;
    QPointF m_at;
};

/// A chosen range of x, shown by shading what is outside it and by two handles.
class BrushedRange : public QCPLayerable {
    Q_OBJECT

  public:
    explicit BrushedRange(PanelRect* panel);
    PanelRect* panel() const { return m_panel; }
    const std::optional<Range>& range() const { return m_range; }
    void setRange(const std::optional<Range>& range) { m_range = range; }

  protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;
    QRect clipRect() const override;

  private:
    QPointer<PanelRect> m_panel;
    std::optional<Range> m_range;
};

} // namespace rulescope::plots
