// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/study.h"
#include "core/fit/comparison.h"
#include "core/fit/fit_result.h"

#include <filesystem>
#include <vector>

namespace rulescope::io {

/// The layout of study files that this build writes; it grows apart from the program's version.
inline constexpr int kStudyFormatVersion = 2;

/// All that a study file holds.
struct StudyContents {
    data::Study study;
    std::vector<fit::FitResultPtr> fits;
    std::vector<fit::ComparisonPtr> comparisons;
    /// Set by openStudy when the file's checksum does not match although all of it can be read: another
    /// program (h5py, MATLAB) changed it. Saving makes a new checksum.
    bool isChangedOutside = false;
    /// Set by openStudy: why notes that can't be read or don't fit their animals were left out, one by one.
    /// All else is there; saving leaves them out for good.
    std::vector<base::Error> notesLost = {};
};

/// Writes a study file (HDF5, see resources/help/study-file) in one step: after a crash at any instant, or a
/// failure, the old file stands whole. Errors: NotFound (folder), NotWritable, InvalidValue (two fits with
/// one id).
base::Result<void> saveStudy(const StudyContents& contents, const std::filesystem::path& path);

/// Reads a study file. Every animal passes Animal::create, every fit and comparison its JSON reader.
/// Errors: NotFound, NotReadable, TooLarge, NewerVersion, BadFormat (not a study, truncated, damaged; names
/// what).
base::Result<StudyContents> openStudy(const std::filesystem::path& path);

} // namespace rulescope::io
