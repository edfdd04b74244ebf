// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"

#include <vector>

/// Figures of every panel kind, computed from formulas: the same numbers on every machine.
namespace rulescope::examples {

figures::FigureSpec learningCurves();
figures::FigureSpec psychometrics();
figures::FigureSpec weightTrajectories();
figures::FigureSpec updateSurfaces();
figures::FigureSpec modelComparison();
figures::FigureSpec emptyFigure();
/// Labels in German, Japanese and Greek.
figures::FigureSpec manyScripts();
/// One line of `count` points.
figures::FigureSpec longLine(int count);

std::vector<figures::FigureSpec> all();

} // namespace rulescope::examples
