// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/side_evidence.h"
#include "core/io/table_reading.h"

#include <algorithm>

namespace rulescope::io {

namespace {

bool isKnown(std::int8_t value) {
    return value != data::kUnknown;
}

Verdict verdictOf(std::int8_t value, std::int8_t expected) {
    return value == expected ? Verdict::Agrees : Verdict::Contradicts;
}

constexpr const char* kRightPositive = QT_TRANSLATE_NOOP("core", "positive = right");
constexpr const char* kLeftPositive = QT_TRANSLATE_NOOP("core", "positive = left");
constexpr const char* kPriors = QT_TRANSLATE_NOOP("core", "the priors of the blocks");
constexpr const char* kChoicesAndOutcomes = QT_TRANSLATE_NOOP("core", "choices and outcomes");
constexpr const char* kChoices = QT_TRANSLATE_NOOP("core", "the choices");

/// Reads stimuli, outcomes, answers and choices, each in the light of those before.
class SideReader {
  public:
    explicit SideReader(TableReading& reading)
        : m_reading(reading)
        , m_mapping(reading.mapping)
        , m_trials(reading.rows.trials)
        , m_side(reading.mapping.stimuli.side) {}

    base::Result<void> run() {
        readStimuli();
        return readPriors()
            .and_then([this] { return readOutcomes(); })
            .and_then([this] { return readAnswers(); })
            .and_then([this] { return readChoices(); })
            .map([this] {
                reportStimuli();
                fillMissing();
            });
    }

  private:
    void readStimuli() {
        const Stimuli& stimuli = m_mapping.stimuli;
        m_trials.stimulus = stimuli.values;
        for (double& value : m_trials.stimulus) {
            value += 0.0; // no negative zeros: they print as -0
        }
        m_reading.rows.stimulusKind = stimuli.kind;
        m_reading.rows.stimulusUnit = stimuli.unit;
        const std::pair<WarningCode, std::size_t> counts[] = {
            {WarningCode::UnsignedStimuli, stimuli.isUnsigned ? stimuli.values.size() : 0},
            {WarningCode::NegativeContrasts, stimuli.negativeRows},
            {WarningCode::UnplacedStimuli, stimuli.unplacedRows},
            {WarningCode::PercentContrasts, stimuli.percentRows},
            {WarningCode::PercentMixed, stimuli.mixedPercentRows},
            {WarningCode::PercentDoubtful, stimuli.doubtfulPercentRows}};
        for (const auto& [code, count] : counts) {
            if (count > 0) {
                m_reading.warnings.push_back({code, count, m_reading.file});
            }
        }
    }

    /// True where nothing but the file's use tells which side a stimulus is on: a sign, a place or a code.
    bool mayTurnStimuli() const {
        const SideSource source = m_mapping.stimuli.sideSource;
        const bool isOpen = source == SideSource::Sign || source == SideSource::Position ||
                            (source == SideSource::Codes && !m_areSideCodesCertain);
        return isOpen && !m_mapping.stimuli.isSideGiven && !m_prior.stands();
    }

    /// Blocks of one side show which sign is which: the one thing that tells a file from its mirror image
    /// without names and words.
    base::Result<void> readPriors() {
        const Stimuli& stimuli = m_mapping.stimuli;
        if (stimuli.sideSource == SideSource::Codes) {
            const auto coded = codedColumn(m_reading.table, stimuli.sideColumn);
            m_areSideCodesCertain = coded && saysSides(*coded, m_mapping.answerCodes);
        }
        const auto prior = m_reading.column("probability_left");
        if (!prior || !stimuli.hasMeaningfulSide || !m_mapping.derivesMissing) {
            return {};
        }
        const auto left = m_reading.table.numbers(*prior);
        if (!left) {
            return tl::make_unexpected(left.error());
        }
        m_prior = agreementWithPrior(*left, m_side);
        if (m_prior.isContradicted() && mayTurnStimuli()) {
            turnSides();
            m_prior.agreeing = m_prior.judged - m_prior.agreeing;
            m_reading.warnings.push_back({WarningCode::ConventionReversed, m_prior.judged,
                m_reading.file + ": " + m_reading.table.header()[stimuli.sideColumn]});
        }
        return {};
    }

