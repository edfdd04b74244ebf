// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/study_context.h"

#include <QWidget>

#include <string>
#include <vector>

class QAction;
class QComboBox;
class QScrollArea;
class QStackedWidget;
class QToolButton;

namespace rulescope::plots {
class FigurePlot;
}

namespace rulescope::panels {

class EmptyState;
class FigureView;
class FlowLayout;

/// One of the central pages: a row of choices above one or more figures, or an empty state that says what to
/// do.
///
/// A page that is not visible does no work; it catches up when it is shown. Where there is too little room
/// for a legible figure the page scrolls, and choices that are seldom made fold away behind "More".
class Page : public QWidget {
    Q_OBJECT

  public:
    Page(models::StudyContext& context, QWidget* parent);

    /// The figures of the page, the main one first.
    virtual std::vector<plots::FigurePlot*> plots() const = 0;
    /// A way on, offered by the empty state.
    void addEmptyAction(QAction* action);

  signals:
    /// A menu is wanted on one of the plots.
    void menuRequested(rulescope::plots::FigurePlot* plot, const QPoint& globalPosition);

  protected:
    /// Called when the study or the selection changed and the page is visible.
    virtual void refresh() = 0;

    models::StudyContext& context() const { return m_context; }
    enum class Use { Usual, Seldom };
    void addOption(const QString& label, QWidget* widget, Use use = Use::Usual);
    /// To be called after the last addOption().
    void setFigures(QWidget* figures);
    void showEmpty(const QString& headline, const QString& explanation);
    void showFigures();
    void forwardMenu(plots::FigurePlot* plot);
    /// The view's figures say what annotations keep out of them.
    void noteExclusions(FigureView* view);
    /// Names of the selected animals; empty: all.
    std::vector<std::string> selectedNames() const;
    /// Refreshes now if visible, else when shown.
    void invalidate();

    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void foldOptions(bool isFolded);
    void followScrolling();

    models::StudyContext& m_context;
    QWidget* m_content;
    FlowLayout* m_options;
    std::vector<QWidget*> m_seldom; ///< options that can be folded away
    QToolButton* m_more;
    bool m_isFoldedByUser = false; ///< then the page's height no longer decides
    QScrollArea* m_scroll;
    EmptyState* m_empty;
    QStackedWidget* m_stack;
    bool m_isStale = true;
};

/// Lists the study's fits (newest first) in a box and keeps the shared selection in step.
class FitChooser : public QWidget {
    Q_OBJECT

  public:
    explicit FitChooser(models::StudyContext& context, QWidget* parent = nullptr);

  private:
    void fill();

    models::StudyContext& m_context;
    QComboBox* m_box;
};

/// What a fit is called in lists: "RNN rule, fit 1".
QString fitLabel(const fit::FitResult& fit);

} // namespace rulescope::panels
