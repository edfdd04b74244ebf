// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/dialects.h"
#include "core/io/dialects/ibl_columns.h"

namespace rulescope::io {

namespace {

/// The processed table of the IBL's first behaviour release: choice 1 means right, feedbackType is 1 or 0,
/// no-gos are gone, contrasts of the other side are 0, several animals in one file.
class IblProcessed : public Importer {
  public:
    std::string_view name() const override { return "ibl_processed"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "IBL processed trials"); }

    int recognises(const ImportSource& source) const override {
        const bool isMine = !source.mapsColumns() && ibl::hasTrialColumns(source.table()) &&
                            ibl::hasProcessedFeedback(source.table());
        return isMine ? 100 : 0;
    }

    base::Result<ImportedFile> read(const ImportSource& source) const override {
        return ibl::read(source, name(),
            {{{"1"}, {"0"}, {}}, {{"1"}, {"-1"}, {"0"}}, {{"-1"}, {"1"}, {"0"}}, {{"0"}, {"1"}, {}}});
    }
};

} // namespace

const Importer& iblProcessedImporter() {
    static const IblProcessed importer;
    return importer;
}

} // namespace rulescope::io
