// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/source_name.h"

#include "core/data/label_order.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <regex>

namespace rulescope::io {

namespace {

constexpr std::string_view kSeparators = "_-. ";

bool isDigit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

bool areDigits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), isDigit);
}

bool isBetween(std::string_view digits, int low, int high) {
    const int value = std::stoi(std::string(digits));
    return value >= low && value <= high;
}

std::string joinedDate(std::string_view year, std::string_view month, std::string_view day) {
    if (!areDigits(year) || !areDigits(month) || !areDigits(day) || !isBetween(year, 1900, 2199) ||
        !isBetween(month, 1, 12) || !isBetween(day, 1, 31)) {
        return {};
    }
    return std::string(year) + "-" + std::string(month) + "-" + std::string(day);
}

struct FoundDate {
    std::string iso;
    std::size_t length = 0;
};

/// A date that starts here: YYYY-MM-DD with -, _, . or /, or YYYYMMDD.
FoundDate dateAt(std::string_view text) {
    if (text.size() >= 10 && text[4] == text[7] &&
        std::string_view("-_./").find(text[4]) != std::string_view::npos &&
        (text.size() == 10 || !isDigit(text[10]))) {
        return {joinedDate(text.substr(0, 4), text.substr(5, 2), text.substr(8, 2)), 10};
    }
    if (text.size() >= 8 && areDigits(text.substr(0, 8)) && (text.size() == 8 || !isDigit(text[8]))) {
        return {joinedDate(text.substr(0, 4), text.substr(4, 2), text.substr(6, 2)), 8};
    }
    return {};
}

