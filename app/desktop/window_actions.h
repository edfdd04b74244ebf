// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>

#include <utility>
#include <vector>

class QAction;
class QActionGroup;
class QMainWindow;
class QMenu;
class QUndoStack;

namespace rulescope::desktop {

class AnnotationCommands;
class DataExport;
class FigureCommands;

/// Every action of the window with its text, shortcut and tooltip, and the menu bar that holds them. What
/// they do is connected by the window.
class WindowActions : public QObject {
    Q_OBJECT

  public:
    WindowActions(QMainWindow& window, QUndoStack& undoStack, FigureCommands& figures,
        AnnotationCommands& annotations, DataExport& dataExport);

    QAction *newStudy, *open, *openDemo, *importFiles, *importFolder, *save, *saveAs, *revert, *report, *quit;
    QAction *undo, *redo, *find, *rename, *selectNone, *removeAnimals, *removeFit, *removeComparison;
    QAction *behaviour, *weights, *updates, *models, *validation, *networks;
    QAction *fullScreen, *floatPanel, *resetLayout;
    QAction *fit, *compare, *startFit, *refit, *pauseJob, *cancelJob, *cancelAllJobs, *keepJob, *clearJob,
        *clearEndedJobs;
    QAction *recoverRule, *tellRulesApart;
    QAction *trainNetworks, *continueNetworks, *removeNetworks;
    QAction *help, *pageHelp, *shortcuts, *about;
    QActionGroup* themes; ///< data: theme mode as int
    QActionGroup* pages;
    QMenu *recentMenu, *docksMenu;
    QMenu* columnsMenu; ///< filled by the window as it opens

    /// The menus and their actions, submenus included, for the list of shortcuts.
    std::vector<std::pair<QString, QList<QAction*>>> byMenu() const;

  private:
    QAction* make(
        const char* name, const QString& text, const QKeySequence& shortcut, const QString& toolTip);
    void makeFileActions();
    void makeEditActions(QUndoStack& undoStack);
    void makeViewActions();
    void makeFitActions();
    void makeMenus(FigureCommands& figures, AnnotationCommands& annotations, DataExport& dataExport);

    QMainWindow& m_window;
};

} // namespace rulescope::desktop
