// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/json_form.h"
#include "app/cli/progress_line.h"
#include "app/cli/study_access.h"
#include "core/insight/export_study.h"
#include "core/io/nwb_write.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace rulescope::cli {

namespace {

constexpr const char* kFooter = "csv   trials, weights and surfaces of every fit, scores and tests of every "
                                "comparison, each as NAME.csv\n"
                                "      with units and provenance in NAME.json\n"
                                "hdf5  the same in one file, rulescope.h5\n"
                                "nwb   the trials, one file a session\n";

class Export final : public Command {
  public:
    std::string name() const override { return "export"; }
    std::string description() const override {
        return "Write a study's trials and results into a folder for other programs.";
    }

    void declare(CLI::App& options) override {
        declareStudy(options, m_study);
        options.add_option("--out", m_out, "The folder; made if it is not there, empty if it is")
            ->required()
            ->type_name("DIR");
        options.add_option("--format", m_format, "What to write")
            ->check(CLI::IsMember({"csv", "hdf5", "nwb"}))
            ->capture_default_str();
        options.add_flag(
            "--overwrite", m_overwrites, "Write into a folder that holds files; replace their like");
        options.footer(kFooter + options.get_footer());
    }

    Answer run(const base::StopToken& stop) override {
        if (const auto free = checkFolder(); !free) {
            return failed(free.error());
        }
        const auto contents = io::openStudy(m_study);
        if (!contents) {
            return failed(contents.error());
        }
        ProgressLine line;
        const auto tell = [&](double share) { line.show(fmt::format("exporting, {:.0f} %", 100 * share)); };
        const auto files = m_format == "nwb" ? io::writeNwb(contents->study, m_out, stop, tell)
                                             : tables(*contents, stop, tell);
        if (!files) {
            return failed(files.error());
        }
        Json names = Json::array();
        for (const auto& file : *files) {
            names.push_back(file.filename().string());
        }
        return Outcome{
            {{"study", m_study}, {"format", m_format}, {"out", m_out}, {"files", std::move(names)}},
            fmt::format("{}: {} files\n", m_out, files->size()), ExitCode::Ok};
    }

  private:
    /// Nothing is replaced unasked: names of tables and sessions say little about which study they are of.
    base::Result<void> checkFolder() const {
        std::error_code ignored;
        if (m_overwrites || !std::filesystem::is_directory(m_out, ignored) ||
            std::filesystem::is_empty(m_out, ignored)) {
            return {};
        }
        return base::failure(base::ErrorCode::NotWritable,
            QT_TRANSLATE_NOOP("core", "The folder holds files already."), m_out,
            QT_TRANSLATE_NOOP("core", "Name another folder, or add --overwrite."));
    }

    base::Result<std::vector<std::filesystem::path>> tables(const io::StudyContents& contents,
        const base::StopToken& stop, const base::ProgressCallback& tell) const {
        return insight::exportTables(contents, stop, tell)
            .and_then([&](const std::vector<io::ExportTable>& made) {
                return io::writeTables(
                    made, m_out, m_format == "csv" ? io::ExportFormat::Csv : io::ExportFormat::Hdf5);
            });
    }

    std::string m_study, m_out, m_format = "csv";
    bool m_overwrites = false;
};

} // namespace

CommandPtr makeExport() {
    return std::make_unique<Export>();
}

} // namespace rulescope::cli
