// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "widgets/theme/theme.h"

#include <QFont>
#include <QLocale>
#include <QPen>
#include <QString>

namespace rulescope::plots {

/// Which texts around the panels are drawn.
struct FigureParts {
    bool title = true;
    bool caption = true;
    bool footer = true;
    bool operator==(const FigureParts&) const = default;
};

/// How a figure is drawn on one medium. A figure is laid out in "units": pixels on the screen, tenths of a
/// point in files; every length below is given in typographic points, so that screen and paper share one
/// drawing route.
struct PlotStyle {
    theme::Theme theme;
    QString family;               ///< font family; empty: the application's
    double unitsPerPt = 1;        ///< layout units per point
    double fontPt = 9;            ///< tick labels and axis labels; everything else follows
    double titleScale = 1.25;     ///< size of the headline relative to fontPt
    double captionScale = 0.95;   ///< size of the caption relative to fontPt
    double footerScale = 0.88;    ///< size of the footer relative to fontPt
    double paddingPt = 6;         ///< free margin around everything, in real points
    double greatestStretch = 2.2; ///< panels may become this much wider or higher than the figure prefers
    double footerReservePt =
        0; ///< room kept free right of the footer, in real points, e.g. for a page number
    FigureParts parts;
    QLocale locale; ///< numbers on axes

    static PlotStyle screen(const theme::Theme& theme);
    /// On white, in a real family that every viewer knows or that is embedded.
    static PlotStyle paper(double fontPt);

    /// Lines, markers and gaps are designed for 8 pt text and follow the text's size.
    double lengthPt(double designPt) const { return designPt * fontPt / 8; }
    double length(double designPt) const { return lengthPt(designPt) * unitsPerPt; }
    int rounded(double designPt) const;

    QFont font(double scale = 1, bool isBold = false) const;
    QPen pen(
        const QColor& colour, double designPt, figures::LineStyle style = figures::LineStyle::Solid) const;
    QColor colour(const figures::Colour& colour) const { return theme.colour(colour); }
    /// For lines: what is muted steps back further than muted text may.
    QColor lineColour(const figures::Colour& colour) const;
    QString translated(const base::Text& text) const;
};

/// The first of Liberation Sans, Arial, Helvetica, Nimbus Sans, DejaVu Sans that is installed.
QString paperFontFamily();

} // namespace rulescope::plots
