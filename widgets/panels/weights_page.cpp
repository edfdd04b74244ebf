// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/weights_page.h"

#include "widgets/panels/figure_view.h"
#include "widgets/panels/fit_views.h"
#include "widgets/plots/figure_plot.h"

#include <QComboBox>
#include <QSignalBlocker>

namespace rulescope::panels {

WeightsPage::WeightsPage(models::StudyContext& context, QWidget* parent)
    : Page(context, parent)
    , m_fit(new FitChooser(context, this))
    , m_overlay(new QComboBox(this))
    , m_view(new FigureView(QStringLiteral("weightsPlot"), this)) {
    setObjectName(QStringLiteral("weightsPage"));
    m_overlay->setObjectName(QStringLiteral("weightsOverlay"));
    m_overlay->setToolTip(tr("A second fit, drawn dashed over the first"));
    addOption(tr("Fit"), m_fit);
    addOption(tr("Over it"), m_overlay);
    setFigures(m_view);
    forwardMenu(m_view->plot());
    connect(m_overlay, &QComboBox::activated, this, &WeightsPage::invalidate);
}

std::vector<plots::FigurePlot*> WeightsPage::plots() const {
    return {m_view->plot()};
}

void WeightsPage::fillOverlays() {
    const QSignalBlocker blocker(m_overlay);
    const QVariant kept = m_overlay->currentData();
    m_overlay->clear();
    m_overlay->addItem(tr("Nothing"), QString());
    for (const fit::FitResultPtr& fit : context().contents().fits) {
        if (fit->id != context().selection().fit) {
            m_overlay->addItem(fitLabel(*fit), QString::fromStdString(fit->id));
        }
    }
    m_overlay->setCurrentIndex(std::max(0, m_overlay->findData(kept)));
    m_overlay->setEnabled(m_overlay->count() > 1);
}

void WeightsPage::refresh() {
    const models::StudySnapshot snapshot = context().snapshot();
    const fit::FitResultPtr fit = models::findFit(*snapshot, context().selection().fit);
    if (fit == nullptr) {
        showEmpty(
            tr("No fit yet"), tr("Fit a learning rule: its decision weights across training appear here."));
        return;
    }
    showFigures();
    fillOverlays();
    const fit::FitResultPtr overlay =
        models::findFit(*snapshot, m_overlay->currentData().toString().toStdString());
    m_view->show([snapshot, fit, overlay, names = selectedNames()](const base::StopToken&) {
        return weightsFigure(*snapshot, *fit, overlay.get(), names);
    });
}

} // namespace rulescope::panels
