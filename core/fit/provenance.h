// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace rulescope::fit {

/// Program, compiler, libraries and instruction set: what a fit's numbers depend on beside its specification.
std::vector<std::pair<std::string, std::string>> programVersions();
/// Pairs as lines of text, for comparing.
std::string identityText(const std::vector<std::pair<std::string, std::string>>& pairs);
/// The versions and what tells this build of the program from every other: a checkpoint goes on in no other.
std::string programIdentity();
/// Now, as ISO 8601 in UTC with seconds.
std::string utcNow();
/// The same with milliseconds, where what happens within one second has an order.
std::string utcNowInMilliseconds();
/// LibTorch's version ("1.13.1"); from the one source of this folder that knows LibTorch.
std::string torchVersion();

} // namespace rulescope::fit
