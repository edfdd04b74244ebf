// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/file_import.h"

#include "core/data/label_order.h"
#include "core/data/same_trials.h"
#include "core/io/import_merge.h"
#include "core/io/source_name.h"

#include <algorithm>
#include <map>
#include <set>

namespace rulescope::io {

namespace {

using base::Error;

using Parts = std::map<std::string, std::vector<data::AnimalPtr>>;

/// Marks the files whose sessions contradict those of an earlier file, so that the rest can be joined; if
/// none stands out, `reason` falls on all files of that animal.
void skipContradicting(std::vector<FileImport>& files, const std::string& animalName, const Error& reason) {
    const auto skip = [](FileImport& file, Error error) {
        error.where = file.path.string() + " (" + error.where + ")";
        file.error = std::move(error);
    };
    data::AnimalPtr accepted;
    std::vector<FileImport*> holders;
    bool hasSkipped = false;
    for (FileImport& file : files) {
        for (std::size_t i = 0; i < file.animals.size() && !file.error; ++i) {
            if (file.animals[i]->name() != animalName) {
                continue;
            }
            holders.push_back(&file);
            auto merged = accepted ? data::mergeAnimals(*accepted, *file.animals[i]) : file.animals[i];
            if (merged) {
                accepted = std::move(*merged);
            } else {
                skip(file, merged.error());
                hasSkipped = true;
            }
        }
    }
    for (FileImport* file : holders) {
        if (!hasSkipped) {
            skip(*file, reason);
        }
    }
}

/// True for a file of one session that says when it began.
bool hasStartTime(const FileImport& file) {
    return !file.startTime.empty() && !file.error && file.animals.size() == 1 &&
           file.animals.front()->sessions().size() == 1;
}

/// Gives sessions of one of a file's animals other labels, in the notes too.
void relabel(FileImport& file, std::size_t animal, const Labels& labels) {
    file.animals[animal] = relabelled(file.animals[animal], labels);
    const auto notes = file.annotations.find(file.animals[animal]->name());
    if (notes != file.annotations.end()) {
        notes->second = relabelled(std::move(notes->second), labels);
    }
}

/// Sessions with one label in several files that say when they began are two recordings of a day if their
/// trials differ: the time tells them apart.
void separateByStartTime(std::vector<FileImport>& files) {
    using Key = std::pair<std::string, std::string>; // animal and label
    const auto keyOf = [](const FileImport& file) {
        return Key(file.animals.front()->name(), file.animals.front()->sessions().front().label);
    };
    std::map<Key, const FileImport*> first;
    std::set<Key> doubled;
    for (const FileImport& file : files) {
        if (hasStartTime(file)) {
            const auto [known, isNew] = first.emplace(keyOf(file), &file);
            const bool isOther =
                !isNew && !data::haveSameTrials(*known->second->animals.front(), 0, *file.animals.front(), 0);
            if (isOther) {
                doubled.insert(keyOf(file));
            }
        }
    }
    for (FileImport& file : files) {
        if (hasStartTime(file) && doubled.count(keyOf(file)) > 0) {
            const std::string label = keyOf(file).second;
            relabel(file, 0, {{label, label + "/" + file.startTime}});
        }
    }
}

/// Files of one animal may hold the same sessions under other names (a table that has grown): each is kept
/// once, with all its trials.
void joinSameSessions(std::vector<FileImport>& files, std::vector<ImportWarning>& warnings) {
    struct Part {
        FileImport* file;
        std::size_t animal;
    };
    std::map<std::string, std::vector<Part>> partsOf;
    for (FileImport& file : files) {
        for (std::size_t i = 0; i < file.animals.size() && !file.error; ++i) {
            partsOf[file.animals[i]->name()].push_back({&file, i});
        }
    }
    for (const auto& [name, parts] : partsOf) {
        std::vector<data::AnimalPtr> animals;
        for (const Part& part : parts) {
            animals.push_back(part.file->animals[part.animal]);
        }
        const SameSessions same = sameSessions(animals);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            if (!same.labels[i].empty()) {
                relabel(*parts[i].file, parts[i].animal, same.labels[i]);
            }
            if (!same.shorter[i].empty()) {
                data::AnimalPtr& animal = parts[i].file->animals[parts[i].animal];
                animal = data::withoutSessions(*animal, same.shorter[i]); // null: nothing is left
            }
        }
        if (same.grown > 0) {
            warnings.push_back({WarningCode::SessionsGrown, same.grown, name});
        }
    }
    for (FileImport& file : files) {
        file.animals.erase(
            std::remove(file.animals.begin(), file.animals.end(), nullptr), file.animals.end());
    }
}

/// Start times and notes of the files that came in, for the animals as they were joined.
void addFurther(const std::vector<FileImport>& files, ImportReport& report) {
    std::map<std::string, data::AnimalPtr> joined;
    for (const data::AnimalPtr& animal : report.animals) {
        joined[animal->name()] = animal;
    }
    for (const FileImport& file : files) {
        for (std::size_t i = 0; i < file.animals.size() && !file.error; ++i) {
            const data::Animal& animal = *file.animals[i];
            if (const auto notes = file.annotations.find(animal.name()); notes != file.annotations.end()) {
                addNotes(report.annotations, notes->second, animal, *joined.at(animal.name()));
            }
            if (hasStartTime(file)) {
                report.startTimes[{animal.name(), animal.sessions().front().label}] = file.startTime;
            }
        }
    }
}

/// Joins the files of each animal, in the order in which animals first occur; contradicting files drop out.
std::vector<data::AnimalPtr> joinAnimals(std::vector<FileImport>& files) {
    while (true) {
        std::vector<std::string> order;
        Parts parts;
        for (const FileImport& file : files) {
            for (std::size_t i = 0; i < file.animals.size() && !file.error; ++i) {
                auto& list = parts[file.animals[i]->name()];
                if (list.empty()) {
                    order.push_back(file.animals[i]->name());
                }
                list.push_back(file.animals[i]);
            }
        }
        std::vector<data::AnimalPtr> joined;
        for (const std::string& name : order) {
            auto animal = data::mergeAnimals(parts[name]);
            if (!animal) {
                skipContradicting(files, name, animal.error());
                break;
            }
            joined.push_back(std::move(*animal));
        }
        if (joined.size() == order.size()) {
            return joined;
        }
    }
}

/// Sessions of one animal that came in twice under their name; joining keeps them once.
void countDuplicates(const std::vector<FileImport>& files, std::vector<ImportWarning>& warnings) {
    std::map<std::pair<std::string, std::string>, std::size_t> seen;
    std::map<std::string, std::size_t> doubles;
    for (const FileImport& file : files) {
        for (const data::AnimalPtr& animal : file.error ? std::vector<data::AnimalPtr>() : file.animals) {
            for (const data::Session& session : animal->sessions()) {
                doubles[animal->name()] += seen[{animal->name(), session.label}]++ > 0 ? 1 : 0;
            }
        }
    }
    for (const auto& [name, count] : doubles) {
        if (count > 0) {
            warnings.push_back({WarningCode::DuplicateSessions, count, name});
        }
    }
}

/// True if both sessions hold the same stimuli, choices and outcomes.
bool areSameTrials(const data::Trials& trials, const data::Session& a, const data::Session& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double x = trials.stimulus[a.begin + i];
        const double y = trials.stimulus[b.begin + i];
        if ((x != y && !(x != x && y != y)) || trials.choice[a.begin + i] != trials.choice[b.begin + i] ||
            trials.outcome[a.begin + i] != trials.outcome[b.begin + i]) {
            return false;
        }
    }
    return true;
}

