// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/canvas/figure_canvas.h"
#include "widgets/plots/figure_plot.h"

#include <QTest>
#include <QToolTip>

#include <cmath>

namespace rulescope::plots {

namespace {

const QString kHint = QStringLiteral("Choose one");

FigureCanvas& canvasOf(FigurePlot& plot) {
    return *plot.findChild<FigureCanvas*>(QStringLiteral("canvas"));
}

void show(FigurePlot& plot, figures::FigureSpec figure, const QSize& size) {
    plot.resize(size);
    plot.setFigure(std::move(figure));
    plot.show();
    canvasOf(plot).replot(QCustomPlot::rpImmediateRefresh);
}

figures::XY curve(double (*of)(double), const char* label = "") {
    figures::XY xy;
    xy.label = base::Text::verbatim(label);
    for (int i = 0; i <= 100; ++i) {
        xy.x.push_back(i);
        xy.y.push_back(of(i));
    }
    return xy;
}

figures::Panel panelOf(const char* id, std::vector<figures::Series> series) {
    figures::Panel panel;
    panel.id = id;
    panel.series = std::move(series);
    panel.y.low = 0;
    panel.y.high = 1;
    return panel;
}

/// Between all axes, so that nothing finds a place inside.
double everywhere(double x) {
    return std::fmod(x, 2) == 0 ? 0.02 : 0.98;
}

} // namespace

class LabelsTest : public QObject {
    Q_OBJECT

  private slots:
    void aLevelCurveIsEvenAllAlong() {
        FigurePlot plot(theme::Theme::light());
        figures::FigureSpec figure;
        figure.panels = {panelOf("p", {curve([](double) { return 0.437; })})};
        show(plot, figure, {800, 560});
        const QImage image = plot.grab().toImage();
        const QPoint from = plot.positionOf(QStringLiteral("p"), 5, 0.437).toPoint();
        const QPoint to = plot.positionOf(QStringLiteral("p"), 95, 0.437).toPoint();
        for (int y = from.y() - 4; y <= from.y() + 4; ++y) {
            for (int x = from.x(); x <= to.x(); ++x) {
                QCOMPARE(image.pixelColor(x, y), image.pixelColor(from.x(), y));
            }
        }
    }

    void aWideLegendStaysOutOfTheNextPanel() {
        FigurePlot plot(theme::Theme::light());
        figures::FigureSpec figure;
        for (const char* id : {"a", "b", "c"}) {
            figures::Panel panel = panelOf(id, {curve(everywhere, "wider than its panel")});
            panel.column = static_cast<int>(figure.panels.size());
            panel.hasLegend = panel.column == 0;
            panel.y.label = base::Text::verbatim("Tangent-kernel alignment");
            figure.panels.push_back(std::move(panel));
        }
        show(plot, figure, {640, 400});
        const PanelLabels& first = *canvasOf(plot).panels()[0];
        QVERIFY(first.isLegendAbove());
        QVERIFY(first.legendRect().width() > first.panel()->width());
        QVERIFY(first.legendRect().left() >= first.panel()->cellRect().left());
        QVERIFY(first.legendRect().right() <= first.panel()->rect().right() + 1);
    }

    void aGuidesLabelMovesAlongItsLineToWhereNoDataAre() {
        FigurePlot plot(theme::Theme::light());
        // Data cross the line at both ends; in the middle they lie far below it.
        figures::Panel panel = panelOf("p", {curve([](double x) {
            return x > 30 && x < 70 ? 0.1 : std::fmod(x, 2) == 0 ? 0.4 : 0.6;
        })});
        figures::Guide guide;
        guide.at = 0.5;
        guide.label = base::Text::verbatim("limit");
        panel.guides = {guide};
        figures::FigureSpec figure;
        figure.panels = {panel};
        show(plot, figure, {800, 560});
        const auto rects = canvasOf(plot).panels()[0]->guideLabelRects();
        QCOMPARE(rects.size(), std::size_t(1));
        QVERIFY(rects[0].left() > plot.positionOf(QStringLiteral("p"), 30, 0.5).x());
        QVERIFY(rects[0].right() < plot.positionOf(QStringLiteral("p"), 70, 0.5).x());
    }

    void columnsOfMapsAloneMayBeNarrow() {
        FigurePlot plot(theme::Theme::light());
        figures::HeatMap map;
        map.x = map.y = {0, 1};
        map.values = {0, 1, 2, 3};
        const auto leastWidth = [&](const figures::Series& series) {
            figures::FigureSpec figure;
            for (int column = 0; column < 7; ++column) {
                figure.panels.push_back(panelOf(std::to_string(column).c_str(), {series}));
                figure.panels.back().column = column;
            }
            plot.setFigure(figure);
            return plot.minimumSizeHint().width();
        };
        const int ofCurves = leastWidth(curve(everywhere)), ofMaps = leastWidth(map);
        QVERIFY2(ofMaps < 0.7 * ofCurves, qPrintable(QString::number(ofMaps)));
    }

    void draggingAWholeViewSaysWhatElseToDo() {
        FigurePlot plot(theme::Theme::light());
        figures::FigureSpec figure;
        figure.panels = {panelOf("p", {curve([](double x) { return x / 100; })})};
        show(plot, figure, {800, 560});
        const QPoint from = plot.positionOf(QStringLiteral("p"), 20, 0.8).toPoint();
        const auto drag = [&] {
            QWidget* canvas = &canvasOf(plot);
            QTest::mousePress(canvas, Qt::LeftButton, {}, from);
            for (int step = 1; step <= 4; ++step) {
                QMouseEvent move(QEvent::MouseMove, from + QPoint(10 * step, 0),
                    canvas->mapToGlobal(from + QPoint(10 * step, 0)), Qt::NoButton, Qt::LeftButton, {});
                QCoreApplication::sendEvent(canvas, &move);
            }
        };
        drag();
        QVERIFY(QToolTip::text() != kHint);
        QTest::mouseRelease(&canvasOf(plot), Qt::LeftButton, {}, from);
        plot.setDragHint(kHint);
        drag();
        QCOMPARE(QToolTip::text(), kHint);
    }
};

} // namespace rulescope::plots

QTEST_MAIN(rulescope::plots::LabelsTest)
#include "labels_test.moc"
