// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace rulescope::data {

class Animal;

/// True if two sessions hold the same trials, whatever their labels: equal in number, stimuli, choices,
/// answers, outcomes, and in every time and further column that both have (last digits may differ).
bool haveSameTrials(const Animal& a, std::size_t sessionOfA, const Animal& b, std::size_t sessionOfB);

} // namespace rulescope::data
