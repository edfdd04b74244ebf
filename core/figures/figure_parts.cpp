// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/figure_parts.h"

#include "core/base/quantile.h"
#include "core/base/random.h"
#include "core/fit/comparison.h"
#include "core/rules/registry.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>

namespace rulescope::figures {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostColumns = 15; // stimulus levels drawn as columns
constexpr int kResamples = 2000;

/// The contrast (percent) behind a regressor value, undoing the transform.
double percentContrast(double level, const data::StimulusTransform& transform) {
    double contrast = level;
    if (transform.kind == data::StimulusTransform::Kind::Tanh && transform.steepness > 0) {
        const double bound = std::tanh(transform.steepness);
        contrast = std::abs(level) >= 1 ? level : std::atanh(level * bound) / transform.steepness;
    }
    return std::round(contrast * 1e4) / 100 + 0.0; // to .01 %; + 0 turns -0 into 0
}

Note cornerNote(const LineName& name, double x, double y) {
    Note note;
    note.text = name.text;
    note.colour = name.colour;
    note.x = x, note.y = y;
    note.isRelative = true;
    return note;
}

} // namespace

int gridColumns(std::size_t count) {
    return count <= 3 ? std::max(1, static_cast<int>(count)) : count == 4 ? 2 : count <= 6 ? 3 : 4;
}

int gridRows(std::size_t count) {
    const int columns = gridColumns(count);
    return std::max(1, (static_cast<int>(count) + columns - 1) / columns);
}

GridPlace gridPlace(std::size_t index, std::size_t count) {
    const int columns = gridColumns(count);
    GridPlace place;
    place.row = static_cast<int>(index) / columns;
    place.column = static_cast<int>(index) % columns;
    place.isLeftmost = place.column == 0;
    place.isLowest = index + static_cast<std::size_t>(columns) >= count;
    return place;
}

std::string panelLetter(std::size_t index) {
    return index < 26 ? std::string(1, static_cast<char>('a' + index)) : "";
}

Text ruleTitle(const std::string& rule) {
    const auto info = rules::findRule(rule);
    return info ? (*info)->title : ruleTick(rule);
}

Text ruleTick(const std::string& rule) {
    if (rule == fit::kBernoulli)
        return QT_TRANSLATE_NOOP("core", "Bias only");
    const auto info = rules::findRule(rule);
    if (!info)
        return Text::verbatim(rule);
    return (*info)->shortTitle.isEmpty() ? (*info)->title : (*info)->shortTitle;
}

base::Text::Argument count(std::size_t n) {
    return static_cast<std::int64_t>(n);
}

Mean bootstrapMean(const std::vector<double>& values, std::uint64_t seed) {
    if (values.empty())
        return {kNan, kNan, kNan};
    const double n = static_cast<double>(values.size());
    double sum = 0;
    for (const double value : values)
        sum += value;
    if (values.size() < 2)
        return {sum, kNan, kNan};
    base::RandomStream random(seed);
    std::vector<double> means(kResamples, 0.0);
    for (double& mean : means)
        for (std::size_t i = 0; i < values.size(); ++i)
            mean += values[random.below(values.size())] / n;
    return {sum / n, base::quantile(means, 0.025), base::quantile(means, 0.975)};
}

AxisRange rangeOf(const std::vector<double>& values, double share) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const double value : values)
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    if (!(low <= high))
        return {};
    const double margin = high > low ? share * (high - low) : std::max(0.5, std::abs(high) * share);
    return {low - margin, high + margin};
}

std::vector<Tick> roundTicks(double low, double high, std::size_t most) {
    std::vector<Tick> ticks;
    if (!(high > low) || most == 0)
        return ticks;
    const double rough = (high - low) / static_cast<double>(most);
    const double power = std::pow(10, std::floor(std::log10(rough)));
    const double step = power * (rough <= power ? 1 : rough <= 2 * power ? 2 : rough <= 5 * power ? 5 : 10);
    for (double i = std::ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; ++i)
        ticks.push_back({i * step, Text("%1", {base::Number{i * step + 0.0, -1}})});
    return ticks;
}

StimulusAxis stimulusAxis(const std::vector<double>& levels, const StimulusScale& scale) {
    StimulusAxis result;
    if (levels.empty())
        return result;
    if (levels.size() > kMostColumns) {
        result.positions = levels;
        result.axis.label = scale.isContrast ? QT_TRANSLATE_NOOP("core", "Stimulus (transformed contrast)")
                                             : QT_TRANSLATE_NOOP("core", "Stimulus (regressor units)");
        return result;
    }
    result.hasColumns = true;
    result.axis.label = scale.isContrast ? QT_TRANSLATE_NOOP("core", "Signed contrast (%)")
                                         : QT_TRANSLATE_NOOP("core", "Stimulus (regressor units)");
    result.axis.low = -0.5;
    result.axis.high = static_cast<double>(levels.size()) - 0.5;
    const std::size_t every = levels.size() > 9 ? 2 : 1; // counted from the middle, so that 0 keeps its label
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const double at = static_cast<double>(i);
        result.positions.push_back(at);
        if ((i + every * levels.size() - levels.size() / 2) % every != 0)
            continue;
        const double shown = scale.isContrast ? percentContrast(levels[i], scale.transform) : levels[i] + 0.0;
        result.axis.ticks.push_back({at, Text("%1", {base::Number{shown, -1}})});
    }
    return result;
}

Text regressorTitle(const std::string& name) {
    static const std::map<std::string, const char*> titles = {
        {"bias", QT_TRANSLATE_NOOP("core", "bias")},
        {"stimulus", QT_TRANSLATE_NOOP("core", "stimulus")},
        {"stimulus_left", QT_TRANSLATE_NOOP("core", "left stimulus")},
        {"stimulus_right", QT_TRANSLATE_NOOP("core", "right stimulus")},
        {"previous_choice", QT_TRANSLATE_NOOP("core", "previous choice")},
        {"previous_stimulus", QT_TRANSLATE_NOOP("core", "previous stimulus")},
        {"previous_outcome", QT_TRANSLATE_NOOP("core", "previous outcome")},
        {"win_stay", QT_TRANSLATE_NOOP("core", "win-stay, lose-switch")},
    };
    const auto found = titles.find(name);
    if (found != titles.end())
        return found->second;
    constexpr std::string_view kColumn = "column:";
    return Text::verbatim(name.rfind(kColumn, 0) == 0 ? name.substr(kColumn.size()) : name);
}

void nameLines(const std::vector<LineName>& names, Panel& panel) {
    for (std::size_t i = 0; i < names.size(); ++i)
        panel.notes.push_back(cornerNote(names[i], 0.04, 0.92 - 0.14 * static_cast<double>(i)));
}

void nameLinesInRow(const std::vector<LineName>& names, Panel& panel) {
    const double width = 0.94 / static_cast<double>(std::max<std::size_t>(names.size(), 2));
    for (std::size_t i = 0; i < names.size(); ++i)
        panel.notes.push_back(cornerNote(names[i], 0.04 + width * static_cast<double>(i), 0.92));
}

AxisRange withHeadroom(AxisRange range) {
    range.high += 0.22 * (range.high - range.low);
    return range;
}

std::vector<Tick> unlabelled(std::vector<Tick> ticks) {
    for (Tick& tick : ticks)
        tick.label = {};
    return ticks;
}

} // namespace rulescope::figures
