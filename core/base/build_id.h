// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace rulescope::base {

/// What the linker wrote into the running program to tell it from every other build of it, in hexadecimal;
/// empty where the linker writes nothing (--build-id).
std::string buildId();

} // namespace rulescope::base
