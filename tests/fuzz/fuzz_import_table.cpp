// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/delimited_text.h"
#include "core/io/importer.h"

#include <cstdlib>

/// Every table that a dialect accepts becomes animals that hold together.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rulescope;
    io::MemorySource bytes({reinterpret_cast<const char*>(data), size});
    auto table = io::readDelimitedText(bytes, "mouse_2020-01-02.csv");
    if (!table) {
        return 0;
    }
    const std::size_t rows = table->rows();
    const io::ImportSource source("mouse_2020-01-02.csv", std::move(*table), {}, {});
    const auto importer = io::recognise(source);
    auto imported = importer ? (*importer)->read(source) : base::Result<io::ImportedFile>();
    if (!importer || !imported) {
        return 0;
    }
    std::size_t trials = 0;
    for (data::Animal::Content& content : imported->animals) {
        const auto animal = data::Animal::create(std::move(content));
        trials += animal ? (*animal)->trialCount() : 0;
    }
    if (trials > rows) {
        std::abort();
    }
    return 0;
}
