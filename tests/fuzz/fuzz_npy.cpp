// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/npy.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rulescope::io::MemorySource source({reinterpret_cast<const char*>(data), size});
    const auto array = rulescope::io::readNpy(source, "a.npy");
    if (array && array->count() > size) {
        std::abort(); // every value takes a byte at least
    }
    return 0;
}
