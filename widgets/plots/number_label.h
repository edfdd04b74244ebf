// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocale>
#include <QString>
#include <QVector>

namespace rulescope::plots {

/// A number on an axis whose ticks are `step` apart: no more decimals than the step needs, a true minus sign,
/// powers of ten beyond a million.
QString axisNumber(double value, double step, const QLocale& locale);

/// A number in a tooltip: up to four significant digits, a true minus sign; "none" for NaN.
QString tipNumber(double value, const QLocale& locale);

/// Whether all names are numbers: a few of those tell a scale, while names of categories are all needed.
bool areNumbers(const QVector<QString>& names);

/// Every `step`-th name, counted from the middle, where zero usually is; the others empty.
QVector<QString> everyNth(QVector<QString> names, qsizetype step);

} // namespace rulescope::plots
