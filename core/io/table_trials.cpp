// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/table_trials.h"

#include "core/io/source_name.h"
#include "core/io/trial_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace rulescope::io {

namespace {

using base::Error;
using base::ErrorCode;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Names under which quantities that every dialect shares are found in files.
const std::map<std::string, std::vector<std::string_view>>& usualNames() {
    static const std::map<std::string, std::vector<std::string_view>> names = {
        {"animal", {"animal", "subject", "mouse", "rat", "monkey", "animal_id", "subject_id", "mouse_id",
                       "rat_id", "monkey_id", "animal_name", "subject_name", "mouse_name", "rat_name",
                       "subject_nickname", "nickname", "subj", "participant_id"}},
        {"lab", {"lab", "lab_name"}},
        {"session", {"session", "session_num", "session_number", "session_id", "session_index", "session_nr",
                        "session_no", "sess", "sessions", "session_name", "eid", "day", "day_num"}},
        {"date",
            {"session_date", "date", "session_start_date", "session_start_time", "day_date", "start_date"}},
        {"protocol", {"task_protocol", "protocol"}},
        {"trial", {"trial", "trial_num", "trial_number", "trial_index", "trial_id", "trial_nr", "trial_no",
                      "trials"}},
        {"stimulus_onset_s",
            {"stimulus_onset_s", "stimOn_times", "stim_on", "stimOn_time", "stimulus_onset", "stim_on_time",
                "stimulus_onset_time", "gabor_stimulus_onset_time", "visual_stimulus_time",
                "visualStim_times", "goCue_start_time", "stim_onset", "stim_time"}},
        {"response_s", {"response_s", "response_times", "response_time", "choice_registration_time",
                           "reward_outcome_time", "choice_time"}},
        {"reaction_time_s", {"reaction_time_s", "reaction_time", "rt", "reaction_times", "RT_s"}},
        {"probability_left", {"probability_left", "probabilityLeft", "stim_probability_left", "p_left",
                                 "prob_left", "left_probability"}},
    };
    return names;
}

/// Turns the cells of a column into small numbers, each distinct text once.
class Interner {
  public:
    std::uint32_t add(const std::string& text) {
        const auto [found, isNew] = m_known.emplace(text, static_cast<std::uint32_t>(m_texts.size()));
        if (isNew) {
            m_texts.push_back(text);
        }
        return found->second;
    }
    std::vector<std::string>& texts() { return m_texts; }

  private:
    std::unordered_map<std::string, std::uint32_t> m_known;
    std::vector<std::string> m_texts;
};

/// "1.0", as pandas writes a number that met a missing one, is session 1.
std::string labelText(std::string_view cell) {
    const auto point = cell.find('.');
    const bool isWhole = point != std::string_view::npos && point > 0 &&
                         cell.find_first_not_of('0', point + 1) == std::string_view::npos &&
                         cell.substr(0, point).find_first_not_of("0123456789") == std::string_view::npos;
    return std::string(isWhole ? cell.substr(0, point) : cell);
}

/// Does the work of readTrials, one quantity a function.
class TableReader {
  public:
    TableReader(const ImportSource& source, const Table& table, const TableMapping& mapping)
        : m_source(source)
        , m_table(table)
        , m_mapping(mapping)
        , m_file(source.name()) {}

    base::Result<ImportedFile> run() {
        const auto done = readIdentities()
                              .and_then([this] { return readStimuli(); })
                              .and_then([this] { return readOutcomes(); })
                              .and_then([this] { return readAnswers(); })
                              .and_then([this] { return readChoices(); })
                              .and_then([this] { return readTimes(); });
        if (!done) {
            return tl::make_unexpected(done.error());
        }
        if (m_source.stop().stop_requested()) {
            return base::failure(
                ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "Reading was stopped."), m_file);
        }
        fillMissing();
        readFurtherColumns();
        countRepeatedRows();
        if (const auto treated = treatRepeats(); !treated) {
            return tl::make_unexpected(treated.error());
        }
        ImportedFile imported = assemble(m_rows, m_file, m_mapping.dialect);
        imported.conventions = std::move(m_conventions);
        for (const auto& [quantity, index] : m_mapping.columns) {
            imported.columns.push_back({quantity, m_table.header()[index], m_file});
        }
        imported.warnings.insert(imported.warnings.end(), m_warnings.begin(), m_warnings.end());
        return imported;
    }

