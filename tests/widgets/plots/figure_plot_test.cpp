// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/plots/example_figures.h"
#include "widgets/plots/axis_range.h"
#include "widgets/plots/figure_plot.h"
#include "widgets/plots/number_label.h"
#include "widgets/plots/outline.h"
#include "widgets/plots/wrapped_text.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QFocusEvent>
#include <QSet>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <cmath>
#include <limits>
#include <string>

namespace rulescope::plots {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

QWidget* canvasOf(FigurePlot& plot) {
    return plot.findChild<QWidget*>(QStringLiteral("canvas"));
}

/// Lets queued replots happen.
void settle(FigurePlot& plot) {
    QTest::qWait(30);
    plot.grab();
}

void show(FigurePlot& plot, figures::FigureSpec figure) {
    plot.resize(800, 560);
    plot.setFigure(std::move(figure));
    plot.show();
    QVERIFY(QTest::qWaitForWindowExposed(&plot));
    settle(plot);
}

void turnWheel(QWidget* widget, const QPointF& at, int notches) {
    QWheelEvent event(at, widget->mapToGlobal(at), {}, QPoint(0, 120 * notches), Qt::NoButton, Qt::NoModifier,
        Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(widget, &event);
    widget->grab();
}

figures::XY line(std::vector<double> x, std::vector<double> y) {
    figures::XY xy;
    xy.x = std::move(x);
    xy.y = std::move(y);
    return xy;
}

figures::Panel panelOf(figures::Series series) {
    figures::Panel panel;
    panel.id = "p";
    panel.series.push_back(std::move(series));
    return panel;
}

PixelFrame unitFrame(double width, double height) {
    PixelFrame frame;
    frame.y = {height, -1, false};
    frame.rect = QRectF(0, 0, width, height);
    return frame;
}

} // namespace

class FigurePlotTest : public QObject {
    Q_OBJECT

  private slots:
    void drawsEveryExampleInLightAndDark();
    void switchingTheThemeRepaintsInItsColours();
    void wheelZoomsAndHomeResets();
    void theViewNeverLeavesTheData();
    void newNumbersKeepAZoomedView();
    void anotherStructureStartsAtHome();
    void theCrosshairFollowsTheMouseOnAllItsPanels();
    void arrowKeysMoveTheCrosshairByACell();
    void brushingTellsTheRangeAndDoubleClickClearsIt();
    void theColourBarsWheelChangesTheSharedRange();
    void tipsTellTheNumbersOfPointsAndCells();
    void theMenuIsAskedForWithItsPanel();
    void onAScrollingPageThePlainWheelIsThePages();
    void aFrameShowsThatTheKeyboardIsHere();
    void panelsInARowShareTheirTickLabelsAndTheirZoom();
    void numbersBelowAnAxisAreThinnedAndNeverTurned();
    void namedRowsHaveRoomForTheirNames();
    void linesDoNotBreakBeforeAPercentSign();
    void emptyAndTinyFiguresAreHarmless();
    void aLongLineRedrawsQuickly();

