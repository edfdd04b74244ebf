// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <string>

namespace rulescope::data {

class Animal;

/// True if two sessions hold the same trials, whatever their labels: equal in number, stimuli, choices,
/// answers, outcomes, and in every time and further column that both have (last digits may differ).
bool haveSameTrials(const Animal& a, std::size_t sessionOfA, const Animal& b, std::size_t sessionOfB);

/// The same of the trials with which the session of `b` begins: it may be that of `a`, grown since.
bool haveTrialsOfBeginning(const Animal& a, std::size_t sessionOfA, const Animal& b, std::size_t sessionOfB);

/// The animal without the sessions of these labels; nullptr if none is left.
std::shared_ptr<const Animal> withoutSessions(const Animal& animal, const std::set<std::string>& labels);

} // namespace rulescope::data
