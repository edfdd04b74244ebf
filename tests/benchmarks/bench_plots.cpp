// SPDX-License-Identifier: GPL-3.0-or-later
// Budgets of the window: redraw of any figure of a 30,000-trial animal, and the time from choosing an animal
// to its painted page. Prints one line per figure; medians, since the machine does other things as well.
#include "core/fit/trainer.h"
#include "tests/widgets/models/small_study.h"
#include "widgets/panels/behaviour_page.h"
#include "widgets/panels/updates_page.h"
#include "widgets/panels/weights_page.h"
#include "widgets/plots/figure_plot.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <cstdio>

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

/// ms of one redraw as it happens while zooming.
double redraw(plots::FigurePlot& plot) {
    auto* canvas = plot.findChild<QWidget*>(QStringLiteral("canvas"));
    std::vector<double> times;
    for (int i = 0; i < kRedraws; ++i) {
        QElapsedTimer timer;
        timer.start();
        QMetaObject::invokeMethod(canvas, "replot", Qt::DirectConnection);
        times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    return median(times);
}

/// ms from choosing an animal to the painted page, over several animals.
double turn(models::StudyContext& context, panels::Page& page) {
    std::vector<double> times;
    for (std::size_t i = 1; i <= 7; ++i) {
        const std::string animal = "M" + std::to_string(i);
        const auto views = page.plots();
        QElapsedTimer timer;
        timer.start();
        models::Selection selection = context.selection();
        selection.animals = {{animal, {}}};
        context.setSelection(selection);
        const bool isShown = QTest::qWaitFor(
            [&views, &animal] {
                return std::all_of(views.begin(), views.end(), [&animal](const plots::FigurePlot* plot) {
                    const figures::FigureSpec& figure = plot->figure();
                    return base::english(figure.footer).find(animal + " ") == 0 ||
                           (!figure.panels.empty() && base::english(figure.panels[0].title) == animal) ||
                           figure.id == "update-surface";
                });
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
        std::printf("%-12s  redraw of %-20s %5.2f ms\n", name, plot->figure().id.c_str(), redraw(*plot));
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
