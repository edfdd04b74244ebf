// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QTextEdit;

namespace rulescope::dialogs {

/// Gives a page that was set as Markdown the air it lacks: line height, margins, table lines in the palette's
/// colours, and pictures that fit the page.
void styleHelpDocument(QTextEdit& view);

} // namespace rulescope::dialogs
