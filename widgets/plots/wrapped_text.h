// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QString>

namespace rulescope::plots {

/// The text with line breaks at spaces (between any two letters in scripts without spaces) so that no line is
/// wider than `width` where that is possible; existing breaks stay.
QString wrapped(const QString& text, const QFont& font, double width);

/// The same with lines of about equal length: for labels and headings rather than for paragraphs.
QString balanced(const QString& text, const QFont& font, double width);

/// Height of the text when drawn with line breaks at `width`.
double wrappedHeight(const QString& text, const QFont& font, double width);

} // namespace rulescope::plots
