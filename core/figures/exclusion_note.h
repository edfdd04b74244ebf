// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/study.h"
#include "core/figures/figure_spec.h"

#include <string>
#include <utility>
#include <vector>

namespace rulescope::figures {

/// What annotations keep out of a figure of these animals of an analysed study; empty if nothing.
Text exclusionNote(const std::vector<data::AnimalPtr>& analysedAnimals);

/// The same for a result that was stored with the hashes of its animals: if the study analyses other trials
/// now (exclusions or imports have changed), that is said instead. Animals that have gone are passed over.
Text storedResultNote(
    const std::vector<std::pair<std::string, std::string>>& dataHashes, const data::Study& analysedStudy);

} // namespace rulescope::figures
