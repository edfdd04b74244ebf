// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/table_reading.h"

#include <algorithm>

namespace rulescope::io {

namespace {

/// Words, and a column called after a side, leave no doubt about what it says.
bool saysSides(const CodedColumn& coded) {
    const std::string name = foldedName(coded.name);
    const bool isNamed = name.find("right") != std::string::npos || name.find("left") != std::string::npos;
    return isNamed || std::any_of(coded.values.begin(), coded.values.end(), [](const std::string& value) {
        return value == "right" || value == "r" || value == "left" || value == "l";
    });
}

bool isKnown(std::int8_t value) {
    return value != data::kUnknown;
}

Verdict verdictOf(std::int8_t value, std::int8_t expected) {
    return value == expected ? Verdict::Agrees : Verdict::Contradicts;
}

/// Reads stimuli, outcomes, answers and choices, each in the light of those before.
class SideReader {
  public:
    explicit SideReader(TableReading& reading)
        : m_reading(reading)
        , m_mapping(reading.mapping)
        , m_trials(reading.rows.trials) {}

    base::Result<void> run() {
        readStimuli();
        return readOutcomes()
            .and_then([this] { return readAnswers(); })
            .and_then([this] { return readChoices(); })
            .map([this] { fillMissing(); });
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
            {WarningCode::PercentContrasts, stimuli.percentRows},
            {WarningCode::PercentDoubtful, stimuli.doubtfulPercentRows}};
        for (const auto& [code, count] : counts) {
            if (count > 0) {
                m_reading.warnings.push_back({code, count, m_reading.file});
            }
        }
    }

    base::Result<Decoding> decodedBy(
        std::size_t column, const std::vector<ValueCodes>& codes, const Evidence& evidence) const {
        return codedColumn(m_reading.table, column).and_then([&](const CodedColumn& coded) {
            return decode(coded, codes, evidence, m_reading.table, m_reading.file);
        });
    }

    base::Result<void> readOutcomes() {
        m_trials.outcome.assign(m_reading.table.rows(), data::kUnknown);
        const auto outcome = m_reading.column("outcome");
        if (!outcome) {
            return {};
        }
        return decodedBy(*outcome, m_mapping.outcomeCodes, {}).map([&](Decoding decoding) {
            m_trials.outcome = std::move(decoding.values);
        });
    }

    base::Result<void> readAnswers() {
        const std::size_t rows = m_reading.table.rows();
        m_trials.answer = m_mapping.derivesMissing ? m_mapping.stimuli.side
                                                   : std::vector<std::int8_t>(rows, data::kUnknown);
        const auto answer = m_reading.column("answer");
        if (!answer) {
            return {};
        }
        const Evidence evidence{[&side = m_mapping.stimuli.side](std::size_t row, std::int8_t value) {
                                    return isKnown(side[row]) && isKnown(value) ? verdictOf(value, side[row])
                                                                                : Verdict::Silent;
                                },
            QT_TRANSLATE_NOOP("core", "the side of the stimulus"), !m_mapping.stimuli.hasMeaningfulSide};
        return decodedBy(*answer, m_mapping.answerCodes, evidence).map([&](Decoding decoding) {
            for (std::size_t row = 0; row < rows; ++row) {
                const bool isTold = isKnown(decoding.values[row]) || !m_mapping.derivesMissing;
                m_trials.answer[row] = isTold ? decoding.values[row] : m_trials.answer[row];
            }
            report(std::move(decoding));
        });
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
        if (saysSides(*coded) && !answerSaysSides()) {
            turnContradictedStimuli(*coded);
        }
        return decode(*coded, m_mapping.choiceCodes, choiceEvidence(), m_reading.table, m_reading.file)
            .map([&](Decoding decoding) {
                m_trials.choice = decoding.values;
                for (std::size_t row = 0; m_mapping.outcomeIsNoError && row < m_trials.size(); ++row) {
                    if (m_trials.choice[row] == data::kNone) {
                        m_trials.outcome[row] = data::kUnknown;
                    }
                }
                report(std::move(decoding));
            });
    }

