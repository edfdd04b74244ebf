// SPDX-License-Identifier: GPL-3.0-or-later
// Not a test: measures what the budgets ask of the window, with the demo study (or the study given). From the
// start of the process to the painted window, and how long the event loop is held up at most while two fits
// run and figures, exports and a report are made. Names the events that took longest.
// With --import FILES it measures their import instead: reading, preview, accepting, undo, autosave, and the
// largest memory.
#include "app/desktop/figure_commands.h"
#include "app/desktop/main_window.h"
#include "widgets/panels/import_preview.h"
#include "widgets/plots/figure_plot.h"

#include <QAction>
#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QPushButton>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <sys/resource.h>
#include <unistd.h>

namespace {

using namespace rulescope;
using desktop::MainWindow;

/// Since the kernel made the process, in s.
double processAge() {
    QFile stat(QStringLiteral("/proc/self/stat"));
    QFile uptime(QStringLiteral("/proc/uptime"));
    if (!stat.open(QIODevice::ReadOnly) || !uptime.open(QIODevice::ReadOnly)) {
        return 0;
    }
    const QByteArray text = stat.readAll();
    const double ticks = text.mid(text.lastIndexOf(')') + 2).split(' ').value(19).toDouble();
    return uptime.readAll().split(' ').value(0).toDouble() - ticks / double(sysconf(_SC_CLK_TCK));
}

/// Times every event that the loop delivers.
class TimedApplication : public QApplication {
  public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        if (m_depth > 0) {
            return QApplication::notify(receiver, event);
        }
        const QByteArray name = receiver->metaObject()->className() + QByteArray(" ") +
                                receiver->objectName().toUtf8() + " event " +
                                QByteArray::number(int(event->type()));
        QElapsedTimer timer;
        timer.start();
        ++m_depth;
        const bool isHandled = QApplication::notify(receiver, event);
        --m_depth;
        double& longest = m_longest[name];
        longest = std::max(longest, double(timer.nsecsElapsed()) / 1e6);
        return isHandled;
    }
    /// Prints the longest events since the last call and forgets them.
    void report(const char* phase, double longestGap) {
        std::vector<std::pair<double, QByteArray>> events;
        for (const auto& [name, ms] : m_longest) {
            events.emplace_back(ms, name);
        }
        std::sort(events.rbegin(), events.rend());
        std::printf("%-34s longest gap %6.1f ms\n", phase, longestGap);
        for (std::size_t i = 0; i < std::min<std::size_t>(3, events.size()); ++i) {
            std::printf("    %6.1f ms  %s\n", events[i].first, events[i].second.constData());
        }
        std::fflush(stdout);
        m_longest.clear();
    }

  private:
    int m_depth = 0;
    std::map<QByteArray, double> m_longest;
};

/// The longest time between two turns of the event loop.
class LoopWatch {
  public:
    LoopWatch() {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(1);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] {
            m_longest = std::max(m_longest, double(m_clock.nsecsElapsed()) / 1e6);
            m_clock.start();
        });
        m_clock.start();
        m_timer.start();
    }
    double takeLongest() {
        m_clock.start();
        return std::exchange(m_longest, 0.0);
    }

  private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_longest = 0;
};

class FirstPaint : public QObject {
  public:
    bool eventFilter(QObject* object, QEvent* event) override {
        if (event->type() == QEvent::Paint && seconds == 0 && qobject_cast<MainWindow*>(object) != nullptr) {
            QTimer::singleShot(0, this, [this] { seconds = seconds == 0 ? processAge() : seconds; });
        }
        return false;
    }
    double seconds = 0;
};

fit::FitSpec endlessFit(std::uint64_t seed) {
    fit::FitSpec spec;
    spec.rule = "rnn";
    spec.seed = seed;
    spec.training.epochs = 1'000'000;
    return spec;
}

fit::FitSpec quickFit() {
    fit::FitSpec spec;
    spec.rule = "rnn";
    spec.training.epochs = 5;
    return spec;
}

void trigger(MainWindow& window, const char* action) {
    window.findChild<QAction*>(QLatin1String(action))->trigger();
}

/// Goes through pages and animals as a user in a hurry would.
void browse(MainWindow& window, const std::function<void(const QString&)>& onPage) {
    const auto& animals = window.document().contents().study.animals;
    auto* pages = window.findChild<QTabWidget*>(QStringLiteral("pages"));
    for (int page = 0; page < pages->count(); ++page) {
        pages->setCurrentIndex(page);
        QTest::qWait(400);
        for (std::size_t i = 0; i < std::min<std::size_t>(4, animals.size()); ++i) {
            models::Selection selection = window.document().context().selection();
            selection.animals = {{animals[i]->name(), {}}};
            window.document().context().setSelection(selection);
            QTest::qWait(150);
        }
        window.document().context().setSelection({});
        QTest::qWait(300);
        onPage(pages->tabText(page).remove(u'&'));
    }
}

constexpr int kUntilAutosave = 45'000; ///< ms

double peakMegabytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return double(usage.ru_maxrss) / 1024;
}

