// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/canvas/print_canvas.h"

#include "widgets/plots/canvas/figure_canvas.h"

#include <QCoreApplication>
#include <QThread>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace rulescope::plots {

namespace {

constexpr auto kPoll = std::chrono::milliseconds(10);

bool isGuiThread() {
    return QThread::currentThread() == QCoreApplication::instance()->thread();
}

struct DeleteOnGuiThread {
    void operator()(FigureCanvas* canvas) const {
        if (isGuiThread()) {
            delete canvas;
        } else {
            canvas->deleteLater();
        }
    }
};

} // namespace

/// Shared by the thread that asks and the one that makes; whoever is last lets the canvas go.
struct PrintCanvas::Place {
    PlotStyle style;
    std::shared_ptr<const figures::FigureSpec> figure;
    std::mutex mutex;
    std::condition_variable made;
    std::unique_ptr<FigureCanvas, DeleteOnGuiThread> canvas;

    void make() {
        std::unique_ptr<FigureCanvas, DeleteOnGuiThread> fresh(new FigureCanvas(style));
        fresh->setPrinting();
        fresh->setFigure(figure);
        const std::lock_guard lock(mutex);
        canvas = std::move(fresh);
        made.notify_all();
    }
};

PrintCanvas::PrintCanvas(
    PlotStyle style, std::shared_ptr<const figures::FigureSpec> figure, const base::StopToken& stop)
    : m_place(std::make_shared<Place>()) {
    m_place->style = std::move(style);
    m_place->figure = std::move(figure);
    if (isGuiThread()) {
        m_place->make();
        return;
    }
    QMetaObject::invokeMethod(
        QCoreApplication::instance(), [place = m_place] { place->make(); }, Qt::QueuedConnection);
    std::unique_lock lock(m_place->mutex);
    while (!m_place->made.wait_for(lock, kPoll, [this] { return m_place->canvas != nullptr; })) {
        if (stop.stop_requested()) {
            break;
        }
    }
}

FigureCanvas* PrintCanvas::get() const {
    const std::lock_guard lock(m_place->mutex);
    return m_place->canvas.get();
}

} // namespace rulescope::plots
