// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/updates_page.h"

#include "widgets/panels/figure_view.h"
#include "widgets/panels/fit_request.h"
#include "widgets/panels/latest_task.h"
#include "widgets/plots/figure_plot.h"
#include "widgets/text/translated.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QSignalBlocker>

#include <algorithm>
#include <cmath>

namespace rulescope::panels {

namespace {

const char* const kScale = "update"; ///< id of the colour scale that the surfaces share
constexpr int kMostDecimals = 4;
constexpr double kLeastReach = 1e-4, kLargestReach = 1e5; ///< of the colour scale

QStringList surfacePanels() {
    return {QStringLiteral("surface-correct"), QStringLiteral("surface-error"),
        QStringLiteral("surface-difference")};
}

/// Enough for three significant digits.
int usefulDecimals(double value) {
    return value > 0 ? std::clamp(2 - static_cast<int>(std::floor(std::log10(value))), 1, kMostDecimals)
                     : kMostDecimals;
}

/// " · 10⁻³" of "Δw (10⁻³)": what a number on that scale is to be read with.
QString unitSuffix(const QString& label) {
    const QString unit = label.section(QLatin1Char('('), 1).section(QLatin1Char(')'), 0, 0);
    return unit.isEmpty() ? QString() : QStringLiteral(" · ") + unit;
}

QComboBox* makeBox(QWidget* parent, const char* name, const QString& toolTip) {
    auto* box = new QComboBox(parent);
    box->setObjectName(QLatin1String(name));
    box->setToolTip(toolTip);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    return box;
}

void fillNames(QComboBox& box, const std::vector<std::string>& names, const std::string& usual) {
    const QSignalBlocker blocker(&box);
    const QVariant kept = box.currentData();
    box.clear();
    for (const std::string& name : names) {
        box.addItem(regressorTitle(name), QString::fromStdString(name));
    }
    int index = box.findData(kept);
    index = index >= 0 ? index : box.findData(QString::fromStdString(usual));
    box.setCurrentIndex(std::max(0, index));
}

} // namespace

UpdatesPage::UpdatesPage(models::StudyContext& context, QWidget* parent)
    : Page(context, parent)
    , m_fit(new FitChooser(context, this))
    , m_show(makeBox(this, "updatesShow", tr("What the page shows")))
    , m_component(makeBox(this, "updatesComponent", tr("The weight whose change is shown")))
    , m_weight(makeBox(this, "updatesWeight", tr("The weight along the vertical axis")))
    , m_split(makeBox(this, "updatesSplit", tr("Split trials by their outcome, or by the side chosen")))
    , m_histories(
          makeBox(this, "updatesHistories", tr("Which histories a rule with memory is averaged over")))
    , m_range(new QDoubleSpinBox(this))
    , m_view(new FigureView(QStringLiteral("updatesPlot"), this))
    , m_task(new LatestTask(this)) {
    setObjectName(QStringLiteral("updatesPage"));
    makeOptions();
    setFigures(m_view);
    forwardMenu(m_view->plot());
    noteExclusions(m_view);
    plots::FigurePlot* plot = m_view->plot();
    connect(plot, &plots::FigurePlot::crosshairMoved, this,
        [this](const QString&, double x, double y) { onCrosshair(x, y); });
    connect(plot, &plots::FigurePlot::colourRangeChanged, this,
        [this](const QString&, double, double high) { showRange(high); });
    connect(m_task, &LatestTask::busyChanged, m_view, &FigureView::setBusy);
    connect(m_range, &QDoubleSpinBox::valueChanged, this,
        [plot](double high) { plot->setColourRange(QLatin1String(kScale), -high, high); });
}

void UpdatesPage::makeOptions() {
    m_show->addItem(tr("Update surface"), int(Show::Surface));
    m_show->addItem(tr("History"), int(Show::History));
    m_show->addItem(tr("Learning gain"), int(Show::Gain));
    m_split->addItem(tr("correct | error"), int(SurfaceSplit::Outcome));
    m_split->addItem(tr("left | right choice"), int(SurfaceSplit::ChoiceSide));
    m_histories->addItem(tr("the animals' own"), int(insight::HistorySource::Data));
    m_histories->addItem(tr("all of four trials"), int(insight::HistorySource::Published));
    m_range->setObjectName(QStringLiteral("updatesRange"));
    m_range->setToolTip(
        tr("End of the colour scale that the surfaces share; the wheel over the colour bar does the same"));
    m_range->setRange(kLeastReach, kLargestReach);
    m_range->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    m_range->setPrefix(QStringLiteral("±"));
    addOption({}, m_fit);
    addOption({}, m_show);
    addOption(tr("Change of"), m_component);
    addOption(tr("against"), m_weight);
    addOption(tr("Split"), m_split, Use::Seldom);
    addOption(tr("Histories"), m_histories, Use::Seldom);
    addOption(tr("Colours: Δw"), m_range, Use::Seldom);
    for (QComboBox* box : {m_show, m_component, m_weight, m_split, m_histories}) {
        connect(box, &QComboBox::activated, this, &UpdatesPage::invalidate);
    }
}

std::vector<plots::FigurePlot*> UpdatesPage::plots() const {
    return {m_view->plot()};
}

SurfaceChoice UpdatesPage::choice() const {
    SurfaceChoice choice;
    choice.component = m_component->currentData().toString().toStdString();
    choice.weight = m_weight->currentData().toString().toStdString();
    choice.split = static_cast<SurfaceSplit>(m_split->currentData().toInt());
    choice.histories = static_cast<insight::HistorySource>(m_histories->currentData().toInt());
    return choice;
}

void UpdatesPage::fillWeights(const fit::FitResult& fit) {
    fillNames(*m_component, fit.spec.regressors.names, "stimulus");
    fillNames(*m_weight, fit.spec.regressors.names, "stimulus");
}

void UpdatesPage::refresh() {
    const models::StudySnapshot snapshot = context().analysed();
    const fit::FitResultPtr fit = models::findFit(*snapshot, context().selection().fit);
    if (fit == nullptr) {
        showEmpty(tr("No fit yet"),
            tr("Fit a learning rule: what one correct or error trial teaches the animal appears here."));
        return;
    }
    showFigures();
    fillWeights(*fit);
    const auto show = static_cast<Show>(m_show->currentData().toInt());
    const bool isSurface = show == Show::Surface;
    for (QWidget* widget :
        {static_cast<QWidget*>(m_weight), static_cast<QWidget*>(m_split), static_cast<QWidget*>(m_range)}) {
        widget->setEnabled(isSurface);
    }
    for (QWidget* widget : {static_cast<QWidget*>(m_component), static_cast<QWidget*>(m_histories)}) {
        widget->setEnabled(show != Show::Gain);
    }
    if (isSurface) {
        showSurface(snapshot, fit);
        return;
    }
    m_task->cancel();
    m_view->plot()->setCrosshair({}, 0, 0);
    if (show == Show::Gain) {
        m_view->show([snapshot, fit, names = selectedNames()](
                         const base::StopToken&) { return gainFigure(*snapshot, *fit, names); });
        return;
    }
    const auto kind = choice().histories == insight::HistorySource::Data ? insight::HistoryKind::Real
                                                                         : insight::HistoryKind::Synthetic;
    m_view->show(
        [snapshot, fit, names = selectedNames(), component = choice().component, kind](
            const base::StopToken&) { return historyFigure(*snapshot, *fit, names, component, kind); });
}

void UpdatesPage::showSurface(const models::StudySnapshot& snapshot, const fit::FitResultPtr& fit) {
    m_task->run([snapshot, fit, names = selectedNames(), choice = choice()](
                    const base::StopToken&) { return surfaceContent(*snapshot, *fit, names, choice); },
        [this](base::Result<SurfaceContent> content) { onSurface(std::move(content)); });
}

void UpdatesPage::onSurface(base::Result<SurfaceContent> content) {
    if (!content) {
        m_surface = nullptr;
        m_view->plot()->setCrosshair({}, 0, 0);
        m_view->showNow(failureFigure("update-surface", content.error()));
        return;
    }
    m_surface = std::make_shared<const SurfaceContent>(std::move(*content));
    m_row = std::nullopt;
    drawSurface();
    const figures::Panel* panel = figures::findPanel(m_view->plot()->figure(), "surface-correct");
    if (panel == nullptr) {
        return;
    }
    const insight::UpdateSurface& surface = m_surface->surface;
    // At first in the middle of the stimuli, where there is usually none to left or right.
    const double middle = panel->x.low && panel->x.high ? (*panel->x.low + *panel->x.high) / 2 : 0;
    m_view->plot()->setCrosshair(
        surfacePanels(), m_crossX.value_or(middle), surface.weightValues[surface.sliceRows[1]]);
    if (panel->colourScale) {
        m_range->setSuffix(unitSuffix(text::translated(panel->colourScale->label)));
        showRange(panel->colourScale->high);
    }
}

void UpdatesPage::showRange(double high) {
    const QSignalBlocker blocker(m_range);
    const int decimals = usefulDecimals(high);
    m_range->setDecimals(decimals); // rounds the ends of the range, the lower one to none
    m_range->setRange(std::pow(10, -decimals), kLargestReach);
    m_range->setValue(high);
}

void UpdatesPage::onCrosshair(double x, double weight) {
    if (m_surface == nullptr) {
        return;
    }
    m_crossX = x;
    const std::size_t row = rowNearest(m_surface->surface, weight);
    if (m_row != row) { // the slices change by whole rows of the grid
        m_row = row;
        drawSurface();
    }
}

void UpdatesPage::drawSurface() {
    m_view->showNow(surfaceFigure(*m_surface, m_row));
}

} // namespace rulescope::panels
