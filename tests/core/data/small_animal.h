// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/animal.h"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace rulescope::testing_data {

/// A session of `trials` trials whose choices and stimuli follow from `seed`, so that two seeds differ.
struct SmallSession {
    std::string label;
    std::size_t trials = 2;
    int seed = 0;
    std::string date = {};
};

inline data::Animal::Content smallContent(
    const std::string& name, const std::vector<SmallSession>& sessions) {
    data::Animal::Content content;
    content.name = name;
    for (const SmallSession& session : sessions) {
        const std::size_t begin = content.trials.size();
        for (std::size_t t = 0; t < session.trials; ++t) {
            const int k = session.seed + static_cast<int>(t);
            content.trials.stimulus.push_back((k % 5 - 2) / 2.0);
            content.trials.choice.push_back(static_cast<std::int8_t>(k % 2));
            content.trials.answer.push_back(static_cast<std::int8_t>(k % 3 - 1));
            content.trials.outcome.push_back(static_cast<std::int8_t>((k + 1) % 3 - 1));
        }
        content.sessions.push_back(
            {session.label, session.date, "", "file.csv", begin, content.trials.size()});
    }
    return content;
}

inline data::AnimalPtr smallAnimal(const std::string& name, const std::vector<SmallSession>& sessions) {
    auto animal = data::Animal::create(smallContent(name, sessions));
    EXPECT_TRUE(animal) << base::english(animal.error());
    return animal ? *animal : nullptr;
}

inline std::vector<std::string> labelsOf(const data::Animal& animal) {
    std::vector<std::string> labels;
    for (const data::Session& session : animal.sessions()) {
        labels.push_back(session.label);
    }
    return labels;
}

} // namespace rulescope::testing_data
