// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/dialects.h"
#include "core/io/table_trials.h"

#include <cmath>
#include <limits>

namespace rulescope::io {

namespace {

/// Dynamic foraging between two lick ports: animal_response 0 left, 1 right, 2 none, and per port whether it
/// gave a reward. No stimulus tells the better side, so there are outcomes and no answers.
class Foraging : public Importer {
  public:
    std::string_view name() const override { return "foraging"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "Dynamic foraging (NWB)"); }

    int recognises(const ImportSource& source) const override {
        const bool isMine =
            !source.mapsColumns() &&
            hasColumns(source.table(), {"animal_response", "rewarded_historyL", "rewarded_historyR"});
        return isMine ? 90 : 0;
    }

    base::Result<ImportedFile> read(const ImportSource& source) const override {
        Table table = source.table();
        const auto columns =
            requireColumns(table, {"animal_response", "rewarded_historyL", "rewarded_historyR"});
        if (!columns) {
            return tl::make_unexpected(columns.error());
        }
        const auto left = table.numbers(columns->at(1));
        const auto right = table.numbers(columns->at(2));
        if (!left || !right) {
            return tl::make_unexpected(left ? right.error() : left.error());
        }
        TableMapping mapping;
        mapping.dialect = name();
        mapping.columns = {{"choice", columns->at(0)}, {"outcome", table.columns()}};
        mapping.choiceCodes = {{{"1"}, {"0"}, {"2"}}, {{"0"}, {"1"}, {"2"}}, {{"2"}, {"1"}, {"0"}}};
        mapping.isTwoAlternative = false;
        mapping.stimuli = noStimuli(table.rows());
        std::vector<double> rewarded(table.rows());
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const bool isLeft = (*left)[row] > 0;
            const bool isRight = (*right)[row] > 0;
            const bool isKnown = !std::isnan((*left)[row]) && !std::isnan((*right)[row]);
            rewarded[row] = isLeft || isRight ? 1 : isKnown ? 0 : std::numeric_limits<double>::quiet_NaN();
            mapping.rewardSide.push_back(isRight && !isLeft   ? data::kRight
                                         : isLeft && !isRight ? data::kLeft
                                                              : data::kUnknown);
        }
        table.addNumbers("rewarded", std::move(rewarded));
        addUsualColumns(table, mapping);
        return readTrials(source, table, mapping);
    }
};

} // namespace

const Importer& foragingImporter() {
    static const Foraging importer;
    return importer;
}

} // namespace rulescope::io
