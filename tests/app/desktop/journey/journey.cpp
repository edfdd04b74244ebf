// SPDX-License-Identifier: GPL-3.0-or-later
// A user's visit in a real window, by real mouse and keyboard events that xdotool sends through the X server.
#include "app/desktop/main_window.h"
#include "widgets/models/study_tree_model.h"
#include "widgets/panels/browser_panel.h"
#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/notice_bar.h"
#include "widgets/plots/figure_plot.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileDialog>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QTreeView>

#include <algorithm>
#include <utility>

namespace rulescope::desktop {

namespace {

constexpr int kPatience = 30000; ///< ms; other programs may use the processors too

/// Runs xdotool while this program's event loop goes on.
void xdotool(const QStringList& arguments) {
    QProcess process;
    process.start(QStringLiteral("xdotool"), arguments);
    QTRY_VERIFY_WITH_TIMEOUT(process.state() == QProcess::NotRunning, kPatience);
    QCOMPARE(process.exitCode(), 0);
    QTest::qWait(80);
}

void keys(const QString& combination) {
    xdotool({QStringLiteral("key"), combination});
}

QStringList moveTo(const QPoint& global) {
    return {QStringLiteral("mousemove"), QString::number(global.x()), QString::number(global.y())};
}

void click(const QPoint& global) {
    xdotool(moveTo(global) + QStringList{QStringLiteral("sleep"), QStringLiteral("0.05"),
                                 QStringLiteral("click"), QStringLiteral("1")});
}

/// Clicks once the widget has come to rest where it can be hit: layouts settle after what changed them.
void click(const QWidget* widget) {
    QVERIFY(widget != nullptr);
    QPoint before(-1, -1);
    const auto canBeHit = [&] {
        const QPoint at = widget->mapToGlobal(widget->rect().center());
        const bool isAtRest = std::exchange(before, at) == at;
        const QWidget* hit = QApplication::widgetAt(at);
        return isAtRest && widget->isEnabled() && hit != nullptr &&
               (hit == widget || widget->isAncestorOf(hit));
    };
    QTRY_VERIFY2_WITH_TIMEOUT(canBeHit(), qPrintable(widget->objectName()), kPatience);
    click(before);
}

void drag(const QPoint& from, const QPoint& to) {
    QStringList steps = moveTo(from) + QStringList{QStringLiteral("mousedown"), QStringLiteral("1")};
    for (int i = 1; i <= 12; ++i) {
        steps += moveTo(from + (to - from) * i / 12) +
                 QStringList{QStringLiteral("sleep"), QStringLiteral("0.03")};
    }
    xdotool(steps + QStringList{QStringLiteral("mouseup"), QStringLiteral("1")});
}

/// Types a path into the file dialog that comes up, and accepts it. The dialog runs an event loop of its own,
/// so this goes on in steps while whatever opens the dialog waits.
class FileDialogAnswer : public QObject {
  public:
    explicit FileDialogAnswer(QString path)
        : m_path(std::move(path)) {
        m_timer.setInterval(100);
        connect(&m_timer, &QTimer::timeout, this, &FileDialogAnswer::step);
        m_timer.start();
    }

  private:
    void step() {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        if (m_process.state() != QProcess::NotRunning || dialog == nullptr || !dialog->isActiveWindow()) {
            return;
        }
        const auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        if (name->text() != m_path) {
            m_process.start(QStringLiteral("xdotool"),
                {QStringLiteral("key"), QStringLiteral("ctrl+a"), QStringLiteral("type"),
                    QStringLiteral("--delay"), QStringLiteral("4"), m_path});
        } else {
            m_process.start(QStringLiteral("xdotool"), {QStringLiteral("key"), QStringLiteral("Return")});
        }
    }

    QString m_path;
    QTimer m_timer;
    QProcess m_process;
};

/// The longest time between two turns of the event loop.
class LoopWatch {
  public:
    LoopWatch() {
        m_timer.setInterval(2);
        m_clock.start();
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer,
            [this] { m_longest = std::max(m_longest, m_clock.restart()); });
        m_timer.start();
    }
    qint64 longest() const { return m_longest; }

