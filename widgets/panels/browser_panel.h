// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/study_context.h"

#include <QSize>
#include <QWidget>

class QAction;
class QLabel;
class QLineEdit;
class QMenu;
class QStackedWidget;
class QTreeView;

namespace rulescope::models {
class StudyFilter;
class StudyTreeModel;
} // namespace rulescope::models

namespace rulescope::panels {

class EmptyState;
class LatestTask;

/// The study's animals and sessions: filter, sort, select; its selection is the shared one.
class BrowserPanel : public QWidget {
    Q_OBJECT

  public:
    explicit BrowserPanel(models::StudyContext& context, QWidget* parent = nullptr);

    /// Shown when the study has no animals, with these actions as buttons.
    void addEmptyAction(QAction* action);
    /// Actions of the context menu (import, fit, remove).
    void addMenuAction(QAction* action);
    void focusFilter();
    /// Puts the cursor into the study's title.
    void editTitle();
    /// Takes a title that is still being typed as it stands.
    void commitTitle();
    QTreeView* view() const { return m_view; }
    /// Fills a menu with one entry for each column that can be hidden, as the menu of the column titles.
    void fillColumnMenu(QMenu& menu);
    /// As by such a menu.
    void setColumnShown(int column, bool isShown);
    /// Columns as the user chose them, for the settings file; empty while the width decides.
    QByteArray columns() const;
    /// Leaves everything as it is if the bytes are not such a state.
    void restoreColumns(const QByteArray& state);
    QSize sizeHint() const override;

  signals:
    /// The user has typed another title for the study.
    void titleEdited(const QString& title);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    /// Escape: all animals again, then the list has the keyboard.
    void leaveFilter();
    void fitColumns();
    void showColumnMenu(const QPoint& position);
    void onContentsChanged();
    void showTitle();
    void onFilterChanged(const QString& text);
    void showSelection();
    void takeSelection();
    void judgeTraining();
    void updateSummary();

    models::StudyContext& m_context;
    models::StudyTreeModel* m_model;
    models::StudyFilter* m_filter;
    QLineEdit* m_title;
    QLineEdit* m_filterEdit;
    QTreeView* m_view;
    EmptyState* m_empty;
    QStackedWidget* m_stack;
    QLabel* m_summary;
    QString m_shownTitle; ///< of the study, as last put into the line
    LatestTask* m_statusTask;
    bool m_isSynchronising = false;
    bool m_hasOwnColumns = false; ///< chosen by the user: the width no longer decides
};

} // namespace rulescope::panels
