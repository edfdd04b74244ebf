// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/window_actions.h"

#include "app/desktop/annotation_commands.h"
#include "app/desktop/data_export.h"
#include "app/desktop/figure_commands.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QActionGroup>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QUndoStack>

namespace rulescope::desktop {

namespace {

QMenu* addMenu(QMenuBar* bar, const char* name, const QString& title) {
    QMenu* menu = bar->addMenu(title);
    menu->setObjectName(QLatin1String(name));
    menu->setToolTipsVisible(true);
    return menu;
}

} // namespace

WindowActions::WindowActions(QMainWindow& window, QUndoStack& undoStack, FigureCommands& figures,
    AnnotationCommands& annotations, DataExport& dataExport)
    : QObject(&window)
    , themes(new QActionGroup(this))
    , pages(new QActionGroup(this))
    , m_window(window) {
    makeFileActions();
    makeEditActions(undoStack);
    makeViewActions();
    makeFitActions();
    makeMenus(figures, annotations, dataExport);
}

QAction* WindowActions::make(
    const char* name, const QString& text, const QKeySequence& shortcut, const QString& toolTip) {
    auto* action = new QAction(text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(shortcut);
    const QString keys = shortcut.toString(QKeySequence::NativeText);
    action->setToolTip(keys.isEmpty() ? toolTip : QStringLiteral("%1 (%2)").arg(toolTip, keys));
    action->setStatusTip(toolTip);
    return action;
}

void WindowActions::makeFileActions() {
    newStudy = make("newStudy", tr("&New Study"), QKeySequence::New, tr("Start an empty study"));
    open = make("openStudy", tr("&Open Study…"), QKeySequence::Open, tr("Open a study file"));
    openDemo = make("openDemo", tr("Open &Demo Study"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_D),
        tr("Twelve simulated animals whose learning rules are known"));
    importFiles = make("importFiles", tr("&Import Files…"), QKeySequence(Qt::CTRL | Qt::Key_I),
        tr("Add animals from files of trials; a preview says what was understood"));
    importFolder = make("importFolder", tr("Import &Folder…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_I),
        tr("Add animals from all files of a folder"));
    save = make("saveStudy", tr("&Save"), QKeySequence::Save, tr("Write the study to its file"));
    saveAs = make("saveStudyAs", tr("Save &As…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S),
        tr("Write the study to another file"));
    revert = make("revertStudy", tr("Re&vert to Saved…"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_R),
        tr("Read the study's file again and give up what was changed since"));
    report = make("writeReport", tr("Export &Report…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E),
        tr("Write all figures of the study as slides, and each as PDF and CSV"));
    quit = make("quit", tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), tr("Leave Rulescope"));
    quit->setMenuRole(QAction::QuitRole);
}

void WindowActions::makeEditActions(QUndoStack& undoStack) {
    undo = undoStack.createUndoAction(this, tr("&Undo"));
    undo->setObjectName(QStringLiteral("undo"));
    undo->setShortcut(QKeySequence::Undo);
    undo->setToolTip(tr("Take the last change of the study back"));
    redo = undoStack.createRedoAction(this, tr("&Redo"));
    redo->setObjectName(QStringLiteral("redo"));
    redo->setShortcuts({QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    redo->setToolTip(tr("Make the change again"));
    find =
        make("find", tr("&Find Animals"), QKeySequence::Find, tr("Filter the list of animals and sessions"));
    rename =
        make("renameStudy", tr("Re&name Study"), QKeySequence(Qt::Key_F2), tr("Change the study's title"));
    selectNone =
        make("selectNone", tr("Select &Whole Cohort"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A),
            tr("Clear the selection: every view shows all animals"));
    removeAnimals = make("removeAnimals", tr("Remove Selected &Animals"),
        QKeySequence(Qt::CTRL | Qt::Key_Delete), tr("Take the selected animals out of the study"));
    removeFit = make("removeFit", tr("Remove F&it"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Delete),
        tr("Take the fit that is shown out of the study"));
    removeComparison =
        make("removeComparison", tr("Remove &Comparison"), QKeySequence(Qt::ALT | Qt::SHIFT | Qt::Key_Delete),
            tr("Take the comparison that is shown out of the study"));
}

void WindowActions::makeViewActions() {
    behaviour = make("pageBehaviour", tr("&Behaviour"), QKeySequence(Qt::CTRL | Qt::Key_1),
        tr("Learning curves, psychometric curves and single trials"));
    weights = make("pageWeights", tr("&Weights"), QKeySequence(Qt::CTRL | Qt::Key_2),
        tr("Inferred decision weights across training"));
    updates = make("pageUpdates", tr("&Updates"), QKeySequence(Qt::CTRL | Qt::Key_3),
        tr("What one correct or error trial teaches"));
    models = make("pageModels", tr("&Models"), QKeySequence(Qt::CTRL | Qt::Key_4),
        tr("Which rule predicts unseen animals best"));
    validation = make("pageValidation", tr("&Validation"), QKeySequence(Qt::CTRL | Qt::Key_5),
        tr("Whether known rules are recovered from simulated animals"));
    int index = 0;
    networks = make("pageNetworks", tr("&Networks"), QKeySequence(Qt::CTRL | Qt::Key_6),
        tr("Artificial networks: what shapes their learning, and which learns like the animal"));
    for (QAction* page : {behaviour, weights, updates, models, validation, networks}) {
        page->setCheckable(true);
        page->setData(index++);
        pages->addAction(page);
    }
    fullScreen =
        make("fullScreen", tr("&Full Screen"), QKeySequence(Qt::Key_F11), tr("Use the whole screen"));
    fullScreen->setCheckable(true);
    floatPanel = make("floatPanel", tr("Floa&t Panel"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_F),
        tr("Let the panel that you work in float, on a second screen say, or bring it back"));
    resetLayout = make("resetLayout", tr("Reset &Layout"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_0),
        tr("Put all panels back where they were at first"));
    struct ThemeEntry {
        theme::Mode mode;
        const char* name;
        QString text, toolTip;
        int key;
    };
    const ThemeEntry entries[] = {{theme::Mode::System, "themeSystem", tr("&System"),
                                      tr("Light or dark as the desktop is"), Qt::Key_F6},
        {theme::Mode::Light, "themeLight", tr("&Light"), tr("Dark on light"), Qt::Key_F7},
        {theme::Mode::Dark, "themeDark", tr("&Dark"), tr("Light on dark"), Qt::Key_F8}};
    for (const ThemeEntry& entry : entries) {
        QAction* action =
            make(entry.name, entry.text, QKeySequence(Qt::CTRL | Qt::Key(entry.key)), entry.toolTip);
        action->setCheckable(true);
        action->setData(static_cast<int>(entry.mode));
        themes->addAction(action);
    }
    help = make("help", tr("Rulescope &Help"), QKeySequence(Qt::Key_F1), tr("The manual, beside the window"));
    pageHelp = make("pageHelp", tr("Help on This &Page"), QKeySequence(Qt::CTRL | Qt::Key_F1),
        tr("How to read and use the page that is shown"));
    shortcuts = make("shortcuts", tr("&Keyboard and Mouse"), QKeySequence(Qt::CTRL | Qt::Key_Slash),
        tr("Every shortcut, and what the mouse does in figures"));
    about = make("about", tr("&About Rulescope"), QKeySequence(Qt::SHIFT | Qt::Key_F1),
        tr("Version, licence and sources"));
    about->setMenuRole(QAction::AboutRole);
}

void WindowActions::makeFitActions() {
    fit = make("fitRule", tr("&Fit a Rule"), QKeySequence(Qt::CTRL | Qt::Key_T),
        tr("Choose a learning rule to fit to the animals"));
    compare = make("compareRules", tr("&Compare Rules"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_T),
        tr("Judge several rules on animals, trials or sessions they have not seen"));
    startFit = make("startFit", tr("&Start"), QKeySequence(Qt::CTRL | Qt::Key_Return),
        tr("Start what the Fit panel says, in the background"));
    refit = make("refit", tr("&Refit"), QKeySequence(Qt::CTRL | Qt::Key_R),
        tr("Do the fit that is shown again: the same specification gives the same numbers"));
    recoverRule =
        make("recoverRule", tr("Recover a &Known Rule"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R),
            tr("Simulate animals that learn by a known rule, fit a rule to them, and compare the two"));
    tellRulesApart =
        make("tellRulesApart", tr("&Tell Rules Apart"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_U),
            tr("Simulate animals under each rule and see which rule predicts them best"));
    trainNetworks = make("trainNetworks", tr("Train &Networks"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_N),
        tr("Choose artificial networks to train"));
    continueNetworks =
        make("continueNetworks", tr("C&ontinue Networks"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_C),
            tr("Train what the experiment that is shown still lacks"));
    removeNetworks =
        make("removeNetworks", tr("Remove Net&works"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Backspace),
            tr("Take the experiment that is shown off the list"));
    pauseJob = make("pauseJob", tr("&Pause or Resume Job"), QKeySequence(Qt::CTRL | Qt::Key_P),
        tr("Let the chosen job wait, or go on"));
    cancelJob = make("cancelJob", tr("Ca&ncel Job"), QKeySequence(Qt::CTRL | Qt::Key_Period),
        tr("Stop the chosen job; the study stays as it is"));
    cancelAllJobs = make("cancelAllJobs", tr("Cancel &All Jobs"),
        QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Period), tr("Stop every job"));
    keepJob = make("keepJob", tr("&Keep Best So Far"), QKeySequence(Qt::CTRL | Qt::Key_K),
        tr("Add what the cancelled fit had found to the study"));
    clearJob = make("clearJob", tr("C&lear Job"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_K),
        tr("Take the chosen job, which has ended, off the list"));
    clearEndedJobs = make("clearEndedJobs", tr("Clear &Ended Jobs"),
        QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_K), tr("Take all jobs that have ended off the list"));
}

void WindowActions::makeMenus(
    FigureCommands& figures, AnnotationCommands& annotations, DataExport& dataExport) {
    QMenuBar* bar = m_window.menuBar();
    QMenu* file = addMenu(bar, "fileMenu", tr("&File"));
    file->addActions({newStudy, open});
    recentMenu = file->addMenu(tr("Open &Recent"));
    recentMenu->setObjectName(QStringLiteral("recentMenu"));
    file->addAction(openDemo);
    file->addSeparator();
    file->addActions({importFiles, importFolder});
    file->addSeparator();
    file->addActions({save, saveAs, revert});
    file->addSeparator();
    figures.addExportActions(*file);
    file->addAction(report);
    QMenu* data = file->addMenu(tr("Export &Data"));
    data->setObjectName(QStringLiteral("exportDataMenu"));
    data->setToolTipsVisible(true);
    data->addActions(dataExport.actions());
    file->addSeparator();
    file->addAction(quit);

    QMenu* edit = addMenu(bar, "editMenu", tr("&Edit"));
    edit->addActions({undo, redo});
    edit->addSeparator();
    edit->addActions({figures.copyAction(), figures.copyDataAction()});
    edit->addSeparator();
    edit->addActions({find, selectNone, rename});
    edit->addSeparator();
    edit->addActions(annotations.actions());
    edit->addSeparator();
    edit->addActions({removeAnimals, removeFit, removeComparison});

    QMenu* view = addMenu(bar, "viewMenu", tr("&View"));
    view->addActions(pages->actions());
    view->addSeparator();
    docksMenu = view->addMenu(tr("&Panels"));
    docksMenu->setObjectName(QStringLiteral("panelsMenu"));
    columnsMenu = view->addMenu(tr("Study &Columns"));
    columnsMenu->setObjectName(QStringLiteral("columnsMenu"));
    QMenu* theme = view->addMenu(tr("&Theme"));
    theme->setObjectName(QStringLiteral("themeMenu"));
    theme->addActions(themes->actions());
    view->addSeparator();
    view->addActions({figures.resetAction(), floatPanel, resetLayout, fullScreen});

    QMenu* fits = addMenu(bar, "fitMenu", tr("F&it"));
    fits->addActions({fit, compare, startFit, refit});
    fits->addSeparator();
    fits->addActions({recoverRule, tellRulesApart});
    fits->addSeparator();
    fits->addActions({trainNetworks, continueNetworks, removeNetworks});
    fits->addSeparator();
    fits->addActions({pauseJob, cancelJob, cancelAllJobs});
    fits->addSeparator();
    fits->addActions({keepJob, clearJob, clearEndedJobs});

    QMenu* manual = addMenu(bar, "helpMenu", tr("&Help"));
    manual->addActions({help, pageHelp, shortcuts});
    manual->addSeparator();
    manual->addAction(about);
}

namespace {

void collect(const QMenu& menu, QList<QAction*>& actions) {
    for (QAction* action : menu.actions()) {
        if (action->menu() != nullptr) {
            collect(*action->menu(), actions);
        } else if (!action->isSeparator()) {
            actions.append(action);
        }
    }
}

} // namespace

std::vector<std::pair<QString, QList<QAction*>>> WindowActions::byMenu() const {
    std::vector<std::pair<QString, QList<QAction*>>> groups;
    for (const QAction* top : m_window.menuBar()->actions()) {
        if (top->menu() != nullptr) {
            groups.push_back({top->text().remove(QLatin1Char('&')), {}});
            collect(*top->menu(), groups.back().second);
        }
    }
    return groups;
}

} // namespace rulescope::desktop
