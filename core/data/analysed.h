// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/study.h"

namespace rulescope::data {

/// The study as every fit, figure, report and export sees it: the one place where annotations take effect.
///
/// Sessions, trials and their numbers stay where they are. An excluded trial is marked (Trials::excluded) and
/// loses choice, answer and outcome, so that rules and curves pass it like a trial without a choice; what
/// counts such trials asks isExcluded(). Sessions carry the name of their phase. Animals without exclusions
/// and phases are shared with `study`, not copied. Applying it twice changes nothing.
Study analysed(const Study& study);

/// The same, reusing animals of an earlier result: `before` was the argument then, `result` what came out.
Study analysed(const Study& study, const Study& before, const Study& result);

/// Sessions of an analysed animal with a trial to analyse; all of them if nothing is excluded.
std::size_t analysedSessions(const Animal& animal);

/// True if annotations exclude every trial of the animal (false for one that has no annotations).
bool isExcludedWhole(const Animal& animal);

/// What annotations keep out of an analysis of these animals.
struct ExclusionCounts {
    std::size_t animals = 0;  ///< with at least one excluded trial
    std::size_t sessions = 0; ///< excluded as a whole
    std::size_t trials = 0;   ///< excluded, those of whole sessions included
};
ExclusionCounts countExclusions(const Animal& analysedAnimal);
ExclusionCounts countExclusions(const std::vector<AnimalPtr>& analysedAnimals);

} // namespace rulescope::data