  private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    qint64 m_longest = 0;
};

template<class Widget>
Widget* child(const QWidget& parent, const char* name) {
    return parent.findChild<Widget*>(QLatin1String(name));
}

/// Drags from the middle of the drag source's window onto a place of ours; every step waits for the one
/// before to be seen, as a user would.
void dragFrom(QProcess& source, const QPoint& to) {
    QByteArrayList lines;
    const auto isSaid = [&](auto condition) {
        while (source.canReadLine()) {
            lines.append(source.readLine().trimmed());
        }
        return condition();
    };
    const auto isAtRest = [&] {
        const auto count = lines.size();
        return count > 3 && lines[count - 1] == lines[count - 2] && lines[count - 1].startsWith("at ");
    };
    QTRY_VERIFY2_WITH_TIMEOUT(isSaid(isAtRest), "the drag source shows itself", kPatience);
    const QByteArrayList words = lines.last().split(' ');
    const QPoint from(words.value(1).toInt(), words.value(2).toInt());
    xdotool(moveTo(from) + QStringList{QStringLiteral("mousedown"), QStringLiteral("1")});
    int step = 0;
    const auto isDragging = [&] {
        xdotool(moveTo(from - QPoint(12 + step++ % 5, 8)));
        return isSaid([&] { return lines.contains("dragging"); });
    };
    QTRY_VERIFY2_WITH_TIMEOUT(isDragging(), "the drag begins", kPatience);
    const auto isTaken = [&] {
        xdotool(moveTo(to + QPoint(step++ % 5, 0)));
        return isSaid([&] { return lines.lastIndexOf("taken") > lines.lastIndexOf("refused"); });
    };
    QTRY_VERIFY2_WITH_TIMEOUT(isTaken(), "the window takes the drag", kPatience);
    xdotool({QStringLiteral("mouseup"), QStringLiteral("1")});
    QTRY_VERIFY2_WITH_TIMEOUT(isSaid([&] { return lines.contains("dropped"); }), "it is dropped", kPatience);
}

QByteArray trialsCsv() {
    QByteArray csv = "mouse,session,signed_contrast,choice_right,rt\n";
    const char* contrasts[] = {"-0.5", "-0.25", "0", "0.25", "0.5"};
    for (int t = 0; t < 300; ++t) {
        csv += "Dropped," + QByteArray::number(t / 100 + 1) + "," + contrasts[t * 3 % 5] + "," +
               ((t * 3 % 5 > 2) != (t % 7 == 0) ? "1" : "0") + ",0.4\n";
    }
    return csv;
}

} // namespace

class Journey : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase();
    void theDemoStudyIsOpen();
    void anAnimalIsChosenWithTheMouse();
    void aFitIsStartedWatchedAndCancelled();
    void aSecondFitIsAddedToTheStudy();
    void theCrossMovesTheSlices();
    void aFigureIsExportedAsPdf();
    void aFileIsDroppedAndImported();
    void theImportIsUndone();
    void theStudyIsSaved();
    void theWindowStaysFluidWhileTwoFitsRun();
    void theProgramQuitsInTheMiddleOfAFitAndOffersItAgain();
    void cleanupTestCase();

  private:
    void openWindow(const QStringList& arguments);
    void chooseRule(const char* rule, int trials);
    JobQueue& queue() { return m_window->jobs().queue(); }
    models::JobStatus lastJob() { return queue().status(queue().ids().back()); }

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
};

void Journey::openWindow(const QStringList& arguments) {
    m_window = std::make_unique<MainWindow>(MainWindow::StateFiles{
        m_folder.filePath(QStringLiteral("settings.ini")), m_folder.filePath(QStringLiteral("jobs.json"))});
    m_window->setInitialSize(QSize(1380, 820));
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get(), kPatience));
    m_window->start(arguments);
}

void Journey::initTestCase() {
    QVERIFY(m_folder.isValid());
    openWindow({});
}

void Journey::theDemoStudyIsOpen() {
    QTRY_COMPARE_WITH_TIMEOUT(
        m_window->document().contents().study.animals.size(), std::size_t(12), kPatience);
    auto* curves = child<plots::FigurePlot>(*m_window, "learningCurvePlot");
    QTRY_COMPARE_WITH_TIMEOUT(curves->figure().id, std::string("learning-curves"), kPatience);
}

