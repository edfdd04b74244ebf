// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/canvas/figure_canvas.h"

#include "widgets/plots/canvas/figure_text.h"
#include "widgets/plots/canvas/guide_lines.h"
#include "widgets/plots/canvas/panel_grid.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rulescope::plots {

using namespace figures;

namespace {

// The least that a figure needs, in design points.
constexpr double leastColumnPt = 104;
constexpr double leastMapsPt = 66; ///< of a column of maps alone: they share their axes with others
constexpr double leastRowPt = 54;  ///< between the ends of a row's axes
constexpr double rowLabelsPt = 36; ///< a row's title, ticks and gap

bool isSameFixedAxis(const Axis& a, const Axis& b) {
    return a.low && a.high && a.low == b.low && a.high == b.high && a.isLogarithmic == b.isLogarithmic &&
           a.isReversed == b.isReversed && a.ticks.size() == b.ticks.size() &&
           std::equal(a.ticks.begin(), a.ticks.end(), b.ticks.begin(),
               [](const Tick& s, const Tick& t) { return s.at == t.at; });
}

/// Whether `panel` may leave the tick labels of its y axis to `left`, or those of its x axis to `below`.
bool sharesAxis(const Panel& panel, const Panel& named, Dimension dimension) {
    if (dimension == Dimension::Y) {
        return panel.row == named.row && panel.rowSpan == named.rowSpan && named.column < panel.column &&
               panel.y.label.isEmpty() && isSameFixedAxis(panel.y, named.y);
    }
    return panel.column == named.column && panel.columnSpan == named.columnSpan && named.row > panel.row &&
           panel.x.label.isEmpty() && isSameFixedAxis(panel.x, named.x);
}

} // namespace

FigureCanvas::FigureCanvas(PlotStyle style, QWidget* parent)
    : QCustomPlot(parent)
    , m_style(std::move(style))
    , m_figure(std::make_shared<FigureSpec>()) {
    setAutoAddPlottableToLegend(false);
    setNoAntialiasingOnDrag(true);
    // The overlay (crosshair, brush) is redrawn alone while the data stay in their own buffer.
    layer(QStringLiteral("overlay"))->setMode(QCPLayer::lmBuffered);
    build();
}

FigureCanvas::~FigureCanvas() = default;

void FigureCanvas::setFigure(std::shared_ptr<const FigureSpec> figure) {
    const bool isUpdate = hasSameStructure(*figure);
    m_shown.reset();
    // The old figure lives until every panel points into the new one.
    const std::shared_ptr<const FigureSpec> previous = std::exchange(m_figure, std::move(figure));
    if (isUpdate) {
        updateData();
    } else {
        build();
    }
    m_arrangedSize = {};
    redraw();
}

void FigureCanvas::setPrinting() {
    m_isPrinting = true;
    // QCustomPlot has queued a first replot when it was made; it leaves out one that seems to be under way.
    mReplotting = true;
}

void FigureCanvas::redraw() {
    if (!m_isPrinting) { // another thread may be painting it
        replot(QCustomPlot::rpQueuedReplot);
    }
}

bool FigureCanvas::hasSameStructure(const FigureSpec& figure) const {
    const auto isSame = [](const Panel& a, const Panel& b) {
        const auto sameKind = [](const Series& s, const Series& t) { return s.index() == t.index(); };
        return a.id == b.id && a.row == b.row && a.column == b.column && a.rowSpan == b.rowSpan &&
               a.columnSpan == b.columnSpan &&
               std::equal(a.series.begin(), a.series.end(), b.series.begin(), b.series.end(), sameKind);
    };
    return figure.id == m_figure->id && figure.emptyReason.isEmpty() == m_figure->emptyReason.isEmpty() &&
           std::equal(figure.panels.begin(), figure.panels.end(), m_figure->panels.begin(),
               m_figure->panels.end(), isSame);
}

void FigureCanvas::build() {
    m_shared.clear();
    qDeleteAll(m_labels);
    qDeleteAll(m_guides);
    m_labels.clear();
    m_guides.clear();
    delete m_text;
    clearPlottables();
    plotLayout()->clear();
    setBackground(QBrush(m_style.theme.background));
    m_text = new FigureText(this, m_figure.get(), &m_style);
    m_grid = new PanelGrid(m_figure.get(), &m_style);
    plotLayout()->addElement(0, 0, m_grid);
    plotLayout()->setAutoMargins(QCP::msNone);
    if (!m_figure->emptyReason.isEmpty()) {
        return;
    }
    for (const Panel& panel : m_figure->panels) {
        auto* rect = new PanelRect(this, &panel, &m_style);
        m_grid->addPanel(rect);
        m_guides.push_back(new GuideLines(rect));
        std::vector<SeriesPlottable*> series;
        for (std::size_t i = 0; i < panel.series.size(); ++i) {
            series.push_back(makePlottable(rect, i));
        }
        m_labels.push_back(new PanelLabels(rect, std::move(series)));
        connect(rect, &PanelRect::rangesChanged, this, [this, rect] {
            followShared(rect);
            emit panelRangesChanged(QString::fromStdString(rect->panel().id));
        });
        if (panel.colourScale && m_colourRanges.count(panel.colourScale->id) > 0) {
            rect->setColourRange(m_colourRanges.at(panel.colourScale->id));
        }
    }
    shareAxes();
}

