// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/animal.h"

#include <string>

namespace rulescope::data {

/// "sha1:<40 hex>" over what the trials say, not over how a file said it.
///
/// Enter: name, stimulus kind, each session's label, date, protocol and length, every column (little-endian,
/// one NaN, one zero; extra columns by name; a column without a single finite value counts as absent). Left
/// out: source file names, lab, unit and provenance. Changing this function makes every stored fit look
/// stale.
std::string contentHash(const Animal::Content& content);

} // namespace rulescope::data
