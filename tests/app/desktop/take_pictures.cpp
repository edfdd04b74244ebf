// SPDX-License-Identifier: GPL-3.0-or-later
// Not a test: takes pictures of the window, to look at and for README and resources/help. Each argument is a
// step, NAME or NAME=VALUE, done in order; take_pictures.sh holds the steps of the help's pictures.
// The first step is the window's size.
//   size=1440x900  theme=dark   open=FILE  demo  import=PATH
//   action=pageUpdates          animals=A,B        sessions=A:1,2,3 (from 1)
//   choose=BOX:INDEX            value=SLIDER:NUMBER
//   hover=PLOT:X:Y  drag=PLOT:X:Y:X:Y (fractions of the widget)  cross=X:Y (data of the update surfaces)
//   figure=PLOT:PRESET:FILE (an export; PRESET as in the export menu, e.g. 89mm)
// Experiments of the Networks page lie in the folder networks/ of the one that RULESCOPE_PICTURES names.
//   wait=MS                     shot=FILE (the window)           screen=FILE (with dialogs and tooltips)
#include "app/desktop/languages.h"
#include "app/desktop/main_window.h"
#include "widgets/plots/export.h"
#include "widgets/plots/figure_plot.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QCursor>
#include <QDir>
#include <QElapsedTimer>
#include <QScreen>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

#include <cstdio>
#include <functional>
#include <map>

namespace {

using namespace rulescope;
using desktop::MainWindow;

constexpr int kSettle = 250; ///< ms; figures are made on threads and shown on the next turns of the loop

void settle() {
    QTest::qWait(kSettle);
    QElapsedTimer timer;
    timer.start();
    while (QThreadPool::globalInstance()->activeThreadCount() > 0 && timer.elapsed() < 60'000) {
        QTest::qWait(20);
    }
    QTest::qWait(kSettle);
}

class Photographer {
  public:
    explicit Photographer(MainWindow& window)
        : m_window(window) {}

    bool take(const QString& step) {
        const QString name = step.section(QLatin1Char('='), 0, 0);
        const QString value = step.section(QLatin1Char('='), 1);
        const auto it = m_steps.find(name);
        const bool isDone = it != m_steps.end() && it->second(value);
        if (!isDone) {
            std::fprintf(stderr, "take_pictures: can't do \"%s\"\n", qPrintable(step));
        }
        return isDone;
    }

  private:
    template<class Widget>
    Widget* find(const QString& name) const {
        return m_window.findChild<Widget*>(name);
    }

    bool resize(const QString& value) {
        m_window.setInitialSize(
            {value.section(QLatin1Char('x'), 0, 0).toInt(), value.section(QLatin1Char('x'), 1).toInt()});
        settle();
        return true;
    }

    bool trigger(const QString& name) {
        QAction* action = m_window.findChild<QAction*>(name);
        if (action == nullptr || !action->isEnabled()) {
            return false;
        }
        action->trigger();
        settle();
        return true;
    }

    bool select(const QString& names) {
        models::Selection selection = m_window.document().context().selection();
        selection.animals.clear();
        for (const QString& name : names.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
            selection.animals.push_back({name.toStdString(), {}});
        }
        m_window.document().context().setSelection(selection);
        settle();
        return true;
    }

    bool selectSessions(const QString& value) {
        models::Selection selection = m_window.document().context().selection();
        models::SelectedAnimal animal = {value.section(QLatin1Char(':'), 0, 0).toStdString(), {}};
        for (const QString& session : value.section(QLatin1Char(':'), 1).split(QLatin1Char(','))) {
            animal.sessions.push_back(session.toULong() - 1);
        }
        selection.animals = {animal};
        m_window.document().context().setSelection(selection);
        settle();
        return true;
    }

    bool choose(const QString& value) {
        auto* box = find<QComboBox>(value.section(QLatin1Char(':'), 0, 0));
        const int index = value.section(QLatin1Char(':'), 1).toInt();
        if (box == nullptr || index >= box->count()) {
            return false;
        }
        box->setCurrentIndex(index);
        emit box->activated(index);
        settle();
        return true;
    }

    bool slide(const QString& value) {
        auto* slider = find<QSlider>(value.section(QLatin1Char(':'), 0, 0));
        if (slider == nullptr) {
            return false;
        }
        slider->setValue(value.section(QLatin1Char(':'), 1).toInt());
        settle();
        return true;
    }

    QPoint place(const QWidget& widget, const QString& x, const QString& y) const {
        return {int(x.toDouble() * widget.width()), int(y.toDouble() * widget.height())};
    }

    bool hover(const QString& value) {
        const QStringList parts = value.split(QLatin1Char(':'));
        auto* widget = find<QWidget>(parts.value(0));
        if (widget == nullptr) {
            return false;
        }
        const QPoint at = place(*widget, parts.value(1), parts.value(2));
        QCursor::setPos(widget->mapToGlobal(at - QPoint(3, 3)));
        QTest::qWait(100);
        QCursor::setPos(widget->mapToGlobal(at));
        QTest::qWait(1500); // until the tooltip is there
        return true;
    }

