// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/dialects.h"
#include "core/io/own_headers.h"
#include "core/io/table_notes.h"
#include "core/io/table_trials.h"

#include <map>

namespace rulescope::io {

namespace {

constexpr std::string_view kContrast = "signed_contrast";
constexpr std::string_view kRaw = "stimulus [";

/// Rulescope's own table of trials (trials_csv.h): canonical values under canonical names, read back as they
/// are.
class RulescopeCsv : public Importer {
  public:
    std::string_view name() const override { return "rulescope_csv"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "Trials exported by Rulescope"); }

    int recognises(const ImportSource& source) const override {
        const bool isMine =
            !source.mapsColumns() &&
            hasColumns(source.table(), {"animal", "lab", "session", "session_date", "protocol", "trial",
                                           "choice", "answer", "outcome"}) &&
            stimulusColumn(source.table());
        return isMine ? 120 : 0;
    }

    base::Result<ImportedFile> read(const ImportSource& source) const override {
        const Table& table = source.table();
        const auto required = requireColumns(table, {"animal", "session", "choice", "answer", "outcome"});
        const auto stimulus = stimulusColumn(table);
        if (!required || !stimulus) {
            return required ? base::failure(base::ErrorCode::InvalidValue,
                                  QT_TRANSLATE_NOOP("core", "The stimulus column is missing."), table.where())
                            : tl::make_unexpected(required.error());
        }
        auto stimuli = readStimuli(table, *stimulus);
        if (!stimuli) {
            return tl::make_unexpected(stimuli.error());
        }
        TableMapping mapping;
        mapping.dialect = name();
        mapping.stimuli = std::move(*stimuli);
        mapping.columns.emplace("stimulus", *stimulus);
        for (const auto& [quantity, header] : kColumns) {
            if (const auto found = exactColumn(table, header)) {
                mapping.columns.emplace(quantity, *found);
            }
        }
        mapping.choiceCodes = mapping.answerCodes = mapping.outcomeCodes = {{{"1"}, {"0"}, {}}};
        mapping.derivesMissing = false;
        // Our NWB files repeat two columns under the names that every table of intervals must have.
        consumeCopy(table, "start_time", "stimulus_onset_s", mapping);
        consumeCopy(table, "stop_time", "response_s", mapping);
        consumeNotes(table, mapping.consumed);
        return readTrials(source, table, mapping).map([&](ImportedFile imported) {
            readNotes(table, imported);
            for (data::Animal::Content& animal : imported.animals) {
                for (data::Column& column : animal.trials.extra) {
                    column.name = furtherName(column.name);
                }
            }
            return imported;
        });
    }

  private:
    static constexpr std::pair<const char*, std::string_view> kColumns[] = {{"animal", "animal"},
        {"lab", "lab"}, {"session", "session"}, {"date", "session_date"}, {"protocol", "protocol"},
        {"trial", "trial"}, {"choice", "choice"}, {"answer", "answer"}, {"outcome", "outcome"},
        {"stimulus_onset_s", "stimulus_onset_s"}, {"response_s", "response_s"},
        {"reaction_time_s", "reaction_time_s"}, {"probability_left", "probability_left"}};

    /// Marks a column as taken if it holds nothing beyond `original`.
    static void consumeCopy(
        const Table& table, std::string_view copy, std::string_view original, TableMapping& mapping) {
        const auto copied = exactColumn(table, copy), from = exactColumn(table, original);
        for (std::size_t row = 0; copied && row < table.rows(); ++row) {
            const std::string value = table.cell(row, *copied);
            if (!value.empty() && (!from || value != table.cell(row, *from))) {
                return;
            }
        }
        if (copied) {
            mapping.consumed.insert(*copied);
        }
    }

    static std::optional<std::size_t> exactColumn(const Table& table, std::string_view header) {
        for (std::size_t i = 0; i < table.columns(); ++i) {
            if (table.header()[i] == header) {
                return i;
            }
        }
        return {};
    }

    static std::optional<std::size_t> stimulusColumn(const Table& table) {
        for (std::size_t i = 0; i < table.columns(); ++i) {
            const std::string_view header = table.header()[i];
            if (header == kContrast || (header.substr(0, kRaw.size()) == kRaw && header.back() == ']')) {
                return i;
            }
        }
        return {};
    }

    static base::Result<Stimuli> readStimuli(const Table& table, std::size_t column) {
        auto stimuli = signedStimuli(table, column, false);
        const std::string& header = table.header()[column];
        if (!stimuli) {
            return stimuli;
        }
        stimuli->kind = header == kContrast ? data::StimulusKind::Contrast : data::StimulusKind::Raw;
        stimuli->unit =
            header == kContrast ? "" : header.substr(kRaw.size(), header.size() - kRaw.size() - 1);
        return stimuli;
    }
};

} // namespace

const Importer& rulescopeCsvImporter() {
    static const RulescopeCsv importer;
    return importer;
}

} // namespace rulescope::io