  private:
    std::optional<std::size_t> column(const char* quantity) const {
        const auto found = m_mapping.columns.find(quantity);
        return found == m_mapping.columns.end() ? std::nullopt : std::optional(found->second);
    }

    std::string cell(std::size_t row, std::optional<std::size_t> col) const {
        return col ? m_table.cell(row, *col) : std::string();
    }

    /// What the file says beside its columns, else what its name does.
    TableIdentity identity() const {
        TableIdentity name = m_table.identity;
        const SourceName file = parseSourceName(m_source.path());
        name.animal = name.animal.empty() ? file.animal : name.animal;
        if (name.date.empty() && name.session.empty()) {
            name.date = file.date;
            name.session = file.session;
        }
        return name;
    }

    /// Animal and session of each row; without their columns the file's name tells them.
    base::Result<void> readIdentities() {
        const TableIdentity name = identity();
        const auto animal = column("animal");
        const auto session = column("session");
        const auto date = column("date");
        // A date in the file's name is that of its only session.
        const bool isOneSession = session && m_table.coded(*session, 1);
        Interner animals, sessions;
        m_rows.session.resize(m_table.rows());
        for (std::size_t row = 0; row < m_table.rows(); ++row) {
            if (row > 0 && isSameCell(row, animal) && isSameCell(row, session) && isSameCell(row, date)) {
                m_rows.session[row] = m_rows.session[row - 1];
                continue;
            }
            const std::string who = animal ? labelText(m_table.cell(row, *animal)) : name.animal;
            if (who.empty()) {
                return base::failure(ErrorCode::InvalidValue,
                    {QT_TRANSLATE_NOOP("core", "Column %1, which names the animal, is empty."),
                        {m_table.header()[*animal]}},
                    m_table.place(row));
            }
            const std::string label = session ? labelText(m_table.cell(row, *session)) : name.session;
            const std::string day = date ? cell(row, date) : session && !isOneSession ? "" : name.date;
            const std::uint32_t index = sessions.add(who + '\n' + label + '\n' + day);
            m_rows.session[row] = index;
            if (index == m_rows.sessions.size()) {
                const std::uint32_t owner = animals.add(who);
                if (owner == m_rows.labs.size()) {
                    m_rows.labs.push_back(column("lab") ? cell(row, column("lab")) : name.lab);
                }
                const std::string protocol =
                    column("protocol") ? cell(row, column("protocol")) : name.protocol;
                m_rows.sessions.push_back({owner, label, isoDate(day), protocol});
                nameSession(m_rows.sessions.back(), day);
            }
        }
        m_rows.animals = std::move(animals.texts());
        return {};
    }

    bool isSameCell(std::size_t row, std::optional<std::size_t> col) const {
        return !col || m_table.areEqual(row, row - 1, *col);
    }

    /// Dates in another form still tell sessions apart; a session column may hold dates.
    void nameSession(TrialRows::SessionKey& session, const std::string& day) const {
        if (session.date.empty() && session.session.empty()) {
            session.session = !day.empty() ? day : column("animal") ? m_source.path().stem().string() : "1";
        }
        if (session.date.empty() && session.session.size() == 10) {
            session.date = isoDate(session.session);
        }
    }

