// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/alf_names.h"

#include "core/io/source_name.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace rulescope::io {

namespace {

bool areDigits(const std::string& text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// "_ibl_trials" -> "trials".
std::string withoutNamespace(const std::string& object) {
    const auto end = object.size() > 1 && object.front() == '_' ? object.find('_', 1) : std::string::npos;
    return end == std::string::npos ? object : object.substr(end + 1);
}

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
        [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::vector<std::string> namesOf(const std::filesystem::path& folder) {
    std::error_code ignored;
    const auto full = std::filesystem::absolute(folder, ignored).lexically_normal();
    std::vector<std::string> names;
    for (const auto& part : ignored ? folder : full) {
        if (!part.empty()) {
            names.push_back(part.string());
        }
    }
    return names;
}

} // namespace

std::optional<AlfName> parseAlfName(const std::string& fileName) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (std::size_t dot = fileName.find('.'); dot != std::string::npos; dot = fileName.find('.', begin)) {
        parts.push_back(fileName.substr(begin, dot - begin));
        begin = dot + 1;
    }
    parts.push_back(fileName.substr(begin));
    const bool isComplete = parts.size() >= 3 &&
                            std::none_of(parts.begin(), parts.end(), [](const auto& p) { return p.empty(); });
    if (!isComplete) {
        return {};
    }
    AlfName name{withoutNamespace(parts[0]), parts[1], {}, lowered(parts.back())};
    for (std::size_t i = 2; i + 1 < parts.size(); ++i) {
        name.extra += (name.extra.empty() ? "" : ".") + parts[i];
    }
    return name;
}

bool isAlfTrialsFile(const std::string& fileName) {
    const auto name = parseAlfName(fileName);
    return name && name->object == "trials" &&
           (name->extension == "npy" ||
               (name->attribute == "table" && (name->extension == "pqt" || name->extension == "parquet")));
}

bool isAlfRevision(const std::string& folderName) {
    return folderName.size() > 2 && folderName.front() == '#' && folderName.back() == '#';
}

TableIdentity alfIdentity(const std::filesystem::path& folder) {
    const std::vector<std::string> names = namesOf(folder);
    TableIdentity identity;
    std::size_t day = names.size();
    for (std::size_t i = names.size(); i-- > 0 && day == names.size();) {
        day = names[i].size() == 10 && !isoDate(names[i]).empty() ? i : day;
    }
    if (day == names.size()) {
        // No dated folder: the nearest one that is no part of the convention names the animal.
        for (std::size_t i = names.size(); i-- > 0 && identity.animal.empty();) {
            const bool isPart = names[i] == "alf" || isAlfRevision(names[i]) || areDigits(names[i]);
            if (!isPart && names[i] != "/") {
                const SourceName name = parseSourceName(names[i] + ".alf");
                identity = {name.animal, {}, name.date, name.session, {}};
            }
        }
        return identity;
    }
    identity.date = isoDate(names[day]);
    const bool hasNumber = day + 1 < names.size() && areDigits(names[day + 1]) && names[day + 1].size() <= 3;
    if (hasNumber && names[day + 1].find_first_not_of("0") != std::string::npos &&
        names[day + 1].substr(names[day + 1].find_first_not_of('0')) != "1") {
        identity.session = identity.date + "/" + names[day + 1];
    }
    const std::string collection = names.back();
    if (collection != "alf" && collection != "task_00" && day + (hasNumber ? 2 : 1) < names.size()) {
        identity.session = (identity.session.empty() ? identity.date : identity.session) + "/" + collection;
    }
    const bool hasSubject = day > 0 && names[day - 1] != "/" && names[day - 1] != "Subjects";
    identity.animal = hasSubject ? names[day - 1] : std::string();
    if (day >= 3 && names[day - 2] == "Subjects" && names[day - 3] != "/") {
        identity.lab = names[day - 3];
    }
    return identity;
}

} // namespace rulescope::io
