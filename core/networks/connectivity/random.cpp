// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/connectivity.h"

namespace rulescope::networks {

const ConnectivityInfo& randomConnectivity() {
    static const ConnectivityInfo info{"random", QT_TRANSLATE_NOOP("core", "Random"),
        QT_TRANSLATE_NOOP(
            "core", "Independent Gaussian weights of standard deviation gain / √N: full rank, no structure."),
        [](ConnectivityContext& context) -> base::Result<Connections> {
            return Connections{std::move(context.full), {}};
        }};
    return info;
}

} // namespace rulescope::networks