/// "03-Feb-2014", as MATLAB and many rigs write it, with or without a time behind it.
std::string spelledDate(std::string_view text) {
    constexpr std::string_view kMonths = "janfebmaraprmayjunjulaugsepoctnovdec";
    const auto first = text.find_first_of("-/ ");
    if (first == std::string_view::npos || first == 0 || first > 2 || text.size() < first + 9 ||
        text[first + 4] != text[first]) {
        return {};
    }
    std::string name(text.substr(first + 1, 3));
    std::transform(name.begin(), name.end(), name.begin(),
        [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto month = kMonths.find(name);
    if (month == std::string_view::npos || month % 3 != 0) {
        return {};
    }
    const std::string number = std::to_string(month / 3 + 1);
    const std::string day(text.substr(0, first));
    return joinedDate(text.substr(first + 5, 4), (number.size() == 1 ? "0" : "") + number,
        (day.size() == 1 ? "0" : "") + day);
}

/// "03/15/2021", "15.3.2021": two numbers before a year, alone or before a time.
struct YearLast {
    int first = 0, second = 0;
    std::string year;
    char separator = '/';
};

std::optional<YearLast> yearLast(std::string_view text) {
    text = text.substr(0, text.find_first_of("T ,"));
    const auto one = text.find_first_of("./-");
    const auto two = one == std::string_view::npos ? one : text.find(text[one], one + 1);
    if (two == std::string_view::npos) {
        return {};
    }
    const std::string_view first = text.substr(0, one), second = text.substr(one + 1, two - one - 1);
    const std::string_view year = text.substr(two + 1);
    if (!areDigits(first) || first.size() > 2 || !areDigits(second) || second.size() > 2 ||
        !areDigits(year) || year.size() != 4) {
        return {};
    }
    return YearLast{
        std::stoi(std::string(first)), std::stoi(std::string(second)), std::string(year), text[one]};
}

/// 'a' or 'p' for "AM" or "PM" behind a time; 0 without.
char halfOfDay(std::string_view rest) {
    const auto letter = rest.find_first_not_of(" .0123456789");
    const auto lower = [&](std::size_t i) {
        return i < rest.size() ? static_cast<char>(std::tolower(static_cast<unsigned char>(rest[i]))) : ' ';
    };
    const bool isHalf = letter != std::string_view::npos && (lower(letter) == 'a' || lower(letter) == 'p') &&
                        (lower(letter + 1) == 'm' || (lower(letter + 1) == '.' && lower(letter + 2) == 'm'));
    return isHalf ? lower(letter) : '\0';
}

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(kSeparators);
    if (first == std::string_view::npos) {
        return {};
    }
    return std::string(text.substr(first, text.find_last_not_of(kSeparators) - first + 1));
}

/// "sub-M1_ses-2020-08-25_task-x": subject and session by their keys, as BIDS and DANDI name files.
std::optional<SourceName> keyedName(const std::string& stem) {
    const auto valueOf = [&](std::string_view key) {
        const auto at = stem.compare(0, key.size(), key) == 0 ? 0 : stem.find("_" + std::string(key));
        if (at == std::string::npos) {
            return std::string();
        }
        const auto begin = at + (at == 0 ? 0 : 1) + key.size();
        return stem.substr(begin, stem.find('_', begin) - begin);
    };
    SourceName name{valueOf("sub-"), {}, valueOf("ses-")};
    if (name.animal.empty()) {
        return {};
    }
    const FoundDate date = dateAt(name.session);
    if (!date.iso.empty()) {
        name.date = date.iso;
        name.session = trimmed(std::string_view(name.session).substr(date.length));
    }
    return name;
}

bool hasDigit(std::string_view text) {
    return std::any_of(text.begin(), text.end(), isDigit);
}

/// True if `word` matches the end of `text`, behind a separator or alone; cuts it off.
bool cutEnd(std::string& text, const std::string& word, std::string* digits = nullptr) {
    std::smatch match;
    const std::regex end("^(.*[_\\-. ])?(?:" + word + ")$", std::regex::icase);
    if (!std::regex_match(text, match, end)) {
        return false;
    }
    if (digits != nullptr) {
        *digits = match[2].str();
    }
    text = trimmed(std::string(match[1].str()));
    return true;
}

/// "exp2", "cohort_1": what stands behind it is a subject.
bool isGroup(const std::string& name) {
    static const std::regex group(
        "(?:.*[_\\-. ])?(?:exp|experiment|cohort|group|batch|study|task|cage|box|line|rig)[_\\-. ]?\\d+",
        std::regex::icase);
    return std::regex_match(name, group);
}

/// "M1_session3" and "M1_s3" are M1's session 3, "session_1_trials" is session 1 of what the folder names. A
/// lone s may stand for a subject, and the number of "mouse_data12" be the mouse's: they are a session's only
/// behind a name with a number.
void cutSession(SourceName& name) {
    constexpr const char* kContents = "trials?|behaviou?r|beh|data|choices|results|alf|raw_behavior_data";
    while (cutEnd(name.animal, kContents)) {
    }
    const auto isCutBy = [&](const std::string& form, bool needsNumber, std::string& rest,
                             std::string& digits) {
        rest = name.animal;
        return cutEnd(rest, form, &digits) && (!needsNumber || rest.empty() || hasDigit(rest));
    };
    std::string rest, digits;
    const bool isCut = isCutBy("(?:sessions?|sess|ses)[_\\-. ]?(\\d*)", false, rest, digits) ||
                       isCutBy("day[_\\-. ]?(\\d+)", false, rest, digits) ||
                       isCutBy("(?:trials?|behaviou?r|data)[_\\-. ]?(\\d*)", true, rest, digits) ||
                       (isCutBy("s(\\d{1,3})", true, rest, digits) && !rest.empty() && !isGroup(rest));
    if (isCut) {
        name.session = name.session.empty() ? digits : name.session;
        name.animal = rest;
        cutSession(name);
    }
}

/// Takes a time ("143000", "14-30-00", "T1430") from the beginning of what stands behind a date. Mere
/// digits may as well be an animal's number if nothing else names one; six behind a date of mere digits are
/// not.
void takeTime(std::string& text, bool hasAnimal, bool isDateOfDigits, SourceName& name) {
    static const std::regex form(
        "^T?([01]\\d|2[0-3])([-_.:h]?)([0-5]\\d)(?:\\2([0-5]\\d))?(?![0-9])", std::regex::icase);
    std::smatch match;
    if (!std::regex_search(text, match, form)) {
        return;
    }
    const bool isMarked =
        match[2].length() > 0 || text.front() == 'T' || (isDateOfDigits && match[4].matched);
    if (hasAnimal || isMarked) {
        name.startTime =
            match[1].str() + ":" + match[3].str() + ":" + (match[4].matched ? match[4].str() : "00");
        text = trimmed(match.suffix().str());
    }
}

/// A day inside a name: what stands before and behind it.
struct NamedDay {
    std::string iso;  ///< ISO 8601 day, or empty:
    std::string text; ///< then as it stands there, since other names must tell what its numbers are
    std::string before, behind;
};

/// True for six digits that may be a day of these decades rather than an animal's number.
bool isOfOurTime(const std::string& digits) {
    const auto forms = data::compactDates({digits});
    return std::any_of(forms.begin(), forms.end(), [&](data::CompactDate form) {
        const std::string day = data::isoDay(digits, form);
        return day >= "2010" && day < "2040";
    });
}

/// "mouse": the digits beside it are an animal's.
bool isKind(const std::string& text) {
    static const std::regex kind(
        "(?:mouse|mice|rat|animal|subject|subj|monkey|id|m|cohort|group)_?", std::regex::icase);
    return std::regex_match(text, kind);
}

/// "15-03-2021" or "210315" where nothing else is a date; six digits only beside other words.
std::optional<NamedDay> doubtfulDay(const std::string& stem) {
    static const std::regex yearLast("(^|[^0-9])(\\d{1,2}([-._])\\d{1,2}\\3(?:19|20)\\d\\d)(?![0-9])");
    static const std::regex sixDigits("(^|[^0-9])(\\d{6})(?![0-9])");
    std::smatch match;
    if (std::regex_search(stem, match, yearLast)) {
        return NamedDay{isoDate(match[2].str()), match[2].str(), match.prefix().str() + match[1].str(),
            match.suffix().str()};
    }
    const bool hasLetter =
        std::any_of(stem.begin(), stem.end(), [](unsigned char c) { return std::isalpha(c) != 0; });
    if (hasLetter && std::regex_search(stem, match, sixDigits) && isOfOurTime(match[2].str()) &&
        !isKind(trimmed(match.prefix().str()) + trimmed(match.suffix().str()))) {
        return NamedDay{{}, match[2].str(), match.prefix().str() + match[1].str(), match.suffix().str()};
    }
    return {};
}

std::optional<NamedDay> namedDay(const std::string& stem) {
    for (std::size_t at = 0; at < stem.size(); ++at) {
        const FoundDate date =
            at > 0 && isDigit(stem[at - 1]) ? FoundDate() : dateAt(std::string_view(stem).substr(at));
        if (!date.iso.empty()) {
            return NamedDay{date.iso, {}, stem.substr(0, at), stem.substr(at + date.length)};
        }
    }
    return doubtfulDay(stem);
}

/// What one name of a path says: of "session_1_trials" the session only, of "M1_2021-03-15" animal and date.
SourceName partsOf(const std::string& stem) {
    if (const auto keyed = keyedName(stem)) {
        return *keyed;
    }
    SourceName name{stem, {}, {}};
    if (const auto day = namedDay(stem)) {
        name.date = day->iso;
        name.session = day->iso.empty() ? day->text : std::string();
        name.animal = trimmed(day->before);
        std::string rest = trimmed(day->behind);
        const std::size_t length = stem.size() - day->before.size() - day->behind.size();
        takeTime(rest, !name.animal.empty(), length == 8, name);
        const auto digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
        const bool isNumber =
            digits > 0 && digits <= 3 &&
            (digits == rest.size() || kSeparators.find(rest[digits]) != std::string_view::npos);
        if (isNumber && name.session.empty()) {
            name.session = rest.substr(0, digits);
            rest = trimmed(std::string_view(rest).substr(digits));
        }
        name.animal += (name.animal.empty() || rest.empty() ? "" : "_") + rest;
    }
    cutSession(name);
    return name;
}

/// True for a folder that is a date and nothing else.
bool isDateFolder(const std::filesystem::path& folder) {
    const SourceName name = partsOf(folder.filename().string());
    return !name.date.empty() && name.animal.empty();
}

} // namespace

