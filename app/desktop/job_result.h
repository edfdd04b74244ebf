// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fit/comparison.h"
#include "core/fit/fit_result.h"

#include <QMetaType>
#include <QString>
#include <QStringList>

#include <variant>

namespace rulescope::desktop {

/// What a report has written.
struct ReportFiles {
    QString report;      ///< report.pdf
    QStringList figures; ///< each figure as PDF and as CSV
};

/// What a job hands back: a value that the document can take in, or the names of files.
using JobResult = std::variant<fit::FitResultPtr, fit::ComparisonPtr, ReportFiles>;

} // namespace rulescope::desktop

Q_DECLARE_METATYPE(rulescope::desktop::JobResult)
