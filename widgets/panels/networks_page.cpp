// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/networks_page.h"

#include "widgets/panels/figure_view.h"
#include "widgets/panels/network_views.h"
#include "widgets/plots/figure_plot.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLocale>
#include <QSignalBlocker>
#include <QTimer>
#include <QToolButton>

namespace rulescope::panels {

namespace {

constexpr int kRedrawInterval = 700; ///< ms between two drawings of a running experiment
constexpr int kWidestChooser = 340;  ///< px; lists themselves show longer names

QComboBox* makeBox(QWidget* parent, const char* name, const QString& toolTip) {
    auto* box = new QComboBox(parent);
    box->setObjectName(QLatin1String(name));
    box->setToolTip(toolTip);
    box->setAccessibleName(toolTip);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    box->setMaximumWidth(kWidestChooser);
    return box;
}

/// "Rank sweep, 24 Nov 10:30 (12 of 36)".
QString label(const models::ExperimentEntry& entry) {
    const QLocale locale;
    QString state;
    if (entry.isRunning()) {
        state = NetworksPage::tr("%1 %").arg(locale.toString(100 * entry.fraction, 'f', 0));
    } else if (!entry.isComplete) {
        state = entry.networks > 0 ? NetworksPage::tr("%1 of %2")
                                         .arg(locale.toString(static_cast<qulonglong>(entry.finished)),
                                             locale.toString(static_cast<qulonglong>(entry.networks)))
                                   : NetworksPage::tr("stopped");
    }
    const QString name = NetworksPage::tr("%1, %2").arg(
        entry.title(), locale.toString(entry.begun, NetworksPage::tr("d MMM hh:mm", "date and time")));
    return state.isEmpty() ? name : NetworksPage::tr("%1 (%2)").arg(name, state);
}

} // namespace

NetworksPage::NetworksPage(models::StudyContext& context, models::NetworkLibrary& library, QWidget* parent)
    : Page(context, parent)
    , m_library(library)
    , m_experiment(makeBox(this, "networksExperiment", tr("The experiment that this page shows")))
    , m_show(makeBox(this, "networksShow", tr("What the page shows")))
    , m_network(makeBox(this, "networksNetwork", tr("The network whose spectrum is shown")))
    , m_buttons(new QWidget(this))
    , m_view(new FigureView(QStringLiteral("networksPlot"), this))
    , m_redraw(new QTimer(this)) {
    setObjectName(QStringLiteral("networksPage"));
    m_redraw->setSingleShot(true);
    m_redraw->setInterval(kRedrawInterval);
    addOption({}, m_experiment);
    addOption({}, m_show);
    addOption({}, m_network);
    addOption({}, m_buttons);
    auto* buttons = new QHBoxLayout(m_buttons);
    buttons->setContentsMargins(0, 0, 0, 0);
    setFigures(m_view);
    forwardMenu(m_view->plot());
    connect(m_experiment, &QComboBox::activated, this, [this] {
        invalidate();
        emit currentChanged();
    });
    for (QComboBox* box : {m_show, m_network}) {
        connect(box, &QComboBox::activated, this, &NetworksPage::draw);
    }
    connect(&library, &models::NetworkLibrary::changed, this, [this] {
        fillExperiments(); // also while another page is shown: current() is what commands act on
        invalidate();
        emit currentChanged();
    });
    connect(&library, &models::NetworkLibrary::progressed, this, [this](const QString& folder) {
        if (isVisible() && folder == current() && !m_redraw->isActive()) {
            m_redraw->start();
        }
    });
    connect(m_redraw, &QTimer::timeout, this, &NetworksPage::invalidate);
    fillExperiments();
}

std::vector<plots::FigurePlot*> NetworksPage::plots() const {
    return {m_view->plot()};
}

void NetworksPage::addActions(QAction* goOn, QAction* remove) {
    for (QAction* action : {goOn, remove}) {
        auto* button = new QToolButton(m_buttons);
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonTextOnly);
        m_buttons->layout()->addWidget(button);
    }
}

QString NetworksPage::current() const {
    return m_experiment->currentData().toString();
}

void NetworksPage::setCurrent(const QString& folder) {
    fillExperiments();
    const int index = m_experiment->findData(folder);
    if (index >= 0) {
        m_experiment->setCurrentIndex(index);
        invalidate();
        emit currentChanged();
    }
}

void NetworksPage::fillExperiments() {
    const QSignalBlocker blocker(m_experiment);
    const QString kept = current();
    m_experiment->clear();
    for (const models::ExperimentEntry& entry : m_library.entries()) {
        m_experiment->addItem(label(entry), entry.folder);
    }
    m_experiment->setCurrentIndex(
        m_experiment->count() == 0 ? -1 : std::max(0, m_experiment->findData(kept)));
}

void NetworksPage::fillViews(const models::ExperimentEntry& entry) {
    if (m_filledFor == entry.folder) {
        return;
    }
    m_filledFor = entry.folder;
    const QVariant kept = m_show->currentData();
    m_show->clear();
    for (const NetworkView view : viewsOf(entry.request)) {
        m_show->addItem(viewTitle(view), int(view));
    }
    m_show->setCurrentIndex(std::max(0, m_show->findData(kept)));
    m_network->clear();
    m_network->addItems(networkNames(entry.request));
    m_show->setVisible(m_show->count() > 1);
}

void NetworksPage::refresh() {
    fillExperiments();
    const models::ExperimentEntry* entry = m_library.find(current());
    if (entry == nullptr) {
        m_filledFor.clear();
        showEmpty(tr("No networks yet"),
            tr("Train artificial networks: how connectivity and the rule of learning shape what they become, "
               "or which of them learns like your animal. Their curves appear here while they learn."));
        return;
    }
    showFigures();
    fillViews(*entry);
    draw();
}

void NetworksPage::draw() {
    const models::ExperimentEntry* entry = m_library.find(current());
    if (entry == nullptr || m_show->count() == 0) {
        return;
    }
    const auto view = static_cast<NetworkView>(m_show->currentData().toInt());
    m_network->setVisible(view == NetworkView::Spectra);
    m_view->show([folder = entry->folder.toStdString(), live = entry->live, view,
                     network = static_cast<std::size_t>(std::max(0, m_network->currentIndex()))](
                     const base::StopToken&) { return networkFigure(folder, live, view, network); });
}

} // namespace rulescope::panels
