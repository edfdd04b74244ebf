// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace rulescope::benchmarks {

/// GFLOP/s of single-precision 512 x 512 products by Eigen on one core, the best of several, compiled for
/// this machine.
double peakGflopsPerCore();

} // namespace rulescope::benchmarks
