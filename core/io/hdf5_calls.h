// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/hdf5.h"

#include <hdf5.h>
#include <string>
#include <type_traits>

/// How the HDF5 sources of core/io call the library; sees hdf5.h, so only they include it.
namespace rulescope::io::hdf5 {

static_assert(std::is_same_v<hid_t, std::int64_t>, "handles assume HDF5 1.10 or later");

/// The library's error stack as one line; clears it.
std::string libraryText();
/// The path of an open object, or of a name in it, for messages.
std::string pathOf(std::int64_t id);
std::string pathOf(const Handle& parent, const std::string& name);

/// Throws if a call returned a negative value.
template<class Value>
Value checked(Value value, const char* step, const std::string& object) {
    if (value < 0) {
        throw Failure(step, object, libraryText());
    }
    return value;
}

inline Handle own(hid_t id, Handle::Close close, const char* step, const std::string& object) {
    return {checked(id, step, object), close};
}

} // namespace rulescope::io::hdf5
