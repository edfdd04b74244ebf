// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/study_context.h"

#include <QString>

#include <vector>

namespace rulescope::panels {

/// One line of the inspector: a quantity and its value with unit.
struct Fact {
    QString name, value;
    QString detail = {}; ///< longer text for a tooltip
    bool operator==(const Fact&) const = default;
};

/// Facts under a heading.
struct FactGroup {
    QString title;
    std::vector<Fact> facts;
    bool operator==(const FactGroup&) const = default;
};

/// What the inspector says about a selection: animals or sessions, then the fit, then the comparison.
std::vector<FactGroup> factsOf(const io::StudyContents& contents, const models::Selection& selection);

FactGroup fitFacts(const fit::FitResult& fit);
FactGroup provenanceFacts(const fit::FitResult& fit);
FactGroup comparisonFacts(const fit::Comparison& comparison);

} // namespace rulescope::panels
