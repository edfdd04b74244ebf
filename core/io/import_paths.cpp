// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/import_paths.h"

#include "core/base/parallel.h"
#include "core/data/label_order.h"
#include "core/data/same_trials.h"
#include "core/io/formats/alf_names.h"
#include "core/io/formats/formats.h"
#include "core/io/import_merge.h"
#include "core/io/importer.h"
#include "core/io/source_name.h"
#include "core/io/table_format.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <new>
#include <set>
#include <system_error>

namespace rulescope::io {

namespace {

using base::Error;
using base::ErrorCode;
namespace fs = std::filesystem;

/// One file, or folder that is one source, on its way in.
struct FileImport {
    fs::path path;
    bool isFolder = false;
    std::string startTime = {}; ///< time of day of its only session, if the file says so
    std::string dialect = {};
    std::vector<data::AnimalPtr> animals = {};
    std::vector<ImportWarning> warnings = {};
    std::vector<Convention> conventions = {};
    std::vector<ColumnUse> columns = {};
    data::Annotations annotations = {};
    std::optional<Error> error = {};
};

Error systemError(ErrorCode code, const fs::path& path, const std::error_code& reason) {
    return {
        code, {QT_TRANSLATE_NOOP("core", "It can't be read: %1."), {reason.message()}}, path.string(), {}};
}

Error linkError(const fs::path& path) {
    return {ErrorCode::NotReadable,
        QT_TRANSLATE_NOOP("core", "This is a symbolic link; links are not followed."), path.string(),
        QT_TRANSLATE_NOOP("core", "Name the file or folder that it points to.")};
}

Error specialFileError(const fs::path& path) {
    return {ErrorCode::NotReadable,
        QT_TRANSLATE_NOOP("core", "This is a special file (a pipe, a socket or a device), not a data file."),
        path.string(), {}};
}

bool isHidden(const fs::path& path) {
    const std::string name = path.filename().string();
    return !name.empty() && name.front() == '.';
}

/// The folder that holds the session of a trials file: the one above a revision's.
fs::path sessionFolderOf(const fs::path& trialsFile) {
    const fs::path folder = trialsFile.has_parent_path() ? trialsFile.parent_path() : fs::path(".");
    return isAlfRevision(folder.filename().string()) ? folder.parent_path() : folder;
}

/// Files below one folder, sorted with numbers as numbers; trials files of an ALF session count as that
/// session's folder, and other objects in it (wheel, spikes, videos) are no business of ours.
void addFound(std::vector<fs::path> found, std::vector<FileImport>& files) {
    std::sort(found.begin(), found.end(), [](const fs::path& a, const fs::path& b) {
        return std::lexicographical_compare(
            a.begin(), a.end(), b.begin(), b.end(), [](const fs::path& x, const fs::path& y) {
                return data::isNaturallyBefore(x.native(), y.native());
            });
    });
    std::set<fs::path> sessions;
    for (const fs::path& path : found) {
        if (isAlfTrialsFile(path.filename().string())) {
            sessions.insert(sessionFolderOf(path));
        }
    }
    std::set<fs::path> added;
    for (fs::path& path : found) {
        const std::string name = path.filename().string();
        const fs::path folder = sessionFolderOf(path);
        if (isAlfTrialsFile(name)) {
            if (added.insert(folder).second) {
                files.push_back({folder, true});
            }
        } else if (path.extension() != ".npy" && (sessions.count(folder) == 0 || !parseAlfName(name))) {
            files.push_back({std::move(path)});
        }
    }
}

/// Links are not followed, so that no file comes in twice or from elsewhere.
void collectFolder(const fs::path& folder, std::vector<FileImport>& files) {
    std::vector<fs::path> found;
    std::error_code error;
    fs::recursive_directory_iterator entry(folder, fs::directory_options::none, error);
    for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        const fs::file_status status = entry->symlink_status(ignored);
        if (isHidden(entry->path())) {
            entry.disable_recursion_pending();
        } else if (fs::is_regular_file(status)) {
            found.push_back(entry->path());
        } else if (fs::is_symlink(status)) {
            files.push_back({entry->path()});
            files.back().error = linkError(entry->path());
        } else if (!fs::is_directory(status)) {
            files.push_back({entry->path()});
            files.back().error = specialFileError(entry->path());
        }
    }
    const std::size_t before = files.size();
    addFound(std::move(found), files);
    if (files.size() == before && !error) {
        files.push_back({folder});
        files.back().error = Error{ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "The folder holds no file that could be read."), folder.string(), {}};
    }
    if (error) {
        files.push_back({folder});
        files.back().error = systemError(ErrorCode::NotReadable, folder, error);
    }
}