    base::Result<void> readStimuli() {
        const Stimuli& stimuli = m_mapping.stimuli;
        m_rows.trials.stimulus = stimuli.values;
        for (double& value : m_rows.trials.stimulus) {
            value += 0.0; // no negative zeros: they print as -0
        }
        m_rows.keepsSessionNames = !m_mapping.derivesMissing;
        m_rows.stimulusKind = stimuli.kind;
        m_rows.stimulusUnit = stimuli.unit;
        if (stimuli.isUnsigned) {
            m_warnings.push_back({WarningCode::UnsignedStimuli, stimuli.values.size(), m_file});
        }
        if (stimuli.negativeRows > 0) {
            m_warnings.push_back({WarningCode::NegativeContrasts, stimuli.negativeRows, m_file});
        }
        if (stimuli.percentRows > 0) {
            m_warnings.push_back({WarningCode::PercentContrasts, stimuli.percentRows, m_file});
        }
        return {};
    }

    base::Result<void> readOutcomes() {
        m_rows.trials.outcome.assign(m_table.rows(), data::kUnknown);
        const auto outcome = column("outcome");
        if (!outcome) {
            return {};
        }
        const auto coded = codedColumn(m_table, *outcome);
        if (!coded) {
            return tl::make_unexpected(coded.error());
        }
        auto decoding = decode(*coded, m_mapping.outcomeCodes, {}, m_table, m_file);
        if (!decoding) {
            return tl::make_unexpected(decoding.error());
        }
        m_rows.trials.outcome = std::move(decoding->values);
        return {};
    }

    base::Result<void> readAnswers() {
        m_rows.trials.answer = m_mapping.derivesMissing
                                   ? m_mapping.stimuli.side
                                   : std::vector<std::int8_t>(m_table.rows(), data::kUnknown);
        const auto answer = column("answer");
        if (!answer) {
            return {};
        }
        const auto coded = codedColumn(m_table, *answer);
        if (!coded) {
            return tl::make_unexpected(coded.error());
        }
        const Evidence evidence{[this](std::size_t row, std::int8_t value) {
                                    const std::int8_t side = m_mapping.stimuli.side[row];
                                    return side == data::kUnknown || value == data::kUnknown ? Verdict::Silent
                                           : side == value                                   ? Verdict::Agrees
                                                           : Verdict::Contradicts;
                                },
            QT_TRANSLATE_NOOP("core", "the side of the stimulus"), !m_mapping.stimuli.hasMeaningfulSide};
        auto decoding = decode(*coded, m_mapping.answerCodes, evidence, m_table, m_file);
        if (!decoding) {
            return tl::make_unexpected(decoding.error());
        }
        for (std::size_t row = 0; row < m_table.rows(); ++row) {
            const bool isTold = decoding->values[row] != data::kUnknown || !m_mapping.derivesMissing;
            m_rows.trials.answer[row] = isTold ? decoding->values[row] : m_rows.trials.answer[row];
        }
        report(std::move(*decoding));
        return {};
    }

    base::Result<void> readChoices() {
        const auto choice = column("choice");
        if (!choice) {
            return base::failure(ErrorCode::InvalidValue,
                QT_TRANSLATE_NOOP("core", "No column holds the animal's choices."), m_table.where(),
                QT_TRANSLATE_NOOP("core", "Name it in a column map."));
        }
        const auto coded = codedColumn(m_table, *choice);
        if (!coded) {
            return tl::make_unexpected(coded.error());
        }
        if (saysSides(*coded) && !column("answer")) {
            turnContradictedStimuli(*coded);
        }
        auto decoding = decode(*coded, m_mapping.choiceCodes, choiceEvidence(), m_table, m_file);
        if (!decoding) {
            return tl::make_unexpected(decoding.error());
        }
        m_rows.trials.choice = decoding->values;
        report(std::move(*decoding));
        return {};
    }

