// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/study_layout.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rulescope::io;
    const std::span<const char> file(reinterpret_cast<const char*>(data), size);
    const auto seal = study_layout::readSeal(file);
    if (seal && study_layout::matches(*seal, file) && seal->bytes != size) {
        std::abort(); // a seal that matches tells the true length
    }
    return 0;
}
