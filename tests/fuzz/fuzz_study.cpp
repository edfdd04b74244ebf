// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/study_file.h"

#include "isolated.h"

/// Inputs whose seal does not match are read as those of other programs: first in a copy, then here.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rulescope;
    (void)io::openStudy(fuzzing::inputFile(data, size));
    return 0;
}
