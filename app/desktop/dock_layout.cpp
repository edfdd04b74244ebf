// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/dock_layout.h"

#include <QAction>
#include <QApplication>
#include <QChildEvent>
#include <QDockWidget>
#include <QMainWindow>
#include <QMenu>
#include <QTabBar>
#include <QTimer>

#include <algorithm>
#include <utility>
#include <vector>

namespace rulescope::desktop {

namespace {

constexpr int kSettling = 2000;     ///< ms after the first show in which the window's size may still change
constexpr int kCompactWidth = 1180; ///< px; a narrower window keeps its panels in one column
constexpr int kHysteresis = 40;     ///< px wider before they leave it again
constexpr int kWideWidth = 1400;    ///< px; a wider window has room for all columns of the browser
constexpr int kCompactDock = 270;   ///< px, of the one column
constexpr int kInspector = 280;     ///< px
constexpr int kJobsHeight = 170;    ///< px
constexpr int kAnimation = 400;     ///< ms after which panels that were moved have arrived
constexpr int kLeastPages = 560;    ///< px that panels leave to the pages
constexpr int kLeastDock = 200;     ///< px that they keep for themselves

/// A tab in front, or a panel that has a place of its own.
bool isInSight(const QDockWidget* dock) {
    return dock->isVisible() && !dock->visibleRegion().isEmpty();
}

} // namespace

DockLayout::DockLayout(QMainWindow& window, const Docks& docks)
    : QObject(&window)
    , m_window(window)
    , m_docks(docks)
    , m_afterResizing(new QTimer(this)) {
    m_window.installEventFilter(this);
    m_afterResizing->setSingleShot(true);
    m_afterResizing->setInterval(kAnimation);
    connect(m_afterResizing, &QTimer::timeout, this, &DockLayout::adapt);
    for (QDockWidget* dock : sideDocks()) {
        connect(dock, &QDockWidget::visibilityChanged, this, &DockLayout::tidy, Qt::QueuedConnection);
        connect(dock, &QDockWidget::dockLocationChanged, this, &DockLayout::tidy, Qt::QueuedConnection);
        connect(dock, &QDockWidget::topLevelChanged, this, &DockLayout::tidy, Qt::QueuedConnection);
    }
}

std::array<QDockWidget*, 4> DockLayout::sideDocks() const {
    return {m_docks.browser, m_docks.inspector, m_docks.fit, m_docks.networks};
}

bool DockLayout::isCompact() const {
    return m_window.dockWidgetArea(m_docks.browser) == m_window.dockWidgetArea(m_docks.inspector);
}

bool DockLayout::isUsual() const {
    const Qt::DockWidgetArea side = isCompact() ? Qt::LeftDockWidgetArea : Qt::RightDockWidgetArea;
    const auto docks = sideDocks();
    const bool isFloating =
        std::any_of(docks.begin(), docks.end(), [](const QDockWidget* dock) { return dock->isFloating(); });
    return !isFloating && m_window.dockWidgetArea(m_docks.browser) == Qt::LeftDockWidgetArea &&
           std::all_of(docks.begin() + 1, docks.end(),
               [&](QDockWidget* dock) { return m_window.dockWidgetArea(dock) == side; });
}

void DockLayout::arrange() {
    if (!m_window.isVisible()) { // a hidden window has not laid itself out: what it is told would not hold
        m_isUnarranged = true;
        return;
    }
    for (QDockWidget* dock : sideDocks()) {
        dock->setFloating(false);
        dock->show();
    }
    place(m_window.width() < kCompactWidth);
}

void DockLayout::restore(const QByteArray& state) {
    if (m_window.restoreState(state)) {
        m_restored = state;
    } else {
        arrange();
    }
    m_docks.jobs->hide();
}

void DockLayout::place(bool isCompact) {
    m_window.addDockWidget(Qt::LeftDockWidgetArea, m_docks.browser);
    m_window.addDockWidget(isCompact ? Qt::LeftDockWidgetArea : Qt::RightDockWidgetArea, m_docks.inspector);
    m_window.addDockWidget(Qt::BottomDockWidgetArea, m_docks.jobs);
    if (isCompact) {
        m_window.tabifyDockWidget(m_docks.browser, m_docks.inspector);
    }
    m_window.tabifyDockWidget(m_docks.inspector, m_docks.fit);
    m_window.tabifyDockWidget(m_docks.fit, m_docks.networks);
    (isCompact ? m_docks.browser : m_docks.inspector)->raise();
    setSizes(isCompact);
    QTimer::singleShot(0, this, [this, isCompact] { // it holds once all is laid out
        setSizes(isCompact);
        tidy();
    });
}

void DockLayout::setSizes(bool isCompact) {
    if (isCompact) {
        m_window.resizeDocks({m_docks.browser}, {kCompactDock}, Qt::Horizontal);
    } else {
        const int browser = m_window.width() < kWideWidth ? 310 : 420;
        m_window.resizeDocks({m_docks.browser, m_docks.inspector}, {browser, kInspector}, Qt::Horizontal);
    }
    m_window.resizeDocks({m_docks.jobs}, {kJobsHeight}, Qt::Vertical);
}

void DockLayout::onShown() {
    if (std::exchange(m_isUnarranged, false)) {
        m_sinceShown.start();
        QTimer::singleShot(0, this, &DockLayout::arrange);
    }
    if (!m_restored.isEmpty()) { // a hidden window forgets the widths
        QTimer::singleShot(0, this, [this, state = std::exchange(m_restored, {})] {
            const bool hasJobs = m_docks.jobs->isVisible();
            m_window.restoreState(state);
            m_docks.jobs->setVisible(hasJobs);
            adapt();
        });
    }
}

void DockLayout::onResized() {
    if (!m_window.isVisible() || std::exchange(m_isAdaptPending, true)) {
        return;
    }
    QTimer::singleShot(0, this, [this] {
        m_isAdaptPending = false;
        adapt();
    });
    m_afterResizing->start();
}

void DockLayout::adapt() {
    if (!m_window.isVisible() || m_isUnarranged) {
        return;
    }
    const bool wasCompact = isCompact();
    const int limit = wasCompact ? kCompactWidth + kHysteresis : kCompactWidth;
    const bool isNarrow = m_window.width() < limit;
    if (!isUsual() || isNarrow == wasCompact) {
        giveRoomToPages();
        return;
    }
    // The window manager has the last word on the first size, and may say it late.
    if (m_sinceShown.isValid() && !m_sinceShown.hasExpired(kSettling)) {
        arrange();
        return;
    }
    std::vector<QDockWidget*> closed;
    QDockWidget* front = nullptr; // what was in sight beside the browser stays so where it can
    for (QDockWidget* dock : sideDocks()) {
        if (!dock->toggleViewAction()->isChecked()) {
            closed.push_back(dock);
        } else if (dock != m_docks.browser && isInSight(dock)) {
            front = dock;
        }
    }
    place(isNarrow);
    for (QDockWidget* dock : closed) {
        dock->hide();
    }
    if (front != nullptr && (!isNarrow || front->isAncestorOf(m_window.focusWidget()))) {
        front->raise();
    }
}

void DockLayout::giveRoomToPages() {
    int missing = kLeastPages - m_window.centralWidget()->width();
    if (missing <= 0) {
        return;
    }
    QList<QDockWidget*> columns;
    QList<int> widths;
    for (QDockWidget* dock : sideDocks()) {
        const Qt::DockWidgetArea area = m_window.dockWidgetArea(dock);
        const bool isBeside = area == Qt::LeftDockWidgetArea || area == Qt::RightDockWidgetArea;
        const bool isCounted = std::any_of(columns.begin(), columns.end(),
            [&](QDockWidget* other) { return m_window.dockWidgetArea(other) == area; });
        if (isBeside && !isCounted && !dock->isFloating() && isInSight(dock)) {
            columns.append(dock);
            widths.append(dock->width());
        }
    }
    for (qsizetype left = columns.size(); left > 0; --left) { // the last take what the first could not
        int& width = widths[left - 1];
        const int given = std::clamp(missing / static_cast<int>(left), 0, std::max(0, width - kLeastDock));
        width -= given;
        missing -= given;
    }
    m_window.resizeDocks(columns, widths, Qt::Horizontal);
}

void DockLayout::tidy() {
    for (QDockWidget* dock : sideDocks()) {
        const bool isTab = !dock->isFloating() && !m_window.tabifiedDockWidgets(dock).isEmpty();
        QWidget* bar = dock->titleBarWidget();
        if (isTab && bar == nullptr) {
            dock->setTitleBarWidget(new QWidget(dock));
        } else if (!isTab && bar != nullptr) {
            dock->setTitleBarWidget(nullptr);
            bar->deleteLater();
        }
    }
    // Qt (6.4) leaves the bar of a former group of tabs behind: without tabs, but with its line.
    for (QTabBar* bar : m_window.findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly)) {
        if (bar->count() == 0 || bar->isHidden()) {
            bar->setVisible(bar->count() > 1);
        }
    }
}

