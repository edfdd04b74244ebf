// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/data/study.h"
#include "core/io/import_report.h"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace rulescope::io {

/// `study` with what an import found, notes included (data::joinedNotes); the study itself on the left side
/// of every join.
///
/// A session that says when it began and whose label is taken by other trials is a further recording of its
/// day: the time comes behind its label. One that is there already, by its day or label and its trials, or by
/// many trials alone, stays once, whatever its file calls it: that depends on what else stands there. Errors:
/// those of data::withAnimals.
base::Result<data::Study> withImported(
    const data::Study& study, const ImportReport& report, const base::StopToken& stop = {});

/// What an import does to a study, worked out where time may pass: comparing and joining millions of trials
/// takes part of a second.
struct JoinedImport {
    data::Study before; ///< the study that it was joined to
    /// Animals that the study has, and how many of their arriving sessions it holds already, with the same
    /// trials.
    std::map<std::string, std::size_t> alreadyThere;
    base::Result<data::Study> after; ///< Cancelled after a stop

    /// False if the study has changed since.
    bool isFor(const data::Study& study) const;
};
JoinedImport joinedImport(
    const data::Study& study, const ImportReport& report, const base::StopToken& stop = {});

/// True for a session of so many trials that another one with the same trials is the same by no accident.
bool isTooLongForChance(const data::Session& session);

/// What several files' parts of one animal have in common, whatever their labels say: a session that a later
/// part holds under another name goes by the name of the first; one that another part holds with more trials
/// behind it is left to that part.
struct SameSessions {
    std::vector<std::map<std::string, std::string>>
        labels;                                 ///< per part: old label -> that of an earlier part
    std::vector<std::set<std::string>> shorter; ///< per part: labels of sessions that it loses
    std::size_t grown = 0;
};
SameSessions sameSessions(const std::vector<data::AnimalPtr>& parts);

using Labels = std::map<std::string, std::string>; ///< old label -> new one
data::AnimalPtr relabelled(const data::AnimalPtr& animal, const Labels& labels);
data::AnimalNotes relabelled(data::AnimalNotes notes, const Labels& labels);

/// Adds what one source says about an animal to `annotations`, which are about `joined`; `own` is the animal
/// as the source has it.
void addNotes(data::Annotations& annotations, const data::AnimalNotes& notes, const data::Animal& own,
    const data::Animal& joined);

} // namespace rulescope::io