    void rangesHoldDataIntervalsAndNearGuides();
    void rangesOfOddDataAreUsable();
    void linesBreakAtMissingValuesAndEndAtTheFrame();
    void mergingKeepsExtremes();
    void numbersOnAxesAreShort();
};

void FigurePlotTest::drawsEveryExampleInLightAndDark() {
    for (const figures::FigureSpec& figure : examples::all()) {
        for (const theme::Theme& theme : {theme::Theme::light(), theme::Theme::dark()}) {
            FigurePlot plot(theme);
            plot.resize(700, 500);
            plot.setFigure(figure);
            const QImage image = plot.grab().toImage();
            QCOMPARE(image.pixelColor(2, 2), theme.background);
            QSet<QRgb> colours;
            for (int y = 0; y < image.height(); y += 3) {
                for (int x = 0; x < image.width(); x += 3) {
                    colours.insert(image.pixel(x, y));
                }
            }
            QVERIFY2(colours.size() > 3, figure.id.c_str());
        }
    }
}

void FigurePlotTest::switchingTheThemeRepaintsInItsColours() {
    FigurePlot plot(theme::Theme::light());
    show(plot, examples::learningCurves());
    QCOMPARE(plot.grab().toImage().pixelColor(1, 1), theme::Theme::light().background);
    plot.setTheme(theme::Theme::dark());
    settle(plot);
    QCOMPARE(plot.grab().toImage().pixelColor(1, 1), theme::Theme::dark().background);
}

void FigurePlotTest::wheelZoomsAndHomeResets() {
    FigurePlot plot;
    show(plot, examples::learningCurves());
    const QPointF centre = plot.positionOf(QStringLiteral("accuracy"), 11, 0.7);
    const QPointF before = plot.positionOf(QStringLiteral("accuracy"), 15, 0.8);
    QCOMPARE(canvasOf(plot)->focusPolicy(), Qt::WheelFocus); // Reset View then resets this figure
    turnWheel(canvasOf(plot), centre, 3);
    const QPointF zoomed = plot.positionOf(QStringLiteral("accuracy"), 15, 0.8);
    QVERIFY(zoomed.x() - centre.x() > 1.3 * (before.x() - centre.x()));
    QTest::keyClick(canvasOf(plot), Qt::Key_Home);
    settle(plot);
    QCOMPARE(plot.positionOf(QStringLiteral("accuracy"), 15, 0.8), before);
    turnWheel(canvasOf(plot), centre, 2);
    QTest::mouseDClick(canvasOf(plot), Qt::LeftButton, {}, centre.toPoint());
    settle(plot);
    QCOMPARE(plot.positionOf(QStringLiteral("accuracy"), 15, 0.8), before);
}

void FigurePlotTest::theViewNeverLeavesTheData() {
    FigurePlot plot;
    show(plot, examples::learningCurves());
    const QPointF before = plot.positionOf(QStringLiteral("accuracy"), 15, 0.8);
    turnWheel(canvasOf(plot), before, -8);
    QCOMPARE(plot.positionOf(QStringLiteral("accuracy"), 15, 0.8), before);
    const Range home{0, 10};
    QCOMPARE(clamped({-3, 2}, home, false), (Range{0, 5}));
    QCOMPARE(clamped({8, 12}, home, false), (Range{6, 10}));
    QCOMPARE(clamped({-5, 20}, home, false), home);
    QCOMPARE(clamped({nan, nan}, home, false), home);
    QCOMPARE(clamped({0.5, 5}, {1, 100}, true), (Range{1, 10}));
}

void FigurePlotTest::newNumbersKeepAZoomedView() {
    FigurePlot plot;
    show(plot, examples::learningCurves());
    turnWheel(canvasOf(plot), plot.positionOf(QStringLiteral("accuracy"), 11, 0.7), 3);
    const QPointF zoomed = plot.positionOf(QStringLiteral("accuracy"), 15, 0.8);
    figures::FigureSpec changed = examples::learningCurves();
    std::get<figures::XY>(changed.panels[0].series[0]).y[3] = 0.51;
    plot.setFigure(changed);
    settle(plot);
    QCOMPARE(plot.positionOf(QStringLiteral("accuracy"), 15, 0.8), zoomed);
    QCOMPARE(std::get<figures::XY>(plot.figure().panels[0].series[0]).y[3], 0.51);
}

void FigurePlotTest::anotherStructureStartsAtHome() {
    FigurePlot plot;
    show(plot, examples::learningCurves());
    turnWheel(canvasOf(plot), plot.positionOf(QStringLiteral("accuracy"), 11, 0.7), 3);
    for (const figures::FigureSpec& figure : examples::all()) {
        plot.setFigure(figure); // every change of structure rebuilds without a crash
        plot.grab();
    }
    settle(plot);
    FigurePlot fresh;
    show(fresh, examples::manyScripts());
    QCOMPARE(plot.positionOf(QStringLiteral("accuracy"), 15, 0.8),
        fresh.positionOf(QStringLiteral("accuracy"), 15, 0.8));
}

void FigurePlotTest::theCrosshairFollowsTheMouseOnAllItsPanels() {
    FigurePlot plot;
    show(plot, examples::updateSurfaces());
    plot.setCrosshair({QStringLiteral("surface-correct"), QStringLiteral("surface-error")}, 0, 1);
    plot.grab();
    QSignalSpy moved(&plot, &FigurePlot::crosshairMoved);
    QWidget* canvas = canvasOf(plot);
    const QPoint target = plot.positionOf(QStringLiteral("surface-error"), 0.5, 2).toPoint();
    QTest::mousePress(canvas, Qt::LeftButton, {}, target);
    QTest::mouseMove(canvas, target + QPoint(6, -4));
    QTest::mouseRelease(canvas, Qt::LeftButton, {}, target + QPoint(6, -4));
    QCOMPARE(moved.size(), 2);
    QCOMPARE(moved[0][0].toString(), QStringLiteral("surface-error"));
    QVERIFY(std::abs(moved[0][1].toDouble() - 0.5) < 0.02);
    QVERIFY(std::abs(moved[0][2].toDouble() - 2) < 0.05);
    QVERIFY(moved[1][1].toDouble() > moved[0][1].toDouble());
    // On a panel without crosshair dragging pans and tells nothing.
    const QPoint other = plot.positionOf(QStringLiteral("surface-difference"), 0.5, 2).toPoint();
    QTest::mouseClick(canvas, Qt::LeftButton, {}, other);
    QCOMPARE(moved.size(), 2);
}

void FigurePlotTest::arrowKeysMoveTheCrosshairByACell() {
    FigurePlot plot;
    show(plot, examples::updateSurfaces());
    plot.setCrosshair({QStringLiteral("surface-correct")}, 0, 1);
    QSignalSpy moved(&plot, &FigurePlot::crosshairMoved);
    QTest::keyClick(canvasOf(plot), Qt::Key_Right);
    QTest::keyClick(canvasOf(plot), Qt::Key_Down);
    QCOMPARE(moved.size(), 2);
    QVERIFY(std::abs(moved[1][1].toDouble() - 0.05) < 1e-9);
    QVERIFY(std::abs(moved[1][2].toDouble() - 0.875) < 1e-9);
    for (int i = 0; i < 100; ++i) {
        QTest::keyClick(canvasOf(plot), Qt::Key_Right);
    }
    QVERIFY(moved.last()[1].toDouble() <= 1.03); // stays on the map
}

void FigurePlotTest::brushingTellsTheRangeAndDoubleClickClearsIt() {
    FigurePlot plot;
    show(plot, examples::learningCurves());
    plot.setBrush(QStringLiteral("accuracy"));
    QSignalSpy brushed(&plot, &FigurePlot::rangeBrushed);
    QSignalSpy cleared(&plot, &FigurePlot::brushCleared);
    QWidget* canvas = canvasOf(plot);
    const auto pixel = [&](double session) {
        return plot.positionOf(QStringLiteral("accuracy"), session, 0.8).toPoint();
    };
    const auto drag = [&](double from, double to) {
        QTest::mousePress(canvas, Qt::LeftButton, {}, pixel(from));
        QTest::mouseMove(canvas, pixel((from + to) / 2));
        QTest::mouseMove(canvas, pixel(to));
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, pixel(to));
    };
    drag(14, 5);
    QVERIFY(std::abs(brushed.last()[1].toDouble() - 5) < 0.1);
    QVERIFY(std::abs(brushed.last()[2].toDouble() - 14) < 0.1);
    drag(14, 18); // by its edge
    QVERIFY(std::abs(brushed.last()[1].toDouble() - 5) < 0.1);
    QVERIFY(std::abs(brushed.last()[2].toDouble() - 18) < 0.1);
    drag(10, 8); // by its middle
    QVERIFY(std::abs(brushed.last()[1].toDouble() - 3) < 0.1);
    QVERIFY(std::abs(brushed.last()[2].toDouble() - 16) < 0.1);
    QTest::mouseDClick(canvas, Qt::LeftButton, {}, pixel(10));
    QCOMPARE(cleared.size(), 1);
    plot.setFigure(examples::weightTrajectories()); // the panel is gone: no harm
    plot.grab();
}