SourceName parseSourceName(const std::filesystem::path& path) {
    constexpr int kMostFolders = 4;
    const std::string stem = path.stem().string();
    SourceName name = partsOf(stem);
    const auto isNumberOfDay = [](const std::string& text, const std::filesystem::path& folder) {
        return areDigits(text) && text.size() <= 3 && text.front() == '0' &&
               isDateFolder(folder); // "7" may be a mouse
    };
    if (isNumberOfDay(stem, path.parent_path())) {
        name = {{}, {}, stem};
    }
    std::filesystem::path folder = path.parent_path();
    for (int i = 0; i < kMostFolders && folder.has_filename(); ++i, folder = folder.parent_path()) {
        const std::string text = folder.filename().string();
        const SourceName above =
            isNumberOfDay(text, folder.parent_path()) ? SourceName{{}, {}, text} : partsOf(text);
        // A folder of another name says nothing about its files.
        const bool isOurs = above.animal.empty() || name.animal.empty();
        name.date = isOurs && name.date.empty() ? above.date : name.date;
        name.session = isOurs && name.session.empty() ? above.session : name.session;
        name.animal = name.animal.empty() ? above.animal : name.animal;
        if (!above.animal.empty()) {
            break;
        }
    }
    name.animal = name.animal.empty() ? stem : name.animal;
    return name;
}

