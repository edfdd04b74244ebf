// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/import_paths.h"
#include "tests/core/io/temporary_folder.h"

#include <cmath>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <string_view>

namespace rulescope::testing_io {

/// The report on a file with this text.
inline io::ImportReport imported(
    std::string_view text, const std::string& name = "mouse.csv", const io::ImportOptions& options = {}) {
    const TemporaryFolder folder;
    auto report = io::importPaths({folder.write(name, text)}, options);
    EXPECT_TRUE(report) << base::english(report.error());
    return report ? std::move(*report) : io::ImportReport{};
}

/// "name: label(stimulus choice/answer/outcome ...) ..." with - for none and unknown.
inline std::string printed(const data::Animal& animal) {
    std::ostringstream text;
    const auto code = [](std::int8_t value) { return value < 0 ? std::string("-") : std::to_string(value); };
    text << animal.name() << ":";
    for (const data::Session& session : animal.sessions()) {
        text << " " << session.label << "(";
        for (std::size_t t = session.begin; t < session.end; ++t) {
            const data::Trials& trials = animal.trials();
            text << (t > session.begin ? ", " : "");
            text << (std::isnan(trials.stimulus[t]) ? std::string("nan")
                                                    : (text << trials.stimulus[t], std::string()));
            text << " " << code(trials.choice[t]) << "/" << code(trials.answer[t]) << "/"
                 << code(trials.outcome[t]);
        }
        text << ")";
    }
    return text.str();
}

/// All animals of a report, or why its first file was skipped.
inline std::string printed(const io::ImportReport& report) {
    std::string text;
    for (const data::AnimalPtr& animal : report.animals) {
        text += (text.empty() ? "" : "\n") + printed(*animal);
    }
    return text.empty() && !report.skipped.empty() ? base::english(report.skipped.front().error.what) : text;
}

/// "code count; code count"
inline std::string printedWarnings(const io::ImportReport& report) {
    std::string text;
    for (const io::ImportWarning& warning : report.warnings) {
        text += (text.empty() ? "" : "; ") + std::string(io::toString(warning.code)) + " " +
                std::to_string(warning.count);
    }
    return text;
}

/// "column: meaning agreeing/judged"
inline std::string printedConventions(const io::ImportReport& report) {
    std::string text;
    for (const io::Convention& convention : report.conventions) {
        text += (text.empty() ? "" : "; ") + convention.column + ": " + base::english(convention.meaning) +
                " " + std::to_string(convention.agreeing) + "/" + std::to_string(convention.judged);
    }
    return text;
}

/// Rows repeated, since a convention needs ten judged trials before it can be turned round.
inline std::string repeated(const std::string& rows, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) {
        text += rows;
    }
    return text;
}

} // namespace rulescope::testing_io
