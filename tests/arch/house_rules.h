// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/arch/source_tree.h"

#include <ostream>
#include <string>
#include <vector>

namespace rulescope::arch {

/// A place that breaks a rule of the house.
struct Breach {
    std::string path;
    int line = 0; ///< 1-based; 0: the whole file
    std::string what;
    bool operator==(const Breach&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Breach& breach);

/// Files that may see what costs or clashes; everything else goes through torch-free, HDF5-free headers.
struct Allowances {
    std::vector<std::string> torch; ///< sources and private headers that include LibTorch
    std::vector<std::string> hdf5;  ///< sources and private headers that include HDF5
    /// Core headers with other libraries inside, for core's sources alone.
    std::vector<std::string> privateHeaders;
    /// Headers of widgets/plots with QCustomPlot inside, for that folder alone; "a/b/" is a whole folder.
    std::vector<std::string> plotHeaders;
};

/// No Qt in core/ nor in app/cli/.
std::vector<Breach> qtBreaches(const SourceTree& tree);
/// LibTorch and HDF5 only where `allowed` says, be it through a header of ours; core's other headers need
/// std, Eigen and tl::expected alone, and private headers stay within core's sources (tests may look in).
std::vector<Breach> libraryBreaches(const SourceTree& tree, const Allowances& allowed);
/// QCustomPlot only in widgets/plots/, there in sources and in the headers that `allowed` says (tests may
/// look in).
std::vector<Breach> plotBreaches(const SourceTree& tree, const Allowances& allowed);
/// app -> widgets -> core and never back; the command line links core alone; includes are project-rooted.
std::vector<Breach> directionBreaches(const SourceTree& tree);
/// Learning rules are named by the file that defines them (core/rules, `rule.name = "..."`) and by recipes
/// and defaults that `allowed` lists; what else depends on a rule asks the registry. Words with other
/// meanings
/// ("none") are not looked for.
std::vector<Breach> ruleNameBreaches(const SourceTree& tree, const std::vector<std::string>& allowed);
/// Only the agreed entries at the top level.
std::vector<Breach> topLevelBreaches(const SourceTree& tree);
/// Each file: a licence line first, #pragma once in headers, nothing left for later.
std::vector<Breach> fileBreaches(const SourceTree& tree);

} // namespace rulescope::arch
