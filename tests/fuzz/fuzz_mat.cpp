// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/formats.h"

#include "imported.h"
#include "isolated.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rulescope;
    fuzzing::importFile(io::matFormat(), fuzzing::inputFile(data, size));
    return 0;
}