void Journey::anAnimalIsChosenWithTheMouse() {
    auto* tree = child<QTreeView>(*m_window, "studyTree");
    const QAbstractItemModel* model = tree->model();
    const QModelIndex animal = model->index(0, 0, model->index(0, 0));
    QCOMPARE(
        animal.data(models::StudyTreeModel::LevelRole).toInt(), int(models::StudyTreeModel::Level::Animal));
    click(tree->viewport()->mapToGlobal(tree->visualRect(animal).center()));
    const auto& selected = m_window->document().context().selection().animals;
    QTRY_COMPARE_WITH_TIMEOUT(selected.size(), std::size_t(1), kPatience);
    QCOMPARE(QString::fromStdString(selected[0].animal), animal.data().toString());
}

void Journey::chooseRule(const char* rule, int trials) {
    keys(QStringLiteral("ctrl+t"));
    auto* box = child<QComboBox>(*m_window, "fitRule");
    QTRY_VERIFY_WITH_TIMEOUT(box->isVisible(), kPatience);
    box->setCurrentIndex(box->findData(QLatin1String(rule)));
    auto* spin = child<QSpinBox>(*m_window, "fitTrials");
    click(spin);
    QTRY_VERIFY_WITH_TIMEOUT(spin->hasFocus(), kPatience);
    keys(QStringLiteral("ctrl+a"));
    xdotool({QStringLiteral("type"), QString::number(trials) + QLatin1Char('\n')});
    QTRY_COMPARE_WITH_TIMEOUT(spin->value(), trials, kPatience);
}

void Journey::aFitIsStartedWatchedAndCancelled() {
    chooseRule("rnn", 5000);
    click(child<QPushButton>(*m_window, "fitButton"));
    QTRY_VERIFY_WITH_TIMEOUT(!queue().ids().empty() && lastJob().epoch > 2, kPatience);
    click(child<QPushButton>(*m_window, "jobCancel"));
    QTRY_COMPARE_WITH_TIMEOUT(lastJob().state, models::JobState::Cancelled, kPatience);
    QVERIFY(m_window->document().contents().fits.empty());
}

void Journey::aSecondFitIsAddedToTheStudy() {
    chooseRule("reinforce-baseline", 1000);
    keys(QStringLiteral("ctrl+Return"));
    QTRY_COMPARE_WITH_TIMEOUT(m_window->document().contents().fits.size(), std::size_t(1), kPatience);
    QCOMPARE(m_window->document().contents().fits[0]->spec.trialsPerAnimal, std::size_t(1000));
    QVERIFY(m_window->isWindowModified());
}

void Journey::theCrossMovesTheSlices() {
    keys(QStringLiteral("ctrl+3"));
    auto* plot = child<plots::FigurePlot>(*m_window, "updatesPlot");
    QTRY_VERIFY_WITH_TIMEOUT(figures::findPanel(plot->figure(), "slice-middle") != nullptr, kPatience);
    const auto title = [plot] {
        return base::english(figures::findPanel(plot->figure(), "slice-middle")->title);
    };
    const std::string before = title();
    const auto* surface = figures::findPanel(plot->figure(), "surface-correct");
    const auto& map = std::get<figures::HeatMap>(surface->series.front());
    const QPoint high =
        plot->positionOf(QStringLiteral("surface-correct"), map.x[2], map.y[map.y.size() - 2]).toPoint();
    const QPoint low = plot->positionOf(QStringLiteral("surface-correct"), map.x[4], map.y[1]).toPoint();
    drag(plot->mapToGlobal(high), plot->mapToGlobal(low));
    QTRY_VERIFY2_WITH_TIMEOUT(
        title() != before && title().find("cross") != std::string::npos, title().c_str(), kPatience);
}

void Journey::aFigureIsExportedAsPdf() {
    const QString path = m_folder.filePath(QStringLiteral("surface.pdf"));
    const FileDialogAnswer answer(path);
    keys(QStringLiteral("ctrl+e"));
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path), kPatience);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().startsWith("%PDF"));
}

