// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/text.h"
#include "core/networks/network.h"
#include "core/networks/task.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rulescope::networks {

/// Connection probabilities between cell types, and what the types are.
struct CellTypes {
    std::vector<std::string> names;
    Eigen::MatrixXd probability;    ///< rows target, columns source, 0 to 1
    std::vector<double> population; ///< relative sizes
    std::vector<unsigned char> isInhibitory;

    std::size_t size() const { return names.size(); }
};

/// The cortical microcircuit of Potjans and Diesmann (2014): eight types in four layers.
CellTypes potjansDiesmann();
/// Reads a square matrix of probabilities: CSV (one row a line, an optional header of type names), or JSON
/// with "connection_probability" and, if wanted, "names" and "population". A type is inhibitory if its name
/// ends with i or I. Errors: not square, negative, above 1, NaN, nothing but zeros, sizes that disagree.
base::Result<CellTypes> readCellTypes(const std::string& path);
/// The same checks on a matrix that is there; names and populations are filled in if empty.
base::Result<CellTypes> checkedCellTypes(CellTypes types, const std::string& where);

/// Initial recurrent weights. One full Gaussian matrix g randn / sqrt N is drawn first, the same for all
/// kinds of connectivity with the same seed; every other kind is scaled to its Frobenius norm.
struct ConnectivityOptions {
    std::string kind = "random"; ///< registry name
    double gain = 1.25;          ///< g
    std::size_t rank = 1;        ///< of "rank" and "aligned"
    std::string spectrum =
        "power"; ///< of "soft-rank": singular values i^-decay, or "exponential": exp(-i/decay)
    double decay = 1;
    double excitatory = 0.8;     ///< fraction of excitatory neurons of "dale"
    double chainStrength = 0.3;  ///< share of variance in a neuron's rows and columns ("chain"), up to 1/2
    double chainCorrelation = 1; ///< of a neuron's incoming with its outgoing strength, -1 to 1 ("chain")
    std::string cellTypes;       ///< file of "cell-types"; empty: Potjans and Diesmann's
    bool operator==(const ConnectivityOptions&) const = default;
};

/// What a connectivity is made from.
struct ConnectivityContext {
    const ConnectivityOptions& options;
    Eigen::MatrixXd full; ///< g randn / sqrt N
    base::RandomStream& random;
    const Dynamics& dynamics;
    const Weights<double>& outside; ///< W_in and W_out, already drawn
    const Task& task;
};

/// Recurrent weights and the type of every neuron (for rules that average over types; empty: untyped).
struct Connections {
    Eigen::MatrixXd recurrent;
    std::vector<int> cellTypes;
};

/// What the registry says about a connectivity.
struct ConnectivityInfo {
    std::string_view name; ///< contract name: "soft-rank"
    base::Text title;
    base::Text description;
    base::Result<Connections> (*make)(ConnectivityContext& context);
    bool usesRank = false; ///< ConnectivityOptions::rank says its rank
};

/// All kinds, in the order in which menus and figures list them.
const std::vector<const ConnectivityInfo*>& allConnectivities();
/// The kind of that name, or a NotFound error that lists the names.
base::Result<const ConnectivityInfo*> findConnectivity(std::string_view name);
/// Whether connectivity of this kind has a rank that can be chosen; false for unknown names.
bool usesRank(std::string_view kind);

/// Errors (InvalidValue, NotFound) of options that no network of N neurons can have.
base::Result<void> checkConnectivity(const ConnectivityOptions& options, std::size_t neurons);

/// Draws and scales the recurrent weights for N neurons. Errors (InvalidValue): gain 0, negative or NaN, rank
/// below 1 or above N, fractions out of range, a matrix file that can't be used.
base::Result<Connections> makeConnections(std::size_t neurons, const ConnectivityOptions& options,
    const Dynamics& dynamics, const Weights<double>& outside, const Task& task, base::RandomStream& random);

} // namespace rulescope::networks
