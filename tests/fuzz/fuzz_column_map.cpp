// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/column_map.h"

#include <cstdlib>

/// What is read can be written and reads back equal.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rulescope;
    const auto map = io::columnMapFromJson({reinterpret_cast<const char*>(data), size}, "map.json");
    if (map) {
        const auto again = io::columnMapFromJson(io::toJson(*map), "map.json");
        if (!again || !(*again == *map)) {
            std::abort();
        }
    }
    return 0;
}