    /// Turns stimuli and their sides round; kilohertz have no other side.
    void turnSides() {
        m_isTurned = !m_isTurned;
        for (std::size_t row = 0; row < m_trials.size(); ++row) {
            if (m_mapping.stimuli.hasMeaningfulSide) {
                m_trials.stimulus[row] = 0.0 - m_trials.stimulus[row];
            }
            m_side[row] = isKnown(m_side[row]) ? static_cast<std::int8_t>(1 - m_side[row]) : m_side[row];
        }
    }

    base::Result<void> readOutcomes() {
        m_trials.outcome.assign(m_reading.table.rows(), data::kUnknown);
        const auto outcome = m_reading.column("outcome");
        if (!outcome) {
            return {};
        }
        const auto coded = codedColumn(m_reading.table, *outcome);
        if (!coded) {
            return tl::make_unexpected(coded.error());
        }
        const auto codes = outcomeCodesFor(*coded, m_mapping.outcomeCodes);
        return decode(*coded, codes, {}, m_reading.table, m_reading.file).map([&](Decoding decoding) {
            m_trials.outcome = std::move(decoding.values);
            m_hasOutcomes = std::any_of(m_trials.outcome.begin(), m_trials.outcome.end(), isKnown);
        });
    }

    base::Result<void> readAnswers() {
        const std::size_t rows = m_reading.table.rows();
        const auto answer = m_reading.column("answer");
        const auto coded =
            answer ? codedColumn(m_reading.table, *answer) : base::Result<CodedColumn>(CodedColumn{});
        if (!coded) {
            return tl::make_unexpected(coded.error());
        }
        const Evidence evidence{[&side = m_side](std::size_t row, std::int8_t value) {
                                    return isKnown(side[row]) && isKnown(value) ? verdictOf(value, side[row])
                                                                                : Verdict::Silent;
                                },
            QT_TRANSLATE_NOOP("core", "the side of the stimulus"),
            !m_mapping.stimuli.hasMeaningfulSide ||
                m_areSideCodesCertain}; // a task may reward the other side
        const Stimuli& stimuli = m_mapping.stimuli;
        const bool isOwn = answer && stimuli.sideSource == SideSource::Codes && stimuli.sideColumn == *answer;
        const auto codes = codesFor(*coded, m_mapping.answerCodes);
        m_areAnswersCertain = answer && saysSides(*coded, m_mapping.answerCodes);
        if (answer && !isOwn && saysSides(*coded, {})) { // the user's own codes are obeyed as they are
            turnContradictedStimuli(*coded, codes, evidence);
        }
        m_trials.answer = m_mapping.derivesMissing ? m_side : std::vector<std::int8_t>(rows, data::kUnknown);
        if (!answer) {
            return {};
        }
        return decode(*coded, codes, evidence, m_reading.table, m_reading.file).map([&](Decoding decoding) {
            for (std::size_t row = 0; row < rows; ++row) {
                const bool isTold = isKnown(decoding.values[row]) || !m_mapping.derivesMissing;
                m_trials.answer[row] = isTold ? decoding.values[row] : m_trials.answer[row];
            }
            report(isOwn ? withoutItself(std::move(decoding)) : std::move(decoding));
            m_isOwn = isOwn;
        });
    }

    /// A column that put the stimuli on their sides agrees with them by that alone; the prior may confirm it.
    Decoding withoutItself(Decoding decoding) const {
        decoding.convention.agreeing = m_prior.agreeing;
        decoding.convention.judged = m_prior.judged;
        decoding.convention.evidence = m_prior.judged > 0 ? base::Text(kPriors) : base::Text();
        decoding.warnings.clear();
        return decoding;
    }

