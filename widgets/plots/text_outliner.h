// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPaintDevice>
#include <memory>

class QPainter;

namespace rulescope::plots {

/// A paint device that passes everything on to another painter, letters as filled shapes.
class TextOutliner : public QPaintDevice {
  public:
    /// @param target an active painter that outlives this; @param size in its units.
    TextOutliner(QPainter* target, const QSize& size);
    ~TextOutliner() override;

    QPaintEngine* paintEngine() const override;

  protected:
    int metric(PaintDeviceMetric metric) const override;

  private:
    std::unique_ptr<QPaintEngine> m_engine;
    QSize m_size;
};

} // namespace rulescope::plots
