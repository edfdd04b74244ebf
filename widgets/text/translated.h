// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/text.h"

#include <QLocale>
#include <QString>

namespace rulescope::text {

/// The sentence in the user's language, with numbers as `locale` writes them. Verbatim texts come back as
/// they are.
QString translated(const base::Text& text, const QLocale& locale = QLocale());

/// A number as text with a true minus sign in place of the hyphen.
QString withTrueMinus(QString number);

/// Up to three lines in the user's language: what is wrong, where, and what to do.
QString translated(const base::Error& error, const QLocale& locale = QLocale());

} // namespace rulescope::text
