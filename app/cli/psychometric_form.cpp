// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/psychometric_form.h"

#include "app/cli/json_form.h"

namespace rulescope::cli {

Json fitJson(const behavior::PsychometricFit& fit) {
    return {{"bias", number(fit.parameters.bias)}, {"threshold", number(fit.parameters.threshold)},
        {"lapse_low", number(fit.parameters.lapseLow)}, {"lapse_high", number(fit.parameters.lapseHigh)},
        {"log_likelihood", number(fit.logLikelihood)}, {"n", fit.n}, {"identified", fit.isIdentified}};
}

} // namespace rulescope::cli