    /// A column of answers in numbers is as open as stimuli with a sign are, unless the user said what it
    /// means.
    bool answerSaysSides() const {
        const auto answer = m_reading.column("answer");
        const auto coded =
            answer ? codedColumn(m_reading.table, *answer) : base::Result<CodedColumn>(CodedColumn{});
        return answer && (!coded || saysSides(*coded) || m_mapping.answerCodes.size() == 1);
    }

    /// Where choices are certain and outcomes say the opposite of the stimulus side, the file's stimuli are
    /// left-positive: they are turned round, with a warning.
    void turnContradictedStimuli(const CodedColumn& coded) {
        constexpr std::size_t kFewTrials = 10;
        const Evidence evidence = choiceEvidence();
        const auto values = decoded(coded, m_mapping.choiceCodes.front());
        std::size_t judged = 0;
        std::size_t against = 0;
        for (std::size_t row = 0; values && !evidence.isWeak && row < values->size(); ++row) {
            const Verdict verdict = evidence.judge(row, (*values)[row]);
            judged += verdict == Verdict::Silent ? 0 : 1;
            against += verdict == Verdict::Contradicts ? 1 : 0;
        }
        if (judged < kFewTrials || against * 10 < judged * 6 || !m_mapping.rewardSide.empty()) {
            return;
        }
        for (std::size_t row = 0; row < m_trials.size(); ++row) {
            if (m_mapping.stimuli.hasMeaningfulSide) { // kilohertz have no other side
                m_trials.stimulus[row] = 0.0 - m_trials.stimulus[row];
            }
            std::int8_t& answer = m_trials.answer[row];
            answer = isKnown(answer) ? static_cast<std::int8_t>(1 - answer) : answer;
        }
        const auto answer = m_reading.column("answer"), stimulus = m_reading.column("stimulus");
        const std::string name = answer     ? m_reading.table.header()[*answer]
                                 : stimulus ? m_reading.table.header()[*stimulus]
                                            : std::string("stimulus");
        reportTurned(name, {name, QT_TRANSLATE_NOOP("core", "positive = left"), evidence.comparedWith,
                               against, judged, m_reading.file});
        m_reading.warnings.push_back({WarningCode::ConventionReversed, judged, m_reading.file + ": " + name});
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
        const data::Trials& trials = m_trials;
        if (std::any_of(trials.outcome.begin(), trials.outcome.end(), isKnown)) {
            return {[&trials, mayRewardNoGos = m_mapping.mayRewardNoGos || m_mapping.outcomeIsNoError](
                        std::size_t row, std::int8_t value) {
                        const std::int8_t outcome = trials.outcome[row];
                        if (value == data::kNone) {
                            return outcome == 1 && !mayRewardNoGos ? Verdict::Contradicts : Verdict::Silent;
                        }
                        if (!isKnown(trials.answer[row]) || !isKnown(outcome)) {
                            return Verdict::Silent;
                        }
                        const bool isCorrect = value == trials.answer[row];
                        return isCorrect == (outcome == 1) ? Verdict::Agrees : Verdict::Contradicts;
                    },
                QT_TRANSLATE_NOOP("core", "outcome and rewarded side"), false};
        }
        return {[&trials](std::size_t row, std::int8_t value) {
                    const std::int8_t side = trials.answer[row];
                    return isKnown(side) && value != data::kNone ? verdictOf(value, side) : Verdict::Silent;
                },
            QT_TRANSLATE_NOOP("core", "the side of the stimulus"), true};
    }

    /// What a column of answers was said to mean before it was turned is taken back.
    void reportTurned(const std::string& column, Convention turned) {
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
};

} // namespace

base::Result<void> readSides(TableReading& reading) {
    return SideReader(reading).run();
}

} // namespace rulescope::io
