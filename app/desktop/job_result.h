// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "core/fit/comparison.h"
#include "core/fit/fit_result.h"
#include "core/networks/experiment.h"

#include <QMetaType>
#include <QString>
#include <QStringList>

#include <memory>
#include <variant>
#include <vector>

namespace rulescope::desktop {

/// What a report has written.
struct ReportFiles {
    QString report;                                ///< report.pdf
    QStringList figures;                           ///< each figure as PDF and as CSV
    std::vector<figures::FigureSpec> further = {}; ///< those of them that are not the study's
};

using FigurePtr = std::shared_ptr<const figures::FigureSpec>;

/// What a job hands back: a value that the document can take in, the names of files, a figure to show, or
/// trained networks.
using JobResult = std::variant<fit::FitResultPtr, fit::ComparisonPtr, ReportFiles, FigurePtr,
    networks::ExperimentOutcomePtr>;

} // namespace rulescope::desktop

Q_DECLARE_METATYPE(rulescope::desktop::JobResult)
