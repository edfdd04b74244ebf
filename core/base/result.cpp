// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/result.h"

namespace rulescope::base {

std::string english(const Error& error) {
    std::string sentence = error.where.empty() ? std::string() : error.where + ": ";
    sentence += english(error.what);
    if (!error.remedy.isEmpty()) {
        sentence += ' ' + english(error.remedy);
    }
    return sentence;
}

} // namespace rulescope::base
