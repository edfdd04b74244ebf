// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/dialects.h"
#include "core/io/side_evidence.h"
#include "core/io/table_notes.h"
#include "core/io/table_trials.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

namespace rulescope::io {

namespace {

using Names = std::vector<std::string_view>;

const std::map<std::string, Names>& trialNames() {
    static const std::map<std::string, Names> names = {
        {"stimulus", {"signed_contrast", "contrast_signed", "signed_stimulus", "signed_coherence",
                         "signed_coh", "stimulus", "stim", "stimulus_value", "stim_value", "stimuli",
                         "coherence", "motion_coherence", "coh", "stimulus_contrast", "stim_contrast",
                         "visual_contrast", "contrast", "contrasts"}},
        {"stimulus_left", {"contrast_left", "stimulus_left", "stim_left", "left_contrast"}},
        {"stimulus_right", {"contrast_right", "stimulus_right", "stim_right", "right_contrast"}},
        {"choice",
            {"choice", "choice_right", "chose_right", "choices", "chosen_side", "choice_side",
                "is_right_choice", "right_choice", "went_right", "response_right", "response_choice",
                "animal_response", "choice_dir", "response_side", "response_direction", "mouse_wheel_choice",
                "lick_side", "action", "actions", "response", "responses", "resp"}},
        {"outcome", outcomeNames()},
        {"answer", {"answer", "correct_side", "rewarded_side", "correct_response", "correct_answer",
                       "correct_choice", "stim_side", "stimulus_side", "gabor_stimulus_side", "target_side",
                       "trial_instruction", "side", "trial_type"}},
    };
    return names;
}

/// Any table with choices and with stimuli or outcomes: columns by their usual names or by the user's map.
class Generic : public Importer {
  public:
    std::string_view name() const override { return "generic"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "Any table of trials"); }

    int recognises(const ImportSource& source) const override {
        if (source.mapsColumns()) {
            return 1000;
        }
        const TableMapping mapping = usualMapping(source.table());
        const auto has = [&](const char* quantity) { return mapping.columns.count(quantity) > 0; };
        const bool hasStimulus = has("stimulus") || (has("stimulus_left") && has("stimulus_right"));
        return has("choice") && (hasStimulus || has("outcome") || has("answer")) ? 10 : 0;
    }

    base::Result<ImportedFile> read(const ImportSource& source) const override {
        const Table& table = source.table();
        auto mapping = source.columns() ? userMapping(table, *source.columns())
                                        : base::Result<TableMapping>(usualMapping(table));
        if (!mapping) {
            return tl::make_unexpected(mapping.error());
        }
        mapping->dialect = name();
        const ColumnMap map = source.columns().value_or(ColumnMap{});
        auto stimuli = stimuliOf(table, *mapping, map);
        if (!stimuli) {
            return tl::make_unexpected(stimuli.error());
        }
        mapping->stimuli = std::move(*stimuli);
        const bool tellsSide = mapping->stimuli.hasMeaningfulSide || mapping->columns.count("answer") > 0;
        mapping->isTwoAlternative = tellsSide;
        if (!source.columns() || !source.columns()->choice) {
            preferTwoForNone(table, *mapping);
        }
        const bool isOurs = !source.mapsColumns() && hasNotes(table); // a table that was exported
        mapping->areSidesOpen = !isOurs;
        if (isOurs) {
            consumeNotes(table, mapping->consumed);
        }
        return readTrials(source, table, *mapping).map([&](ImportedFile imported) {
            if (isOurs) {
                readNotes(table, imported);
            }
            return imported;
        });
    }

  private:
    /// Adds trial columns by their usual names where `mapping` and `unwanted` don't say otherwise.
    static void addTrialColumns(
        const Table& table, const std::set<std::string>& unwanted, TableMapping& mapping) {
        std::set<std::size_t> taken;
        for (const auto& [quantity, index] : mapping.columns) {
            taken.insert(index);
        }
        for (const auto& [quantity, names] : trialNames()) {
            const bool isOpen = mapping.columns.count(quantity) == 0 && unwanted.count(quantity) == 0;
            const auto found = isOpen ? bestOf(table, quantity, names) : std::nullopt;
            if (found && taken.count(*found) == 0 && isDecodable(table, *found, quantity, mapping)) {
                mapping.columns.emplace(quantity, *found);
                taken.insert(*found);
            }
        }
    }

