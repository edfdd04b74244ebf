// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/parquet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rulescope::io::MemorySource source({reinterpret_cast<const char*>(data), size});
    const auto table = rulescope::io::readParquet(source, "t.parquet");
    for (std::size_t column = 0; table && column < table->columns(); ++column) {
        (void)table->numbers(column);
        (void)table->cell(table->rows() - 1, column);
    }
    return 0;
}
