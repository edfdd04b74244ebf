// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/label_order.h"
#include "core/io/interner.h"
#include "core/io/source_name.h"
#include "core/io/table_reading.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

namespace rulescope::io {

namespace {

/// "1.0", as pandas writes a number that met a missing one, is session 1.
std::string labelText(std::string_view cell) {
    const auto point = cell.find('.');
    const bool isWhole = point != std::string_view::npos && point > 0 &&
                         cell.find_first_not_of('0', point + 1) == std::string_view::npos &&
                         cell.substr(0, point).find_first_not_of("0123456789") == std::string_view::npos;
    return std::string(isWhole ? cell.substr(0, point) : cell);
}

/// Seconds of "14:30:05"; 0 for midnight, which has no text.
int secondsOf(const std::string& time) {
    const bool isTime = time.size() == 8 && time[2] == ':' && time[5] == ':' &&
                        time.find_first_not_of("0123456789:") == std::string::npos;
    return isTime ? std::stoi(time) * 3600 + std::stoi(time.substr(3)) * 60 + std::stoi(time.substr(6)) : 0;
}

class IdentityReader {
  public:
    explicit IdentityReader(TableReading& reading)
        : m_reading(reading)
        , m_table(reading.table)
        , m_animal(reading.column("animal"))
        , m_session(reading.column("session"))
        , m_date(reading.column("date"))
        , m_day(dayColumn())
        , m_name(identity()) {
        readDays();
        m_hasTrialTimes = hasTrialTimes();
        for (const auto& column : {m_animal, m_session, m_date}) {
            fillBelow(column);
        }
        // A date in the file's name is that of its only session.
        m_isOneSession = m_session && m_table.coded(*m_session, 1);
    }

    base::Result<void> run() {
        TrialRows& rows = m_reading.rows;
        rows.session.resize(m_table.rows());
        for (std::size_t row = 0; row < m_table.rows(); ++row) {
            if (row > 0 && isSameCell(row, m_animal) && isSameCell(row, m_session) &&
                isSameCell(row, m_date) && isSameCell(row, m_day)) {
                rows.session[row] = rows.session[row - 1];
                continue;
            }
            const auto session = sessionOf(row);
            if (!session) {
                return tl::make_unexpected(session.error());
            }
            rows.session[row] = *session;
        }
        rows.animals = std::move(m_animals.texts());
        nameByDayAndSession();
        if (m_date && !m_session) {
            joinStampedTrials();
        }
        // A session that is alone goes by its day; whoever joins files knows the time.
        if (rows.sessions.size() == 1 && m_date && !m_session && !rows.sessions.front().date.empty()) {
            m_reading.startTime = std::exchange(rows.sessions.front().session, {});
        }
        if (rows.sessions.size() == 1 && m_reading.startTime.empty()) {
            m_reading.startTime = m_startTime;
        }
        rows.keepsSessionNames = !m_reading.mapping.derivesMissing;
        return {};
    }

  private:
    static constexpr std::size_t kMostDays = 10'000;

    /// A day of more sessions than this, each of less than so many trials, is one whose trials carry their
    /// times.
    static constexpr std::size_t kMostSessionsOfDay = 8;
    static constexpr std::size_t kFewTrials = 5;
    /// So are more than these, one after the other within so many seconds: times in minutes.
    static constexpr std::size_t kMostSessionsInARow = 3;
    static constexpr int kRestS = 60;

    /// What the numbers in a column of days are, and from the dates of all columns which of day and month
    /// stands first; where they don't tell, other files of the import may.
    void readDays() {
        std::vector<std::string> texts;
        for (const auto column : {m_date, m_session}) {
            const auto days = column ? m_table.coded(*column, kMostDays) : std::nullopt;
            if (days) {
                texts.insert(texts.end(), days->texts.begin(), days->texts.end());
            }
            if (days && column == m_date) {
                std::vector<std::string> dates = days->texts;
                dates.erase(std::remove(dates.begin(), dates.end(), ""), dates.end());
                const auto forms = data::compactDates(dates);
                m_form = forms.size() == 1 ? std::optional(forms.front()) : std::nullopt;
            }
        }
        FoundDays& found = m_reading.days;
        found.order = dayOrder(texts);
        found.areAmbiguous = found.order == DayOrder::Unknown &&
                             std::any_of(texts.begin(), texts.end(),
                                 [](const std::string& text) { return isDayAmbiguous(text); });
        m_order = found.order == DayOrder::Unknown ? m_reading.source.dayOrder() : found.order;
    }

    /// True for times of trials beside the name of their session: they say its day only.
    bool hasTrialTimes() const {
        constexpr std::size_t kTrialsOfSession = 20;
        return m_session && m_date && m_table.rows() > kTrialsOfSession &&
               !timeOfDay(m_table.cell(0, *m_date)).empty() &&
               !m_table.coded(*m_date, m_table.rows() / kTrialsOfSession);
    }

