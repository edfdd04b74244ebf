// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace rulescope::networks {

/// Floating-point operations a second that one core of this machine does while networks train, for estimates
/// of time: products of the size that training is made of, timed for some milliseconds when first asked.
double processorFlopsPerSecond();

} // namespace rulescope::networks