void FigurePlotTest::theColourBarsWheelChangesTheSharedRange() {
    FigurePlot plot;
    show(plot, examples::updateSurfaces());
    QSignalSpy changed(&plot, &FigurePlot::colourRangeChanged);
    const QPointF bar = plot.positionOf(QStringLiteral("surface-difference"), 1.025, 1.5) + QPointF(10, 0);
    const QImage before = plot.grab().toImage();
    turnWheel(canvasOf(plot), bar, 2);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed[0][0].toString(), QStringLiteral("update"));
    QVERIFY(changed[0][2].toDouble() < 0.04);
    QCOMPARE(changed[0][1].toDouble(), -changed[0][2].toDouble());
    settle(plot);
    QVERIFY(plot.grab().toImage() != before);
    const auto high = [&plot] {
        return figures::findPanel(plot.figure(), "surface-difference")->colourScale->high;
    };
    QCOMPARE(high(), changed[0][2].toDouble()); // an export is of what is shown
    plot.resetColourRange(QStringLiteral("update"));
    settle(plot);
    QVERIFY(plot.grab().toImage() == before);
}

void FigurePlotTest::tipsTellTheNumbersOfPointsAndCells() {
    FigurePlot plot;
    show(plot, examples::psychometrics());
    const figures::Panel& panel = plot.figure().panels[0];
    const auto& late = std::get<figures::XY>(panel.series[3]);
    const QString tip =
        plot.tipAt(plot.positionOf(QStringLiteral("animal-0"), late.x[2], late.y[2]).toPoint());
    QVERIFY2(tip.contains(QStringLiteral("late")) && tip.contains(QStringLiteral("n = 92 trials")),
        qPrintable(tip));
    QVERIFY(tip.contains(QStringLiteral("Signed contrast (%)")));
    plot.setFigure(examples::updateSurfaces());
    settle(plot);
    const QString cell = plot.tipAt(plot.positionOf(QStringLiteral("surface-correct"), 0.5, 1.5).toPoint());
    QVERIFY2(cell.contains(QStringLiteral("Weight change per trial: 0.0")), qPrintable(cell));
    QVERIFY2(cell.contains(QStringLiteral("trial")), qPrintable(cell));
    // An axis that a neighbour names has that name in tooltips, too; a named row needs no other.
    figures::FigureSpec named = examples::updateSurfaces();
    figures::Panel below = *figures::findPanel(named, "surface-correct");
    const figures::HeatMap& map = std::get<figures::HeatMap>(below.series[0]);
    figures::Panel& above = named.panels[0];
    QCOMPARE(above.id, std::string("surface-correct"));
    above.x.low = below.x.low = map.x.front() - 1;
    above.x.high = below.x.high = map.x.back() + 1;
    above.x.label = {};
    above.x.ticks = {{map.x[0], {}}};
    below.x.label = "Contrast";
    below.x.ticks = {{map.x[0], "low"}};
    above.y.label = {};
    above.y.ticks = {{map.y[0], "a row"}};
    below.id = "below";
    below.row = 9;
    named.panels.push_back(below);
    plot.setFigure(named);
    settle(plot);
    const QString borrowed =
        plot.tipAt(plot.positionOf(QStringLiteral("surface-correct"), map.x[0], map.y[0]).toPoint());
    QVERIFY2(borrowed.contains(QStringLiteral("Contrast: <b>low</b>")), qPrintable(borrowed));
    QVERIFY2(borrowed.contains(QStringLiteral("<br><b>a row</b>")), qPrintable(borrowed));
    QVERIFY(plot.tipAt(QPoint(1, 1)).isEmpty());
}