DayOrder dayOrder(const std::vector<std::string>& texts) {
    bool isDayFirst = false, isMonthFirst = false;
    for (const std::string& text : texts) {
        const auto numbers = yearLast(text);
        isDayFirst = isDayFirst || (numbers && numbers->first > 12);
        isMonthFirst = isMonthFirst || (numbers && numbers->second > 12);
    }
    return isDayFirst == isMonthFirst ? DayOrder::Unknown
           : isDayFirst               ? DayOrder::DayFirst
                                      : DayOrder::MonthFirst;
}

bool isDayAmbiguous(std::string_view text) {
    const auto numbers = yearLast(text);
    return numbers && numbers->first <= 12 && numbers->second <= 12 && numbers->first != numbers->second;
}

std::string timeOfDay(std::string_view dateAndTime) {
    const auto colon = dateAndTime.find(':');
    const auto blank = dateAndTime.substr(0, colon).find_last_of("T ");
    if (colon == std::string_view::npos || blank == std::string_view::npos) {
        return {};
    }
    const std::string_view hours = dateAndTime.substr(blank + 1, colon - blank - 1);
    std::string_view rest = dateAndTime.substr(colon + 1);
    const bool hasSeconds = rest.size() > 2 && rest[2] == ':';
    const std::string_view minutes = rest.substr(0, 2);
    const std::string_view seconds = hasSeconds ? rest.substr(3, 2) : "00";
    rest.remove_prefix(std::min<std::size_t>(rest.size(), hasSeconds ? 5 : 2));
    if (!areDigits(hours) || hours.size() > 2 || !areDigits(minutes) || minutes.size() != 2 ||
        !areDigits(seconds) || seconds.size() != 2 || !isBetween(minutes, 0, 59) ||
        !isBetween(seconds, 0, 59)) {
        return {};
    }
    const char half = halfOfDay(rest);
    if (!isBetween(hours, half == 0 ? 0 : 1, half == 0 ? 23 : 12)) {
        return {};
    }
    const int number = std::stoi(std::string(hours));
    const int hour = half == 0 ? number : number % 12 + (half == 'p' ? 12 : 0);
    const std::string time = (hour < 10 ? "0" : "") + std::to_string(hour) + ":" + std::string(minutes) +
                             ":" + std::string(seconds);
    return time == "00:00:00" ? std::string() : time;
}

std::string isoDate(std::string_view text, DayOrder order) {
    if (const auto numbers = yearLast(text)) {
        const bool isDayFirst =
            order == DayOrder::DayFirst || (numbers->separator == '.' && order != DayOrder::MonthFirst);
        const bool isKnown = isDayFirst || order == DayOrder::MonthFirst;
        const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
        return !isKnown ? std::string()
                        : joinedDate(numbers->year, two(isDayFirst ? numbers->second : numbers->first),
                              two(isDayFirst ? numbers->first : numbers->second));
    }
    if (std::string spelled = spelledDate(text); !spelled.empty()) {
        return spelled;
    }
    const FoundDate date = dateAt(text);
    const bool endsOrHasTime =
        date.length == text.size() ||
        (date.length < text.size() && (text[date.length] == 'T' || text[date.length] == ' '));
    return endsOrHasTime ? date.iso : std::string();
}

} // namespace rulescope::io
