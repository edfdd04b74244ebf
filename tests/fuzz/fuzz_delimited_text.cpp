// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/delimited_text.h"

#include <cstdlib>

/// Any bytes either are a table whose every cell can be looked at, or an error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rulescope::io::MemorySource source({reinterpret_cast<const char*>(data), size});
    const auto table = rulescope::io::readDelimitedText(source, "f.csv");
    if (!table) {
        return 0;
    }
    for (std::size_t column = 0; column < table->columns(); ++column) {
        (void)table->numbers(column);
        (void)table->coded(column, 64);
        for (std::size_t row = 0; row < table->rows(); ++row) {
            if (table->cell(row, column).size() > size * 2 || !table->areEqual(row, row, column)) {
                std::abort();
            }
        }
    }
    return 0;
}
