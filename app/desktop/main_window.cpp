// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/main_window.h"

#include "app/desktop/annotation_commands.h"
#include "app/desktop/data_export.h"
#include "app/desktop/dock_layout.h"
#include "app/desktop/figure_commands.h"
#include "app/desktop/window_actions.h"
#include "widgets/panels/behaviour_page.h"
#include "widgets/panels/browser_panel.h"
#include "widgets/panels/fit_panel.h"
#include "widgets/panels/import_preview.h"
#include "widgets/panels/inspector_panel.h"
#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/models_page.h"
#include "widgets/panels/network_panel.h"
#include "widgets/panels/networks_page.h"
#include "widgets/panels/notice_bar.h"
#include "widgets/panels/updates_page.h"
#include "widgets/panels/validation_page.h"
#include "widgets/panels/weights_page.h"
#include "widgets/plots/figure_plot.h"
#include "widgets/text/translated.h"
#include "widgets/theme/desktop_appearance.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QTimer>
#include <QUrl>
#include <QVBoxLayout>

#include <utility>

namespace rulescope::desktop {

namespace {

constexpr QSize kFirstSize = {1280, 800};
constexpr QSize kLeastSize = {800, 560};
const char* const kSuffix = ".rulescope";

QStringList localPaths(const QMimeData& data) {
    QStringList paths;
    for (const QUrl& url : data.urls()) {
        if (url.isLocalFile()) {
            paths.append(url.toLocalFile());
        }
    }
    return paths;
}

bool isStudyFile(const QString& path) {
    return path.endsWith(QLatin1String(kSuffix), Qt::CaseInsensitive);
}

} // namespace

MainWindow::MainWindow(const StateFiles& files, QWidget* parent)
    : QMainWindow(parent)
    , m_settings(files.settings)
    , m_file(m_document, fileQuestions())
    , m_autosave(m_document, files.autosave.isEmpty()
                                 ? QFileInfo(files.journal).dir().filePath(QStringLiteral("unsaved"))
                                 : files.autosave)
    , m_jobs(m_document, files.journal)
    , m_library(QFileInfo(files.journal).dir().filePath(QStringLiteral("networks")))
    , m_networkJobs(m_document, m_jobs.queue(), m_library)
    , m_themeMode(m_settings.theme())
    , m_figures(new FigureCommands(m_settings, this))
    , m_annotations(new AnnotationCommands(m_document, this))
    , m_dataExport(new DataExport(m_document, m_settings, this))
    , m_actions(new WindowActions(*this, m_document.undoStack(), *m_figures, *m_annotations, *m_dataExport)) {
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    setMinimumSize(kLeastSize);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::LeftDockWidgetArea | Qt::RightDockWidgetArea, QTabWidget::North);
    setWindowIcon(QIcon(QStringLiteral(":/icons/rulescope.svg")));
    applyTheme();
    buildPages();
    buildDocks();
    buildStatusBar();
    connectFileActions();
    connectEditActions();
    connectViewActions();
    connectFitActions();
    connectDocument();
    connectFiles();
    connectJobs();
    connectNetworks();
    restoreLayout();
    fillRecentMenu();
    updateTitle();
    updateActions();
}

MainWindow::~MainWindow() {
    // Results must not reach a window that is half gone.
    m_jobs.queue().disconnect(this);
    m_jobs.disconnect(this);
    m_file.disconnect(this);
    m_import.disconnect(this);
    m_figures->disconnect(this);
    m_document.disconnect(this);
    m_document.context().disconnect(this);
    m_jobs.stopAndWait();
}

void MainWindow::buildPages() {
    models::StudyContext& context = m_document.context();
    auto* central = new QWidget(this);
    auto* layout = new QVBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_notices = new panels::NoticeBar(central);
    m_stack = new QStackedWidget(central);
    m_stack->setObjectName(QStringLiteral("centralStack"));
    m_tabs = new QTabWidget(m_stack);
    m_tabs->setObjectName(QStringLiteral("pages"));
    m_tabs->setDocumentMode(true);
    m_importPreview = new panels::ImportPreview(m_stack);
    m_stack->addWidget(m_tabs);
    m_stack->addWidget(m_importPreview);
    layout->addWidget(m_notices);
    layout->addWidget(m_stack, 1);
    setCentralWidget(central);

    m_networksPage = new panels::NetworksPage(context, m_library, m_tabs);
    m_pages = {new panels::BehaviourPage(context, m_tabs), new panels::WeightsPage(context, m_tabs),
        new panels::UpdatesPage(context, m_tabs), new panels::ModelsPage(context, m_tabs)};
    m_validation = new panels::ValidationPage(context, m_tabs);
    m_pages.push_back(m_validation);
    m_pages.push_back(m_networksPage);
    const QList<QAction*> pageActions = m_actions->pages->actions();
    for (std::size_t i = 0; i < m_pages.size(); ++i) {
        QAction* action = pageActions[static_cast<int>(i)];
        m_tabs->addTab(m_pages[i], action->text().remove(QLatin1Char('&')));
        m_tabs->setTabToolTip(static_cast<int>(i), action->toolTip());
        connect(m_pages[i], &panels::Page::menuRequested, m_figures, &FigureCommands::showMenu);
    }
    m_pages[0]->addEmptyAction(m_actions->importFiles);
    m_pages[0]->addEmptyAction(m_actions->openDemo);
    m_pages[1]->addEmptyAction(m_actions->fit);
    m_pages[2]->addEmptyAction(m_actions->fit);
    m_pages[3]->addEmptyAction(m_actions->compare);
    m_networksPage->addEmptyAction(m_actions->trainNetworks);
    m_networksPage->addActions(m_actions->continueNetworks, m_actions->removeNetworks);
    connect(m_tabs, &QTabWidget::currentChanged, this, &MainWindow::showPage);
    showPage(0);
}

