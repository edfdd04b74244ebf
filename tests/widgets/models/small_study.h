// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/study.h"

#include <string>

namespace rulescope::tests {

struct SmallAnimalOptions {
    std::string lab = {};
    std::size_t sessions = 2;
    std::size_t trialsPerSession = 8;
    std::int8_t firstChoice = data::kRight;
};

/// An animal of a few trials without random numbers: contrasts -1, -.25, 0, .25 and 1 in turn, every fourth
/// choice wrong, every seventh trial without a choice.
inline data::AnimalPtr smallAnimal(const std::string& name, const SmallAnimalOptions& options = {}) {
    data::Animal::Content content;
    content.name = name;
    content.lab = options.lab;
    const double contrasts[] = {-1, -0.25, 0, 0.25, 1};
    for (std::size_t session = 0; session < options.sessions; ++session) {
        const std::size_t begin = content.trials.size();
        for (std::size_t t = 0; t < options.trialsPerSession; ++t) {
            const double stimulus = contrasts[(t * 3 + session) % 5];
            const bool isRight = (stimulus > 0 || (stimulus == 0 && t % 2 == 0)) != (t % 4 == 3);
            const bool isFirst = session == 0 && t == 0;
            content.trials.stimulus.push_back(stimulus);
            content.trials.choice.push_back(isFirst      ? options.firstChoice
                                            : t % 7 == 6 ? data::kNone
                                            : isRight    ? data::kRight
                                                         : data::kLeft);
            content.trials.answer.push_back(data::kUnknown);
            content.trials.outcome.push_back(data::kUnknown);
        }
        data::Session made;
        made.label = std::to_string(session + 1);
        made.source = name + ".csv";
        made.begin = begin;
        made.end = content.trials.size();
        content.sessions.push_back(made);
    }
    data::deriveAnswersAndOutcomes(content.trials);
    return data::Animal::create(std::move(content)).value();
}

} // namespace rulescope::tests
