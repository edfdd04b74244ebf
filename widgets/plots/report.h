// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/figures/figure_spec.h"

#include <QString>
#include <functional>
#include <vector>

namespace rulescope::plots {

/// What the first slide says.
struct ReportCover {
    base::Text title;    ///< e.g. "How eight mice learn"
    base::Text subtitle; ///< e.g. the study's name and the date
    std::vector<base::Text>
        lines;         ///< the study in a few sentences: animals, sessions, trials, rules, held-out unit
    base::Text footer; ///< provenance: program and version, data hash, seed
};

/// Writes a PDF of 16:9 slides (960 x 540 pt): the cover, then one figure a page with its title, caption,
/// footer and page number. The file appears whole or not at all (NotWritable). `onPage` is told pages done
/// and their total. May be called on any thread (see export.h); stopped between pages: Cancelled.
base::Result<void> writeReport(const std::vector<figures::FigureSpec>& figures, const ReportCover& cover,
    const QString& path, const std::function<void(int done, int total)>& onPage = {},
    const base::StopToken& stop = {});

} // namespace rulescope::plots