QDockWidget* MainWindow::addDock(
    const char* name, const QString& title, QWidget* panel, Qt::DockWidgetArea area) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(QLatin1String(name));
    dock->setWidget(panel);
    addDockWidget(area, dock);
    QAction* toggle = dock->toggleViewAction();
    toggle->setObjectName(QStringLiteral("toggle_") + QLatin1String(name));
    toggle->setShortcut(QKeySequence(Qt::ALT | Qt::Key(Qt::Key_1 + m_actions->docksMenu->actions().size())));
    toggle->setToolTip(tr("Show or hide this panel"));
    m_actions->docksMenu->addAction(toggle);
    return dock;
}

void MainWindow::buildDocks() {
    models::StudyContext& context = m_document.context();
    m_browser = new panels::BrowserPanel(context, this);
    m_inspector = new panels::InspectorPanel(context, this);
    m_fitPanel = new panels::FitPanel(context, this);
    m_networkPanel = new panels::NetworkPanel(context, this);
    m_jobsPanel = new panels::JobsPanel(this);
    m_fitPanel->setSpeed(m_settings.fitSpeed());
    m_browser->addEmptyAction(m_actions->importFiles);
    m_browser->addEmptyAction(m_actions->importFolder);
    m_browser->addEmptyAction(m_actions->openDemo);
    for (QAction* action :
        {m_actions->fit, m_actions->compare, m_actions->selectNone, m_actions->removeAnimals}) {
        m_browser->addMenuAction(action);
    }
    for (QAction* action : m_annotations->actions()) {
        m_browser->addMenuAction(action);
    }
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    m_browserDock = addDock("browserDock", tr("Study"), m_browser, Qt::LeftDockWidgetArea);
    m_inspectorDock = addDock("inspectorDock", tr("Inspector"), m_inspector, Qt::RightDockWidgetArea);
    m_fitDock = addDock("fitDock", tr("Fit"), m_fitPanel, Qt::RightDockWidgetArea);
    m_networkDock = addDock("networkDock", tr("Networks"), m_networkPanel, Qt::RightDockWidgetArea);
    m_jobsDock = addDock("jobsDock", tr("Jobs"), m_jobsPanel, Qt::BottomDockWidgetArea);
    tabifyDockWidget(m_inspectorDock, m_fitDock);
    tabifyDockWidget(m_fitDock, m_networkDock);
    m_inspectorDock->raise();
    m_jobsDock->hide(); // it comes with the first job
    m_dockLayout =
        new DockLayout(*this, {m_browserDock, m_inspectorDock, m_fitDock, m_networkDock, m_jobsDock});
}

void MainWindow::buildStatusBar() {
    m_jobsLabel = new QLabel(this);
    m_jobsLabel->setObjectName(QStringLiteral("jobsLabel"));
    statusBar()->addPermanentWidget(m_jobsLabel);
    statusBar()->setObjectName(QStringLiteral("statusBar"));
}

void MainWindow::restoreLayout() {
    if (!restoreGeometry(m_settings.geometry())) {
        resize(kFirstSize);
    }
    m_dockLayout->restore(m_settings.windowState());
    m_browser->restoreColumns(m_settings.browserColumns());
}

void MainWindow::setInitialSize(const QSize& size) {
    if (isMaximized()) {
        setWindowState(windowState() & ~Qt::WindowMaximized);
    }
    resize(size);
    m_dockLayout->arrange();
}

void MainWindow::start(const QStringList& paths) {
    offerRecovery();
    if (paths.size() == 1 && isStudyFile(paths.first())) {
        openStudy(QFileInfo(paths.first()).absoluteFilePath());
    } else if (!paths.isEmpty()) {
        importPaths(paths);
    } else if (QFileInfo::exists(m_settings.lastStudy())) {
        openStudy(m_settings.lastStudy());
    } else {
        openDemo();
    }
}

