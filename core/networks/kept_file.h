// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <optional>
#include <string>

namespace rulescope::networks {

/// base::replaceFile(), making the folder if need be: what is there is whole. Errors: NotWritable.
base::Result<void> keepFile(const std::string& path, const std::string& text);
/// Nothing if it can't be read.
std::optional<std::string> keptFile(const std::string& path);
/// "PREFIX-HASH.json" of whatever determines the content; the same in every program and version.
std::string keptFileName(const std::string& prefix, const std::string& key);

} // namespace rulescope::networks
