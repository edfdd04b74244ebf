// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocale>
#include <QString>

namespace rulescope::plots {

/// A number on an axis whose ticks are `step` apart: no more decimals than the step needs, a true minus sign,
/// powers of ten beyond a million.
QString axisNumber(double value, double step, const QLocale& locale);

/// A number in a tooltip: up to four significant digits, a true minus sign; "none" for NaN.
QString tipNumber(double value, const QLocale& locale);

} // namespace rulescope::plots
