// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/dialects.h"
#include "core/io/table_trials.h"

namespace rulescope::io {

namespace {

using Names = std::vector<std::string_view>;

const Names kLeft = {"visual_stimulus_left_contrast", "visualStim_contrastLeft", "vis_stim_contrast_left"};
const Names kRight = {
    "visual_stimulus_right_contrast", "visualStim_contrastRight", "vis_stim_contrast_right"};
const Names kChoice = {"response_choice"};

/// Contrasts on both sides at once (Steinmetz et al. 2019): the higher one is rewarded, either if they are
/// equal, and holding still if both are zero. response_choice -1 means right, 1 left, 0 no-go.
class TwoSidedContrasts : public Importer {
  public:
    std::string_view name() const override { return "two_sided_contrasts"; }
    base::Text title() const override {
        return QT_TRANSLATE_NOOP("core", "Contrasts on both sides (Steinmetz et al.)");
    }

    int recognises(const ImportSource& source) const override {
        const Table& table = source.table();
        const bool isMine =
            !source.mapsColumns() && table.findAny(kLeft) && table.findAny(kRight) && table.findAny(kChoice);
        return isMine ? 95 : 0;
    }

    base::Result<ImportedFile> read(const ImportSource& source) const override {
        const Table& table = source.table();
        const auto left = table.findAny(kLeft);
        const auto right = table.findAny(kRight);
        const auto choice = table.findAny(kChoice);
        if (!left || !right || !choice) {
            return base::failure(base::ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "The columns %1 are missing."),
                    {std::string("visual_stimulus_left_contrast, visual_stimulus_right_contrast, "
                                 "response_choice")}},
                table.where());
        }
        auto stimuli = sidedStimuli(table, *left, *right);
        if (!stimuli) {
            return tl::make_unexpected(stimuli.error());
        }
        TableMapping mapping;
        mapping.dialect = name();
        mapping.stimuli = std::move(*stimuli);
        mapping.columns = {{"choice", *choice}};
        mapping.choiceCodes = {{{"-1"}, {"1"}, {"0"}}, {{"1"}, {"-1"}, {"0"}}};
        mapping.isTwoAlternative = false;
        mapping.mayRewardNoGos = true;
        if (const auto feedback = table.findAny({"feedback_type", "feedbackType"})) {
            mapping.columns["outcome"] = *feedback;
            mapping.outcomeCodes = {{{"1"}, {"-1"}, {}}, {{"1"}, {"0"}, {}}};
        }
        addUsualColumns(table, mapping);
        return readTrials(source, table, mapping);
    }
};

} // namespace

const Importer& twoSidedContrastsImporter() {
    static const TwoSidedContrasts importer;
    return importer;
}

} // namespace rulescope::io
