// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/dialects.h"
#include "core/io/table_trials.h"

namespace rulescope::io {

namespace {

/// Delayed comparison of two sounds: choice right (2, or 1 beside 0) reports that the first was louder. The
/// stimulus is s1 - s2 as it is; both sounds stay as columns of their own.
class AuditoryComparison : public Importer {
  public:
    std::string_view name() const override { return "auditory_comparison"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "Auditory comparison"); }

    int recognises(const ImportSource& source) const override {
        const bool isMine =
            !source.mapsColumns() && source.table().find("choice") &&
            (hasColumns(source.table(), {"s1", "s2"}) || hasColumns(source.table(), {"s_a", "s_b"}));
        return isMine ? 90 : 0;
    }

    base::Result<ImportedFile> read(const ImportSource& source) const override {
        const Table& table = source.table();
        const bool areLettered = hasColumns(table, {"s_a", "s_b"});
        const auto columns =
            requireColumns(table, {areLettered ? "s_a" : "s1", areLettered ? "s_b" : "s2", "choice"});
        if (!columns) {
            return tl::make_unexpected(columns.error());
        }
        auto stimuli = difference(table, columns->at(0), columns->at(1));
        if (!stimuli) {
            return tl::make_unexpected(stimuli.error());
        }
        TableMapping mapping;
        mapping.dialect = name();
        mapping.stimuli = std::move(*stimuli);
        mapping.columns = {{"choice", columns->at(2)}};
        mapping.choiceCodes = {
            {{"1"}, {"0"}, {}}, {{"2"}, {"1"}, {"0"}}, {{"1"}, {"2"}, {"0"}}, {{"0"}, {"1"}, {}}};
        mapping.answerCodes = mapping.choiceCodes;
        if (const auto answer = table.findAny({"answer", "correct_side"})) {
            mapping.columns["answer"] = *answer;
        }
        if (const auto outcome = outcomeColumn(table)) {
            mapping.columns["outcome"] = *outcome;
        }
        addUsualColumns(table, mapping);
        return readTrials(source, table, mapping);
    }

  private:
    static base::Result<Stimuli> difference(const Table& table, std::size_t first, std::size_t second) {
        const auto s1 = table.numbers(first);
        const auto s2 = table.numbers(second);
        if (!s1 || !s2) {
            return tl::make_unexpected(s1 ? s2.error() : s1.error());
        }
        Stimuli stimuli;
        stimuli.kind = data::StimulusKind::Raw;
        stimuli.unit = table.header()[first] + " \u2212 " + table.header()[second];
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const double value = (*s1)[row] - (*s2)[row];
            stimuli.values.push_back(value);
            stimuli.side.push_back(value > 0 ? data::kRight : value < 0 ? data::kLeft : data::kUnknown);
        }
        return stimuli;
    }
};

} // namespace

const Importer& auditoryComparisonImporter() {
    static const AuditoryComparison importer;
    return importer;
}

} // namespace rulescope::io
