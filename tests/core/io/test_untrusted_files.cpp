// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/crash_shield.h"
#include "core/io/study_file.h"
#include "core/io/table_codec.h"
#include "core/io/untrusted_tables.h"
#include "tests/core/io/imported.h"
#include "tests/core/io/small_study.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <unistd.h>

namespace {

using namespace rulescope;
using testing_io::printed;
using testing_io::TemporaryFolder;

base::ErrorCode codeOf(const std::function<std::string()>& work, const io::ShieldLimits& limits = {},
    base::StopToken stop = {}) {
    const auto answer = io::shielded(work, "bad.nwb", stop, limits);
    EXPECT_FALSE(answer);
    EXPECT_TRUE(answer || answer.error().where == "bad.nwb");
    return answer ? base::ErrorCode::Internal : answer.error().code;
}

TEST(Shielded, handsOverWhatTheWorkAnswers) {
    const std::string large(3'000'000, 'x'); // more than a pipe holds
    EXPECT_EQ(io::shielded([&] { return large; }, "a"), large);
    EXPECT_EQ(io::shielded([] { return std::string(); }, "a"), "");
}

TEST(Shielded, survivesCrashesAndExceptions) {
    EXPECT_EQ(codeOf([]() -> std::string {
        std::raise(SIGSEGV);
        return {};
    }),
        base::ErrorCode::BadFormat);
    EXPECT_EQ(codeOf([]() -> std::string { std::abort(); }), base::ErrorCode::BadFormat);
    EXPECT_EQ(codeOf([]() -> std::string { throw std::runtime_error("x"); }), base::ErrorCode::BadFormat);
}

TEST(Shielded, givesUpWorkThatTakesTooLongOrTooMuch) {
    const auto forever = []() -> std::string {
        while (true) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    };
    EXPECT_EQ(codeOf(forever, {1, std::size_t{1} << 30, 1000}), base::ErrorCode::BadFormat);
    EXPECT_EQ(codeOf([] { return std::string(5000, 'x'); }, {10, std::size_t{1} << 30, 1000}),
        base::ErrorCode::TooLarge);
#ifndef __SANITIZE_ADDRESS__ // its operator new ends the process instead of throwing
    const auto hungry = [] { return std::string(std::size_t{1} << 40, 'x'); };
    EXPECT_EQ(codeOf(hungry, {20, std::size_t{64} << 20, 1000}), base::ErrorCode::TooLarge);
#endif
    std::stop_source source;
    source.request_stop();
    EXPECT_EQ(
        codeOf(forever, {20, std::size_t{1} << 30, 1000}, source.get_token()), base::ErrorCode::Cancelled);
}

TEST(TableCodec, bringsTablesAndErrorsBackAsTheyWere) {
    io::Table table("a.nwb, /intervals/trials");
    table.addNumbers("n", {1.5, std::nan(""), 3});
    table.addTexts("t", {"left", "", "left"});
    table.identity = {"M1", "lab", "2020-01-02", "", "protocol"};
    table.warnings = {{io::WarningCode::ColumnLengths, 2, "x"}};
    std::vector<io::Table> tables;
    tables.push_back(table);
    const auto back = io::decodeTables(io::encodeTables(tables), "a.nwb");
    ASSERT_TRUE(back);
    ASSERT_EQ(back->size(), 1U);
    const io::Table& same = back->front();
    EXPECT_EQ(same.identity, table.identity);
    EXPECT_EQ(same.warnings, table.warnings);
    EXPECT_EQ(same.header(), table.header());
    EXPECT_EQ(same.number(2, 0), 3);
    EXPECT_EQ(same.cell(0, 1), "left");
    EXPECT_EQ(same.where(), table.where());
    const auto error = io::decodeTables(io::encodeTables(base::failure(base::ErrorCode::Unsupported,
                                            {"%1 of %2", {std::int64_t{3}, std::string("x")}}, "w", "do")),
        "a.nwb");
    ASSERT_FALSE(error);
    EXPECT_EQ(base::english(error.error()), "w: 3 of x do");
}

TEST(TableCodec, carriesSentencesInSentencesButNoEndlessOnes) {
    const auto failureOf = [](const base::Text& what) {
        return io::decodeTables(
            io::encodeTables(base::failure(base::ErrorCode::BadFormat, what, "w")), "a.nwb");
    };
    const base::Text inner("%1 {row|rows}", {std::int64_t{2}});
    const auto error = failureOf({"%1 of %2", {inner, std::string("x")}});
    ASSERT_FALSE(error);
    EXPECT_EQ(error.error().what, base::Text("%1 of %2", {inner, std::string("x")}));
    const base::Text list = base::listed(std::vector<base::Text>(200, inner));
    const auto listed = failureOf(list);
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().what, list);
    base::Text deep("x");
    for (int i = 0; i < 2000; ++i) {
        deep = base::Text("%1", {deep});
    }
    const auto refused = failureOf(deep);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::BadFormat);
    EXPECT_NE(refused.error().what, deep);
}

TEST(TableCodec, refusesEveryAnswerThatIsCutShortOrMadeUp) {
    io::Table table("a");
    table.addNumbers("n", {1, 2});
    table.addTexts("t", {"x", "y"});
    std::vector<io::Table> tables;
    tables.push_back(table);
    const std::string whole = io::encodeTables(tables);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        EXPECT_FALSE(io::decodeTables(whole.substr(0, length), "a")) << length;
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x7f);
        (void)io::decodeTables(changed, "a"); // must not crash, may be read
    }
}

TEST(StudyImport, bringsTheAnimalsOfAnotherStudyInAsTheyAre) {
    const TemporaryFolder folder;
    const io::StudyContents contents = testing_io::smallStudy();
    ASSERT_TRUE(io::saveStudy(contents, folder / "other.rulescope"));
    const auto report = io::importPaths({folder / "other.rulescope"});
    ASSERT_TRUE(report);
    ASSERT_EQ(report->animals.size(), contents.study.animals.size()) << printed(*report);
    EXPECT_EQ(report->sources.at(0).second, "study");
    for (std::size_t i = 0; i < report->animals.size(); ++i) {
        EXPECT_EQ(report->animals[i]->contentHash(), contents.study.animals[i]->contentHash());
    }
}

TEST(UntrustedTables, tellHowFarTheirProcessHasGot) {
    std::vector<double> heard;
    io::SharedFraction isHeard; // the reader waits until it was, so that no clock decides
    const auto read = [&](const base::ProgressCallback& tell) -> base::Result<std::vector<io::Table>> {
        for (const double fraction : {0.25, 0.75}) {
            tell(fraction);
            while (isHeard.load() < fraction) {
                ::usleep(1000);
            }
        }
        return std::vector<io::Table>();
    };
    const auto contents = io::untrustedTables(read, "a.nwb", {}, [&](double fraction) {
        heard.push_back(fraction);
        isHeard.store(fraction);
    });
    ASSERT_TRUE(contents);
    EXPECT_TRUE(std::is_sorted(heard.begin(), heard.end()));
    EXPECT_NE(std::find(heard.begin(), heard.end(), 0.25), heard.end());
    EXPECT_NE(std::find(heard.begin(), heard.end(), 0.75), heard.end());
}

} // namespace