void FigureCanvas::shareAxes() {
    m_shared.clear();
    for (PanelLabels* labels : m_labels) {
        PanelRect* panel = labels->panel();
        for (const Dimension dimension : {Dimension::X, Dimension::Y}) {
            const auto named = std::find_if(m_labels.begin(), m_labels.end(), [&](PanelLabels* other) {
                return sharesAxis(panel->panel(), other->panel()->panel(), dimension);
            });
            const bool isShared = named != m_labels.end();
            if (isShared) {
                m_shared.push_back({panel, (*named)->panel(), dimension});
            }
            panel->setNamedBy(dimension, isShared ? (*named)->panel() : nullptr);
        }
    }
}

void FigureCanvas::followShared(PanelRect* panel) {
    if (m_isFollowing) {
        return;
    }
    m_isFollowing = true;
    // Tick labels stand beside one panel only, so the panels that share them move together.
    for (const Dimension dimension : {Dimension::X, Dimension::Y}) {
        const auto own = std::find_if(m_shared.begin(), m_shared.end(),
            [&](const Shared& shared) { return shared.panel == panel && shared.dimension == dimension; });
        PanelRect* named = own == m_shared.end() ? panel : own->named;
        const auto axisOf = [dimension](PanelRect* of) {
            return dimension == Dimension::X ? of->xAxis() : of->yAxis();
        };
        const QCPRange range = axisOf(panel)->range();
        axisOf(named)->setRange(range);
        for (const Shared& shared : m_shared) {
            if (shared.named == named && shared.dimension == dimension) {
                axisOf(shared.panel)->setRange(range);
            }
        }
    }
    m_isFollowing = false;
}

void FigureCanvas::updateData() {
    m_shared.clear(); // each panel goes to its own new home; who shares an axis may change with the data
    m_grid->setFigure(m_figure.get());
    m_text->setFigure(m_figure.get());
    for (std::size_t i = 0; i < m_labels.size(); ++i) {
        m_labels[i]->panel()->setPanel(&m_figure->panels[i]);
    }
    shareAxes();
}

void FigureCanvas::setStyle(PlotStyle style) {
    m_style = std::move(style);
    setBackground(QBrush(m_style.theme.background));
    for (PanelLabels* labels : m_labels) {
        labels->panel()->applyStyle();
    }
    m_arrangedSize = {};
    redraw();
}

PanelRect* FigureCanvas::panel(const std::string& id) const {
    for (PanelLabels* labels : m_labels) {
        if (labels->panel()->panel().id == id) {
            return labels->panel();
        }
    }
    return nullptr;
}

PanelRect* FigureCanvas::panelAt(const QPointF& pixel) const {
    for (PanelLabels* labels : m_labels) {
        if (QRectF(labels->panel()->rect()).contains(pixel)) {
            return labels->panel();
        }
    }
    return nullptr;
}

PanelRect* FigureCanvas::colourBarAt(const QPointF& pixel) const {
    for (PanelLabels* labels : m_labels) {
        PanelRect* panel = labels->panel();
        if (panel->hasColourBar() &&
            panel->colourBarRect().adjusted(0, 0, panel->colourBarTickWidth(), 0).contains(pixel)) {
            return panel;
        }
    }
    return nullptr;
}

const FigureSpec& FigureCanvas::figure() const {
    if (m_colourRanges.empty()) {
        return *m_figure;
    }
    if (m_shown == nullptr) {
        auto shown = std::make_unique<FigureSpec>(*m_figure);
        for (Panel& panel : shown->panels) {
            const auto it =
                panel.colourScale ? m_colourRanges.find(panel.colourScale->id) : m_colourRanges.end();
            if (it != m_colourRanges.end()) {
                panel.colourScale->low = it->second.low;
                panel.colourScale->high = it->second.high;
            }
        }
        m_shown = std::move(shown);
    }
    return *m_shown;
}

void FigureCanvas::goHome() {
    for (PanelLabels* labels : m_labels) {
        labels->panel()->goHome();
    }
    redraw();
}

void FigureCanvas::setColourRange(const std::string& scaleId, const std::optional<Range>& range) {
    if (range) {
        m_colourRanges[scaleId] = *range;
    } else {
        m_colourRanges.erase(scaleId);
    }
    for (PanelLabels* labels : m_labels) {
        const std::optional<ColourScale>& scale = labels->panel()->panel().colourScale;
        if (scale && scale->id == scaleId) {
            labels->panel()->setColourRange(range);
        }
    }
    m_shown.reset();
    m_arrangedSize = {};
    redraw();
}