    /// The column of a quantity among those of usual names: the first, unless its name is a loose one and
    /// another says more.
    static std::optional<std::size_t> bestOf(
        const Table& table, const std::string& quantity, const Names& names) {
        const auto first = table.findAny(names);
        if (first && quantity == "stimulus" && isLooseStimulus(table, *first)) {
            const auto contrast = table.findAny({"stimulus_contrast", "stim_contrast", "visual_contrast",
                "contrast", "contrasts", "coherence", "motion_coherence", "coh"});
            return contrast ? contrast : first;
        }
        if (quantity == "answer" && first) {
            for (const std::string_view name : names) {
                const auto column = table.find(name);
                if (column && !saysWhetherCorrect(table, *column)) {
                    return column;
                }
            }
            return {};
        }
        if (quantity == "choice" && first && isLooseChoice(table, *first)) {
            const auto told = findCoded( // "response" may say whether there was one
                table, names, [](const CodedColumn& column) { return saysSides(column, {}); });
            return told ? told : first;
        }
        if (quantity == "outcome") { // one of another name where the first can't be read
            const auto readable = outcomeColumn(table);
            const auto judged = readable ? readable : columnOfCorrectResponses(table);
            return judged ? judged : first;
        }
        return first;
    }

    static bool isLooseChoice(const Table& table, std::size_t column) {
        const std::string folded = foldedName(table.header()[column]);
        return folded == "response" || folded == "responses" || folded == "resp" || folded == "action" ||
               folded == "actions" || folded == "choice" || folded == "choices";
    }

    /// "stimulus" may be a number of a picture, "stim" a laser: without a negative value it says no side.
    static bool isLooseStimulus(const Table& table, std::size_t column) {
        const std::string folded = foldedName(table.header()[column]);
        const bool isLoose = folded == "stimulus" || folded == "stim" || folded == "stimuli" ||
                             folded == "stimulusvalue" || folded == "stimvalue";
        const auto values =
            isLoose && table.isNumeric(column) ? table.numbers(column) : base::Result<std::vector<double>>();
        return isLoose && (!values || std::none_of(values->begin(), values->end(),
                                          [](double value) { return value < 0; }));
    }

    /// "correct_response" of 0 and 1 beside a column that tells sides: whether it was correct, not the side.
    static bool saysWhetherCorrect(const Table& table, std::size_t column) {
        const std::string folded = foldedName(table.header()[column]);
        if (folded != "correctresponse" && folded != "correctanswer" && folded != "correctchoice") {
            return false;
        }
        const auto coded = codedColumn(table, column);
        const bool isFlag = coded && decoded(*coded, ValueCodes{{"1"}, {"0"}, {}});
        return isFlag && !outcomeColumn(table) && sideColumn(table);
    }

    static std::optional<std::size_t> columnOfCorrectResponses(const Table& table) {
        for (const char* name : {"correct_response", "correct_answer", "correct_choice"}) {
            const auto column = table.find(name);
            if (column && saysWhetherCorrect(table, *column)) {
                return column;
            }
        }
        return {};
    }

    /// The column that says on which side the stimulus was.
    static std::optional<std::size_t> sideColumn(const Table& table) {
        return findCoded(table,
            {"stim_side", "stimulus_side", "gabor_stimulus_side", "side", "contrast_side", "stim_position",
                "position", "stimulus_position", "stim_location", "stimulus_location"},
            [](const CodedColumn& column) { return firstDecoded(column, usualChoiceCodes()).has_value(); });
    }

    /// A column called "reward" may hold microlitres: then it is a column of its own and no outcome. Types of
    /// trials in numbers may be anything.
    static bool isDecodable(
        const Table& table, std::size_t column, const std::string& quantity, const TableMapping& mapping) {
        if (quantity != "outcome" && quantity != "answer") {
            return true;
        }
        if (foldedName(table.header()[column]) == "trialtype" && table.isNumeric(column)) {
            return false;
        }
        const auto coded = codedColumn(table, column);
        const auto& codes = quantity == "outcome" ? mapping.outcomeCodes : mapping.answerCodes;
        return coded && std::any_of(codes.begin(), codes.end(), [&](const ValueCodes& candidate) {
            return decoded(*coded, candidate).has_value();
        });
    }

    /// Choices against the side of the stimulus.
    struct Agreement {
        std::size_t agreeing = 0, judged = 0;
        double share() const {
            return judged == 0 ? 0.5 : static_cast<double>(agreeing) / static_cast<double>(judged);
        }
    };

