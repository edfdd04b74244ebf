// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/import_paths.h"

#include "core/base/parallel.h"
#include "core/data/label_order.h"
#include "core/io/file_import.h"
#include "core/io/formats/alf_names.h"
#include "core/io/formats/formats.h"
#include "core/io/importer.h"
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
    ImportSource source(file.path, std::move(table), options.columns, stop);
    source.setDayOrder(file.dayOrder);
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
    file.startTime = imported->startTime;
    file.days.order = imported->days.order == DayOrder::Unknown ? file.days.order : imported->days.order;
    file.days.areAmbiguous = file.days.areAmbiguous || imported->days.areAmbiguous;
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

/// Files whose dates could be read in either order are read again in that of the others, if these agree.
void readOpenDays(std::vector<FileImport>& files, const ImportOptions& options, const base::StopToken& stop) {
    bool isDayFirst = false, isMonthFirst = false;
    for (const FileImport& file : files) {
        isDayFirst = isDayFirst || file.days.order == DayOrder::DayFirst;
        isMonthFirst = isMonthFirst || file.days.order == DayOrder::MonthFirst;
    }
    if (isDayFirst == isMonthFirst) {
        return;
    }
    std::vector<FileImport> open;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (files[i].days.areAmbiguous && !files[i].error) {
            open.push_back({files[i].path, files[i].isFolder});
            open.back().dayOrder = isDayFirst ? DayOrder::DayFirst : DayOrder::MonthFirst;
            places.push_back(i);
        }
    }
    importFiles(open, options, stop, {});
    for (std::size_t i = 0; i < open.size(); ++i) {
        files[places[i]] = std::move(open[i]);
    }
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
    readOpenDays(files, options, stop);
    if (stop.stop_requested()) {
        return base::failure(
            ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "The import was stopped; nothing was imported."));
    }
    return reportOn(files);
}

} // namespace rulescope::io