/// Reads files as a drop on the window does, accepts, undoes, accepts again, and waits for the journal.
void measureImport(
    MainWindow& window, TimedApplication& application, LoopWatch& watch, const QStringList& files) {
    auto* preview = window.findChild<panels::ImportPreview*>();
    auto* accept = preview->findChild<QPushButton*>(QStringLiteral("importAccept"));
    QTest::qWait(500);
    application.report("an empty window", watch.takeLongest());
    QElapsedTimer timer;
    timer.start();
    window.importPaths(files);
    while (!accept->isEnabled()) {
        QTest::qWait(5);
    }
    std::printf("reading: %.1f s, %.0f MB at most\n", double(timer.elapsed()) / 1e3, peakMegabytes());
    QTest::qWait(500);
    application.report("reading and preview", watch.takeLongest());
    accept->click();
    QTest::qWait(2000);
    application.report("accepted", watch.takeLongest());
    trigger(window, "undo");
    QTest::qWait(1000);
    trigger(window, "redo");
    QTest::qWait(1000);
    application.report("undo and redo", watch.takeLongest());
    browse(window, [](const QString&) {});
    application.report("pages and animals", watch.takeLongest());
    QTest::qWait(kUntilAutosave);
    application.report("autosave", watch.takeLongest());
    std::printf("%.0f MB at most\n", peakMegabytes());
}

void moveCross(MainWindow& window) {
    trigger(window, "pageUpdates");
    auto* plot = window.findChild<plots::FigurePlot*>(QStringLiteral("updatesPlot"));
    for (int step = 0; step < 40; ++step) {
        emit plot->crosshairMoved(QStringLiteral("surface-correct"), -1 + 0.05 * step, 0.5);
        QTest::qWait(20);
    }
}

} // namespace

int main(int argc, char** argv) {
    TimedApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("rulescope-bench"));
    const double beforeWindow = processAge();
    FirstPaint paint;
    application.installEventFilter(&paint);
    const QTemporaryDir folder;
    MainWindow window(
        {folder.filePath(QStringLiteral("settings.ini")), folder.filePath(QStringLiteral("jobs.json"))});
    window.setInitialSize(QSize(1440, 900));
    window.show();
    while (paint.seconds == 0) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
    }
    std::printf("cold start: %.2f s to main, %.2f s to the painted window\n", beforeWindow, paint.seconds);
    if (argc > 1 && QByteArray(argv[1]) == "--start") {
        return 0;
    }
    LoopWatch watch;
    if (argc > 2 && QByteArray(argv[1]) == "--import") {
        measureImport(window, application, watch, QCoreApplication::arguments().mid(2));
        return 0;
    }
    window.start(QCoreApplication::arguments().mid(1));
    while (window.document().contents().study.animals.empty()) {
        QTest::qWait(20);
    }
    QTest::qWait(500);
    application.report("a study opens", watch.takeLongest());
    window.jobs().start(quickFit());
    while (window.document().contents().fits.empty()) {
        QTest::qWait(20);
    }
    QTest::qWait(500);
    application.report("a fit enters the study", watch.takeLongest());
    window.jobs().start(endlessFit(1));
    window.jobs().start(endlessFit(2));
    QTest::qWait(4000);
    application.report("two fits run", watch.takeLongest());
    browse(window, [&](const QString& page) {
        application.report(qPrintable(QStringLiteral("two fits, animals on ") + page), watch.takeLongest());
    });
    moveCross(window);
    application.report("two fits, the cross moves", watch.takeLongest());
    auto* commands = window.findChild<desktop::FigureCommands*>();
    auto* plot = window.findChild<plots::FigurePlot*>(QStringLiteral("updatesPlot"));
    for (const char* name : {"a.pdf", "a.svg", "a.png", "a.csv"}) {
        commands->write(plot->figure(), folder.filePath(QLatin1String(name)), QStringLiteral("183mm"));
    }
    trigger(window, "copyFigure");
    QTest::qWait(4000);
    application.report("two fits, exports and copy", watch.takeLongest());
    window.jobs().queue().setPaused(2, true);
    const int report = window.jobs().startReport(folder.filePath(QStringLiteral("report")));
    while (!models::isFinal(window.jobs().queue().status(report).state)) {
        QTest::qWait(50);
    }
    application.report("a fit runs, report", watch.takeLongest());
    window.document().rename(QStringLiteral("Bench"));
    window.document().setSaved(std::make_shared<const io::StudyContents>(window.document().contents()),
        folder.filePath(QStringLiteral("a.rulescope")), window.document().generation()); // of a moment ago
    trigger(window, "saveStudy");
    QTest::qWait(1000);
    application.report("a fit runs, saving", watch.takeLongest());
    QElapsedTimer timer;
    timer.start();
    window.jobs().queue().cancelAll();
    while (!window.jobs().queue().isIdle()) {
        QTest::qWait(1);
    }
    std::printf("cancelling all jobs: %.0f ms\n", double(timer.nsecsElapsed()) / 1e6);
    return 0;
}
