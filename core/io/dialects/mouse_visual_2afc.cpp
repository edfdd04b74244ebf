// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/dialects.h"
#include "core/io/table_trials.h"

namespace rulescope::io {

namespace {

/// Wheel-turn visual two-choice task: signed_contrast (right positive), choice_right (1, 0), no outcome
/// column.
class MouseVisual2afc : public Importer {
  public:
    std::string_view name() const override { return "mouse_visual_2afc"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "Visual two-choice task"); }

    int recognises(const ImportSource& source) const override {
        // With outcomes or answers of its own it is a richer table, which the generic importer reads.
        const bool isMine = !source.mapsColumns() &&
                            hasColumns(source.table(), {"signed_contrast", "choice_right"}) &&
                            !outcomeColumn(source.table()) &&
                            !source.table().findAny({"answer", "correct_side", "rewarded_side",
                                "correct_response", "correct_answer", "correct_choice", "stim_side",
                                "stimulus_side", "target_side", "side", "error", "is_error"});
        return isMine ? 90 : 0;
    }

    base::Result<ImportedFile> read(const ImportSource& source) const override {
        const Table& table = source.table();
        const auto columns = requireColumns(table, {"signed_contrast", "choice_right"});
        if (!columns) {
            return tl::make_unexpected(columns.error());
        }
        auto stimuli = signedStimuli(table, columns->at(0), true);
        if (!stimuli) {
            return tl::make_unexpected(stimuli.error());
        }
        TableMapping mapping;
        mapping.dialect = name();
        mapping.stimuli = std::move(*stimuli);
        mapping.columns = {{"stimulus", columns->at(0)}, {"choice", columns->at(1)}};
        mapping.choiceCodes = {{{"1"}, {"0"}, {}}, {{"1"}, {"-1"}, {"0"}}};
        addUsualColumns(table, mapping);
        return readTrials(source, table, mapping);
    }
};

} // namespace

const Importer& mouseVisual2afcImporter() {
    static const MouseVisual2afc importer;
    return importer;
}

} // namespace rulescope::io