void FigurePlotTest::theMenuIsAskedForWithItsPanel() {
    FigurePlot plot;
    show(plot, examples::learningCurves());
    QSignalSpy asked(&plot, &FigurePlot::menuRequested);
    const QPoint at = plot.positionOf(QStringLiteral("accuracy"), 10, 0.6).toPoint();
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, canvasOf(plot)->mapToGlobal(at));
    QCoreApplication::sendEvent(canvasOf(plot), &event);
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked[0][1].toString(), QStringLiteral("accuracy"));
}

void FigurePlotTest::onAScrollingPageThePlainWheelIsThePages() {
    FigurePlot plot;
    show(plot, examples::learningCurves());
    plot.setWheelScrolls(true);
    const QPointF centre = plot.positionOf(QStringLiteral("accuracy"), 11, 0.7);
    const QPointF before = plot.positionOf(QStringLiteral("accuracy"), 15, 0.8);
    turnWheel(canvasOf(plot), centre, 3);
    QCOMPARE(plot.positionOf(QStringLiteral("accuracy"), 15, 0.8), before);
    QWheelEvent zoom(centre, canvasOf(plot)->mapToGlobal(centre), {}, QPoint(0, 240), Qt::NoButton,
        Qt::ControlModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(canvasOf(plot), &zoom);
    settle(plot);
    QVERIFY(plot.positionOf(QStringLiteral("accuracy"), 15, 0.8).x() > before.x());
}

void FigurePlotTest::aFrameShowsThatTheKeyboardIsHere() {
    FigurePlot plot;
    show(plot, examples::learningCurves());
    const auto* ring = plot.findChild<QWidget*>(QStringLiteral("focusRing"));
    const auto send = [&plot](QEvent::Type type, Qt::FocusReason reason) {
        QFocusEvent event(type, reason);
        QCoreApplication::sendEvent(canvasOf(plot), &event);
    };
    send(QEvent::FocusIn, Qt::TabFocusReason);
    QVERIFY(ring->isVisible());
    QCOMPARE(ring->size(), plot.size());
    send(QEvent::FocusOut, Qt::TabFocusReason);
    QVERIFY(!ring->isVisible());
    send(QEvent::FocusIn, Qt::MouseFocusReason); // a click needs no telling
    QVERIFY(!ring->isVisible());
}

/// Two panels side by side with the same fixed axes; the right one leaves its label to the left one.
figures::FigureSpec twins() {
    figures::FigureSpec figure;
    figure.id = "twins";
    for (int column = 0; column < 2; ++column) {
        figures::Panel panel = panelOf(line({0, 5, 10}, {0, 60, 100}));
        panel.id = column == 0 ? "left" : "right";
        panel.column = column;
        panel.x.low = 0, panel.x.high = 10;
        panel.y.low = 0, panel.y.high = 100;
        if (column == 0) {
            panel.y.label = "Trials";
        }
        figure.panels.push_back(panel);
    }
    return figure;
}

void FigurePlotTest::panelsInARowShareTheirTickLabelsAndTheirZoom() {
    const QString left = QStringLiteral("left");
    const QString right = QStringLiteral("right");
    const auto gap = [&](const FigurePlot& plot) {
        return plot.positionOf(right, 0, 0).x() - plot.positionOf(left, 10, 0).x();
    };
    FigurePlot plot;
    show(plot, twins());
    const double shared = gap(plot);
    const QPointF before = plot.positionOf(left, 10, 100);
    turnWheel(canvasOf(plot), plot.positionOf(right, 5, 30), 3); // zooms the right panel
    settle(plot);
    const QPointF after = plot.positionOf(left, 10, 100);
    QVERIFY(after.y() < before.y() - 20); // the numbers stand beside the left panel: it moves with the right
    QVERIFY(std::abs(after.x() - before.x()) < 10); // only by the room for its numbers; x is not shared
    plot.resetView();
    settle(plot);
    QCOMPARE(plot.positionOf(left, 10, 100), before);
    figures::FigureSpec apart = twins();
    apart.panels[1].y.high = 50; // another scale needs numbers of its own, and room for them
    show(plot, apart);
    QVERIFY(gap(plot) > shared + 10);
}

void FigurePlotTest::numbersBelowAnAxisAreThinnedAndNeverTurned() {
    const QVector<QString> names = {QStringLiteral("\u221250"), QStringLiteral("\u221212.5"),
        QStringLiteral("0"), QStringLiteral("12.5"), QStringLiteral("50")};
    QVERIFY(areNumbers(names));
    QVERIFY(!areNumbers({QStringLiteral("RNN rule"), QStringLiteral("12")}));
    QCOMPARE(everyNth(names, 2), (QVector<QString>{names[0], {}, names[2], {}, names[4]}));
    QCOMPARE(everyNth(names, 5), (QVector<QString>{{}, {}, names[2], {}, {}})); // zero keeps its label
}

void FigurePlotTest::namedRowsHaveRoomForTheirNames() {
    figures::FigureSpec figure;
    figures::Panel panel;
    panel.y.low = -0.5, panel.y.high = 39.5;
    for (int row = 0; row < 40; ++row) {
        panel.y.ticks.push_back({double(row), base::Text::verbatim("animal " + std::to_string(row))});
    }
    figures::XY line;
    line.x = {0, 1}, line.y = {0, 39};
    panel.series = {line};
    figure.panels = {panel};
    FigurePlot plot;
    plot.setFigure(figure);
    QVERIFY(plot.minimumSizeHint().height() >= 40 * QFontMetrics(QApplication::font()).height());
}

void FigurePlotTest::linesDoNotBreakBeforeAPercentSign() {
    const QString text = QStringLiteral("Error ratio (95 % bootstrap)");
    const QFont font = QApplication::font();
    for (int width = 40; width < 240; width += 10) {
        QVERIFY2(
            !wrapped(text, font, width).contains(QLatin1String("\n%")), qPrintable(QString::number(width)));
    }
}

void FigurePlotTest::emptyAndTinyFiguresAreHarmless() {
    FigurePlot plot;
    plot.grab();
    plot.setFigure({});
    plot.resize(1, 1);
    plot.grab();
    plot.setFigure(examples::updateSurfaces());
    plot.grab();
    plot.resize(40, 30);
    plot.grab();
    plot.resize(3000, 90);
    plot.grab();
    plot.setCrosshair({QStringLiteral("nowhere")}, 0, 0);
    plot.setBrush(QStringLiteral("nowhere"));
    plot.setFigure(examples::emptyFigure());
    plot.grab();
    QTest::keyClick(canvasOf(plot), Qt::Key_Left);
    QCOMPARE(plot.positionOf(QStringLiteral("nowhere"), 0, 0), QPointF());
}

void FigurePlotTest::aLongLineRedrawsQuickly() {
    FigurePlot plot;
    show(plot, examples::longLine(30000));
    auto* canvas = canvasOf(plot);
    QBENCHMARK {
        QVERIFY(QMetaObject::invokeMethod(canvas, "replot", Qt::DirectConnection));
    }
}

void FigurePlotTest::rangesHoldDataIntervalsAndNearGuides() {
    figures::XY xy = line({0, 10}, {0.6, 0.8});
    xy.lower = {0.55, nan};
    xy.upper = {0.7, nan};
    figures::Panel panel = panelOf(xy);
    figures::Guide chance;
    chance.at = 0.5;
    panel.guides = {chance};
    const Range y = homeRange(panel, Dimension::Y);
    QVERIFY(y.contains(0.5) && y.contains(0.8) && y.low > 0.4 && y.high < 0.9);
    panel.guides[0].at = -20; // too far: the data matter more
    QVERIFY(homeRange(panel, Dimension::Y).low > 0.4);
    panel.y.low = 0;
    panel.y.high = 1;
    QCOMPARE(homeRange(panel, Dimension::Y), (Range{0, 1}));
    figures::HeatMap map;
    map.x = {-1, 0, 1};
    map.y = {0, 2};
    map.values = std::vector<double>(6, 0.0);
    QCOMPARE(homeRange(panelOf(map), Dimension::X), (Range{-1.5, 1.5}));
    QCOMPARE(homeRange(panelOf(map), Dimension::Y), (Range{-1, 3}));
    figures::Bars bars;
    bars.x = {0, 1};
    bars.y = {3, 4};
    QCOMPARE(homeRange(panelOf(bars), Dimension::Y).low, 0.0);
}

void FigurePlotTest::rangesOfOddDataAreUsable() {
    constexpr double inf = std::numeric_limits<double>::infinity();
    for (const figures::XY& xy :
        {line({}, {}), line({1}, {7}), line({nan, inf}, {nan, -inf}), line({0, 0}, {0, 0})}) {
        for (const bool isLogarithmic : {false, true}) {
            figures::Panel panel = panelOf(xy);
            panel.x.isLogarithmic = panel.y.isLogarithmic = isLogarithmic;
            for (const Dimension dimension : {Dimension::X, Dimension::Y}) {
                const Range range = homeRange(panel, dimension);
                QVERIFY(std::isfinite(range.low) && std::isfinite(range.high) && range.size() > 0);
                QVERIFY(!isLogarithmic || range.low > 0);
            }
        }
    }
    figures::Panel swapped = panelOf(line({0, 1}, {0, 1}));
    swapped.y.low = 5;
    swapped.y.high = -5;
    QCOMPARE(homeRange(swapped, Dimension::Y), (Range{-5, 5}));
}

void FigurePlotTest::linesBreakAtMissingValuesAndEndAtTheFrame() {
    const PixelFrame frame = unitFrame(100, 50);
    const auto whole = polylines(line({0, 10, 20, 30}, {10, nan, 20, 30}), frame);
    QCOMPARE(whole.size(), std::size_t(1));
    QCOMPARE(whole[0], QPolygonF({{20, 30}, {30, 20}}));
    const auto cut = polylines(line({10, 20, 30}, {25, 75, 25}), frame);
    QCOMPARE(cut.size(), std::size_t(2));
    QCOMPARE(cut[0], QPolygonF({{10, 25}, {15, 0}}));
    QCOMPARE(cut[1], QPolygonF({{25, 0}, {30, 25}}));
    figures::XY step = line({0, 10}, {0, 20});
    step.isStep = true;
    QCOMPARE(polylines(step, frame)[0], QPolygonF({{0, 50}, {10, 50}, {10, 30}}));
    const auto band = areas(figures::Band{{}, {0, 10}, {-10, -10}, {10, 10}, {}}, frame);
    QCOMPARE(band.size(), std::size_t(1));
    QCOMPARE(band[0].boundingRect(), QRectF(0, 40, 10, 10));
}

void FigurePlotTest::mergingKeepsExtremes() {
    const figures::FigureSpec figure = examples::longLine(30000);
    const auto& xy = std::get<figures::XY>(figure.panels[0].series[0]);
    PixelFrame frame = unitFrame(300, 4000);
    frame.x.scale = 0.01;
    frame.y.origin = 2000;
    const auto merged = polylines(xy, frame);
    QCOMPARE(merged.size(), std::size_t(1));
    QVERIFY(merged[0].size() <= 4 * 301);
    const auto [low, high] = std::minmax_element(xy.y.begin(), xy.y.end());
    QCOMPARE(merged[0].boundingRect().top(), 2000 - *high);
    QCOMPARE(merged[0].boundingRect().bottom(), 2000 - *low);
}

void FigurePlotTest::numbersOnAxesAreShort() {
    const QLocale c = QLocale::c();
    QCOMPARE(axisNumber(0.30000000000000004, 0.1, c), QStringLiteral("0.3"));
    QCOMPARE(axisNumber(-0.25, 0.25, c), QStringLiteral("\u22120.25"));
    QCOMPARE(axisNumber(1e-17, 0.1, c), QStringLiteral("0"));
    QCOMPARE(axisNumber(2e6, 1e6, c), QStringLiteral("2\u00d710\u2076"));
    QCOMPARE(axisNumber(0.5, 0.5, QLocale(QLocale::German)), QStringLiteral("0,5"));
    QCOMPARE(tipNumber(1234, QLocale(QLocale::English)), QStringLiteral("1,234"));
}

} // namespace rulescope::plots

QTEST_MAIN(rulescope::plots::FigurePlotTest)
#include "figure_plot_test.moc"
