// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/dialects.h"
#include "core/io/table_trials.h"

#include <cmath>
#include <limits>

namespace rulescope::io {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view kPort = "bpod_choice_port";
constexpr std::string_view kOutcome = "bpod_outcome";

using Sides = std::vector<std::int8_t>;

/// A session of the Bpod state machine: choices are pokes into port 1 (left) or 3 (right), or a column of the
/// protocol (ChoiceLeft); outcomes are the states that a trial visited; answers are the protocol's trial
/// types or correct ports, read so that they agree with choices and outcomes.
class Bpod : public Importer {
  public:
    std::string_view name() const override { return "bpod"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "Bpod session (MAT)"); }

    int recognises(const ImportSource& source) const override {
        return !source.mapsColumns() && hasColumns(source.table(), {kPort, kOutcome}) ? 100 : 0;
    }

    base::Result<ImportedFile> read(const ImportSource& source) const override {
        Table table = source.table();
        const auto columns = requireColumns(table, {kPort, kOutcome});
        if (!columns) {
            return tl::make_unexpected(columns.error());
        }
        TableMapping mapping;
        mapping.dialect = name();
        mapping.stimuli = noStimuli(table.rows());
        mapping.mayRewardNoGos = true; // a third port is neither left nor right
        mapping.columns = {{"outcome", columns->at(1)}};
        mapping.choiceCodes = portCodes();
        if (const auto left = table.findAny({"ChoiceLeft", "choice_left"})) {
            mapping.columns["choice"] = *left;
            mapping.choiceCodes = {{{"0"}, {"1"}, {}}};
        } else {
            mapping.columns["choice"] = columns->at(0);
        }
        const Outcomes outcomes{*table.numbers(columns->at(1)), sidesOf(table, mapping)};
        addAnswers(table, outcomes, mapping);
        addTimes(table, mapping);
        addUsualColumns(table, mapping);
        return readTrials(source, table, mapping);
    }

  private:
    struct Outcomes {
        std::vector<double> outcome;
        Sides choice;
    };

    static std::vector<ValueCodes> portCodes() {
        return {{{"3"}, {"1"}, {"2", "4", "5", "6", "7", "8"}}, {{"2"}, {"1"}, {}}};
    }

    static Sides sidesOf(const Table& table, const TableMapping& mapping) {
        const auto coded = codedColumn(table, mapping.columns.at("choice"));
        for (const ValueCodes& codes : mapping.choiceCodes) {
            if (auto sides = coded ? decoded(*coded, codes) : std::nullopt) {
                return *sides;
            }
        }
        return Sides(table.rows(), data::kNone);
    }

    /// The column of sides and its reading that choices and outcomes agree with best.
    static void addAnswers(Table& table, const Outcomes& outcomes, TableMapping& mapping) {
        const std::vector<ValueCodes> readings = {
            portCodes()[0], {{"2"}, {"1"}, {}}, {{"1"}, {"2"}, {}}, {{"1"}, {"0"}, {}}, {{"0"}, {"1"}, {}}};
        std::size_t best = 0;
        for (const std::string_view name : {"CorrectPortNum", "CorrectSide", "CorrectPort", "TrialTypes"}) {
            const auto column = table.find(name);
            const auto coded = codedIfAny(table, column);
            for (const ValueCodes& codes : readings) {
                const auto sides = coded ? decoded(*coded, codes) : std::nullopt;
                const std::size_t agreeing = sides ? agreement(*sides, outcomes) : 0;
                if (agreeing > best) {
                    best = agreeing;
                    mapping.columns["answer"] = *column;
                    mapping.answerCodes = {codes};
                }
            }
        }
    }

    /// Trials on which such answers fit choice and outcome; 0 if they fit too few to be answers at all.
    static std::size_t agreement(const Sides& answers, const Outcomes& outcomes) {
        std::size_t judged = 0;
        std::size_t agreeing = 0;
        for (std::size_t row = 0; row < answers.size(); ++row) {
            const bool isKnown = answers[row] != data::kUnknown && outcomes.choice[row] != data::kNone &&
                                 !std::isnan(outcomes.outcome[row]);
            judged += isKnown ? 1 : 0;
            agreeing +=
                isKnown && (answers[row] == outcomes.choice[row]) == (outcomes.outcome[row] == 1) ? 1 : 0;
        }
        return agreeing * 5 > judged * 4 ? agreeing : 0;
    }

    /// Times within the trial are reaction times; the trial's own start makes them times of the session.
    static void addTimes(Table& table, TableMapping& mapping) {
        const auto within = table.find("bpod_choice_time");
        const auto start = table.find("TrialStartTimestamp");
        if (!within) {
            return;
        }
        mapping.consumed.insert(*within);
        const auto times = table.numbers(*within);
        const auto starts = start ? table.numbers(*start) : base::Result<std::vector<double>>();
        if (!times || !starts || starts->empty()) {
            return;
        }
        std::vector<double> response(table.rows(), kNaN);
        for (std::size_t row = 0; row < table.rows(); ++row) {
            response[row] = (*starts)[row] + (*times)[row];
        }
        mapping.columns["response_s"] = table.columns();
        table.addNumbers("response_s", std::move(response));
    }
};

} // namespace

const Importer& bpodImporter() {
    static const Bpod importer;
    return importer;
}

} // namespace rulescope::io