    static Agreement agreement(
        const CodedColumn& choices, const ValueCodes& codes, const std::vector<std::int8_t>& side) {
        Agreement result;
        const auto values = decoded(choices, codes);
        for (std::size_t row = 0; values && row < values->size(); ++row) {
            const bool isJudged = (*values)[row] != data::kNone && side[row] != data::kUnknown;
            result.judged += isJudged ? 1 : 0;
            result.agreeing += isJudged && (*values)[row] == side[row] ? 1 : 0;
        }
        return result;
    }

    /// Where 0, 1 and 2 occur, 2 is more often "none" than 0 is, unless the sides go better with the stimuli
    /// (either way round) if 0 is; rewarded trials may prove the opposite.
    static void preferTwoForNone(const Table& table, TableMapping& mapping) {
        const auto choice = mapping.columns.find("choice");
        const auto coded = choice != mapping.columns.end() ? codedColumn(table, choice->second)
                                                           : base::Result<CodedColumn>(CodedColumn{});
        const auto has = [&](const char* value) {
            return coded &&
                   std::find(coded->values.begin(), coded->values.end(), value) != coded->values.end();
        };
        if (!has("0") || !has("1") || !has("2")) {
            return;
        }
        const ValueCodes twoIsNone{{"1"}, {"0"}, {"2"}}, turned{{"0"}, {"1"}, {"2"}};
        const ValueCodes zeroIsNone{{"2"}, {"1"}, {"0"}};
        const auto answer = mapping.columns.find("answer");
        const auto answers = answer != mapping.columns.end() ? codedColumn(table, answer->second)
                                                             : base::Result<CodedColumn>(CodedColumn{});
        const bool haveSides = std::any_of(mapping.stimuli.side.begin(), mapping.stimuli.side.end(),
            [](std::int8_t side) { return side != data::kUnknown; });
        const auto told = !haveSides && answers ? firstDecoded(*answers, mapping.answerCodes) : std::nullopt;
        const std::vector<std::int8_t>& side =
            told && told->size() == table.rows() ? *told : mapping.stimuli.side;
        const auto strength = [&](const ValueCodes& codes) {
            const Agreement found = agreement(*coded, codes, side);
            return std::abs(2 * found.share() - 1) * static_cast<double>(found.judged);
        };
        if (strength(twoIsNone) >= strength(zeroIsNone)) {
            mapping.choiceCodes.insert(mapping.choiceCodes.begin(), {twoIsNone, turned});
        }
    }

    static bool isMapped(const TableMapping& mapping, const char* quantity) {
        return mapping.columns.count(quantity) > 0;
    }

    /// A column that says whether the choice was left, as Bpod's protocols have it: where no other tells the
    /// choice, or the user's map names it.
    static void addLeftChoice(
        const Table& table, const std::set<std::string>& unwanted, TableMapping& mapping) {
        const auto left = table.findAny({"choice_left", "chose_left", "chosen_left", "left_choice",
            "went_left", "is_left_choice", "response_left"});
        if (left && unwanted.count("choice") == 0 && !isMapped(mapping, "choice") &&
            !table.findAny({"choice", "choice_right"})) {
            mapping.columns.emplace("choice", *left);
        }
        if (left && isMapped(mapping, "choice") && mapping.columns.at("choice") == *left) {
            mapping.choiceCodes = {{{"0"}, {"1"}, {}}, {{"-1"}, {"1"}, {"0"}}};
        }
    }

    /// A column that says whether the trial was an error: where no other tells the outcome, or the user's map
    /// names it.
    static void addErrors(const Table& table, const std::set<std::string>& unwanted, TableMapping& mapping) {
        const auto wrong = table.findAny({"error", "is_error", "incorrect", "is_incorrect", "mistake"});
        const bool isTold = isMapped(mapping, "outcome") && mapping.columns.at("outcome") != wrong;
        const bool isWanted = !isTold && unwanted.count("outcome") == 0;
        const auto coded = codedIfAny(table, isWanted ? wrong : std::nullopt);
        const ValueCodes codes{{"0"}, {"1"}, {}};
        if (coded && decoded(*coded, codes)) {
            mapping.columns.emplace("outcome", *wrong);
            mapping.outcomeCodes = {codes};
            mapping.outcomeIsNoError = true;
        }
    }

