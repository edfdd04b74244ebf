// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/trials.h"

#include <algorithm>

namespace rulescope::data {

const Column* Trials::findExtra(const std::string& name) const {
    const auto found =
        std::find_if(extra.begin(), extra.end(), [&](const Column& column) { return column.name == name; });
    return found == extra.end() ? nullptr : &*found;
}

void deriveAnswersAndOutcomes(Trials& trials) {
    for (std::size_t t = 0; t < trials.size(); ++t) {
        if (trials.answer[t] == kUnknown && trials.stimulus[t] != 0 &&
            trials.stimulus[t] == trials.stimulus[t]) {
            trials.answer[t] = trials.stimulus[t] > 0 ? kRight : kLeft;
        }
        if (trials.outcome[t] == kUnknown && trials.answer[t] != kUnknown && trials.choice[t] != kNone) {
            trials.outcome[t] = trials.choice[t] == trials.answer[t] ? 1 : 0;
        }
    }
}

} // namespace rulescope::data