    /// Words, and a column called after a side, leave no doubt about the choices.
    static bool saysSides(const CodedColumn& coded) {
        const std::string name = foldedName(coded.name);
        const bool isNamed =
            name.find("right") != std::string::npos || name.find("left") != std::string::npos;
        const ValueCodes words{{"right", "r"}, {"left", "l"}, {}};
        return isNamed ||
               std::any_of(coded.values.begin(), coded.values.end(), [&](const std::string& value) {
                   return value == words.one[0] || value == words.one[1] || value == words.zero[0] ||
                          value == words.zero[1];
               });
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
        for (std::size_t row = 0; row < m_rows.trials.size(); ++row) {
            m_rows.trials.stimulus[row] = 0.0 - m_rows.trials.stimulus[row];
            std::int8_t& answer = m_rows.trials.answer[row];
            answer = answer == data::kUnknown ? answer : static_cast<std::int8_t>(1 - answer);
        }
        const auto stimulus = column("stimulus");
        const std::string name = stimulus ? m_table.header()[*stimulus] : std::string("stimulus");
        m_conventions.push_back({name, QT_TRANSLATE_NOOP("core", "positive = left"), evidence.comparedWith,
            against, judged, m_file});
        m_warnings.push_back({WarningCode::ConventionReversed, judged, m_file + ": " + name});
    }

    /// Outcomes tell which side a choice was, and that a rewarded trial had one; without outcomes there is
    /// only that animals mostly choose the stimulus side.
    Evidence choiceEvidence() const {
        const data::Trials& trials = m_rows.trials;
        const auto isKnown = [](std::int8_t value) { return value != data::kUnknown; };
        if (!m_mapping.rewardSide.empty()) {
            return {[&side = m_mapping.rewardSide](std::size_t row, std::int8_t value) {
                        return side[row] == data::kUnknown ? Verdict::Silent
                               : side[row] == value        ? Verdict::Agrees
                                                           : Verdict::Contradicts;
                    },
                QT_TRANSLATE_NOOP("core", "the side of the reward"), false};
        }
        if (std::any_of(trials.outcome.begin(), trials.outcome.end(), isKnown)) {
            return {[&trials, mayRewardNoGos = m_mapping.mayRewardNoGos](std::size_t row, std::int8_t value) {
                        const std::int8_t outcome = trials.outcome[row];
                        if (value == data::kNone) {
                            return outcome == 1 && !mayRewardNoGos ? Verdict::Contradicts : Verdict::Silent;
                        }
                        if (trials.answer[row] == data::kUnknown || outcome == data::kUnknown) {
                            return Verdict::Silent;
                        }
                        const bool isCorrect = value == trials.answer[row];
                        return isCorrect == (outcome == 1) ? Verdict::Agrees : Verdict::Contradicts;
                    },
                QT_TRANSLATE_NOOP("core", "outcome and rewarded side"), false};
        }
        return {[&trials](std::size_t row, std::int8_t value) {
                    const std::int8_t side = trials.answer[row];
                    return side == data::kUnknown || value == data::kNone ? Verdict::Silent
                           : side == value                                ? Verdict::Agrees
                                                                          : Verdict::Contradicts;
                },
            QT_TRANSLATE_NOOP("core", "the side of the stimulus"), true};
    }

    void report(Decoding decoding) {
        m_conventions.push_back(std::move(decoding.convention));
        m_warnings.insert(m_warnings.end(), decoding.warnings.begin(), decoding.warnings.end());
    }

    /// What the file is silent about (METHOD.md section 1).
    void fillMissing() {
        if (!m_mapping.derivesMissing) {
            return;
        }
        data::Trials& trials = m_rows.trials;
        for (std::size_t row = 0; row < trials.size() && m_mapping.isTwoAlternative; ++row) {
            const bool isTold = trials.choice[row] != data::kNone && trials.outcome[row] != data::kUnknown;
            if (trials.answer[row] == data::kUnknown && isTold) {
                trials.answer[row] = static_cast<std::int8_t>(
                    trials.outcome[row] == 1 ? trials.choice[row] : 1 - trials.choice[row]);
            }
        }
        if (m_mapping.stimuli.hasMeaningfulSide) {
            data::deriveAnswersAndOutcomes(trials);
        }
    }

