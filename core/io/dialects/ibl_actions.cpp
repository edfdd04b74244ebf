// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/dialects.h"
#include "core/io/table_trials.h"

namespace rulescope::io {

namespace {

/// Arrays that the IBL's behaviour models are fitted to: everything counts to the left (contrastLeft minus
/// contrastRight, action and side 1 = left, -1 = right).
class IblActions : public Importer {
  public:
    std::string_view name() const override { return "ibl_actions"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "IBL actions and stimuli"); }

    int recognises(const ImportSource& source) const override {
        const bool isMine =
            !source.mapsColumns() && hasColumns(source.table(), {"actions", "stimuli", "stim_side"});
        return isMine ? 90 : 0;
    }

    base::Result<ImportedFile> read(const ImportSource& source) const override {
        const Table& table = source.table();
        const auto columns = requireColumns(table, {"actions", "stimuli", "stim_side"});
        if (!columns) {
            return tl::make_unexpected(columns.error());
        }
        auto stimuli = signedStimuli(table, columns->at(1), true);
        if (!stimuli) {
            return tl::make_unexpected(stimuli.error());
        }
        for (std::size_t row = 0; row < table.rows(); ++row) {
            stimuli->values[row] = 0.0 - stimuli->values[row];
            std::int8_t& side = stimuli->side[row];
            side = side == data::kUnknown ? side : static_cast<std::int8_t>(1 - side);
        }
        TableMapping mapping;
        mapping.dialect = name();
        mapping.stimuli = std::move(*stimuli);
        mapping.columns = {
            {"choice", columns->at(0)}, {"stimulus", columns->at(1)}, {"answer", columns->at(2)}};
        mapping.choiceCodes = mapping.answerCodes = {{{"-1"}, {"1"}, {"0"}}};
        addUsualColumns(table, mapping);
        return readTrials(source, table, mapping);
    }
};

} // namespace

const Importer& iblActionsImporter() {
    static const IblActions importer;
    return importer;
}

} // namespace rulescope::io
