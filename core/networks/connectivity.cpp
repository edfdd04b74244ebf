// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/connectivity.h"

#include "core/networks/named_entry.h"

#include <cmath>

namespace rulescope::networks {

// Every kind of initial connectivity, one line each; each function lives in the file of its kind.
#define RULESCOPE_CONNECTIVITIES(KIND)                                                                       \
    KIND(randomConnectivity)                                                                                 \
    KIND(rankConnectivity)                                                                                   \
    KIND(alignedConnectivity)                                                                                \
    KIND(softRankConnectivity)                                                                               \
    KIND(daleConnectivity)                                                                                   \
    KIND(cellTypesConnectivity)                                                                              \
    KIND(chainConnectivity)

#define RULESCOPE_DECLARE(function) const ConnectivityInfo& function();
RULESCOPE_CONNECTIVITIES(RULESCOPE_DECLARE)
#undef RULESCOPE_DECLARE

const std::vector<const ConnectivityInfo*>& allConnectivities() {
#define RULESCOPE_ENTRY(function) &function(),
    static const std::vector<const ConnectivityInfo*> kinds = {RULESCOPE_CONNECTIVITIES(RULESCOPE_ENTRY)};
#undef RULESCOPE_ENTRY
    return kinds;
}

base::Result<const ConnectivityInfo*> findConnectivity(std::string_view name) {
    return findNamed(allConnectivities(), name,
        QT_TRANSLATE_NOOP("core", "There is no initial connectivity named \"%1\"."));
}

bool usesRank(std::string_view kind) {
    const auto info = findConnectivity(kind);
    return info && (*info)->usesRank;
}

base::Result<void> checkConnectivity(const ConnectivityOptions& options, std::size_t neurons) {
    if (const auto kind = findConnectivity(options.kind); !kind) {
        return tl::make_unexpected(kind.error());
    }
    if (!(options.gain > 0) || !std::isfinite(options.gain)) {
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "A gain of %1 makes no network."), {base::Number{options.gain}}},
            "gain", QT_TRANSLATE_NOOP("core", "Choose a gain above 0; 1.25 is usual."));
    }
    if (usesRank(options.kind) && (options.rank < 1 || options.rank > neurons)) {
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "A network of %1 neurons can't have connectivity of rank %2."),
                {static_cast<std::int64_t>(neurons), static_cast<std::int64_t>(options.rank)}},
            "rank",
            {QT_TRANSLATE_NOOP("core", "Choose a rank from 1 to %1."), {static_cast<std::int64_t>(neurons)}});
    }
    return {};
}

base::Result<Connections> makeConnections(std::size_t neurons, const ConnectivityOptions& options,
    const Dynamics& dynamics, const Weights<double>& outside, const Task& task, base::RandomStream& random) {
    const auto kind = findConnectivity(options.kind);
    if (!kind) {
        return tl::make_unexpected(kind.error());
    }
    if (const auto checked = checkConnectivity(options, neurons); !checked) {
        return tl::make_unexpected(checked.error());
    }
    const auto n = static_cast<Eigen::Index>(neurons);
    ConnectivityContext context{options, Eigen::MatrixXd(n, n), random, dynamics, outside, task};
    const double scale = options.gain / std::sqrt(static_cast<double>(neurons));
    for (Eigen::Index i = 0; i < context.full.size(); ++i) {
        context.full.data()[i] = scale * random.normal();
    }
    const double norm = context.full.norm();
    base::Result<Connections> made = (*kind)->make(context);
    if (!made) {
        return made;
    }
    const double size = made->recurrent.norm();
    if (!(size > 0) || !std::isfinite(size)) {
        return base::failure(base::ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "This connectivity has no connection at all."), options.kind,
            QT_TRANSLATE_NOOP("core", "Use more neurons, or larger connection probabilities."));
    }
    made->recurrent *= norm / size;
    return made;
}

} // namespace rulescope::networks