void MainWindow::showPage(int index) {
    m_tabs->setCurrentIndex(index);
    m_actions->pages->actions()[index]->setChecked(true);
    m_figures->setMainPlot(m_pages[static_cast<std::size_t>(index)]->plots().front());
}

void MainWindow::applyTheme() {
    const theme::Theme theme = theme::Theme::fromMode(m_themeMode);
    theme::applyTheme(theme, *qApp);
    for (plots::FigurePlot* plot : findChildren<plots::FigurePlot*>()) {
        plot->setTheme(theme);
    }
    for (QAction* action : m_actions->themes->actions()) {
        action->setChecked(action->data().toInt() == static_cast<int>(m_themeMode));
    }
}

void MainWindow::setTheme(theme::Mode mode) {
    m_themeMode = mode;
    applyTheme();
}

void MainWindow::updateTitle() {
    setWindowTitle(m_document.displayName() + QStringLiteral("[*]"));
    setWindowModified(m_document.isModified());
    setWindowFilePath(m_document.path());
    m_actions->revert->setEnabled(m_document.isModified() && !m_document.path().isEmpty());
}

void MainWindow::updateActions() {
    const models::Selection& selection = m_document.context().selection();
    const io::StudyContents& contents = m_document.contents();
    const bool hasAnimals = !contents.study.animals.empty();
    m_actions->removeAnimals->setEnabled(!selection.animals.empty());
    m_actions->selectNone->setEnabled(!selection.animals.empty());
    m_actions->removeFit->setEnabled(!selection.fit.empty());
    m_actions->refit->setEnabled(!selection.fit.empty());
    m_actions->removeComparison->setEnabled(!selection.comparison.empty());
    m_actions->fit->setEnabled(hasAnimals);
    m_actions->compare->setEnabled(hasAnimals);
    m_actions->report->setEnabled(hasAnimals);
    updateJobActions();
}

void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    m_dockLayout->onShown();
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    if (m_dockLayout != nullptr) {
        m_dockLayout->onResized();
    }
}

void MainWindow::changeEvent(QEvent* event) {
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange) { // also by the window manager
        m_actions->fullScreen->setChecked(isFullScreen());
    }
    if (event->type() == QEvent::LocaleChange) {
        m_document.context().setContents(m_document.snapshot()); // numbers are written the new way
    }
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!localPaths(*event->mimeData()).isEmpty()) {
        event->acceptProposedAction();
    }
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QStringList paths = localPaths(*event->mimeData());
    if (paths.isEmpty()) {
        return; // the program it came from is gone: it is told that nothing was taken
    }
    event->acceptProposedAction();
    if (paths.size() == 1 && isStudyFile(paths.first())) {
        openStudy(paths.first());
    } else {
        importPaths(paths);
    }
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!m_mayClose && (!mayLoseWork() || !mayLoseResults())) {
        event->ignore();
        return;
    }
    if (!m_mayClose) {
        m_isAsked = true;
        m_file.leave([this] {
            m_mayClose = true;
            m_jobs.forgetResults();
            if (!m_isAsked) { // the study had to be written first
                close();
            }
        });
        m_isAsked = false;
    }
    if (!m_mayClose) {
        event->ignore();
        return;
    }
    m_mayClose = false;
    m_settings.setLayout(saveGeometry(), saveState());
    m_settings.setBrowserColumns(m_browser->columns());
    // Jobs that run are stopped here but stay in the journal: the next start offers them again.
    m_jobs.stopAndWait();
    event->accept();
}

bool MainWindow::commitSession(bool mayAsk) {
    m_settings.setLayout(saveGeometry(), saveState());
    return mayAsk ? m_file.leaveNow() : m_file.saveNow().has_value();
}

void MainWindow::closeNow() {
    if (m_isEnding) {
        return; // told twice
    }
    secureChanges(); // at once: the program may not live to the end of its patience
    m_isEnding = true;
    if (openFiles() == 0) {
        endNow();
        return;
    }
    m_closesWhenDone = true;
    QTimer::singleShot(m_lastPatience, this, &MainWindow::endNow); // what is not done by then leaves nothing
}

void MainWindow::secureChanges() {
    const auto saved = m_file.saveNow(); // if that fails, fits that are not in the file stay in the journal
    static_cast<void>(saved);
    if (m_document.isModified()) { // it has no file, or that can't be written
        m_autosave.writeNow();
        m_autosave.keep();
    }
}

void MainWindow::endNow() {
    if (!std::exchange(m_isEnding, false)) {
        return; // it has ended before its patience did
    }
    m_closesWhenDone = false;
    secureChanges(); // the window could be used, and fits have ended, while it waited
    m_mayClose = true;
    close();
    emit closedNow();
}

} // namespace rulescope::desktop
