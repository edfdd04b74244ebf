// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rulescope::fit {

/// What this build writes; a later one is refused.
inline constexpr int kCheckpointFormatVersion = 1;

/// What a checkpoint belongs to: only the same work on the same data by the same program goes on to the same
/// bits.
struct CheckpointIdentity {
    std::string work;    ///< JSON: the kind of work and its specification
    std::string data;    ///< animals and their content hashes
    std::string program; ///< version, compiler, libraries, instruction set, build
    bool operator==(const CheckpointIdentity&) const = default;
};

/// The state of unfinished work as named arrays; float32 values are exact in them.
using StateArrays = std::map<std::string, std::vector<double>>;

/// The file that lets a fit or a comparison go on after a pause, a crash, or kill -9.
struct Checkpoint {
    CheckpointIdentity identity;
    StateArrays state;
    bool operator==(const Checkpoint&) const = default;
};

/// Replaces `path` in one step by a checksummed file of our own; a crash at any instant leaves the old
/// checkpoint or the new one, whole. Errors: NotFound (folder), NotWritable.
base::Result<void> writeCheckpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Errors: NotFound, NotReadable, BadFormat (not a checkpoint, truncated, damaged), NewerVersion.
base::Result<Checkpoint> readCheckpoint(const std::filesystem::path& path);

/// The state to resume from, or none where there is no file yet. A checkpoint of other work, other data or
/// another build is refused (InvalidValue, a sentence for each) and left as it is; besides readCheckpoint's
/// errors.
base::Result<std::optional<StateArrays>> resumableState(
    const std::filesystem::path& path, const CheckpointIdentity& identity);

/// Deletes a checkpoint whose result has been stored; no file, no error.
void removeCheckpoint(const std::filesystem::path& path);

} // namespace rulescope::fit