    base::Result<void> readChoices() {
        const auto choice = m_reading.column("choice");
        if (!choice) {
            return base::failure(base::ErrorCode::InvalidValue,
                QT_TRANSLATE_NOOP("core", "No column holds the animal's choices."), m_reading.table.where(),
                QT_TRANSLATE_NOOP("core", "Name it in a column map."));
        }
        const auto coded = codedColumn(m_reading.table, *choice);
        if (!coded) {
            return tl::make_unexpected(coded.error());
        }
        const auto codes = codesFor(*coded, m_mapping.choiceCodes);
        m_areChoicesCertain = saysSides(*coded, m_mapping.choiceCodes);
        if (saysSides(*coded, {}) && !m_areAnswersCertain && m_mapping.rewardSide.empty()) {
            turnContradictedStimuli(*coded, codes, choiceEvidence());
        }
        return decode(*coded, codes, choiceEvidence(), m_reading.table, m_reading.file)
            .map([&](Decoding decoding) {
                m_trials.choice = decoding.values;
                for (std::size_t row = 0; m_mapping.outcomeIsNoError && row < m_trials.size(); ++row) {
                    if (m_trials.choice[row] == data::kNone) {
                        m_trials.outcome[row] = data::kUnknown;
                    }
                }
                if (m_reading.rows.animals.size() > 1 && m_hasOutcomes) {
                    warnOfOtherAnimals();
                }
                if (m_isOwn && m_prior.judged == 0) {
                    judgeOwnSides(decoding.convention);
                }
                warnOfMirror(decoding);
                report(std::move(decoding));
            })
            .map_error([this](base::Error error) {
                if (!m_otherAnimals.empty()) {
                    error.what = {QT_TRANSLATE_NOOP("core",
                                      "The animals %1 contradict the sign convention that the others obey."),
                        {m_otherAnimals}};
                    error.remedy =
                        QT_TRANSLATE_NOOP("core", "Give each group a file and a column map of its own.");
                }
                return error;
            });
    }

    /// What certain choices say about a column that put the stimuli on their sides, once outcomes compare
    /// them.
    void judgeOwnSides(const Convention& choices) {
        const std::string& name = m_reading.table.header()[m_mapping.stimuli.sideColumn];
        const auto own = std::find_if(m_reading.conventions.begin(), m_reading.conventions.end(),
            [&](const Convention& item) { return item.column == name; });
        if (own == m_reading.conventions.end() || own->judged > 0) {
            return;
        }
        if (m_areChoicesCertain && m_hasOutcomes) {
            own->evidence = kChoicesAndOutcomes;
            own->agreeing = choices.agreeing;
            own->judged = choices.judged;
        } else if (!m_areSideCodesCertain) {
            m_reading.warnings.push_back(
                {WarningCode::NoEvidence, m_trials.size(), m_reading.file + ": " + name});
        }
    }

    /// Where a column is certain and the evidence speaks against the stimulus side, the file's stimuli are
    /// left-positive: they are turned round, with a warning, and so are answers in numbers.
    void turnContradictedStimuli(
        const CodedColumn& certain, const std::vector<ValueCodes>& codes, const Evidence& evidence) {
        const auto values = evidence.isWeak ? std::nullopt : firstDecoded(certain, codes);
        const Agreement agreement = values ? agreementOf(*values, evidence) : Agreement{};
        const auto answer = m_reading.column("answer"), stimulus = m_reading.column("stimulus");
        const bool areAnswersOpen = answer && !m_areAnswersCertain;
        const bool mayTurn = mayTurnStimuli() || (areAnswersOpen && !m_mapping.stimuli.hasMeaningfulSide);
        if (!agreement.isContradicted() || !mayTurn || doAnimalsDiffer(*values, evidence)) {
            return;
        }
        turnSides();
        for (std::int8_t& side : m_trials.answer) {
            side = isKnown(side) ? static_cast<std::int8_t>(1 - side) : side;
        }
        const std::string name = areAnswersOpen ? m_reading.table.header()[*answer]
                                 : stimulus     ? m_reading.table.header()[*stimulus]
                                                : std::string("stimulus");
        if (areAnswersOpen) {
            reportTurnedAnswers(name, {name, {}, evidence.comparedWith, agreement.judged - agreement.agreeing,
                                          agreement.judged, m_reading.file});
        }
        m_reading.warnings.push_back(
            {WarningCode::ConventionReversed, agreement.judged, m_reading.file + ": " + name});
    }

