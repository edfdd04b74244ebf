// SPDX-License-Identifier: GPL-3.0-or-later
// The window's part about artificial networks.
#include "app/desktop/main_window.h"

#include "app/desktop/window_actions.h"
#include "widgets/panels/network_panel.h"
#include "widgets/panels/networks_page.h"
#include "widgets/panels/notice_bar.h"
#include "widgets/text/translated.h"

#include <QAction>
#include <QActionGroup>
#include <QDockWidget>
#include <QStatusBar>

namespace rulescope::desktop {

namespace {

constexpr int kStatusTime = 6000; ///< ms
const QString kNetworksNotice = QStringLiteral("networksNotice");

} // namespace

void MainWindow::connectNetworks() {
    connect(m_actions->trainNetworks, &QAction::triggered, this, [this] {
        showPage(m_actions->networks->data().toInt());
        m_networkDock->show();
        m_networkDock->raise();
        m_networkPanel->setFocus();
    });
    connect(m_networkPanel, &panels::NetworkPanel::requested, this, &MainWindow::startNetworks);
    connect(m_actions->continueNetworks, &QAction::triggered, this, [this] {
        const auto going = m_networkJobs.goOn(m_networksPage->current());
        if (!going) {
            m_notices->show(kNetworksNotice, text::translated(going.error()));
        }
        m_jobsDock->show();
    });
    connect(m_actions->removeNetworks, &QAction::triggered, this, &MainWindow::removeNetworks);
    connect(m_networksPage, &panels::NetworksPage::currentChanged, this, &MainWindow::updateNetworkActions);
    connect(&m_networkJobs, &NetworkJobs::failed, this,
        [this](const QString&, const QString& message) { m_notices->show(kNetworksNotice, message); });
    connect(&m_networkJobs, &NetworkJobs::ended, this, &MainWindow::onNetworksEnded);
    updateNetworkActions();
}

void MainWindow::startNetworks(const networks::ExperimentRequest& request) {
    m_notices->close(kNetworksNotice);
    const auto folder = m_networkJobs.start(request);
    if (!folder) {
        m_notices->show(kNetworksNotice, text::translated(folder.error()));
        return;
    }
    m_networksPage->setCurrent(*folder);
    showPage(m_actions->networks->data().toInt());
    m_jobsDock->show();
    m_jobsDock->raise();
}

void MainWindow::removeNetworks() {
    const QString folder = m_networksPage->current();
    const models::ExperimentEntry* entry = m_library.find(folder);
    if (entry == nullptr || entry->isRunning()) {
        return;
    }
    const QString title = entry->title();
    m_library.remove(folder);
    m_notices->show(kNetworksNotice, tr("%1 was removed.").arg(title), {{tr("Undo"), [this, folder] {
                                                                             m_library.restore(folder);
                                                                             m_networksPage->setCurrent(
                                                                                 folder);
                                                                         }}});
}

void MainWindow::onNetworksEnded(const QString& folder, int animals, int diverged) {
    if (diverged > 0) {
        m_notices->show(kNetworksNotice,
            tr("%n network(s) left every range and were stopped; the learning curves say at which step. A "
               "smaller learning rate or gain may help.",
                nullptr, diverged));
    }
    if (animals > 0) {
        statusBar()->showMessage(
            tr("%n artificial animal(s) are in the study: see Behaviour.", nullptr, animals), kStatusTime);
    } else {
        statusBar()->showMessage(tr("The networks are trained: see Networks."), kStatusTime);
    }
    const auto finished = networks::readExperiment(folder.toStdString());
    if (finished && !finished->runs.empty()) {
        m_networkPanel->setSpeed(networks::measuredFlopsPerSecond(finished->runs));
    }
}

void MainWindow::updateNetworkActions() {
    const models::ExperimentEntry* entry = m_library.find(m_networksPage->current());
    const bool isIdle = entry != nullptr && !entry->isRunning();
    m_actions->continueNetworks->setEnabled(isIdle && !entry->isComplete);
    m_actions->removeNetworks->setEnabled(isIdle);
}

} // namespace rulescope::desktop