    base::Result<void> readTimes() {
        const std::pair<const char*, std::vector<double>*> quantities[] = {
            {"stimulus_onset_s", &m_rows.trials.stimulusOnsetS}, {"response_s", &m_rows.trials.responseS},
            {"reaction_time_s", &m_rows.trials.reactionTimeS},
            {"probability_left", &m_rows.trials.probabilityLeft}, {"trial", &m_rows.trialNumber}};
        for (const auto& [quantity, values] : quantities) {
            if (const auto found = column(quantity)) {
                auto numbers = m_table.numbers(*found);
                if (!numbers) {
                    return tl::make_unexpected(numbers.error());
                }
                *values = std::move(*numbers);
            }
        }
        readPercentPriors();
        data::Trials& trials = m_rows.trials;
        if (trials.reactionTimeS.empty() && !trials.responseS.empty() && !trials.stimulusOnsetS.empty()) {
            for (std::size_t row = 0; row < m_table.rows(); ++row) {
                trials.reactionTimeS.push_back(trials.responseS[row] - trials.stimulusOnsetS[row]);
            }
        }
        return {};
    }

    /// No probability is above 1: 20, 50 and 80 are percent. Our own files have what the study had.
    void readPercentPriors() {
        std::vector<double>& priors = m_rows.trials.probabilityLeft;
        double largest = 0;
        for (const double prior : priors) {
            largest = std::isnan(prior) ? largest : std::max(largest, std::abs(prior));
        }
        if (largest <= 1 || largest > 100 || !m_mapping.derivesMissing) {
            return;
        }
        for (double& prior : priors) {
            prior /= 100;
        }
        m_conventions.push_back({m_table.header()[*column("probability_left")],
            QT_TRANSLATE_NOOP("core", "percent, divided by 100"), {}, 0, 0, m_file});
    }

    /// Numeric columns that nothing else took, under their own names.
    void readFurtherColumns() {
        std::set<std::size_t> taken = m_mapping.consumed;
        for (const auto& [quantity, index] : m_mapping.columns) {
            if (quantity != "repeat") { // stays a column too
                taken.insert(index);
            }
        }
        std::vector<std::string> ignored;
        for (std::size_t i = 0; i < m_table.columns(); ++i) {
            const std::string& name = m_table.header()[i];
            if (taken.count(i) > 0 || name.empty()) {
                continue;
            }
            if (m_table.isNumeric(i)) {
                m_rows.trials.extra.push_back({name, *m_table.numbers(i)});
            } else {
                ignored.push_back(name);
            }
        }
        keepTrialNumbers();
        if (!ignored.empty()) {
            std::string names;
            for (const std::string& name : ignored) {
                names += (names.empty() ? "" : ", ") + name;
            }
            m_warnings.push_back({WarningCode::ColumnsIgnored, ignored.size(), m_file + ": " + names});
        }
    }

    /// Trial numbers that are not simply a count (from 0 or 1 within each session) say something: gaps are
    /// trials that the file leaves out.
    void keepTrialNumbers() {
        const std::vector<double>& number = m_rows.trialNumber;
        std::vector<double> previous(m_rows.sessions.size(), kNaN);
        bool isPlainCount = true;
        for (std::size_t row = 0; row < number.size() && isPlainCount; ++row) {
            double& last = previous[m_rows.session[row]];
            isPlainCount = std::isnan(last) ? number[row] == 0 || number[row] == 1 : number[row] == last + 1;
            last = number[row];
        }
        if (!isPlainCount) {
            m_rows.trials.extra.push_back({m_table.header()[*column("trial")], number});
        }
    }

