// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/document.h"

#include <QAction>
#include <QList>

namespace rulescope::desktop {

/// Leaving sessions out of analyses, marking phases, notes and tags: the actions for the selected animals and
/// sessions, their dialogs, and the undoable changes.
class AnnotationCommands : public QObject {
    Q_OBJECT

  public:
    AnnotationCommands(Document& document, QWidget* window);

    /// For the Edit menu and the browser's context menu.
    QList<QAction*> actions() const { return {m_leaveOut, m_takeIn, m_phase, m_notes}; }

    // What the dialogs end in; for the selection as it is now.
    void leaveOut(const std::string& reason, std::size_t begin = 0, std::size_t end = 0);
    void takeIn();
    void markPhase(const std::string& name);

  private:
    QAction* make(
        const char* name, const QString& text, const QKeySequence& shortcut, const QString& toolTip);
    void update();
    void askLeaveOut();
    void askPhase();
    void askNotes();
    /// Changes the notes of every selected animal.
    template<class Change>
    void change(const QString& text, Change change);

    Document& m_document;
    QWidget* m_window;
    QAction *m_leaveOut, *m_takeIn, *m_phase, *m_notes;
};

} // namespace rulescope::desktop
