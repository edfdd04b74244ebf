// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/figure_view.h"

#include "widgets/panels/latest_task.h"
#include "widgets/plots/figure_plot.h"

#include <QLabel>
#include <QTimer>
#include <QVBoxLayout>

namespace rulescope::panels {

namespace {

constexpr int kNoticeDelay = 250; ///< ms; shorter work needs no word
constexpr int kNoticeMargin = 8;
constexpr int kLeastForTitle = 220;   ///< px
constexpr int kLeastForCaption = 400; ///< px

} // namespace

FigureView::FigureView(const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_plot(new plots::FigurePlot(this))
    , m_task(new LatestTask(this))
    , m_notice(new QLabel(tr("Computing…"), this))
    , m_noticeTimer(new QTimer(this)) {
    setObjectName(name + QStringLiteral("View"));
    m_plot->setObjectName(name);
    m_notice->setObjectName(QStringLiteral("computingNotice"));
    m_notice->setAutoFillBackground(true);
    m_notice->setMargin(4);
    m_notice->hide();
    m_noticeTimer->setSingleShot(true);
    m_noticeTimer->setInterval(kNoticeDelay);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    connect(m_noticeTimer, &QTimer::timeout, this, &FigureView::placeNotice);
    connect(m_task, &LatestTask::busyChanged, this, &FigureView::setBusy);
}

void FigureView::show(std::function<figures::FigureSpec(const base::StopToken&)> build) {
    m_task->run(std::move(build), [this](figures::FigureSpec figure) { take(std::move(figure)); });
}

void FigureView::take(figures::FigureSpec figure) {
    if (m_finish) {
        m_finish(figure);
    }
    m_plot->setFigure(std::move(figure));
    emit figureShown();
}

void FigureView::showNow(figures::FigureSpec figure) {
    m_task->cancel();
    take(std::move(figure));
}

bool FigureView::isBusy() const {
    return m_task->isBusy();
}

void FigureView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    // A low view needs its height for the data; caption and all are in every export.
    const plots::FigureParts parts = {height() >= kLeastForTitle, height() >= kLeastForCaption, true};
    if (!(parts == m_parts)) {
        m_parts = parts;
        m_plot->setParts(parts);
    }
    if (m_notice->isVisible()) {
        placeNotice();
    }
}

void FigureView::setBusy(bool isBusy) {
    if (isBusy) {
        m_noticeTimer->start();
    } else {
        m_noticeTimer->stop();
        m_notice->hide();
    }
}

void FigureView::placeNotice() {
    m_notice->adjustSize();
    m_notice->move(width() - m_notice->width() - kNoticeMargin, kNoticeMargin);
    m_notice->show();
    m_notice->raise();
}

} // namespace rulescope::panels
