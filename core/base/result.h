// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/text.h"

#include <string>
#include <tl/expected.hpp>

namespace rulescope::base {

/// Why something of the outside world failed; the command line turns it into an exit code.
enum class ErrorCode {
    NotFound,     ///< a file, animal, fit or session that does not exist
    NotReadable,  ///< no permission, a directory, a special file, an I/O error while reading
    NotWritable,  ///< no permission, disk full, an I/O error while writing
    BadFormat,    ///< the bytes are not what they claim to be (damaged, truncated, another format)
    NewerVersion, ///< written by a later Rulescope
    Unsupported,  ///< well-formed but beyond what we read
    TooLarge,     ///< beyond a limit that protects memory
    InvalidValue, ///< an argument, option or cell that can't be used
    NoData,       ///< nothing left to work on
    Cancelled,    ///< the user stopped it
    Busy,         ///< another process holds it
    Internal,     ///< a fault of ours, reported instead of crashing
};

/// What went wrong, where, and what to do about it.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    Text what;         ///< one sentence: what is wrong
    std::string where; ///< path, "path:line", animal or option; may be empty
    Text remedy;       ///< one sentence: what to do; may be empty
};

template<class T>
using Result = tl::expected<T, Error>;

/// Shorthand for `return failure(ErrorCode::NotFound, QT_TRANSLATE_NOOP("core", "..."), path)`.
inline tl::unexpected<Error> failure(ErrorCode code, Text what, std::string where = {}, Text remedy = {}) {
    return tl::make_unexpected(Error{code, std::move(what), std::move(where), std::move(remedy)});
}

/// "where: what remedy" in English, for the command line and for logs.
std::string english(const Error& error);

} // namespace rulescope::base
