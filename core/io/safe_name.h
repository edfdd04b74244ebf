// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <set>
#include <string>

namespace rulescope::io {

/// A name made of ASCII letters, digits and '-' only, for files: whatever an animal or a session is called,
/// the file stays in its folder. Never empty, at most 80 bytes.
std::string safeName(const std::string& text);

/// `name`, or the first of name-2, name-3, ... that is not in `taken` (compared without regard to case);
/// takes it.
std::string freeName(const std::string& name, std::set<std::string>& taken);

} // namespace rulescope::io
