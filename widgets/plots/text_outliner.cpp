// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/text_outliner.h"

#include <QPaintEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

namespace rulescope::plots {

namespace {

/// QPaintEngine's own drawTextItem() turns glyphs into paths and fills them: an engine that forwards
/// everything else and leaves that one alone outlines text, shaping and fallback fonts included.
class ForwardingEngine : public QPaintEngine {
  public:
    explicit ForwardingEngine(QPainter* target)
        : QPaintEngine(QPaintEngine::AllFeatures)
        , m_target(target)
        , m_base(target->transform()) {}

    using QPaintEngine::drawEllipse;
    using QPaintEngine::drawLines;
    using QPaintEngine::drawPoints;
    using QPaintEngine::drawPolygon;
    using QPaintEngine::drawRects;

    bool begin(QPaintDevice*) override { return true; }
    bool end() override { return true; }
    Type type() const override { return QPaintEngine::User; }

    void updateState(const QPaintEngineState& next) override {
        const DirtyFlags dirty = next.state();
        if (dirty & DirtyTransform) {
            m_target->setTransform(next.transform() * m_base);
        }
        if (dirty & DirtyPen) {
            m_target->setPen(next.pen());
        }
        if (dirty & DirtyBrush) {
            m_target->setBrush(next.brush());
        }
        if (dirty & DirtyBrushOrigin) {
            m_target->setBrushOrigin(next.brushOrigin());
        }
        if (dirty & DirtyOpacity) {
            m_target->setOpacity(next.opacity());
        }
        if (dirty & DirtyHints) {
            m_target->setRenderHints(m_target->renderHints(), false);
            m_target->setRenderHints(next.renderHints() | QPainter::LosslessImageRendering);
        }
        if (dirty & DirtyClipEnabled) {
            m_target->setClipping(next.isClipEnabled());
        }
        if (dirty & DirtyClipPath) {
            m_target->setClipPath(next.clipPath(), next.clipOperation());
        }
        if (dirty & DirtyClipRegion) {
            m_target->setClipRegion(next.clipRegion(), next.clipOperation());
        }
    }

    void drawPath(const QPainterPath& path) override { m_target->drawPath(path); }
    void drawRects(const QRectF* rects, int count) override { m_target->drawRects(rects, count); }
    void drawLines(const QLineF* lines, int count) override { m_target->drawLines(lines, count); }
    void drawEllipse(const QRectF& rect) override { m_target->drawEllipse(rect); }
    void drawPoints(const QPointF* points, int count) override { m_target->drawPoints(points, count); }
    void drawPolygon(const QPointF* points, int count, PolygonDrawMode mode) override {
        if (mode == PolylineMode) {
            m_target->drawPolyline(points, count);
        } else {
            m_target->drawPolygon(points, count, mode == WindingMode ? Qt::WindingFill : Qt::OddEvenFill);
        }
    }
    void drawPixmap(const QRectF& target, const QPixmap& pixmap, const QRectF& source) override {
        m_target->drawPixmap(target, pixmap, source);
    }
    void drawImage(const QRectF& target, const QImage& image, const QRectF& source,
        Qt::ImageConversionFlags flags) override {
        m_target->drawImage(target, image, source, flags);
    }

  private:
    QPainter* m_target;
    QTransform m_base;
};

} // namespace

TextOutliner::TextOutliner(QPainter* target, const QSize& size)
    : m_engine(std::make_unique<ForwardingEngine>(target))
    , m_size(size) {}

TextOutliner::~TextOutliner() = default;

QPaintEngine* TextOutliner::paintEngine() const {
    return m_engine.get();
}

int TextOutliner::metric(PaintDeviceMetric metric) const {
    constexpr int dpi = 96;
    constexpr double mmPerInch = 25.4;
    switch (metric) {
    case PdmWidth:
        return m_size.width();
    case PdmHeight:
        return m_size.height();
    case PdmWidthMM:
        return static_cast<int>(m_size.width() * mmPerInch / dpi);
    case PdmHeightMM:
        return static_cast<int>(m_size.height() * mmPerInch / dpi);
    case PdmDpiX:
    case PdmDpiY:
    case PdmPhysicalDpiX:
    case PdmPhysicalDpiY:
        return dpi;
    case PdmNumColors:
        return INT_MAX;
    case PdmDepth:
        return 32;
    case PdmDevicePixelRatio:
        return 1;
    case PdmDevicePixelRatioScaled:
        return static_cast<int>(QPaintDevice::devicePixelRatioFScale());
    }
    return 0;
}

} // namespace rulescope::plots