    bool drag(const QString& value) {
        const QStringList parts = value.split(QLatin1Char(':'));
        auto* view = find<QWidget>(parts.value(0));
        if (view == nullptr) {
            return false;
        }
        const QPoint from = place(*view, parts.value(1), parts.value(2));
        const QPoint to = place(*view, parts.value(3), parts.value(4));
        QWidget* target = view->childAt(from);
        const QPoint offset = target->mapTo(view, QPoint());
        QTest::mousePress(target, Qt::LeftButton, {}, from - offset);
        for (int i = 1; i <= 10; ++i) {
            QTest::mouseMove(target, from - offset + (to - from) * i / 10);
            QTest::qWait(20);
        }
        QTest::mouseRelease(target, Qt::LeftButton, {}, to - offset);
        settle();
        return true;
    }

    bool moveCross(const QString& value) {
        auto* plot = find<plots::FigurePlot>(QStringLiteral("updatesPlot"));
        const double x = value.section(QLatin1Char(':'), 0, 0).toDouble();
        const double y = value.section(QLatin1Char(':'), 1).toDouble();
        plot->setCrosshair({QStringLiteral("surface-correct"), QStringLiteral("surface-error"),
                               QStringLiteral("surface-difference")},
            x, y);
        emit plot->crosshairMoved(QStringLiteral("surface-correct"), x, y);
        settle();
        return true;
    }

    bool writeFigure(const QString& value) {
        auto* plot = find<plots::FigurePlot>(value.section(QLatin1Char(':'), 0, 0));
        const QString path = value.section(QLatin1Char(':'), 2);
        const auto format = plots::formatFromPath(path);
        for (const plots::ExportPreset& preset : plots::exportPresets()) {
            if (plot != nullptr && format && preset.name == value.section(QLatin1Char(':'), 1, 1)) {
                plots::ExportOptions options = preset.options;
                options.format = *format;
                return plots::exportFigure(plot->figure(), path, options).has_value();
            }
        }
        return false;
    }

    bool setTheme(const QString& value) {
        m_window.setTheme(value == QLatin1String("dark") ? theme::Mode::Dark : theme::Mode::Light);
        settle();
        return true;
    }

    MainWindow& m_window;
    const std::map<QString, std::function<bool(const QString&)>> m_steps = {
        {QStringLiteral("size"), [this](const QString& value) { return resize(value); }},
        {QStringLiteral("theme"), [this](const QString& value) { return setTheme(value); }},
        {QStringLiteral("open"),
            [this](const QString& value) {
                m_window.openStudy(value);
                settle();
                return true;
            }},
        {QStringLiteral("demo"),
            [this](const QString&) {
                m_window.openDemo();
                settle();
                return true;
            }},
        {QStringLiteral("import"),
            [this](const QString& value) {
                m_window.importPaths({value});
                settle();
                return true;
            }},
        {QStringLiteral("action"), [this](const QString& value) { return trigger(value); }},
        {QStringLiteral("animals"), [this](const QString& value) { return select(value); }},
        {QStringLiteral("sessions"), [this](const QString& value) { return selectSessions(value); }},
        {QStringLiteral("choose"), [this](const QString& value) { return choose(value); }},
        {QStringLiteral("value"), [this](const QString& value) { return slide(value); }},
        {QStringLiteral("hover"), [this](const QString& value) { return hover(value); }},
        {QStringLiteral("drag"), [this](const QString& value) { return drag(value); }},
        {QStringLiteral("cross"), [this](const QString& value) { return moveCross(value); }},
        {QStringLiteral("figure"), [this](const QString& value) { return writeFigure(value); }},
        {QStringLiteral("wait"),
            [](const QString& value) {
                QTest::qWait(value.toInt());
                return true;
            }},
        {QStringLiteral("shot"), [this](const QString& value) { return m_window.grab().save(value); }},
        {QStringLiteral("screen"),
            [](const QString& value) { return QGuiApplication::primaryScreen()->grabWindow(0).save(value); }},
    };
};

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("rulescope-pictures"));
    rulescope::desktop::installTranslations(application, QLocale(QStringLiteral("en_US"))); // plurals
    const QTemporaryDir temporary;
    const QString given = qEnvironmentVariable("RULESCOPE_PICTURES"); // a folder with networks/, say
    const QDir folder(given.isEmpty() ? temporary.path() : given);
    MainWindow window(
        {folder.filePath(QStringLiteral("settings.ini")), folder.filePath(QStringLiteral("jobs.json"))});
    const QStringList steps = QCoreApplication::arguments().mid(1);
    const QStringList size = steps.value(0).section(QLatin1Char('='), 1).split(QLatin1Char('x'));
    window.setInitialSize(QSize(size.value(0).toInt(), size.value(1).toInt()).expandedTo(QSize(800, 560)));
    window.show();
    if (!QTest::qWaitForWindowExposed(&window)) {
        return 1;
    }
    settle();
    Photographer photographer(window);
    bool isDone = true;
    for (const QString& step : steps.mid(1)) {
        isDone = photographer.take(step) && isDone;
    }
    window.closeNow();
    return isDone ? 0 : 1;
}
