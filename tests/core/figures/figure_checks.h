// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"

#include <cmath>
#include <gmock/gmock.h>
#include <set>
#include <string>
#include <vector>

namespace rulescope::tests {

using namespace figures;

inline std::vector<std::string> panelIds(const FigureSpec& figure) {
    std::vector<std::string> ids;
    for (const Panel& panel : figure.panels)
        ids.push_back(panel.id);
    return ids;
}

/// The series of that type and label in the panel, in order.
template<class T>
std::vector<T> seriesOf(const Panel& panel, const std::string& label) {
    std::vector<T> found;
    for (const Series& series : panel.series)
        if (const T* typed = std::get_if<T>(&series); typed && base::english(typed->label) == label)
            found.push_back(*typed);
    return found;
}

inline std::vector<std::string> tickLabels(const Axis& axis) {
    std::vector<std::string> labels;
    for (const Tick& tick : axis.ticks)
        labels.push_back(base::english(tick.label));
    return labels;
}

/// What every figure promises: texts, distinct panel ids, equally long columns, finite axis ends.
inline void expectWellFormed(const FigureSpec& figure) {
    EXPECT_FALSE(figure.id.empty());
    EXPECT_FALSE(figure.title.isEmpty());
    if (!figure.emptyReason.isEmpty()) {
        EXPECT_TRUE(figure.panels.empty());
        return;
    }
    EXPECT_FALSE(figure.caption.isEmpty());
    EXPECT_NE(base::english(figure.footer).find("n = "), std::string::npos) << base::english(figure.footer);
    EXPECT_FALSE(figure.panels.empty());
    std::set<std::string> letters;
    for (const Panel& panel : figure.panels) {
        EXPECT_TRUE(panel.letter.empty() || letters.insert(panel.letter).second)
            << "two panels " << panel.letter;
        EXPECT_EQ(findPanel(figure, panel.id), &panel) << "two panels named " << panel.id;
        for (const Axis* axis : {&panel.x, &panel.y}) {
            EXPECT_TRUE(std::isfinite(axis->low.value_or(0)) && std::isfinite(axis->high.value_or(0)))
                << panel.id;
            if (axis->low && axis->high) {
                EXPECT_LT(*axis->low, *axis->high) << panel.id;
            }
        }
        EXPECT_FALSE(panel.series.empty()) << panel.id;
        for (const Series& series : panel.series) {
            if (const XY* xy = std::get_if<XY>(&series)) {
                EXPECT_EQ(xy->x.size(), xy->y.size()) << panel.id;
                EXPECT_TRUE(xy->lower.empty() || xy->lower.size() == xy->y.size());
                EXPECT_TRUE(xy->tips.empty() || xy->tips.size() == xy->y.size());
            } else if (const Band* band = std::get_if<Band>(&series)) {
                EXPECT_EQ(band->x.size(), band->lower.size());
                EXPECT_EQ(band->x.size(), band->upper.size());
            } else if (const HeatMap* map = std::get_if<HeatMap>(&series)) {
                EXPECT_EQ(map->values.size(), map->x.size() * map->y.size());
                EXPECT_EQ(map->visits.size(), map->values.size());
            }
        }
    }
    EXPECT_EQ(toCsv(figure).find("nan"), std::string::npos);
}

} // namespace rulescope::tests
