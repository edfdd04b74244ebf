// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/dialects.h"
#include "core/io/table_trials.h"

namespace rulescope::io {

namespace {

/// Block task: unsigned contrast with the screen position (+35 degrees right, -35 left) of the stimulus,
/// response_choice (1 right, -1 left, 0 no-go) and trial_correct. The position tells the rewarded side at
/// zero contrast too.
class BlockTask : public Importer {
  public:
    std::string_view name() const override { return "block_task"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "Block task with positions"); }

    int recognises(const ImportSource& source) const override {
        const bool isMine =
            !source.mapsColumns() && hasColumns(source.table(), {"contrast", "position", "response_choice"});
        return isMine ? 90 : 0;
    }

    base::Result<ImportedFile> read(const ImportSource& source) const override {
        const Table& table = source.table();
        const auto columns = requireColumns(table, {"contrast", "position", "response_choice"});
        if (!columns) {
            return tl::make_unexpected(columns.error());
        }
        auto stimuli = sidedByPosition(table, columns->at(0), columns->at(1));
        if (!stimuli) {
            return tl::make_unexpected(stimuli.error());
        }
        TableMapping mapping;
        mapping.dialect = name();
        mapping.stimuli = std::move(*stimuli);
        mapping.columns = {{"stimulus", columns->at(0)}, {"choice", columns->at(2)}};
        mapping.consumed = {columns->at(1)};
        mapping.choiceCodes = {{{"1"}, {"-1"}, {"0"}}, {{"-1"}, {"1"}, {"0"}}};
        const auto usual = table.find("trial_correct");
        if (const auto correct = usual ? usual : outcomeColumn(table)) {
            mapping.columns["outcome"] = *correct;
        }
        addUsualColumns(table, mapping);
        return readTrials(source, table, mapping);
    }
};

} // namespace

const Importer& blockTaskImporter() {
    static const BlockTask importer;
    return importer;
}

} // namespace rulescope::io