/// Each file once, in the order given.
std::vector<FileImport> collect(const std::vector<fs::path>& paths) {
    std::vector<FileImport> files;
    for (const fs::path& path : paths) {
        std::error_code ignored;
        const fs::file_status status = fs::symlink_status(path, ignored);
        if (fs::is_symlink(status)) {
            files.push_back({path});
            files.back().error = linkError(path);
        } else if (fs::is_directory(status)) {
            collectFolder(path, files);
        } else if (fs::is_regular_file(status) && isAlfTrialsFile(path.filename().string())) {
            files.push_back({sessionFolderOf(path), true});
        } else if (fs::exists(status) && !fs::is_regular_file(status)) {
            files.push_back({path});
            files.back().error = specialFileError(path);
        } else {
            files.push_back({path});
        }
    }
    std::set<fs::path> seen;
    files.erase(std::remove_if(files.begin(), files.end(),
                    [&](const FileImport& file) {
                        std::error_code ignored;
                        const fs::path real =
                            file.error ? file.path : fs::weakly_canonical(file.path, ignored);
                        return !seen.insert(ignored ? file.path : real).second;
                    }),
        files.end());
    return files;
}

bool isFormatName(const std::string& name) {
    return std::any_of(allFormats().begin(), allFormats().end(),
        [&](const TableFormat* format) { return format->name() == name; });
}

/// Makes animals of what a dialect read.
base::Result<void> addAnimals(FileImport& file, std::vector<data::Animal::Content> contents) {
    for (data::Animal::Content& content : contents) {
        auto animal = data::Animal::create(std::move(content));
        if (!animal) {
            Error error = animal.error();
            error.where = file.path.string() + " (" + animal.error().where + ")";
            return tl::make_unexpected(std::move(error));
        }
        file.animals.push_back(std::move(*animal));
    }
    return {};
}

/// Adds what one table of a file notes of an animal to what those before it did.
void addFrom(const data::AnimalNotes& table, data::AnimalNotes& notes) {
    notes.exclusions.insert(notes.exclusions.end(), table.exclusions.begin(), table.exclusions.end());
    notes.phases.insert(notes.phases.end(), table.phases.begin(), table.phases.end());
}

base::Result<void> importTable(
    FileImport& file, Table table, const ImportOptions& options, const base::StopToken& stop) {
    file.warnings.insert(file.warnings.end(), table.warnings.begin(), table.warnings.end());
    file.startTime = table.identity.startTime;
    const ImportSource source(file.path, std::move(table), options.columns, stop);
    const bool isOpen = options.dialect == "auto" || isFormatName(options.dialect);
    const auto importer = isOpen ? recognise(source) : findImporter(options.dialect);
    if (!importer) {
        return tl::make_unexpected(importer.error());
    }
    file.dialect = (*importer)->name();
    auto imported = (*importer)->read(source);
    if (!imported) {
        return tl::make_unexpected(imported.error());
    }
    file.startTime = imported->startTime.empty() ? file.startTime : imported->startTime;
    file.warnings.insert(file.warnings.end(), imported->warnings.begin(), imported->warnings.end());
    file.conventions.insert(
        file.conventions.end(), imported->conventions.begin(), imported->conventions.end());
    file.columns.insert(file.columns.end(), imported->columns.begin(), imported->columns.end());
    for (auto& [name, notes] : imported->annotations) {
        addFrom(notes, file.annotations[name]);
    }
    return addAnimals(file, std::move(imported->animals));
}

base::Result<void> importContents(FileImport& file, const ImportOptions& options, const base::StopToken& stop,
    const base::ProgressCallback& onProgress) {
    const auto source = openSource(file.path, file.isFolder);
    if (!source) {
        return tl::make_unexpected(source.error());
    }
    const TableFormat& format = formatOf(*source);
    if (isFormatName(options.dialect) && format.name() != options.dialect) {
        return base::failure(ErrorCode::BadFormat,
            {QT_TRANSLATE_NOOP("core", "This file is of the format %1, not %2."),
                {std::string(format.name()), options.dialect}},
            file.path.string(), QT_TRANSLATE_NOOP("core", "Leave the dialect to auto."));
    }
    auto contents = format.read(*source, stop, onProgress);
    if (!contents) {
        return tl::make_unexpected(contents.error());
    }
    file.dialect = format.name();
    file.annotations = std::move(contents->annotations);
    file.warnings = std::move(contents->warnings);
    if (const auto added = addAnimals(file, std::move(contents->animals)); !added) {
        return added;
    }
    // A file may hold tables of other things beside its trials; each that is understood must be readable.
    std::optional<Error> notUnderstood;
    for (Table& table : contents->tables) {
        const auto done = importTable(file, std::move(table), options, stop);
        if (!done && done.error().code == ErrorCode::BadFormat && contents->tables.size() > 1) {
            notUnderstood = notUnderstood ? notUnderstood : done.error();
        } else if (!done) {
            return done;
        }
    }
    return file.animals.empty() && notUnderstood ? tl::make_unexpected(*notUnderstood) : base::Result<void>();
}

