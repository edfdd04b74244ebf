// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"

#include <QColor>
#include <array>
#include <optional>

class QApplication;
class QPalette;
class QString;

namespace rulescope::theme {

/// What the user asked for; System follows the desktop.
enum class Mode { System, Light, Dark };

/// "system", "light" or "dark" (settings file, command line); anything else: nothing.
std::optional<Mode> modeFromName(const QString& name);
QString modeName(Mode mode);

/// Every colour of the program, by meaning. Data colours are those of Wong (2011, Okabe and Ito), lighter on
/// dark ground.
struct Theme {
    bool isDark = false;
    QColor window;     ///< around the views: tool bars, docks
    QColor background; ///< of figures, tables and text fields
    QColor raised;     ///< alternate rows, hovered items, tooltips
    QColor separator;  ///< hairlines between parts
    QColor ink;        ///< text and axes
    QColor muted;      ///< secondary text and lines; still 4.5:1 against the background
    QColor accent;     ///< the one accent colour
    QColor onAccent;   ///< text on the accent colour
    QColor correct, error, left, right;
    std::array<QColor, 7> categories;

    static Theme light();
    static Theme dark();
    static Theme paper(); ///< for export: black on white
    static Theme fromMode(Mode mode);

    /// The colour that a figure names by meaning.
    QColor colour(const figures::Colour& colour) const;

    /// Early (0) to late (1): light to dark on paper, the other way round on a dark ground.
    QColor sequence(double value) const;

    bool operator==(const Theme&) const = default;
};

/// `share` of `other` mixed into `colour`: opaque tints that print and export without transparency.
QColor mixed(const QColor& colour, const QColor& other, double share);

/// The widget palette that belongs to a theme.
QPalette widgetPalette(const Theme& theme);

/// Fusion style with the theme's palette and the few rules that a palette can't express. Call again to
/// switch.
void applyTheme(const Theme& theme, QApplication& application);

} // namespace rulescope::theme
