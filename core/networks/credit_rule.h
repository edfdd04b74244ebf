// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/text.h"

#include <string_view>
#include <vector>

namespace rulescope::networks {

/// What a credit-assignment rule keeps of the exact gradient (METHOD.md section 10).
///
/// lambda_t = L_t + (1-a) W~^T kappa_{t+1}, kappa_t = d_t o c_t + a kappa_{t+1}; dW_rec = -eta sum_t
/// (lambda_t o psi_t) eps_t^T; L_t is the error carried to the neurons.
struct CreditRule {
    enum class Feedback {
        Readout, ///< L = W_out^T err
        Random,  ///< L = B err with fixed random B
    };
    enum class Relay {
        None,   ///< kappa = 0: no neuron hears of another's error
        OneHop, ///< c = L: each neuron's own error, passed on once
        Full,   ///< c = lambda: passed on and on
    };
    std::string_view name;    ///< contract name: "e-prop"
    base::Text title;         ///< "e-prop (three-factor)"
    base::Text description;   ///< one paragraph
    std::string_view formula; ///< in symbols, for any language
    Feedback feedback = Feedback::Readout;
    Relay relay = Relay::Full;
    bool averagesTypes = false;    ///< W~ holds cell-type block means instead of W
    bool hasConstantSlope = false; ///< d = mu instead of psi
    /// A control: the step along the exact gradient is shortened to what e-prop's step has along it.
    bool isScaledToThreeFactor = false;

    /// True if this is the gradient itself (up to a step size).
    bool isExact() const {
        return feedback == Feedback::Readout && relay == Relay::Full && !averagesTypes && !hasConstantSlope;
    }
};

/// All rules, in the order in which menus and figures list them.
const std::vector<const CreditRule*>& allCreditRules();
/// The rule of that name, or a NotFound error that lists the names.
base::Result<const CreditRule*> findCreditRule(std::string_view name);

} // namespace rulescope::networks
