// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/table_codec.h"

#include <cstdlib>

/// The answer of a process that a malicious file may have led astray.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rulescope;
    const auto tables = io::decodeTables({reinterpret_cast<const char*>(data), size}, "a.nwb");
    for (const io::Table& table : tables ? *tables : std::vector<io::Table>()) {
        for (std::size_t column = 0; column < table.columns(); ++column) {
            (void)table.numbers(column);
            if (table.rows() == 0 || table.cell(table.rows() - 1, column).size() > size + 32) {
                std::abort();
            }
        }
    }
    return 0;
}
