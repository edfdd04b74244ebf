// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/figure_spec.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

namespace rulescope::figures {

namespace {

/// RFC 4180: quoted where a comma, a quote or a line break would end the cell.
std::string quoted(const std::string& cell) {
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
        return cell;
    }
    std::string result = "\"";
    for (const char c : cell) {
        result += c;
        if (c == '"') {
            result += '"';
        }
    }
    return result + '"';
}

struct Row {
    std::optional<double> x, y, lower, upper, value, visits;
};

/// Missing values (NaN) are empty cells; infinities are written "inf" and "-inf". Shortest digits that read
/// back equal.
std::string cell(const std::optional<double>& number) {
    return !number || std::isnan(*number) ? std::string() : fmt::format("{}", *number);
}

std::optional<double> at(const std::vector<double>& values, std::size_t i) {
    return i < values.size() ? std::optional<double>(values[i]) : std::nullopt;
}

class CsvWriter {
  public:
    explicit CsvWriter(const FigureSpec& figure)
        : m_figure(quoted(figure.id)) {
        m_csv = "figure,panel,series,x,y,lower,upper,value,visits,category\r\n";
    }

    void setPanel(const Panel& panel) {
        m_panel = &panel;
        m_index = 0;
    }

    void operator()(const XY& xy) {
        begin(xy.label, "line");
        for (std::size_t i = 0; i < std::min(xy.x.size(), xy.y.size()); ++i) {
            write({xy.x[i], xy.y[i], at(xy.lower, i), at(xy.upper, i), {}, {}});
        }
    }

    void operator()(const Band& band) {
        begin(band.label, "band");
        for (std::size_t i = 0; i < band.x.size(); ++i) {
            write({band.x[i], {}, at(band.lower, i), at(band.upper, i), {}, {}});
        }
    }

    void operator()(const Bars& bars) {
        begin(bars.label, "bars");
        for (std::size_t i = 0; i < std::min(bars.x.size(), bars.y.size()); ++i) {
            write({bars.x[i], bars.y[i], at(bars.lower, i), at(bars.upper, i), {}, {}});
        }
    }

    void operator()(const HeatMap& map) {
        begin(m_panel->colourScale ? m_panel->colourScale->label : Text(), "map");
        for (std::size_t iy = 0; iy < map.y.size(); ++iy) {
            for (std::size_t ix = 0; ix < map.x.size(); ++ix) {
                const std::size_t i = iy * map.x.size() + ix;
                write({map.x[ix], map.y[iy], {}, {}, at(map.values, i), at(map.visits, i)});
            }
        }
    }

    void operator()(const Guide& guide) {
        begin(guide.label, "guide");
        const bool isHorizontal = guide.direction == Guide::Direction::Horizontal;
        Row row;
        (isHorizontal ? row.y : row.x) = guide.at;
        write(row);
    }

    std::string take() { return std::move(m_csv); }

  private:
    void begin(const Text& label, const char* kind) {
        ++m_index;
        m_series = label.isEmpty() ? fmt::format("{} {}", kind, m_index) : base::english(label);
        m_series = quoted(m_series);
    }

    /// The tick that names this row's position, on whichever axis has names.
    std::string category(const Row& row) const {
        const auto named = [](const std::vector<Tick>& ticks, const std::optional<double>& position) {
            const auto isHere = [&](const Tick& tick) {
                return position && std::abs(tick.at - *position) < 1e-9;
            };
            const auto found = std::find_if(ticks.begin(), ticks.end(), isHere);
            return found == ticks.end() ? std::string() : base::english(found->label);
        };
        const std::string byX = named(m_panel->x.ticks, row.x);
        return quoted(byX.empty() ? named(m_panel->y.ticks, row.y) : byX);
    }

    void write(const Row& row) {
        fmt::format_to(std::back_inserter(m_csv), "{},{},{},{},{},{},{},{},{},{}\r\n", m_figure,
            quoted(m_panel->id), m_series, cell(row.x), cell(row.y), cell(row.lower), cell(row.upper),
            cell(row.value), cell(row.visits), category(row));
    }

    std::string m_csv;
    std::string m_figure;
    std::string m_series;
    const Panel* m_panel = nullptr;
    int m_index = 0;
};

} // namespace

const Panel* findPanel(const FigureSpec& figure, const std::string& id) {
    const auto hasId = [&](const Panel& panel) { return panel.id == id; };
    const auto found = std::find_if(figure.panels.begin(), figure.panels.end(), hasId);
    return found == figure.panels.end() ? nullptr : &*found;
}

std::string toCsv(const FigureSpec& figure) {
    CsvWriter writer(figure);
    for (const Panel& panel : figure.panels) {
        writer.setPanel(panel);
        for (const Series& series : panel.series) {
            std::visit(writer, series);
        }
        for (const Guide& guide : panel.guides) {
            writer(guide);
        }
    }
    return writer.take();
}

} // namespace rulescope::figures
