// SPDX-License-Identifier: GPL-3.0-or-later
// Budgets of the window: redraw of any figure of a 30,000-trial animal, and the time from choosing an animal
// to its painted page. Prints one line per figure; medians, since the machine does other things as well.
#include "core/fit/trainer.h"
#include "tests/widgets/models/small_study.h"
#include "widgets/panels/behaviour_page.h"
#include "widgets/panels/figure_view.h"
#include "widgets/panels/updates_page.h"
#include "widgets/panels/weights_page.h"
#include "widgets/plots/figure_plot.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>

namespace rulescope {

namespace {

constexpr std::size_t kAnimals = 24;
constexpr int kRedraws = 21;
constexpr int kLongestWait = 20'000; ///< ms

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// Animals of 100 sessions of 300 trials, and a quick fit to all of them.
models::StudySnapshot cohort() {
    io::StudyContents contents;
    for (std::size_t i = 0; i < kAnimals; ++i) {
        contents.study.animals.push_back(tests::smallAnimal(
            "M" + std::to_string(i + 1), {.lab = "lab", .sessions = 100, .trialsPerSession = 300}));
    }
    fit::FitSpec spec;
    spec.rule = "reinforce-baseline";
    spec.trialsPerAnimal = 300;
    spec.training.maxIterations = 3;
    spec.training.starts = 1;
    if (auto fitted = fit::fit(contents.study, spec)) {
        fitted->id = "reinforce-baseline-1";
        fitted->spec.trialsPerAnimal = 0; // shown on all trials
        contents.fits.push_back(std::make_shared<const fit::FitResult>(std::move(*fitted)));
    }
    return std::make_shared<const io::StudyContents>(std::move(contents));
}

/// ms of this thread's processor: on a machine that does other things as well it says more than the clock.
double processorTime() {
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

struct Redraw {
    double clock = 0, processor = 0; ///< ms
};

/// One redraw as it happens while zooming.
Redraw redraw(plots::FigurePlot& plot) {
    auto* canvas = plot.findChild<QWidget*>(QStringLiteral("canvas"));
    std::vector<double> clock, processor;
    for (int i = 0; i < kRedraws; ++i) {
        QElapsedTimer timer;
        timer.start();
        const double before = processorTime();
        QMetaObject::invokeMethod(canvas, "replot", Qt::DirectConnection);
        processor.push_back(processorTime() - before);
        clock.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    return {median(clock), median(processor)};
}

/// ms from choosing an animal to the painted page, over several animals. Each view's figure must have been
/// made anew since.
double turn(models::StudyContext& context, panels::Page& page) {
    const auto views = page.findChildren<panels::FigureView*>();
    std::vector<double> times;
    for (std::size_t i = 1; i <= 7; ++i) {
        const std::string animal = "M" + std::to_string(i);
        std::vector<std::unique_ptr<QSignalSpy>> shown;
        for (const panels::FigureView* view : views) {
            shown.push_back(std::make_unique<QSignalSpy>(view, &panels::FigureView::figureShown));
        }
        QElapsedTimer timer;
        timer.start();
        models::Selection selection = context.selection();
        selection.animals = {{animal, {}}};
        context.setSelection(selection);
        const bool isShown = QTest::qWaitFor(
            [&shown] {
                return std::all_of(
                    shown.begin(), shown.end(), [](const auto& spy) { return !spy->isEmpty(); });
            },
            kLongestWait);
        page.grab();
        if (isShown) {
            times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        }
    }
    return times.empty() ? -1 : median(times);
}

void report(const char* name, models::StudyContext& context, panels::Page& page) {
    page.resize(1000, 800);
    page.show();
    QTest::qWait(50);
    const double turned = turn(context, page);
    std::printf("%-12s  page of an animal %7.1f ms\n", name, turned);
    for (plots::FigurePlot* plot : page.plots()) {
        const Redraw time = redraw(*plot);
        std::printf("%-12s  redraw of %-20s %5.2f ms (processor %5.2f ms)\n", name, plot->figure().id.c_str(),
            time.clock, time.processor);
    }
    page.hide();
}

} // namespace

} // namespace rulescope

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    rulescope::models::StudyContext context;
    context.setContents(rulescope::cohort());
    rulescope::panels::BehaviourPage behaviour(context);
    rulescope::panels::WeightsPage weights(context);
    rulescope::panels::UpdatesPage updates(context);
    rulescope::report("behaviour", context, behaviour);
    rulescope::report("weights", context, weights);
    rulescope::report("updates", context, updates);
    return 0;
}
