// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/trials.h"
#include "core/io/hdf5.h"
#include "core/io/study_file.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// What the writer and the reader of study files share. Private to core/io.
namespace rulescope::io::study_layout {

inline constexpr const char* kFormat = "rulescope-study";
inline constexpr const char* kFormatVersion = "format_version";

// Parts of a fit that came later and may be absent: readers of before pass over them.
inline constexpr const char* kValidationCurve = "validation_curve";
inline constexpr const char* kMembers = "members";
/// JSON text (annotations_json.h), since version 2.
inline constexpr const char* kAnnotations = "annotations";

/// Name in the file and member of each column that may be absent.
struct OptionalColumn {
    const char* name;
    std::vector<double> data::Trials::*member;
};
inline constexpr OptionalColumn kOptionalColumns[] = {
    {"stimulus_onset_s", &data::Trials::stimulusOnsetS},
    {"response_s", &data::Trials::responseS},
    {"reaction_time_s", &data::Trials::reactionTimeS},
    {"probability_left", &data::Trials::probabilityLeft},
};

/// Name in the file and member of each column of codes (0, 1, -1).
struct CodeColumn {
    const char* name;
    std::vector<std::int8_t> data::Trials::*member;
};
inline constexpr CodeColumn kCodeColumns[] = {
    {"choice", &data::Trials::choice},
    {"answer", &data::Trials::answer},
    {"outcome", &data::Trials::outcome},
};

/// The text block before the HDF5 data: what the file is, how long, and its checksum.
///
/// It lets openStudy refuse a damaged file before the HDF5 library, which may crash on damage, has seen a
/// byte of it.
struct Seal {
    int formatVersion = kStudyFormatVersion;
    std::size_t bytes = 0;   ///< length of the whole file
    std::uint32_t crc32 = 0; ///< over everything after the seal

    static constexpr std::size_t kBytes = 512; ///< the smallest user block that HDF5 knows
};

/// Fills in the first Seal::kBytes of a whole file.
void writeSeal(std::span<char> file);
/// The seal of a file; none if it has no valid one.
std::optional<Seal> readSeal(std::span<const char> file);
/// True if the file has the sealed length and checksum.
bool matches(const Seal& seal, std::span<const char> file);

/// The sentence that refuses a format later than ours.
base::Error newerVersionError(std::int64_t version);

/// Writes all groups below the root of a new file.
void writeContents(const hdf5::Handle& file, const StudyContents& contents);
/// Reads them; a Failure of the library is thrown, a study that does not hold together is an Error.
base::Result<StudyContents> readContents(const hdf5::Handle& file);

} // namespace rulescope::io::study_layout
