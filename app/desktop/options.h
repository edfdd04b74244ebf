// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/theme/theme.h"

#include <QSize>
#include <QString>
#include <QStringList>

#include <optional>

namespace rulescope::desktop {

/// What the command line asks of the desktop program.
struct Options {
    QStringList files; ///< a study to open, or files and folders to import
    QString report;    ///< study to report on without a window; empty: open the window
    QString out = QStringLiteral("rulescope-report");
    std::optional<theme::Mode> theme; ///< overrides the settings
    std::optional<QSize> geometry;    ///< window size, overrides the settings
};

/// What to do with a command line: run with options, or print a text and leave with an exit code.
struct ParsedOptions {
    Options options;
    std::optional<int> exitCode;
    QString message; ///< for stdout if exitCode is 0, else for stderr
};

ParsedOptions parseOptions(const QStringList& arguments);

} // namespace rulescope::desktop
