// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/figures/figure_spec.h"
#include "widgets/plots/plot_style.h"

#include <QWidget>

#include <functional>

class QLabel;
class QTimer;

namespace rulescope::plots {
class FigurePlot;
}

namespace rulescope::panels {

class LatestTask;

/// A figure that is computed off the GUI thread: the last one stays while the next is made, and "Computing…"
/// appears only if that takes noticeably long.
class FigureView : public QWidget {
    Q_OBJECT

  public:
    explicit FigureView(const QString& name, QWidget* parent = nullptr);

    plots::FigurePlot* plot() const { return m_plot; }
    /// Computes `build` on a worker thread and shows what comes out; an earlier request is dropped.
    void show(std::function<figures::FigureSpec(const base::StopToken&)> build);
    /// Shows a figure that is at hand.
    void showNow(figures::FigureSpec figure);
    /// Completes every figure before it is shown (on the GUI thread).
    void setFinish(std::function<void(figures::FigureSpec&)> finish) { m_finish = std::move(finish); }
    bool isBusy() const;
    /// Announces work that is done elsewhere for this view, as its own.
    void setBusy(bool isBusy);

  signals:
    void figureShown();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void take(figures::FigureSpec figure);
    void placeNotice();

    plots::FigurePlot* m_plot;
    plots::FigureParts m_parts; ///< texts that the height leaves room for
    std::function<void(figures::FigureSpec&)> m_finish;
    LatestTask* m_task;
    QLabel* m_notice;
    QTimer* m_noticeTimer;
};

} // namespace rulescope::panels