int FigureCanvas::preferredHeight(int width) const {
    const QMargins margins = m_text->margins(QSize(width, width));
    const double aspect = std::isfinite(m_figure->aspect) && m_figure->aspect > 0 ? m_figure->aspect : 0.6;
    return margins.top() + margins.bottom() +
           static_cast<int>((width - margins.left() - margins.right()) * aspect);
}

int FigureCanvas::fittingHeight(int width) {
    int height = preferredHeight(width);
    const double least = m_style.length(70);
    for (int round = 0; round < 3; ++round) {
        setViewport(QRect(0, 0, width, height));
        m_arrangedSize = {};
        updateLayout();
        double factor = 1;
        std::map<int, int> rows;
        for (const PanelLabels* labels : m_labels) {
            const PanelRect* panel = labels->panel();
            factor =
                std::max(factor, std::max(least, panel->namedRowsHeight()) / std::max(1, panel->height()));
            rows[panel->panel().row] = panel->height();
        }
        if (factor < 1.01) {
            break;
        }
        for (const auto& [row, inner] : rows) {
            height += static_cast<int>((factor - 1) * inner);
        }
    }
    m_arrangedSize = {};
    return height;
}

void FigureCanvas::paintOn(QCPPainter* painter, const QSize& size) {
    m_arrangedSize = {};
    toPainter(painter, size.width(), size.height());
}

void FigureCanvas::updateLayout() {
    const QSize size = viewport().size();
    plotLayout()->setMargins(m_text->margins(size));
    QCustomPlot::updateLayout();
    if (size == m_arrangedSize) {
        return;
    }
    for (PanelLabels* labels : m_labels) {
        labels->reset();
    }
    // Ticks depend on lengths, lengths on tick labels, and both on where legends find room: a few rounds
    // settle it.
    constexpr int mostRounds = 6;
    std::vector<QRect> before;
    for (int round = 0; round < mostRounds; ++round) {
        std::vector<QRect> now;
        for (PanelLabels* labels : m_labels) {
            labels->panel()->fitLabels();
            if (round > 0) { // before, lengths are only a guess
                labels->reserve();
            }
        }
        QCustomPlot::updateLayout();
        for (const PanelLabels* labels : m_labels) {
            now.push_back(labels->panel()->rect());
        }
        if (round > 1 && now == before) {
            break;
        }
        before = now;
    }
    for (PanelLabels* labels : m_labels) {
        labels->place();
    }
    m_arrangedSize = size;
}

int FigureCanvas::leastWidth(int columns) const {
    std::vector<bool> isMaps(static_cast<std::size_t>(columns), true);
    for (const Panel& panel : m_figure->panels) {
        const bool isMap = !panel.series.empty() && std::holds_alternative<HeatMap>(panel.series.front());
        for (int column = panel.column; column < panel.column + panel.columnSpan && !isMap; ++column) {
            isMaps[static_cast<std::size_t>(column)] = false;
        }
    }
    const auto maps = static_cast<int>(std::count(isMaps.begin(), isMaps.end(), true));
    return maps * m_style.rounded(leastMapsPt) + (columns - maps) * m_style.rounded(leastColumnPt);
}

QSize FigureCanvas::leastSize() const {
    int rows = 1;
    int columns = 1;
    for (const Panel& panel : m_figure->panels) {
        rows = std::max(rows, panel.row + panel.rowSpan);
        columns = std::max(columns, panel.column + panel.columnSpan);
    }
    const QMargins margins = m_text->margins(QSize(columns * m_style.rounded(125), 1));
    // Rows share the height by their weights, so the neediest one decides.
    std::vector<double> weights = m_figure->rowWeights;
    weights.resize(static_cast<std::size_t>(rows), 1.0);
    const double allWeights = std::accumulate(weights.begin(), weights.end(), 0.0);
    double inner = rows * m_style.length(leastRowPt);
    for (const PanelLabels* labels : m_labels) {
        const Panel& panel = labels->panel()->panel();
        double share = 0;
        for (int row = panel.row; row < panel.row + panel.rowSpan; ++row) {
            share += weights[static_cast<std::size_t>(row)] / allWeights;
        }
        const double between = (panel.rowSpan - 1) * m_style.length(rowLabelsPt);
        inner = std::max(inner, (labels->panel()->namedRowsHeight() - between) / std::max(share, 0.01));
    }
    return {leastWidth(columns),
        static_cast<int>(inner) + rows * m_style.rounded(rowLabelsPt) + margins.top() + margins.bottom()};
}

void FigureCanvas::changeEvent(QEvent* event) {
    const bool isOfText = event->type() == QEvent::FontChange || event->type() == QEvent::LanguageChange;
    if (isOfText && !m_isPrinting) {
        m_arrangedSize = {};
        for (PanelLabels* labels : m_labels) {
            labels->panel()->applyStyle();
        }
        redraw();
    }
    QCustomPlot::changeEvent(event);
}

} // namespace rulescope::plots
