// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/animal.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace rulescope::tests {

/// Builds small animals trial by trial; answers and outcomes follow from stimulus and choice unless given.
class AnimalBuilder {
  public:
    explicit AnimalBuilder(std::string name) { m_content.name = std::move(name); }

    AnimalBuilder& session(const std::string& label, const std::string& protocol = {}) {
        const std::size_t at = m_content.trials.size();
        data::Session next;
        next.label = label;
        next.protocol = protocol;
        next.begin = next.end = at;
        m_content.sessions.push_back(next);
        return *this;
    }
    /// choice: 0 left, 1 right, -1 none; outcome -1: derived.
    AnimalBuilder& trial(double stimulus, int choice, int outcome = -1, double rtS = 1, double prior = 0.5) {
        data::Trials& trials = m_content.trials;
        trials.stimulus.push_back(stimulus);
        trials.choice.push_back(static_cast<std::int8_t>(choice));
        trials.outcome.push_back(static_cast<std::int8_t>(outcome));
        std::int8_t answer = data::kUnknown;
        if (outcome >= 0 && choice >= 0)
            answer = static_cast<std::int8_t>(outcome == 1 ? choice : 1 - choice);
        trials.answer.push_back(answer);
        trials.reactionTimeS.push_back(rtS);
        trials.probabilityLeft.push_back(prior);
        m_content.sessions.back().end = trials.size();
        return *this;
    }
    AnimalBuilder& trials(std::size_t count, double stimulus, int choice, int outcome = -1, double rtS = 1,
        double prior = 0.5) {
        for (std::size_t i = 0; i < count; ++i)
            trial(stimulus, choice, outcome, rtS, prior);
        return *this;
    }
    AnimalBuilder& raw(const std::string& unit) {
        m_content.stimulusKind = data::StimulusKind::Raw;
        m_content.stimulusUnit = unit;
        return *this;
    }
    data::AnimalPtr build() const {
        data::Animal::Content content = m_content;
        data::deriveAnswersAndOutcomes(content.trials);
        return data::Animal::create(std::move(content)).value();
    }

  private:
    data::Animal::Content m_content;
};

/// An animal that answers `levels` of contrast with the given numbers of right choices out of n, per session.
inline data::AnimalPtr animalOfLevels(const std::string& name, std::size_t sessions, std::size_t n,
    const std::vector<std::pair<double, double>>& levels) {
    AnimalBuilder builder(name);
    for (std::size_t s = 0; s < sessions; ++s) {
        builder.session(std::to_string(s + 1));
        for (std::size_t i = 0; i < n; ++i)
            for (const auto& level : levels)
                builder.trial(level.first,
                    static_cast<double>(i) + 0.5 < level.second * static_cast<double>(n) ? 1 : 0,
                    level.first == 0 ? static_cast<int>(i % 2) : -1);
    }
    return builder.build();
}

} // namespace rulescope::tests