    /// Merged cells come with their text in the first row only: no two rows below each other say the same.
    void fillBelow(std::optional<std::size_t> column) {
        std::vector<std::uint32_t> sources;
        std::size_t filled = 0;
        column =
            m_reading.mapping.derivesMissing ? column : std::nullopt; // our own files have no merged cells
        for (std::size_t row = 0; column && row < m_table.rows() && filled * 2 <= m_table.rows(); ++row) {
            const bool isFilled = !m_table.cell(row, *column).empty();
            const bool isSame = row > 0 && m_table.areEqual(row, row - 1, *column);
            filled += isFilled ? 1 : 0;
            if (!isFilled && row > 0) {
                sources.push_back(sources.back());
            } else if (isFilled && !isSame) {
                sources.push_back(static_cast<std::uint32_t>(row));
            } else {
                return;
            }
        }
        if (column && filled * 2 <= m_table.rows()) {
            m_sources[*column] = std::move(sources);
            m_reading.warnings.push_back({WarningCode::CellsFilled, m_table.rows() - filled,
                m_reading.file + ": " + m_table.header()[*column]});
        }
    }

    /// The row whose cell stands for that of this row.
    std::size_t sourceOf(std::size_t row, std::size_t column) const {
        const auto found = m_sources.find(column);
        return found == m_sources.end() ? row : found->second[row];
    }

    std::string dayText(std::size_t row) const {
        std::string day = m_table.cell(sourceOf(row, *m_date), *m_date);
        return m_hasTrialTimes ? day.substr(0, day.find_first_of("T ")) : day;
    }

    /// True if the times of a day's sessions follow each other as those of trials do.
    static bool areInARow(std::vector<int> seconds) {
        std::sort(seconds.begin(), seconds.end());
        if (seconds.size() <= kMostSessionsInARow) {
            return false;
        }
        std::adjacent_difference(seconds.begin(), seconds.end(), seconds.begin());
        const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>((seconds.size() + 1) / 2);
        std::nth_element(seconds.begin() + 1, middle, seconds.end());
        return *middle <= kRestS;
    }

    /// Where sessions are numbered within days that are numbered too, the column of those.
    std::optional<std::size_t> dayColumn() const {
        const bool mayBeThere = m_session && !m_date && m_reading.mapping.derivesMissing;
        const auto day = mayBeThere ? m_table.findAny({"day", "day_num", "day_number", "day_index", "day_nr",
                                          "day_no", "training_day"})
                                    : std::nullopt;
        const auto& columns = m_reading.mapping.columns;
        const bool isTaken = day && std::any_of(columns.begin(), columns.end(),
                                        [&](const auto& column) { return column.second == *day; });
        return isTaken ? std::nullopt : day;
    }

    /// "day 2/1" for the first session of day 2, if sessions of an animal's days have the same names.
    void nameByDayAndSession() {
        std::vector<TrialRows::SessionKey>& sessions = m_reading.rows.sessions;
        std::set<std::pair<std::uint32_t, std::string>> names;
        bool areDistinct = true;
        for (const TrialRows::SessionKey& session : sessions) {
            areDistinct = names.emplace(session.animal, session.session).second && areDistinct;
        }
        for (std::size_t i = 0; i < sessions.size() && m_day && !areDistinct; ++i) {
            sessions[i].session = "day " + m_days[i] + "/" + sessions[i].session;
        }
    }

    /// If the column of days holds the time of each trial, the day alone names sessions.
    void joinStampedTrials() {
        TrialRows& rows = m_reading.rows;
        std::vector<std::size_t> trials(rows.sessions.size());
        for (const std::uint32_t session : rows.session) {
            ++trials[session];
        }
        using Day = std::pair<std::uint32_t, std::string>; // animal and date
        struct Count {
            std::uint32_t first = 0; // session
            std::size_t sessions = 0, trials = 0;
            std::vector<int> seconds = {}; // of the day
        };
        std::map<Day, Count> days;
        bool isStamped = false;
        for (std::uint32_t i = 0; i < rows.sessions.size(); ++i) {
            if (!rows.sessions[i].date.empty()) {
                Count& count = days.try_emplace({rows.sessions[i].animal, rows.sessions[i].date}, Count{i})
                                   .first->second;
                ++count.sessions;
                count.trials += trials[i];
                count.seconds.push_back(secondsOf(rows.sessions[i].session));
            }
        }
        for (const auto& [day, count] : days) {
            isStamped = isStamped || areInARow(count.seconds) ||
                        (count.sessions > kMostSessionsOfDay && count.trials < kFewTrials * count.sessions);
        }
        if (isStamped) {
            nameByDays([&](const TrialRows::SessionKey& session, std::uint32_t own) {
                return session.date.empty() ? own : days.at({session.animal, session.date}).first;
            });
        }
    }

