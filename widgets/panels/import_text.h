// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/import_report.h"

#include <QString>

#include <cstddef>
#include <map>
#include <string>

namespace rulescope::panels {

/// What an import understood, as rich text: animals with counts, conventions with their evidence, warnings by
/// kind, files left out and why. `alreadyThere`: animals that the study has, and how many of their sessions
/// it holds (io::JoinedImport).
QString importText(const io::ImportReport& report, const std::map<std::string, std::size_t>& alreadyThere);

} // namespace rulescope::panels