bool DockLayout::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ChildPolished) { // Qt makes bars of tabs as it needs them
        auto* bar = qobject_cast<QTabBar*>(static_cast<QChildEvent*>(event)->child());
        if (bar != nullptr && bar->contextMenuPolicy() != Qt::CustomContextMenu) {
            bar->setContextMenuPolicy(Qt::CustomContextMenu);
            connect(bar, &QTabBar::customContextMenuRequested, this,
                [this, bar](const QPoint& place) { showTabMenu(*bar, place); });
        }
    }
    return QObject::eventFilter(watched, event);
}

void DockLayout::showTabMenu(const QTabBar& bar, const QPoint& place) {
    const auto docks = sideDocks();
    const int tab = bar.tabAt(place);
    const auto dock = std::find_if(docks.begin(), docks.end(),
        [&](const QDockWidget* each) { return tab >= 0 && each->windowTitle() == bar.tabText(tab); });
    if (dock == docks.end()) {
        return;
    }
    auto* menu = new QMenu(&m_window);
    menu->setObjectName(QStringLiteral("tabMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("&Float"), *dock, [panel = *dock] { panel->setFloating(true); });
    menu->addAction(tr("&Close"), *dock, &QWidget::close);
    menu->popup(bar.mapToGlobal(place));
}

void DockLayout::floatPanel() {
    const auto docks = sideDocks();
    const auto hasKeyboard = [&](const QDockWidget* dock) {
        const QWidget* focus = QApplication::focusWidget();
        return focus != nullptr && dock->isAncestorOf(focus);
    };
    auto dock = std::find_if(docks.begin(), docks.end(), hasKeyboard);
    if (dock == docks.end()) {
        dock = std::find_if(docks.begin(), docks.end(),
            [](const auto* each) { return each->isFloating() && each->isVisible(); });
    }
    if (dock == docks.end()) { // the inspector's side before the browser's
        const auto last = std::find_if(docks.rbegin(), docks.rend(), isInSight);
        if (last == docks.rend()) {
            return;
        }
        dock = last.base() - 1;
    }
    (*dock)->setFloating(!(*dock)->isFloating());
}

} // namespace rulescope::desktop
