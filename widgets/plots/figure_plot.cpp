// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/figure_plot.h"

#include "widgets/plots/canvas/canvas_interaction.h"
#include "widgets/plots/canvas/figure_canvas.h"

#include <QFocusEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace rulescope::plots {

namespace {

/// A frame over the figure that says where the keyboard is.
class FocusRing : public QWidget {
  public:
    explicit FocusRing(QWidget* parent)
        : QWidget(parent) {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setObjectName(QStringLiteral("focusRing"));
        hide();
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        constexpr int kWidth = 2;
        QPainter painter(this);
        painter.setPen(
            QPen(palette().color(QPalette::Highlight), kWidth, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
};

} // namespace

FigurePlot::FigurePlot(QWidget* parent)
    : FigurePlot(theme::Theme::light(), parent) {}

FigurePlot::FigurePlot(const theme::Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_canvas(new FigureCanvas(PlotStyle::screen(theme), this))
    , m_interaction(new CanvasInteraction(m_canvas))
    , m_focusRing(new FocusRing(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_canvas);
    m_canvas->installEventFilter(this);
    m_canvas->setObjectName(QStringLiteral("canvas"));
    m_canvas->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_canvas, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
        const PanelRect* panel = m_canvas->panelAt(at);
        emit menuRequested(
            m_canvas->mapToGlobal(at), panel ? QString::fromStdString(panel->panel().id) : QString());
    });
    m_canvas->setFocusPolicy(Qt::WheelFocus); // what was zoomed is what the shortcuts act on
    setFocusProxy(m_canvas);
    connect(m_interaction, &CanvasInteraction::crosshairMoved, this, &FigurePlot::crosshairMoved);
    connect(m_interaction, &CanvasInteraction::rangeBrushed, this, &FigurePlot::rangeBrushed);
    connect(m_interaction, &CanvasInteraction::brushCleared, this, &FigurePlot::brushCleared);
    connect(m_interaction, &CanvasInteraction::colourRangeChanged, this, &FigurePlot::colourRangeChanged);
}

FigurePlot::~FigurePlot() = default;

bool FigurePlot::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_canvas && (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)) {
        const Qt::FocusReason reason = static_cast<QFocusEvent*>(event)->reason();
        const bool isByKeyboard = reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason ||
                                  reason == Qt::ShortcutFocusReason;
        m_focusRing->setVisible(event->type() == QEvent::FocusIn && isByKeyboard);
    }
    return QWidget::eventFilter(watched, event);
}

void FigurePlot::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    m_focusRing->setGeometry(rect());
}

void FigurePlot::setFigure(figures::FigureSpec figure) {
    m_canvas->setFigure(std::make_shared<const figures::FigureSpec>(std::move(figure)));
    m_interaction->reattach();
    const PlotStyle& style = m_canvas->style();
    m_canvas->setAccessibleName(style.translated(m_canvas->figure().title));
    m_canvas->setAccessibleDescription(style.translated(m_canvas->figure().caption));
    updateGeometry();
}

const figures::FigureSpec& FigurePlot::figure() const {
    return m_canvas->figure();
}

void FigurePlot::setTheme(const theme::Theme& theme) {
    PlotStyle style = m_canvas->style();
    style.theme = theme;
    m_canvas->setStyle(style);
}

void FigurePlot::setParts(const FigureParts& parts) {
    PlotStyle style = m_canvas->style();
    style.parts = parts;
    m_canvas->setStyle(style);
}

void FigurePlot::setCrosshair(const QStringList& panelIds, double x, double y) {
    m_interaction->setCrosshair(panelIds, {x, y});
}

void FigurePlot::setBrush(const QString& panelId) {
    m_interaction->setBrush(panelId, std::nullopt);
}

void FigurePlot::setDragHint(const QString& hint) {
    m_interaction->setDragHint(hint);
}

bool FigurePlot::isBrushing() const {
    return m_interaction->isBrushing();
}

void FigurePlot::setBrushedRange(const QString& panelId, double low, double high) {
    m_interaction->setBrush(panelId, Range{std::min(low, high), std::max(low, high)});
}

void FigurePlot::setWheelScrolls(bool isScrolling) {
    m_interaction->setWheelScrolls(isScrolling);
}

void FigurePlot::setColourRange(const QString& scaleId, double low, double high) {
    if (low < high) {
        m_canvas->setColourRange(scaleId.toStdString(), Range{low, high});
    }
}

void FigurePlot::resetColourRange(const QString& scaleId) {
    m_canvas->setColourRange(scaleId.toStdString(), std::nullopt);
}

QPointF FigurePlot::positionOf(const QString& panelId, double x, double y) const {
    const PanelRect* panel = m_canvas->panel(panelId.toStdString());
    return panel ? panel->frame().at(x, y) : QPointF();
}

QString FigurePlot::tipAt(const QPoint& position) const {
    return m_interaction->tipAt(position);
}

QSize FigurePlot::sizeHint() const {
    const int width = m_canvas->style().rounded(460);
    return {width, preferredHeight(width)};
}

QSize FigurePlot::minimumSizeHint() const {
    return m_canvas->leastSize();
}

int FigurePlot::preferredHeight(int width) const {
    return m_canvas->preferredHeight(width);
}

void FigurePlot::resetView() {
    m_canvas->goHome();
}

} // namespace rulescope::plots
