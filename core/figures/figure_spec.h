// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/text.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rulescope::figures {

using base::Text;

/// A colour by meaning; the theme of screen or paper decides the actual one.
struct Colour {
    enum class Role {
        Ink,      ///< text and axes
        Muted,    ///< secondary lines, individual animals
        Accent,   ///< the one accent colour
        Correct,  ///< after correct trials (blue)
        Error,    ///< after error trials (vermillion)
        Left,     ///< left choices or stimuli
        Right,    ///< right choices or stimuli
        Category, ///< `value` = index of a category
        Sequence, ///< `value` in [0, 1]: early to late
    };
    Role role = Role::Ink;
    double value = 0;
    bool operator==(const Colour&) const = default;
};

enum class LineStyle { None, Solid, Dashed, Dotted };
enum class Marker { None, Circle, OpenCircle, Square, OpenSquare, Triangle, Diamond };

/// A line and/or markers through (x, y); NaN in y breaks the line. Optional interval per point as error bars.
struct XY {
    Text label; ///< legend entry; empty: not in the legend
    std::vector<double> x, y;
    std::vector<double> lower, upper; ///< absolute ends of each point's interval; empty: none
    Colour colour;
    LineStyle line = LineStyle::Solid;
    Marker marker = Marker::None;
    double widthPt = 1.2;
    double markerPt = 4.0;
    bool isStep = false; ///< step after each point instead of a straight line
    std::vector<Text>
        tips; ///< tooltip lines per point beyond its coordinates (e.g. "n = 120 trials"); may be empty
};

/// Uncertainty: the area between lower and upper.
struct Band {
    Text label;
    std::vector<double> x, lower, upper;
    Colour colour;
};

/// Vertical bars at category positions, with intervals.
struct Bars {
    Text label;
    std::vector<double> x, y;
    std::vector<double> lower, upper; ///< absolute ends; empty: none
    Colour colour;
    double width = 0.7; ///< in x units
    double base = 0;    ///< where bars start
};

/// A map of values over a grid of cell centres.
struct HeatMap {
    std::vector<double> x;      ///< nx cell centres, evenly spaced
    std::vector<double> y;      ///< ny cell centres, evenly spaced
    std::vector<double> values; ///< ny x nx, row-major; NaN: no value
    std::vector<double> visits; ///< ny x nx, trials per cell; empty: unknown
    double leastVisits = 1;     ///< cells with fewer visits are hatched as extrapolation
};

/// A reference line across the panel.
struct Guide {
    enum class Direction { Horizontal, Vertical };
    Direction direction = Direction::Horizontal;
    double at = 0;
    LineStyle style = LineStyle::Dotted;
    Colour colour = {Colour::Role::Muted};
    Text label; ///< small text at its end; may be empty
};

/// A short text inside the panel, at data coordinates or, if `isRelative`, at fractions of the panel (0, 0
/// bottom left).
struct Note {
    Text text;
    double x = 0, y = 0;
    bool isRelative = false;
    enum class Anchor { Left, Centre, Right } anchor = Anchor::Left;
    Colour colour = {Colour::Role::Muted};
};

using Series = std::variant<XY, Band, Bars, HeatMap>;

struct Tick {
    double at = 0;
    Text label;
};

struct Axis {
    Text label;                      ///< quantity with unit in parentheses: "Stimulus contrast (%)"
    std::optional<double> low, high; ///< fixed range; unset: from the data with a margin
    bool isLogarithmic = false;
    bool isReversed = false;
    std::vector<Tick> ticks; ///< own ticks (categories); empty: automatic
};

/// Value-to-colour map of a panel's heat maps. Panels whose scales have the same id share one range and one
/// adjuster.
struct ColourScale {
    enum class Map { Diverging, Sequential };
    std::string id = "scale";
    Text label;               ///< quantity and unit
    Map map = Map::Diverging; ///< diverging maps are centred on zero: low = -high
    double low = -1, high = 1;
    bool isDrawn = true; ///< draw the colour bar right of this panel
};

/// One pair of axes in the figure's grid.
struct Panel {
    std::string id;     ///< stable name for tests, links and CSV ("surface-correct")
    std::string letter; ///< "a", "b", ...; empty: none
    Text title;
    int row = 0, column = 0, rowSpan = 1, columnSpan = 1;
    Axis x, y;
    std::vector<Guide> guides;
    std::vector<Series> series;
    std::vector<Note> notes;
    std::optional<ColourScale> colourScale; ///< for HeatMap series
    bool hasLegend = false;
    enum class LegendPlace { TopRight, TopLeft, BottomRight, BottomLeft } legendPlace = LegendPlace::TopRight;
};

/// A whole figure as plain data: the one thing that screen, PDF, SVG, PNG, clipboard and CSV are made from.
struct FigureSpec {
    std::string id; ///< file-name stem and stable name: "learning-curves"
    Text title;     ///< headline of the slide or page
    Text caption;   ///< one or two sentences: what is shown, how, what the interval is
    Text footer;    ///< animals, sessions, rule, held-out unit, n (DESIGN.md)
    Text leftOut;   ///< what annotations keep out of it, said after the footer; empty: nothing
    std::vector<double> rowWeights, columnWeights; ///< relative sizes of grid rows and columns; empty: equal
    double aspect = 0.6;                           ///< preferred height / width
    std::vector<Panel> panels;
    Text emptyReason; ///< if there is nothing to draw: why, and what to do; panels may then be empty
};

/// The panel of that id, or nullptr.
const Panel* findPanel(const FigureSpec& figure, const std::string& id);

/// The data behind a figure as CSV (RFC 4180, C locale, header line):
/// figure,panel,series,x,y,lower,upper,value,visits,category - one row per point, heat-map cell or guide;
/// `category` is the label of the tick at this position, for axes with named ticks. Missing values are empty
/// cells.
std::string toCsv(const FigureSpec& figure);

} // namespace rulescope::figures
