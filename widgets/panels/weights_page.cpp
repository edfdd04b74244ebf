// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/weights_page.h"

#include "widgets/panels/figure_view.h"
#include "widgets/panels/fit_views.h"
#include "widgets/panels/weights_view.h"
#include "widgets/plots/figure_plot.h"

#include <QComboBox>
#include <QSignalBlocker>

#include <algorithm>

namespace rulescope::panels {

namespace {

constexpr int kWidestBox = 260; ///< px; the list itself shows longer names

} // namespace

WeightsPage::WeightsPage(models::StudyContext& context, QWidget* parent)
    : Page(context, parent)
    , m_fit(new FitChooser(context, this))
    , m_overlay(new QComboBox(this))
    , m_shown(new QComboBox(this))
    , m_drift(new QComboBox(this))
    , m_view(new FigureView(QStringLiteral("weightsPlot"), this))
    , m_tracking(std::make_shared<TrackingCache>()) {
    setObjectName(QStringLiteral("weightsPage"));
    m_overlay->setObjectName(QStringLiteral("weightsOverlay"));
    m_overlay->setToolTip(tr("A second fit, drawn dashed over the first"));
    m_shown->setObjectName(QStringLiteral("weightsShown"));
    m_shown->setToolTip(tr("Tracked weights follow the choices without any learning rule (PsyTrack); "
                           "their bands are ± 1.96 standard errors"));
    m_drift->setObjectName(QStringLiteral("weightsDrift"));
    m_drift->setToolTip(tr("How tracked weights may move; how much is chosen by evidence for each animal"));
    m_drift->addItem(tr("The same throughout"), false);
    m_drift->addItem(tr("Another between sessions"), true);
    for (QComboBox* box : {m_overlay, m_shown, m_drift}) { // their entries come and go
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        box->setMaximumWidth(kWidestBox);
    }
    addOption(tr("Fit"), m_fit);
    addOption(tr("Over it"), m_overlay);
    addOption(tr("Show"), m_shown);
    addOption(tr("Drift"), m_drift);
    setFigures(m_view);
    forwardMenu(m_view->plot());
    noteExclusions(m_view);
    for (QComboBox* box : {m_overlay, m_shown, m_drift}) {
        connect(box, &QComboBox::activated, this, &WeightsPage::invalidate);
    }
    connect(m_view, &FigureView::figureShown, this, [this] {
        if (std::exchange(m_areBandsPending, false)) {
            draw(true);
        }
    });
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
    m_overlay->setEnabled(m_overlay->count() > 1 && shown() != Shown::TrackedAlone);
}

/// Without a fit only the tracked weights are on offer.
void WeightsPage::fillShown() {
    const bool hasFit = models::findFit(context().contents(), context().selection().fit) != nullptr;
    if (m_shown->count() == (hasFit ? 3 : 1)) {
        return;
    }
    const QSignalBlocker blocker(m_shown);
    m_shown->clear();
    if (hasFit) {
        m_shown->addItem(tr("Rule over tracked"), static_cast<int>(Shown::RuleOverTracked));
        m_shown->addItem(tr("Rule alone"), static_cast<int>(Shown::RuleAlone));
    }
    m_shown->addItem(tr("Tracked alone"), static_cast<int>(Shown::TrackedAlone));
    for (const QWidget* box : std::initializer_list<const QWidget*>{m_fit, m_overlay, m_shown}) {
        box->parentWidget()->setVisible(hasFit); // with its label
    }
}

WeightsPage::Shown WeightsPage::shown() const {
    return static_cast<Shown>(m_shown->currentData().toInt());
}

bool WeightsPage::isAtHand(const io::StudyContents& contents, const WeightsChoice& choice) const {
    const std::vector<std::string> names = animalsShown(contents, choice);
    const TrackingRequest request = trackingRequest(choice);
    return std::all_of(names.begin(), names.end(),
        [&](const std::string& name) { return m_tracking->has(contents.study.find(name), request); });
}

void WeightsPage::refresh() {
    m_areBandsPending = false;
    if (context().analysed()->study.animals.empty()) {
        showEmpty(
            tr("No animals yet"), tr("Import sessions: each animal's decision weights across training appear "
                                     "here, with a fitted rule or without."));
        return;
    }
    showFigures();
    fillShown();
    fillOverlays();
    m_drift->setEnabled(shown() != Shown::RuleAlone);
    WeightsChoice choice;
    const fit::FitResultPtr fit = models::findFit(context().contents(), context().selection().fit);
    choice.fit = fit.get();
    choice.animals = selectedNames();
    choice.hasSessionDrift = m_drift->currentData().toBool();
    m_areBandsPending = shown() == Shown::RuleOverTracked && !isAtHand(*context().analysed(), choice);
    draw(shown() != Shown::RuleAlone && !m_areBandsPending);
}

void WeightsPage::draw(bool withTracking) {
    const models::StudySnapshot snapshot = context().analysed();
    const fit::FitResultPtr fit = models::findFit(*snapshot, context().selection().fit);
    const fit::FitResultPtr overlay =
        models::findFit(*snapshot, m_overlay->currentData().toString().toStdString());
    const bool isTrackedAlone = shown() == Shown::TrackedAlone || fit == nullptr;
    m_view->show([=, names = selectedNames(), hasSessionDrift = m_drift->currentData().toBool(),
                     tracking = m_tracking](const base::StopToken& stop) {
        WeightsChoice choice;
        choice.animals = names;
        choice.tracking = withTracking ? tracking.get() : nullptr;
        choice.hasSessionDrift = hasSessionDrift;
        if (!isTrackedAlone) {
            choice.fit = fit.get();
            choice.overlay = overlay.get();
        } else if (fit != nullptr) {
            choice.regressors = fit->spec.regressors;
            choice.trials = fit->spec.trialsPerAnimal;
        }
        return weightsFigure(*snapshot, choice, stop);
    });
}

} // namespace rulescope::panels