    /// Outcomes 1, 0 and 2, or 1, 0 and -1, where the third goes with trials without a choice and with no
    /// other: elsewhere it may be an error, or a volume of reward.
    static void addOutcomesOfThree(
        const Table& table, const std::set<std::string>& unwanted, TableMapping& mapping) {
        const auto known = mapping.columns.find("outcome");
        const auto outcome = known != mapping.columns.end()
                                 ? std::optional(known->second)
                                 : table.findAny({"outcome", "result", "feedback"});
        if (!outcome || !isMapped(mapping, "choice") || unwanted.count("outcome") > 0) {
            return;
        }
        const auto outcomes = codedColumn(table, *outcome);
        const auto choices = codedColumn(table, mapping.columns.at("choice"));
        const auto sides = choices ? firstDecoded(*choices, mapping.choiceCodes) : std::nullopt;
        for (const char* third : {"2", "-1"}) {
            const ValueCodes codes{{"1"}, {"0"}, {third}};
            const bool hasThird =
                outcomes && std::count(outcomes->values.begin(), outcomes->values.end(), third) > 0;
            const auto values = hasThird ? decoded(*outcomes, codes) : std::nullopt;
            std::size_t differing = values && sides ? 0 : 1;
            for (std::size_t row = 0; differing == 0 && row < table.rows(); ++row) {
                differing += ((*values)[row] == data::kNone) != ((*sides)[row] == data::kNone) ? 1 : 0;
            }
            if (differing == 0) {
                mapping.columns.emplace("outcome", *outcome);
                mapping.outcomeCodes = {codes};
                return;
            }
        }
    }

    static TableMapping usualMapping(const Table& table) {
        TableMapping mapping;
        if (table.find("feedbackType")) { // the IBL's name, beside its turns of the wheel
            mapping.choiceCodes.insert(mapping.choiceCodes.begin(), ValueCodes{{"-1"}, {"1"}, {"0"}});
        }
        addLeftChoice(table, {}, mapping);
        addTrialColumns(table, {}, mapping);
        addErrors(table, {}, mapping);
        addOutcomesOfThree(table, {}, mapping);
        addUsualColumns(table, mapping);
        return mapping;
    }

    /// What the map leaves open keeps its usual names.
    static base::Result<TableMapping> userMapping(const Table& table, const ColumnMap& map) {
        TableMapping mapping;
        std::set<std::string> unwanted;
        for (const auto& [quantity, column] : map.columns) {
            if (column.empty()) {
                unwanted.insert(quantity);
                continue;
            }
            const auto found = table.find(column);
            if (!found) {
                return base::failure(base::ErrorCode::InvalidValue,
                    {QT_TRANSLATE_NOOP(
                         "core", "The column map names %1 for %2, but the file has no such column."),
                        {column, quantity}},
                    table.where(), QT_TRANSLATE_NOOP("core", "Mend the map or leave the file out."));
            }
            mapping.columns.emplace(quantity, *found);
        }
        addLeftChoice(table, unwanted, mapping);
        addTrialColumns(table, unwanted, mapping);
        addErrors(table, unwanted, mapping);
        addOutcomesOfThree(table, unwanted, mapping);
        if (map.choice) {
            mapping.choiceCodes = {*map.choice};
        }
        if (map.answer || map.choice) {
            mapping.answerCodes = {map.answer ? *map.answer : *map.choice};
        }
        if (map.outcome) {
            mapping.outcomeCodes = {*map.outcome};
            mapping.outcomeIsNoError = false;
        }
        addUsualColumns(table, mapping);
        for (const std::string& quantity : unwanted) {
            mapping.columns.erase(quantity);
        }
        return mapping;
    }

    /// What the user said about the stimuli, applied to what the file has.
    static base::Result<Stimuli> stimuliOf(const Table& table, TableMapping& mapping, const ColumnMap& map) {
        auto stimuli = unscaledStimuli(table, mapping, map);
        if (!stimuli) {
            return stimuli;
        }
        if (!map.stimulusUnit.empty()) {
            stimuli->unit = map.stimulusUnit;
        }
        // A contrast above 1 is in percent, whoever calls it a contrast.
        const bool isPercent = map.stimulusKind == data::StimulusKind::Contrast &&
                               std::abs(map.stimulusScale) == 1 && largestOf(*stimuli) > kLargestFraction &&
                               largestOf(*stimuli) <= 100;
        stimuli->percentRows = isPercent ? stimuli->values.size() : stimuli->percentRows;
        const double factor = isPercent ? map.stimulusScale / 100 : map.stimulusScale;
        for (double& value : stimuli->values) {
            value *= factor;
        }
        for (std::int8_t& side : stimuli->side) {
            const bool isTurned = factor < 0 && side != data::kUnknown;
            side = isTurned ? static_cast<std::int8_t>(1 - side) : side;
        }
        stimuli->isSideGiven = factor < 0;
        const bool isFraction = largestOf(*stimuli) <= kLargestFraction;
        if (map.stimulusKind || factor != 1) {
            stimuli->kind = map.stimulusKind ? *map.stimulusKind
                            : isFraction     ? data::StimulusKind::Contrast
                                             : data::StimulusKind::Raw;
        }
        if (stimuli->kind == data::StimulusKind::Contrast && map.stimulusUnit.empty()) {
            stimuli->unit.clear();
        }
        return stimuli;
    }

