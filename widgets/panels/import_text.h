// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/study.h"
#include "core/io/import_report.h"

#include <QString>

namespace rulescope::panels {

/// What an import understood, as rich text: animals with counts, conventions with their evidence, warnings by
/// kind, files left out and why. Animals that `study` has already are marked.
QString importText(const io::ImportReport& report, const data::Study& study);

} // namespace rulescope::panels
