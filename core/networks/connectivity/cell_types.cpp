// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/connectivity.h"

#include <cmath>

namespace rulescope::networks {

namespace {

/// Neurons by type, in proportion to the populations (largest remainders first), at least one each.
std::vector<int> assignTypes(const CellTypes& types, std::size_t neurons) {
    double total = 0;
    for (const double population : types.population) {
        total += population;
    }
    std::vector<int> assigned;
    double cumulative = 0;
    for (std::size_t k = 0; k < types.size(); ++k) {
        cumulative += types.population[k];
        const std::size_t left = types.size() - 1 - k;
        const auto ends =
            static_cast<std::size_t>(std::llround(cumulative / total * static_cast<double>(neurons)));
        const std::size_t end = std::min(std::max(ends, assigned.size() + 1), neurons - left);
        assigned.resize(end, static_cast<int>(k));
    }
    return assigned;
}

/// |randn| weights with the signs of the source types where a draw with the block's probability connects;
/// inhibition scaled so that the mean weight is 0.
base::Result<Connections> blocks(ConnectivityContext& context) {
    const std::string& path = context.options.cellTypes;
    base::Result<CellTypes> types =
        path.empty() ? checkedCellTypes(potjansDiesmann(), "") : readCellTypes(path);
    if (!types) {
        return tl::make_unexpected(types.error());
    }
    const Eigen::Index neurons = context.full.rows();
    if (static_cast<std::size_t>(neurons) < types->size()) {
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "%1 neurons are too few for %2 cell types."),
                {static_cast<std::int64_t>(neurons), static_cast<std::int64_t>(types->size())}},
            "cell-types", QT_TRANSLATE_NOOP("core", "Use at least one neuron per type."));
    }
    Connections made;
    made.cellTypes = assignTypes(*types, static_cast<std::size_t>(neurons));
    made.recurrent.setZero(neurons, neurons);
    double excitation = 0, inhibition = 0;
    for (Eigen::Index j = 0; j < neurons; ++j) {
        const int source = made.cellTypes[static_cast<std::size_t>(j)];
        const bool isInhibitory = types->isInhibitory[static_cast<std::size_t>(source)] != 0;
        for (Eigen::Index i = 0; i < neurons; ++i) {
            const int target = made.cellTypes[static_cast<std::size_t>(i)];
            if (context.random.bernoulli(types->probability(target, source))) {
                const double weight = std::abs(context.full(i, j));
                made.recurrent(i, j) = isInhibitory ? -weight : weight;
                (isInhibitory ? inhibition : excitation) += weight;
            }
        }
    }
    if (inhibition > 0 && excitation > 0) {
        made.recurrent =
            (made.recurrent.array() < 0).select(made.recurrent * (excitation / inhibition), made.recurrent);
    }
    return made;
}

} // namespace

const ConnectivityInfo& cellTypesConnectivity() {
    static const ConnectivityInfo info{"cell-types", QT_TRANSLATE_NOOP("core", "Cell-type blocks"),
        QT_TRANSLATE_NOOP("core",
            "Cell types connect with the probabilities of a matrix, by default the cortical microcircuit of "
            "Potjans and Diesmann (2014); types whose names end with i inhibit."),
        blocks};
    return info;
}

} // namespace rulescope::networks
