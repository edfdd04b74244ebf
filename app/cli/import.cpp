// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/json_form.h"
#include "app/cli/progress_line.h"
#include "app/cli/study_access.h"
#include "core/io/import_merge.h"
#include "core/io/import_paths.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace rulescope::cli {

namespace {

/// What came in, all animals together.
struct Totals {
    std::size_t sessions = 0, trials = 0, choices = 0;
};

Totals totalsOf(const std::vector<data::AnimalPtr>& animals) {
    Totals totals;
    for (const data::AnimalPtr& animal : animals) {
        totals.sessions += animal->sessions().size();
        totals.trials += animal->trialCount();
        totals.choices += animal->counts().choices;
    }
    return totals;
}

Json skippedJson(const std::vector<io::SkippedFile>& skipped) {
    Json list = Json::array();
    for (const io::SkippedFile& file : skipped) {
        list.push_back({{"path", file.path}, {"reason", base::english(file.error)}});
    }
    return list;
}

Json toJson(const io::ImportReport& report) {
    const Totals totals = totalsOf(report.animals);
    Json warnings = Json::array(), conventions = Json::array(), sources = Json::array(),
         columns = Json::array();
    for (const io::ImportWarning& warning : report.warnings) {
        warnings.push_back({{"code", io::toString(warning.code)}, {"count", warning.count},
            {"where", warning.where}, {"text", base::english(io::describe(warning))}});
    }
    for (const io::Convention& convention : report.conventions) {
        conventions.push_back({{"column", convention.column}, {"meaning", base::english(convention.meaning)},
            {"agreeing", convention.agreeing}, {"judged", convention.judged}, {"where", convention.where}});
    }
    for (const io::ColumnUse& use : report.columns) {
        columns.push_back({{"quantity", use.quantity}, {"column", use.column}, {"where", use.where}});
    }
    for (const auto& source : report.sources) {
        sources.push_back({{"path", source.first}, {"dialect", source.second}});
    }
    return {{"animals", report.animals.size()}, {"sessions", totals.sessions}, {"trials", totals.trials},
        {"choices", totals.choices}, {"warnings", std::move(warnings)},
        {"skipped", skippedJson(report.skipped)}, {"conventions", std::move(conventions)},
        {"columns", std::move(columns)}, {"sources", std::move(sources)}};
}

std::string toText(const io::ImportReport& report) {
    const Totals totals = totalsOf(report.animals);
    return fmt::format("imported {} animal(s): {} sessions, {} trials, {} with a choice\n",
        report.animals.size(), totals.sessions, totals.trials, totals.choices);
}

/// How the files were understood goes to the log: a person reads it even if a script takes the JSON.
void tell(const io::ImportReport& report) {
    for (const io::Convention& convention : report.conventions) {
        remark(fmt::format("{}: {}", convention.where, base::english(io::describe(convention))));
    }
    for (const io::ImportWarning& warning : report.warnings) {
        remark(base::english(io::describe(warning)));
    }
    for (const io::SkippedFile& file : report.skipped) {
        remark("skipped " + base::english(file.error));
    }
}

class Import final : public Command {
  public:
    std::string name() const override { return "import"; }
    std::string description() const override {
        return "Add the sessions in files and folders to a study; makes the study if need be.";
    }

    void declare(CLI::App& options) override {
        options
            .add_option("PATH", m_paths,
                "Files and folders (walked): NWB, ALF, MAT, Parquet, delimited text, other studies")
            ->required()
            ->type_name("");
        declareStudy(options, m_study);
        options
            .add_option("--dialect", m_dialect,
                "How to read them, by dialect or format; auto recognises a file by its content")
            ->type_name("NAME")
            ->capture_default_str();
        options
            .add_option("--columns", m_columns,
                "Which column holds what, as JSON: {\"columns\": {\"choice\": \"resp\", ...}, \"choice\": "
                "{\"right\": [\"R\"], \"left\": [\"L\"]}}")
            ->type_name("MAP.json");
    }

    Answer run(const base::StopToken& stop) override {
        if (const auto known = io::checkDialect(m_dialect); !known) {
            return usage(known.error(), "--dialect");
        }
        io::ImportOptions options;
        options.dialect = m_dialect;
        if (!m_columns.empty()) {
            base::Result<io::ColumnMap> map = io::readColumnMap(m_columns);
            if (!map) {
                return failed(map.error());
            }
            options.columns = std::move(*map);
        }
        const std::vector<std::filesystem::path> paths(m_paths.begin(), m_paths.end());
        const base::Result<io::ImportReport> report = imported(paths, options, stop);
        if (!report) {
            return refused(report.error());
        }
        tell(*report);
        return report->animals.empty() ? nothingCameIn(*report) : store(*report, stop);
    }

  private:
    static base::Result<io::ImportReport> imported(const std::vector<std::filesystem::path>& paths,
        const io::ImportOptions& options, const base::StopToken& stop) {
        ProgressLine line;
        return io::importPaths(paths, options, stop,
            [&](double fraction) { line.show(fmt::format("reading, {:.0f} %", 100 * fraction)); });
    }

    static Answer refused(const base::Error& error) {
        // Options that exclude each other; bad files are no errors but skipped ones.
        return error.code == base::ErrorCode::InvalidValue ? usage(error, "import") : failed(error);
    }

    /// Every file was skipped; the object tells why each was.
    static Answer nothingCameIn(const io::ImportReport& report) {
        remark("Nothing was imported.");
        return Outcome{toJson(report), {}, ExitCode::BadInput};
    }

    Answer store(const io::ImportReport& report, const base::StopToken& stop) const {
        Json study;
        const base::Result<void> stored =
            updateStudy(m_study, IfMissing::Create, [&](io::StudyContents& contents) -> base::Result<void> {
                base::Result<data::Study> joined = io::withImported(contents.study, report, stop);
                if (!joined) {
                    return tl::make_unexpected(joined.error());
                }
                contents.study = std::move(*joined);
                if (contents.study.title.empty()) {
                    contents.study.title = std::filesystem::path(m_study).stem().string();
                }
                study = {{"animals", contents.study.animals.size()},
                    {"sessions", contents.study.sessionCount()}, {"trials", contents.study.counts().trials}};
                return {};
            });
        if (!stored) {
            return failed(stored.error());
        }
        Json json = toJson(report);
        json["study"] = std::move(study);
        return Outcome{std::move(json), toText(report), ExitCode::Ok};
    }

    std::vector<std::string> m_paths;
    std::string m_study, m_dialect = "auto", m_columns;
};

} // namespace

CommandPtr makeImport() {
    return std::make_unique<Import>();
}

} // namespace rulescope::cli
