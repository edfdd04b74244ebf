// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/dialects.h"
#include "core/io/table_trials.h"

namespace rulescope::io {

namespace {

/// The IBL's other dialect, in words: the contrast (percent or fraction) with the side it is shown on, the
/// turn of the wheel (counter-clockwise means right, clockwise left), and whether it was rewarded.
class WheelWords : public Importer {
  public:
    std::string_view name() const override { return "wheel_words"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "IBL trials in words (NWB)"); }

    int recognises(const ImportSource& source) const override {
        const bool isMine = !source.mapsColumns() &&
                            hasColumns(source.table(),
                                {"gabor_stimulus_contrast", "gabor_stimulus_side", "mouse_wheel_choice"});
        return isMine ? 90 : 0;
    }

    base::Result<ImportedFile> read(const ImportSource& source) const override {
        const Table& table = source.table();
        const auto columns =
            requireColumns(table, {"gabor_stimulus_contrast", "gabor_stimulus_side", "mouse_wheel_choice"});
        if (!columns) {
            return tl::make_unexpected(columns.error());
        }
        TableMapping mapping;
        auto stimuli = sidedByWords(table, columns->at(0), columns->at(1), mapping.answerCodes);
        if (!stimuli) {
            return tl::make_unexpected(stimuli.error());
        }
        mapping.dialect = name();
        mapping.stimuli = std::move(*stimuli);
        mapping.columns = {{"stimulus", columns->at(0)}, {"choice", columns->at(2)}};
        mapping.consumed = {columns->at(1)};
        mapping.choiceCodes = wheelCodes();
        if (const auto rewarded = table.findAny({"is_mouse_rewarded", "is_rewarded"})) {
            mapping.columns["outcome"] = *rewarded;
        }
        addUsualColumns(table, mapping);
        return readTrials(source, table, mapping);
    }
};

} // namespace

const Importer& wheelWordsImporter() {
    static const WheelWords importer;
    return importer;
}

} // namespace rulescope::io