/// Sessions of an animal that repeat another one under another name; short ones may do so by chance.
void countSameTrials(const std::vector<data::AnimalPtr>& animals, std::vector<ImportWarning>& warnings) {
    for (const data::AnimalPtr& animal : animals) {
        std::map<std::size_t, std::vector<const data::Session*>> byLength;
        std::size_t count = 0;
        for (const data::Session& session : animal->sessions()) {
            auto& others = byLength[session.size()];
            const bool isSame = isTooLongForChance(session) &&
                                std::any_of(others.begin(), others.end(), [&](const data::Session* other) {
                                    return areSameTrials(animal->trials(), *other, session);
                                });
            count += isSame ? 1 : 0;
            others.push_back(&session);
        }
        if (count > 0) {
            warnings.push_back({WarningCode::SameTrials, count, animal->name()});
        }
    }
}

/// Animals whose sessions go by dates of which the day or the month may stand first.
void countDoubtfulDates(const std::vector<data::AnimalPtr>& animals, std::vector<ImportWarning>& warnings) {
    for (const data::AnimalPtr& animal : animals) {
        std::vector<std::string> labels;
        for (const data::Session& session : animal->sessions()) {
            if (session.date.empty()) {
                labels.push_back(session.label);
            }
        }
        if (data::areDoubtfulDates(labels)) {
            warnings.push_back({WarningCode::DatesUnclear, labels.size(), animal->name()});
        }
    }
}

/// Files that name an animal each, by names that differ in numbers only, may be the sessions of one.
void countAnimalsOfOneSession(const std::vector<FileImport>& files, std::vector<ImportWarning>& warnings) {
    constexpr std::size_t kFew = 3;
    std::map<std::string, std::set<std::string>> byStem;
    for (const FileImport& file : files) {
        const bool isNamed = std::any_of(file.columns.begin(), file.columns.end(),
            [](const ColumnUse& use) { return use.quantity == "animal"; });
        if (file.error || isNamed || file.animals.size() != 1 || file.animals[0]->sessions().size() != 1) {
            continue;
        }
        const std::string& name = file.animals[0]->name();
        const auto last = name.find_last_not_of("0123456789");
        if (last != std::string::npos && last + 1 < name.size() &&
            parseSourceName(file.path).animal == name) {
            byStem[name.substr(0, last + 1)].insert(name);
        }
    }
    for (const auto& [stem, names] : byStem) {
        if (names.size() >= kFew) {
            warnings.push_back({WarningCode::AnimalsOfOneSession, names.size(),
                *names.begin() + " \u2026 " + *names.rbegin()});
        }
    }
}

} // namespace

ImportReport reportOn(std::vector<FileImport>& files) {
    ImportReport report;
    separateByStartTime(files);
    joinSameSessions(files, report.warnings);
    report.animals = joinAnimals(files);
    addFurther(files, report);
    for (FileImport& file : files) {
        if (file.error) {
            report.skipped.push_back({file.path.string(), std::move(*file.error)});
            continue;
        }
        report.sources.emplace_back(file.path.string(), file.dialect);
        report.warnings.insert(report.warnings.end(), file.warnings.begin(), file.warnings.end());
        report.conventions.insert(report.conventions.end(), file.conventions.begin(), file.conventions.end());
        report.columns.insert(report.columns.end(), file.columns.begin(), file.columns.end());
    }
    countDuplicates(files, report.warnings);
    countSameTrials(report.animals, report.warnings);
    countDoubtfulDates(report.animals, report.warnings);
    countAnimalsOfOneSession(files, report.warnings);
    return report;
}

} // namespace rulescope::io
