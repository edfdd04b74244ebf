// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/figure_spec.h"

#include <gtest/gtest.h>
#include <limits>

namespace rulescope::figures {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr const char* header = "figure,panel,series,x,y,lower,upper,value,visits,category\r\n";

FigureSpec withPanel(Panel panel) {
    FigureSpec figure;
    figure.id = "f";
    figure.panels.push_back(std::move(panel));
    return figure;
}

Panel panelOf(Series series) {
    Panel panel;
    panel.id = "p";
    panel.series.push_back(std::move(series));
    return panel;
}

XY points(std::vector<double> x, std::vector<double> y) {
    XY xy;
    xy.x = std::move(x);
    xy.y = std::move(y);
    return xy;
}

} // namespace

TEST(FigureSpec, FindsAPanelByItsId) {
    const FigureSpec figure = withPanel(panelOf(points({0}, {1})));
    EXPECT_EQ(findPanel(figure, "p"), &figure.panels.front());
    EXPECT_EQ(findPanel(figure, "P"), nullptr);
}

TEST(FigureSpec, AnEmptyFigureIsAHeaderLine) {
    EXPECT_EQ(toCsv(FigureSpec{}), header);
}

TEST(FigureSpec, PointsKeepTheirIntervalsAndMissingValuesAreEmptyCells) {
    XY xy = points({0, 0.5}, {0.1, missing});
    xy.label = Text::verbatim("SWC_054, late");
    xy.lower = {0.05, missing};
    xy.upper = {0.2, missing};
    EXPECT_EQ(toCsv(withPanel(panelOf(xy))),
        std::string(header) +
            "f,p,\"SWC_054, late\",0,0.1,0.05,0.2,,,\r\nf,p,\"SWC_054, late\",0.5,,,,,,\r\n");
}

TEST(FigureSpec, NumbersReadBackEqualAndInfinityIsWritten) {
    const std::string csv =
        toCsv(withPanel(panelOf(points({0.1 + 0.2}, {std::numeric_limits<double>::infinity()}))));
    EXPECT_NE(csv.find(",0.30000000000000004,inf,"), std::string::npos);
}

TEST(FigureSpec, HeatMapCellsAreRowsWithValueAndVisits) {
    HeatMap map;
    map.x = {-1, 1};
    map.y = {0, 2};
    map.values = {1, 2, 3, missing};
    map.visits = {10, 0, 5, 0};
    EXPECT_EQ(toCsv(withPanel(panelOf(map))), std::string(header) +
                                                  "f,p,map 1,-1,0,,,1,10,\r\nf,p,map 1,1,0,,,2,0,\r\n"
                                                  "f,p,map 1,-1,2,,,3,5,\r\nf,p,map 1,1,2,,,,0,\r\n");
}

TEST(FigureSpec, BandsBarsAndGuidesAreWrittenAndCategoriesNamed) {
    Bars bars;
    bars.label = Text("held out \"q\"");
    bars.x = {0};
    bars.y = {-0.5};
    Panel panel = panelOf(Band{{}, {1}, {0}, {2}, {}});
    panel.series.emplace_back(bars);
    panel.x.ticks = {{0, Text::verbatim("RNN")}};
    Guide chance;
    chance.at = 0.5;
    chance.label = Text("chance");
    panel.guides = {chance};
    EXPECT_EQ(toCsv(withPanel(panel)),
        std::string(header) +
            "f,p,band 1,1,,0,2,,,\r\nf,p,\"held out \"\"q\"\"\",0,-0.5,,,,,RNN\r\nf,p,chance,,0.5,,,,,\r\n");
}

TEST(FigureSpec, UnequalColumnsGiveOnlyWholePoints) {
    EXPECT_EQ(
        toCsv(withPanel(panelOf(points({1, 2, 3}, {4})))), std::string(header) + "f,p,line 1,1,4,,,,,\r\n");
}

} // namespace rulescope::figures
