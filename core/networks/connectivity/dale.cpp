// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/connectivity.h"

#include <cmath>

namespace rulescope::networks {

namespace {

/// Columns of one sign (Dale's law); inhibition is as strong as excitation in the mean. Initial only:
/// training may change signs, and signSimilarity() tells how many.
base::Result<Connections> daleLaw(ConnectivityContext& context) {
    const double fraction = context.options.excitatory;
    const Eigen::Index neurons = context.full.cols();
    const auto excitatory = static_cast<Eigen::Index>(std::llround(fraction * static_cast<double>(neurons)));
    if (!(fraction > 0 && fraction < 1) || excitatory < 1 || excitatory >= neurons) {
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP(
                 "core", "A fraction of %1 excitatory neurons leaves none of one kind in a network of %2."),
                {base::Number{fraction}, static_cast<std::int64_t>(neurons)}},
            "excitatory", QT_TRANSLATE_NOOP("core", "Choose a fraction between 0 and 1; 0.8 is usual."));
    }
    const double balance = static_cast<double>(excitatory) / static_cast<double>(neurons - excitatory);
    Connections made;
    made.recurrent = context.full.cwiseAbs();
    made.recurrent.rightCols(neurons - excitatory) *= -balance;
    for (Eigen::Index i = 0; i < neurons; ++i) {
        made.cellTypes.push_back(i < excitatory ? 0 : 1);
    }
    return made;
}

} // namespace

const ConnectivityInfo& daleConnectivity() {
    static const ConnectivityInfo info{"dale", QT_TRANSLATE_NOOP("core", "Excitatory and inhibitory (Dale)"),
        QT_TRANSLATE_NOOP("core", "Each neuron excites or inhibits all its targets; inhibition balances "
                                  "excitation. The law holds at "
                                  "the start, training may break it."),
        daleLaw};
    return info;
}

} // namespace rulescope::networks
