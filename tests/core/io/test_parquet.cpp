// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/parquet.h"
#include "tests/core/io/imported.h"

namespace {

using namespace rulescope;
using testing_io::contentsOf;
using testing_io::printed;
namespace fs = std::filesystem;

/// Written by other programs with every compression and encoding; same.csv holds the same trials.
const fs::path kSamples = fs::path(RULESCOPE_SOURCE_DIR) / "tests/data/parquet";

base::Result<io::Table> parsed(std::string_view bytes) {
    io::MemorySource source(bytes);
    return io::readParquet(source, "t.parquet");
}

io::ImportReport importedPath(const fs::path& path) {
    auto report = io::importPaths({path});
    EXPECT_TRUE(report);
    return report ? std::move(*report) : io::ImportReport{};
}

TEST(Parquet, everyEncodingGivesTheTrialsOfTheTextFile) {
    const auto text = importedPath(kSamples / "same.csv");
    ASSERT_EQ(text.animals.size(), 2U);
    for (const char* name : {"plain", "dictionary_snappy", "pages_v2_zstd", "delta_v2_gzip", "groups_gzip"}) {
        const auto report = importedPath(kSamples / (std::string(name) + ".parquet"));
        ASSERT_EQ(report.animals.size(), 2U) << name << printed(report);
        for (std::size_t i = 0; i < 2; ++i) {
            EXPECT_EQ(printed(*report.animals[i]), printed(*text.animals[i])) << name;
            EXPECT_EQ(report.animals[i]->trials().reactionTimeS, text.animals[i]->trials().reactionTimeS);
            EXPECT_EQ(report.animals[i]->trials().findExtra("tick")->values,
                text.animals[i]->trials().findExtra("tick")->values);
        }
    }
}

TEST(Parquet, datesTimesBooleansAndMissingValuesAreRead) {
    const auto table = parsed(contentsOf(kSamples / "pages_v2_zstd.parquet"));
    ASSERT_TRUE(table) << base::english(table.error());
    ASSERT_EQ(table->rows(), 300U);
    EXPECT_EQ(table->cell(1, *table->find("when")), "2020-01-02T10:00:01");
    EXPECT_EQ(table->cell(150, *table->find("session_date")), "2020-01-03");
    EXPECT_TRUE(std::isnan(*table->number(0, *table->find("flag"))));
    EXPECT_EQ(table->number(3, *table->find("flag")), 1);
    EXPECT_TRUE(std::isnan(*table->number(3, *table->find("signed_contrast"))));
}

TEST(Parquet, anUnknownCompressionIsNamed) {
    const auto table = parsed(contentsOf(kSamples / "lz4.parquet"));
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().code, base::ErrorCode::Unsupported);
}

TEST(Parquet, truncatedAndFlippedFilesAreRefusedOrReadButNeverCrash) {
    for (const char* name : {"plain", "dictionary_snappy", "pages_v2_zstd", "delta_v2_gzip"}) {
        const std::string whole = contentsOf(kSamples / (std::string(name) + ".parquet"));
        for (std::size_t length = 0; length < whole.size(); length += 101) {
            EXPECT_FALSE(parsed(std::string_view(whole).substr(0, length)));
        }
        for (std::size_t at = 0; at < whole.size(); at += 13) {
            std::string damaged = whole;
            damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
            const auto table = parsed(damaged);
            EXPECT_TRUE(!table || table->rows() == 300U);
        }
    }
}

} // namespace
