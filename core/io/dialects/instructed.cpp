// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/dialects.h"
#include "core/io/side_evidence.h"
#include "core/io/table_trials.h"

namespace rulescope::io {

namespace {

/// Trials that say which side was right and whether the animal hit, missed or ignored it, but not what it
/// chose: the choice follows from both (delayed-response tasks in NWB).
class Instructed : public Importer {
  public:
    std::string_view name() const override { return "instructed"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "Instructed side and outcome"); }

    int recognises(const ImportSource& source) const override {
        return !source.mapsColumns() && sidesAndOutcomes(source.table()) ? 8 : 0;
    }

    base::Result<ImportedFile> read(const ImportSource& source) const override {
        Table table = source.table();
        const auto found = sidesAndOutcomes(table);
        if (!found) {
            return base::failure(base::ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "The columns %1 are missing."),
                    {std::string("trial_instruction, outcome")}},
                table.where());
        }
        std::vector<std::string> choices;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const std::int8_t side = found->sides[row];
            const std::int8_t outcome = found->outcomes[row];
            const bool isKnown = side != data::kUnknown && outcome != data::kUnknown;
            const bool isRight = (side == data::kRight) == (outcome == 1);
            choices.emplace_back(!isKnown ? "" : isRight ? "right" : "left");
        }
        TableMapping mapping;
        mapping.dialect = name();
        mapping.stimuli = noStimuli(table.rows());
        mapping.columns = {{"answer", found->side}, {"outcome", found->outcome}, {"choice", table.columns()}};
        table.addTexts("choice (from side and outcome)", choices);
        addUsualColumns(table, mapping);
        return readTrials(source, table, mapping);
    }

  private:
    struct Found {
        std::size_t side, outcome;
        std::vector<std::int8_t> sides, outcomes;
    };

    static std::optional<Found> sidesAndOutcomes(const Table& table) {
        const auto side = table.findAny({"trial_instruction", "instruction", "instructed_side",
            "correct_side", "rewarded_side", "target_side"});
        const auto outcome = table.findAny({"outcome", "trial_outcome", "response_outcome", "result"});
        if (!side || !outcome) {
            return {};
        }
        auto sides = decodedColumn(table, *side, usualChoiceCodes());
        auto outcomes = decodedColumn(table, *outcome, usualOutcomeCodes());
        if (!sides || !outcomes) {
            return {};
        }
        return Found{*side, *outcome, std::move(*sides), std::move(*outcomes)};
    }

    static std::optional<std::vector<std::int8_t>> decodedColumn(
        const Table& table, std::size_t column, const std::vector<ValueCodes>& candidates) {
        const auto coded = codedColumn(table, column);
        return coded ? firstDecoded(*coded, outcomeCodesFor(*coded, candidates)) : std::nullopt;
    }
};

} // namespace

const Importer& instructedImporter() {
    static const Instructed importer;
    return importer;
}

} // namespace rulescope::io