    void warnOfOtherAnimals() {
        const auto isSaid = [](const ImportWarning& warning) {
            return warning.code == WarningCode::AnimalsDiffer;
        };
        if (std::none_of(m_reading.warnings.begin(), m_reading.warnings.end(), isSaid)) {
            doAnimalsDiffer(m_trials.choice, choiceEvidence());
        }
    }

    /// True, with a warning that names them, if the evidence speaks for other conventions in some animals
    /// than in others: one file can't be turned for both.
    bool doAnimalsDiffer(const std::vector<std::int8_t>& values, const Evidence& evidence) {
        const TrialRows& rows = m_reading.rows;
        std::vector<Agreement> agreements(rows.animals.size());
        for (std::size_t row = 0; row < values.size(); ++row) {
            agreements[rows.sessions[rows.session[row]].animal].add(evidence.judge(row, values[row]));
        }
        std::size_t standing = 0, trials = 0;
        std::string names;
        for (std::size_t i = 0; i < agreements.size(); ++i) {
            standing += agreements[i].stands() ? 1 : 0;
            if (agreements[i].isContradicted()) {
                trials += agreements[i].judged - agreements[i].agreeing;
                names += (names.empty() ? "" : ", ") + rows.animals[i];
            }
        }
        const bool isSplit = standing > 0 && !names.empty();
        m_otherAnimals = isSplit ? names : std::string();
        if (isSplit) {
            m_reading.warnings.push_back({WarningCode::AnimalsDiffer, trials, m_reading.file + ": " + names});
        }
        return isSplit;
    }

    /// Choices and stimuli that go together do so in a mirror image of the file, too.
    void warnOfMirror(const Decoding& choices) {
        const bool isKnownSide = m_areChoicesCertain || m_areAnswersCertain || m_areSideCodesCertain ||
                                 m_mapping.stimuli.isSideGiven || m_prior.stands() ||
                                 m_mapping.stimuli.sideSource == SideSource::TwoColumns ||
                                 m_mapping.stimuli.sideSource == SideSource::Position;
        const auto isNoEvidence = [](const ImportWarning& warning) {
            return warning.code == WarningCode::NoEvidence;
        };
        const auto has = [&](const std::vector<ImportWarning>& warnings) {
            return std::any_of(warnings.begin(), warnings.end(), isNoEvidence);
        };
        if (m_mapping.areSidesOpen && !isKnownSide && choices.convention.judged > 0 &&
            !has(choices.warnings) && !has(m_reading.warnings)) {
            m_reading.warnings.push_back({WarningCode::SidesAssumed, m_trials.size(),
                m_reading.file + ": " + choices.convention.column});
        }
    }

    /// What the sign or the place of stimuli was taken for, with what speaks for it.
    void reportStimuli() {
        const Stimuli& stimuli = m_mapping.stimuli;
        const bool isPlace = stimuli.sideSource == SideSource::Position;
        const bool hasSides = std::any_of(m_side.begin(), m_side.end(), isKnown);
        if ((!isPlace && stimuli.sideSource != SideSource::Sign) || !stimuli.hasMeaningfulSide || !hasSides ||
            !m_mapping.derivesMissing) {
            return;
        }
        const bool isByPrior = m_prior.judged > 0;
        if (!isPlace && !isByPrior && !m_hasOutcomes && !m_isTurned) {
            return; // choices alone say no more than they do in their own line
        }
        const Agreement found = isByPrior ? m_prior : agreementOf(m_trials.choice, evidenceOf(m_side));
        const base::Text comparedWith = isByPrior ? kPriors : m_hasOutcomes ? kChoicesAndOutcomes : kChoices;
        m_reading.conventions.insert(m_reading.conventions.begin(),
            {m_reading.table.header()[stimuli.sideColumn], m_isTurned ? kLeftPositive : kRightPositive,
                found.judged > 0 ? comparedWith : base::Text(), found.agreeing, found.judged,
                m_reading.file});
    }