void Journey::aFileIsDroppedAndImported() {
    const QString path = m_folder.filePath(QStringLiteral("Dropped.csv"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(trialsCsv());
    file.close();
    const QPoint corner = m_window->mapToGlobal(QPoint(m_window->width() - 200, m_window->height() - 120));
    QProcess source;
    source.start(QStringLiteral(RULESCOPE_DRAG_SOURCE),
        {path, QString::number(corner.x()), QString::number(corner.y())});
    QVERIFY(source.waitForStarted());
    dragFrom(source, m_window->mapToGlobal(QPoint(m_window->width() / 2, m_window->height() / 3)));
    auto* accept = child<QPushButton>(*m_window, "importAccept");
    QTRY_VERIFY_WITH_TIMEOUT(accept->isVisible() && accept->isEnabled(), kPatience);
    source.terminate(); // only now: the window asked it for the file's name after the drop
    QTRY_COMPARE_WITH_TIMEOUT(source.state(), QProcess::NotRunning, kPatience);
    click(accept);
    QTRY_COMPARE_WITH_TIMEOUT(
        m_window->document().contents().study.animals.size(), std::size_t(13), kPatience);
    QCOMPARE(m_window->document().contents().study.animals.back()->trialCount(), std::size_t(300));
}

void Journey::theImportIsUndone() {
    keys(QStringLiteral("ctrl+z"));
    QTRY_COMPARE_WITH_TIMEOUT(
        m_window->document().contents().study.animals.size(), std::size_t(12), kPatience);
    QCOMPARE(m_window->document().contents().fits.size(), std::size_t(1));
}

void Journey::theStudyIsSaved() {
    const QString path = m_folder.filePath(QStringLiteral("journey.rulescope"));
    const FileDialogAnswer answer(path);
    keys(QStringLiteral("ctrl+s"));
    QTRY_COMPARE_WITH_TIMEOUT(m_window->document().path(), path, kPatience);
    QVERIFY(!m_window->isWindowModified());
    const auto saved = io::openStudy(path.toStdString());
    QVERIFY(saved.has_value());
    QCOMPARE(saved->study.animals.size(), std::size_t(12));
    QCOMPARE(saved->fits.size(), std::size_t(1));
}

void Journey::theWindowStaysFluidWhileTwoFitsRun() {
    chooseRule("rnn", 5000);
    for (int i = 0; i < 2; ++i) {
        keys(QStringLiteral("ctrl+Return"));
    }
    QTRY_VERIFY_WITH_TIMEOUT(lastJob().epoch > 2, kPatience);
    const LoopWatch watch;
    QTest::qWait(4000);
    qInfo("longest time between two turns of the event loop while two fits ran: %lld ms", watch.longest());
    QVERIFY2(watch.longest() < 500,
        "the window hung"); // the budget of 50 ms holds on a machine that is not shared
    keys(QStringLiteral("ctrl+shift+period"));
    QTRY_VERIFY_WITH_TIMEOUT(queue().isIdle(), kPatience);
}

void Journey::theProgramQuitsInTheMiddleOfAFitAndOffersItAgain() {
    keys(QStringLiteral("ctrl+Return"));
    QTRY_VERIFY_WITH_TIMEOUT(lastJob().epoch > 2, kPatience);
    keys(QStringLiteral("ctrl+q"));
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->isVisible(), kPatience);
    m_window.reset();

    openWindow({});
    auto* notices = m_window->findChild<panels::NoticeBar*>();
    QTRY_VERIFY_WITH_TIMEOUT(!notices->sentence(QStringLiteral("resumeNotice")).isEmpty(), kPatience);
    QCOMPARE(m_window->document().contents().fits.size(), std::size_t(1));
    click(notices->findChild<QPushButton*>(QStringLiteral("noticeButton")));
    QTRY_VERIFY_WITH_TIMEOUT(!queue().ids().empty() && lastJob().epoch > 2, kPatience);
    keys(QStringLiteral("ctrl+shift+period"));
    QTRY_VERIFY_WITH_TIMEOUT(queue().isIdle(), kPatience);
}

void Journey::cleanupTestCase() {
    m_window.reset();
}

} // namespace rulescope::desktop

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    QGuiApplication::setQuitOnLastWindowClosed(false);
    QCoreApplication::setOrganizationName(QStringLiteral("rulescope"));
    QCoreApplication::setApplicationName(QStringLiteral("rulescope-journey"));
    rulescope::desktop::Journey journey;
    return QTest::qExec(&journey, argc, argv);
}

#include "journey.moc"
