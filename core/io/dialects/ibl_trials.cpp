// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/dialects.h"
#include "core/io/dialects/ibl_columns.h"

namespace rulescope::io {

namespace {

/// Trials of the International Brain Laboratory: the wheel's turn is reported, so choice -1
/// (counter-clockwise) means right, 1 left, 0 no-go; feedbackType is 1 or -1 (also on no-gos).
class IblTrials : public Importer {
  public:
    std::string_view name() const override { return "ibl_trials"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "IBL trials"); }

    int recognises(const ImportSource& source) const override {
        const bool isMine = !source.mapsColumns() && ibl::hasTrialColumns(source.table()) &&
                            ibl::hasWheelChoices(source.table());
        return isMine ? 90 : 0;
    }

    base::Result<ImportedFile> read(const ImportSource& source) const override {
        return ibl::read(
            source, name(), {{{"-1"}, {"1"}, {"0"}}, {{"1"}, {"-1"}, {"0"}}, {{"1"}, {"0"}, {}}});
    }
};

} // namespace

const Importer& iblTrialsImporter() {
    static const IblTrials importer;
    return importer;
}

} // namespace rulescope::io