    /// Puts the trials of each session into the one that `sessionOfDay` names, which loses its time.
    template<class SessionOfDay>
    void nameByDays(const SessionOfDay& sessionOfDay) {
        TrialRows& rows = m_reading.rows;
        std::vector<TrialRows::SessionKey> kept;
        std::vector<std::uint32_t> places(rows.sessions.size()); // of the sessions, among those kept
        for (std::uint32_t i = 0; i < rows.sessions.size(); ++i) {
            const std::uint32_t first = sessionOfDay(rows.sessions[i], i);
            places[i] = first == i ? static_cast<std::uint32_t>(kept.size()) : places[first];
            if (first == i) {
                kept.push_back(rows.sessions[i]);
                kept.back().session = kept.back().date.empty() ? kept.back().session : std::string();
            }
        }
        for (std::uint32_t& session : rows.session) {
            session = places[session];
        }
        m_reading.warnings.push_back({WarningCode::TimesOfTrials, rows.sessions.size(),
            m_reading.file + ": " + m_table.header()[*m_date]});
        rows.sessions = std::move(kept);
    }

    /// What the file says beside its columns, else what its name does.
    TableIdentity identity() {
        TableIdentity name = m_table.identity;
        const SourceName file = parseSourceName(m_reading.source.path());
        name.animal = name.animal.empty() ? file.animal : name.animal;
        if (name.date.empty() && name.session.empty()) {
            name.date = file.date;
            name.session = file.session;
        }
        m_startTime = name.startTime.empty() ? file.startTime : name.startTime;
        return name;
    }

    bool isSameCell(std::size_t row, std::optional<std::size_t> column) const {
        return !column || m_table.areEqual(sourceOf(row, *column), sourceOf(row - 1, *column), *column);
    }

    std::string cellOr(const char* quantity, std::size_t row, const std::string& otherwise) const {
        const auto column = m_reading.column(quantity);
        return column ? m_table.cell(sourceOf(row, *column), *column) : otherwise;
    }

    /// The session that a row belongs to, as an index; the first row of a session makes it.
    base::Result<std::uint32_t> sessionOf(std::size_t row) {
        const std::string who =
            m_animal ? labelText(m_table.cell(sourceOf(row, *m_animal), *m_animal)) : m_name.animal;
        if (who.empty()) {
            return base::failure(base::ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "Column %1, which names the animal, is empty."),
                    {m_table.header()[*m_animal]}},
                m_table.place(row));
        }
        const std::string label =
            m_session ? labelText(m_table.cell(sourceOf(row, *m_session), *m_session)) : m_name.session;
        const std::string day = m_date ? dayText(row) : m_session && !m_isOneSession ? "" : m_name.date;
        const std::string number = m_day ? labelText(m_table.cell(row, *m_day)) : std::string();
        const std::uint32_t index = m_sessions.add(who + '\n' + label + '\n' + day + '\n' + number);
        TrialRows& rows = m_reading.rows;
        if (index == rows.sessions.size()) {
            const std::uint32_t owner = m_animals.add(who);
            if (owner == rows.labs.size()) {
                rows.labs.push_back(cellOr("lab", row, m_name.lab));
            }
            rows.sessions.push_back(
                {owner, label, m_form ? data::isoDay(day, *m_form) : isoDate(day, m_order),
                    cellOr("protocol", row, m_name.protocol)});
            nameSession(rows.sessions.back(), day);
            m_days.push_back(number);
        }
        return index;
    }

    /// Dates in another form still tell sessions apart; a session column may hold dates, a column of dates
    /// times of the day.
    void nameSession(TrialRows::SessionKey& session, const std::string& day) const {
        if (session.date.empty() && session.session.empty()) {
            session.session = !day.empty() ? day : m_animal ? m_reading.source.path().stem().string() : "1";
        }
        const bool hasDateForm = session.session.find_first_of("-/.") != std::string::npos;
        if (session.date.empty() && hasDateForm && timeOfDay(session.session).empty()) {
            session.date = isoDate(session.session, m_order);
            session.session = session.date.empty() ? session.session : session.date; // as other files have it
        }
        if (m_date && !m_session && session.session.empty()) {
            session.session = timeOfDay(day);
        }
    }

    TableReading& m_reading;
    const Table& m_table;
    std::optional<std::size_t> m_animal, m_session, m_date;
    std::optional<std::size_t> m_day; ///< a number, beside sessions that are numbered too
    std::vector<std::string> m_days;  ///< of each session, in that column
    std::string m_startTime;          ///< that the file says beside its columns
    TableIdentity m_name;
    DayOrder m_order = DayOrder::Unknown;
    std::optional<data::CompactDate> m_form; ///< of days that are numbers only
    bool m_hasTrialTimes =
        false; ///< the column of days has the time of each trial, that of sessions their names
    std::map<std::size_t, std::vector<std::uint32_t>>
        m_sources; ///< of columns with merged cells, see sourceOf
    bool m_isOneSession = false;
    Interner m_animals, m_sessions;
};

} // namespace

base::Result<void> readIdentities(TableReading& reading) {
    return IdentityReader(reading).run();
}

} // namespace rulescope::io