    /// Outcomes tell which side a choice was, and that a rewarded trial had one; without outcomes there is
    /// only that animals mostly choose the stimulus side.
    Evidence choiceEvidence() const {
        if (!m_mapping.rewardSide.empty()) {
            return {[&side = m_mapping.rewardSide](std::size_t row, std::int8_t value) {
                        return isKnown(side[row]) ? verdictOf(value, side[row]) : Verdict::Silent;
                    },
                QT_TRANSLATE_NOOP("core", "the side of the reward"), false};
        }
        return evidenceOf(m_trials.answer);
    }

    /// Of choices against these sides of the reward.
    Evidence evidenceOf(const std::vector<std::int8_t>& sides) const {
        if (m_hasOutcomes) {
            return {[&sides, &outcomes = m_trials.outcome,
                        mayRewardNoGos = m_mapping.mayRewardNoGos || m_mapping.outcomeIsNoError](
                        std::size_t row, std::int8_t value) {
                        const std::int8_t outcome = outcomes[row];
                        if (value == data::kNone) {
                            return outcome == 1 && !mayRewardNoGos ? Verdict::Contradicts : Verdict::Silent;
                        }
                        if (!isKnown(sides[row]) || !isKnown(outcome)) {
                            return Verdict::Silent;
                        }
                        const bool isCorrect = value == sides[row];
                        return isCorrect == (outcome == 1) ? Verdict::Agrees : Verdict::Contradicts;
                    },
                QT_TRANSLATE_NOOP("core", "outcome and rewarded side"), false};
        }
        return {[&sides](std::size_t row, std::int8_t value) {
                    return isKnown(sides[row]) && value != data::kNone ? verdictOf(value, sides[row])
                                                                       : Verdict::Silent;
                },
            QT_TRANSLATE_NOOP("core", "the side of the stimulus"), true};
    }

    /// What a column of answers was said to mean before it was turned is taken back.
    void reportTurnedAnswers(const std::string& column, Convention turned) {
        std::vector<Convention>& said = m_reading.conventions;
        const auto before = std::find_if(
            said.begin(), said.end(), [&](const Convention& item) { return item.column == column; });
        if (before != said.end() && before->meaning.arguments().size() == 2) {
            const auto& sides = before->meaning.arguments();
            turned.meaning = {QT_TRANSLATE_NOOP("core", "%1 = right, %2 = left"), {sides[1], sides[0]}};
            said.erase(before);
        }
        said.push_back(std::move(turned));
    }

    void report(Decoding decoding) {
        m_reading.conventions.push_back(std::move(decoding.convention));
        m_reading.warnings.insert(
            m_reading.warnings.end(), decoding.warnings.begin(), decoding.warnings.end());
    }

    /// What the file is silent about (METHOD.md section 1).
    void fillMissing() {
        if (!m_mapping.derivesMissing) {
            return;
        }
        for (std::size_t row = 0; row < m_trials.size() && m_mapping.isTwoAlternative; ++row) {
            const bool isTold = m_trials.choice[row] != data::kNone && isKnown(m_trials.outcome[row]);
            if (!isKnown(m_trials.answer[row]) && isTold) {
                m_trials.answer[row] = static_cast<std::int8_t>(
                    m_trials.outcome[row] == 1 ? m_trials.choice[row] : 1 - m_trials.choice[row]);
            }
        }
        if (m_mapping.stimuli.hasMeaningfulSide) {
            data::deriveAnswersAndOutcomes(m_trials);
        }
    }

    TableReading& m_reading;
    const TableMapping& m_mapping;
    data::Trials& m_trials;
    std::vector<std::int8_t> m_side; ///< of the stimuli, as far as they were turned
    bool m_isTurned = false;
    Agreement m_prior;                  ///< of these sides with the priors of the blocks
    std::string m_otherAnimals;         ///< that contradict what the rest of the file obeys
    bool m_isOwn = false;               ///< answers come from the column that puts stimuli on their sides
    bool m_hasOutcomes = false;         ///< the file says some
    bool m_areSideCodesCertain = false; ///< the column that puts stimuli on their sides says which is which
    bool m_areAnswersCertain = false;   ///< the same of the column of answers
    bool m_areChoicesCertain = false;   ///< and of choices
};

} // namespace

base::Result<void> readSides(TableReading& reading) {
    return SideReader(reading).run();
}

} // namespace rulescope::io