void importFile(FileImport& file, const ImportOptions& options, const base::StopToken& stop,
    const base::ProgressCallback& onProgress) {
    const auto done = importContents(file, options, stop, onProgress);
    if (!done) {
        file.animals.clear();
        file.error = done.error();
        file.error->where = file.error->where.empty() ? file.path.string() : file.error->where;
    }
}

/// Fractions of several files, each weighed by its size, as one that never falls.
class SharedProgress {
  public:
    SharedProgress(const std::vector<FileImport>& files, const base::ProgressCallback& callback)
        : m_callback(callback)
        , m_done(files.size(), 0) {
        for (const FileImport& file : files) {
            std::error_code ignored;
            const auto bytes = file.isFolder || file.error ? 0 : fs::file_size(file.path, ignored);
            m_weight.push_back(ignored || bytes == 0 ? 1 : static_cast<double>(bytes));
            m_total += m_weight.back();
        }
    }
    /// From one thread at a time, at most about 20 times a second, and when a file ends.
    void report(std::size_t file, double fraction, bool isEnd) {
        const std::lock_guard lock(m_mutex);
        m_sum += (fraction - m_done[file]) * m_weight[file];
        m_done[file] = fraction;
        const auto now = std::chrono::steady_clock::now();
        if (m_callback && (isEnd || now - m_last >= std::chrono::milliseconds(50))) {
            m_last = now;
            m_callback(std::min(1.0, m_sum / m_total));
        }
    }

  private:
    const base::ProgressCallback& m_callback;
    std::mutex m_mutex;
    std::vector<double> m_done, m_weight;
    double m_sum = 0;
    double m_total = 0;
    std::chrono::steady_clock::time_point m_last;
};

/// Runs importFile for all files.
void importFiles(std::vector<FileImport>& files, const ImportOptions& options, const base::StopToken& stop,
    const base::ProgressCallback& onProgress) {
    SharedProgress progress(files, onProgress);
    base::parallelFor(files.size(), 0, [&](std::size_t i) {
        if (!stop.stop_requested() && !files[i].error) {
            try {
                importFile(files[i], options, stop,
                    [&](double fraction) { progress.report(i, std::min(fraction, 0.99), false); });
            } catch (const std::bad_alloc&) {
                files[i].animals.clear();
                files[i].error = Error{ErrorCode::TooLarge,
                    QT_TRANSLATE_NOOP("core", "There is not enough memory to read this file."),
                    files[i].path.string(), {}};
            }
        }
        progress.report(i, 1, true);
    });
}

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
            const Labels labels = {{label, label + "/" + file.startTime}};
            file.animals.front() = relabelled(file.animals.front(), labels);
            for (auto& [name, notes] : file.annotations) {
                notes = relabelled(std::move(notes), labels);
            }
        }
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
    constexpr std::size_t kTooLongForChance = 50;
    for (const data::AnimalPtr& animal : animals) {
        std::map<std::size_t, std::vector<const data::Session*>> byLength;
        std::size_t count = 0;
        for (const data::Session& session : animal->sessions()) {
            auto& others = byLength[session.size()];
            const bool isSame = session.size() >= kTooLongForChance &&
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

ImportReport reportOn(std::vector<FileImport>& files) {
    ImportReport report;
    separateByStartTime(files);
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

} // namespace

base::Result<void> checkDialect(const std::string& dialect) {
    if (dialect == "auto" || isFormatName(dialect) || findImporter(dialect)) {
        return {};
    }
    std::string names = "auto";
    for (const Importer* importer : allImporters()) {
        names += ", " + std::string(importer->name());
    }
    for (const TableFormat* format : allFormats()) {
        names += ", " + std::string(format->name());
    }
    return base::failure(ErrorCode::NotFound,
        {QT_TRANSLATE_NOOP("core", "There is no dialect \u201c%1\u201d; there are %2."), {dialect, names}});
}

base::Result<ImportReport> importPaths(const std::vector<fs::path>& paths, const ImportOptions& options,
    base::StopToken stop, const base::ProgressCallback& onProgress) {
    if (const auto known = checkDialect(options.dialect); !known) {
        return tl::make_unexpected(known.error());
    }
    if (options.dialect != "auto" && !isFormatName(options.dialect)) {
        if (options.columns && options.columns->namesColumns() && options.dialect != "generic") {
            return base::failure(ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "A column map and the dialect %1 exclude each other."),
                    {options.dialect}},
                {}, QT_TRANSLATE_NOOP("core", "Leave one of them out."));
        }
    }
    std::vector<FileImport> files = collect(paths);
    importFiles(files, options, stop, onProgress);
    if (stop.stop_requested()) {
        return base::failure(
            ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "The import was stopped; nothing was imported."));
    }
    return reportOn(files);
}

} // namespace rulescope::io
