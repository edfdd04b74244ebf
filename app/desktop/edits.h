// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/study_file.h"

#include <string>
#include <vector>

/// Changes of a study as pure functions: contents in, changed contents out. Undo needs no more than the old
/// value, for animals, fits and comparisons are shared and immutable.
namespace rulescope::desktop {

/// With artificial animals, under names that no other has ("X (2)"): nothing is joined.
base::Result<io::StudyContents> withArtificialAnimals(
    const io::StudyContents& contents, const std::vector<data::AnimalPtr>& animals);

/// With the notes of these animals in place of what was noted before; empty notes clear them.
io::StudyContents withNotes(const io::StudyContents& contents, const data::Annotations& notes);

/// Without the named animals and what was noted about them. Fits keep them in their provenance.
io::StudyContents withoutAnimals(const io::StudyContents& contents, const std::vector<std::string>& names);

/// With a fit or comparison at the end; if its id is taken it gets the next free one ("rnn-2").
io::StudyContents withFit(const io::StudyContents& contents, const fit::FitResult& fit);
io::StudyContents withComparison(const io::StudyContents& contents, const fit::Comparison& comparison);

io::StudyContents withoutFit(const io::StudyContents& contents, const std::string& id);
io::StudyContents withoutComparison(const io::StudyContents& contents, const std::string& id);

io::StudyContents withTitle(const io::StudyContents& contents, const std::string& title);

/// `stem`-1, `stem`-2, ...: the first that is not among `taken`.
std::string freeId(const std::string& stem, const std::vector<std::string>& taken);

} // namespace rulescope::desktop
