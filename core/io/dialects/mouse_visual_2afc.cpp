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
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "Visual two-choice task (CSV)"); }

    int recognises(const ImportSource& source) const override {
        return !source.columns() && source.table() &&
                       hasColumns(*source.table(), {"signed_contrast", "choice_right"})
                   ? 90
                   : 0;
    }

    base::Result<ImportedFile> read(const ImportSource& source) const override {
        const auto& table = source.table();
        if (!table) {
            return tl::make_unexpected(table.error());
        }
        const auto columns = requireColumns(*table, {"signed_contrast", "choice_right"});
        if (!columns) {
            return tl::make_unexpected(columns.error());
        }
        auto stimuli = signedStimuli(*table, columns->at(0), true);
        if (!stimuli) {
            return tl::make_unexpected(stimuli.error());
        }
        TableMapping mapping;
        mapping.dialect = name();
        mapping.stimuli = std::move(*stimuli);
        mapping.columns = {{"stimulus", columns->at(0)}, {"choice", columns->at(1)}};
        mapping.choiceCodes = {{{"1"}, {"0"}, {}}, {{"1"}, {"-1"}, {"0"}}};
        addUsualColumns(*table, mapping);
        return readTrials(source, *table, mapping);
    }
};

} // namespace

const Importer& mouseVisual2afcImporter() {
    static const MouseVisual2afc importer;
    return importer;
}

} // namespace rulescope::io