    static constexpr double kLargestFraction = 1 + 1e-9;

    static double largestOf(const Stimuli& stimuli) {
        double largest = 0;
        for (const double value : stimuli.values) {
            largest = std::isnan(value) ? largest : std::max(largest, std::abs(value));
        }
        return largest;
    }

    /// A column of places on both sides of the middle.
    static std::optional<std::size_t> positions(const Table& table) {
        const auto column = table.findAny({"position", "stim_position", "stimulus_position", "stim_pos",
            "azimuth", "stim_azimuth", "stimulus_azimuth", "stim_location", "stimulus_location"});
        const auto places =
            column && table.isNumeric(*column) ? table.numbers(*column) : base::Result<std::vector<double>>();
        const auto isLeft = [](double place) { return place < 0; };
        const auto isRight = [](double place) { return place > 0; };
        const bool areBoth = places && std::any_of(places->begin(), places->end(), isLeft) &&
                             std::any_of(places->begin(), places->end(), isRight);
        return areBoth ? column : std::nullopt;
    }

    static base::Result<Stimuli> unscaledStimuli(
        const Table& table, TableMapping& mapping, const ColumnMap& map) {
        const auto column = [&](const char* quantity) { return mapping.columns.find(quantity); };
        const auto none = mapping.columns.end();
        // The user did not say what it is; turning it round says nothing of percent.
        const bool isOpen = std::abs(map.stimulusScale) == 1 && !map.stimulusKind;
        if (column("stimulus_left") != none && column("stimulus_right") != none) {
            return sidedStimuli(
                table, column("stimulus_left")->second, column("stimulus_right")->second, isOpen);
        }
        if (column("stimulus") == none) {
            return noStimuli(table.rows());
        }
        const std::size_t index = column("stimulus")->second;
        const std::string folded = foldedName(table.header()[index]);
        const bool isContrastName =
            folded.find("contrast") != std::string::npos || folded.find("coh") != std::string::npos;
        auto stimuli = signedStimuli(table, index, isContrastName && isOpen);
        if (!stimuli) {
            return stimuli;
        }
        const bool isUnsigned = std::none_of(
            stimuli->values.begin(), stimuli->values.end(), [](double value) { return value < 0; });
        const auto side = isUnsigned && isContrastName ? sideColumn(table) : std::nullopt;
        if (side && (column("answer") == none || column("answer")->second != *side)) {
            mapping.consumed.insert(*side); // the rewarded side may be another one
            const auto codes = map.answer ? usualChoiceCodes() : mapping.answerCodes;
            return sidedByWords(table, index, *side, codes, isOpen);
        }
        if (isUnsigned && isContrastName && column("answer") != none) {
            return sidedByWords(table, index, column("answer")->second, mapping.answerCodes, isOpen);
        }
        const auto position = isUnsigned && isContrastName ? positions(table) : std::nullopt;
        if (position) {
            mapping.consumed.insert(*position);
            return sidedByPosition(table, index, *position, isOpen);
        }
        const bool isCalledSigned = folded.find("signed") != std::string::npos;
        if (isUnsigned && !isCalledSigned) {
            // A quantity without a sign (an odour's number, a bare contrast) says nothing about sides.
            stimuli->isUnsigned = stimuli->kind == data::StimulusKind::Contrast;
            stimuli->hasMeaningfulSide = false;
            std::fill(stimuli->side.begin(), stimuli->side.end(), data::kUnknown);
        }
        return stimuli;
    }
};

} // namespace

const Importer& genericImporter() {
    static const Generic importer;
    return importer;
}

} // namespace rulescope::io