    /// Leaves out or marks the trials that the task repeated, if the column map wants it.
    base::Result<void> treatRepeats() {
        const ColumnMap map = m_source.columns().value_or(ColumnMap());
        if (map.repeats == Repeats::Keep) {
            return {};
        }
        const auto named = map.columns.find("repeat");
        const auto column =
            named != map.columns.end() && !named->second.empty() ? m_table.find(named->second) : std::nullopt;
        auto rows = column ? repeatRows(m_table, *column)
                           : base::Result<std::vector<std::uint8_t>>(repeatRows(m_rows.trials));
        if (!rows) {
            return tl::make_unexpected(rows.error());
        }
        if (rows->empty()) {
            return base::failure(ErrorCode::InvalidValue,
                QT_TRANSLATE_NOOP("core", "No column tells which trials the task repeated."), m_table.where(),
                QT_TRANSLATE_NOOP("core", "Name it in the column map, or keep repeated trials."));
        }
        const auto count = static_cast<std::size_t>(std::count(rows->begin(), rows->end(), 1));
        const bool areLeftOut = map.repeats == Repeats::LeaveOut;
        if (count == rows->size() && areLeftOut) {
            return base::failure(ErrorCode::NoData,
                QT_TRANSLATE_NOOP("core", "Every trial is said to be a repeated one; none would be left."),
                m_table.where());
        }
        m_rows.repeats = areLeftOut ? Repeats::LeaveOut : Repeats::CountOnly;
        m_rows.isRepeat = std::move(*rows);
        m_warnings.push_back(
            {areLeftOut ? WarningCode::RepeatsLeftOut : WarningCode::RepeatsCountedOnly, count, m_file});
        return {};
    }

    /// Equal rows mean something only where a time or a trial number should differ.
    void countRepeatedRows() {
        const bool hasClock = column("trial") || column("stimulus_onset_s") || column("response_s") ||
                              column("reaction_time_s");
        std::size_t repeated = 0;
        for (std::size_t row = 1; row < m_table.rows() && hasClock; ++row) {
            bool isSame = true;
            for (std::size_t i = 0; i < m_table.columns() && isSame; ++i) {
                isSame = m_table.areEqual(row, row - 1, i);
            }
            repeated += isSame ? 1 : 0;
        }
        if (repeated > 0) {
            m_warnings.push_back({WarningCode::RepeatedRows, repeated, m_file});
        }
    }

    const ImportSource& m_source;
    const Table& m_table;
    const TableMapping& m_mapping;
    std::string m_file;
    TrialRows m_rows;
    std::vector<ImportWarning> m_warnings;
    std::vector<Convention> m_conventions;
};

} // namespace

base::Result<ImportedFile> readTrials(
    const ImportSource& source, const Table& table, const TableMapping& mapping) {
    return TableReader(source, table, mapping).run();
}

void addUsualColumns(const Table& table, TableMapping& mapping) {
    std::set<std::size_t> taken = mapping.consumed;
    for (const auto& [quantity, index] : mapping.columns) {
        taken.insert(index);
    }
    for (const auto& [quantity, names] : usualNames()) {
        const auto found = mapping.columns.count(quantity) > 0 ? std::nullopt : table.findAny(names);
        if (found && taken.insert(*found).second) {
            mapping.columns.emplace(quantity, *found);
        }
    }
}

bool isIdentityColumn(std::string_view name) {
    const std::string folded = foldedName(name);
    for (const char* quantity : {"animal", "lab", "session", "date", "protocol"}) {
        for (const std::string_view known : usualNames().at(quantity)) {
            if (foldedName(known) == folded) {
                return true;
            }
        }
    }
    return false;
}

base::Result<std::vector<std::size_t>> requireColumns(
    const Table& table, const std::vector<std::string_view>& names) {
    std::vector<std::size_t> found;
    std::string missing;
    for (const std::string_view name : names) {
        if (const auto index = table.find(name)) {
            found.push_back(*index);
        } else {
            missing += (missing.empty() ? "" : ", ") + std::string(name);
        }
    }
    if (!missing.empty()) {
        return base::failure(ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "The columns %1 are missing."), {missing}}, table.where(),
            QT_TRANSLATE_NOOP("core", "Leave the dialect to auto, or name the columns in a column map."));
    }
    return found;
}

bool hasColumns(const Table& table, const std::vector<std::string_view>& names) {
    return std::all_of(
        names.begin(), names.end(), [&](std::string_view name) { return table.find(name).has_value(); });
}

} // namespace rulescope::io
