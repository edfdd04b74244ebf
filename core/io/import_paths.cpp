// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/import_paths.h"

#include "core/base/parallel.h"
#include "core/io/importer.h"

#include <algorithm>
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

/// One file on its way in.
struct FileImport {
    fs::path path;
    std::string dialect;
    std::vector<data::AnimalPtr> animals;
    std::vector<ImportWarning> warnings;
    std::vector<Convention> conventions;
    std::optional<Error> error;
};

Error systemError(ErrorCode code, const fs::path& path, const std::error_code& reason) {
    return {
        code, {QT_TRANSLATE_NOOP("core", "It can't be read: %1."), {reason.message()}}, path.string(), {}};
}

bool isHidden(const fs::path& path) {
    const std::string name = path.filename().string();
    return !name.empty() && name.front() == '.';
}

/// Regular files below a folder, sorted; links are not followed, so that no file comes in twice or from
/// elsewhere.
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
        }
    }
    std::sort(found.begin(), found.end());
    for (fs::path& path : found) {
        files.push_back({std::move(path), {}, {}, {}, {}, {}});
    }
    if (error) {
        files.push_back({folder, {}, {}, {}, {}, systemError(ErrorCode::NotReadable, folder, error)});
    }
}

/// Each file once, in the order given.
std::vector<FileImport> collect(const std::vector<fs::path>& paths) {
    std::vector<FileImport> files;
    for (const fs::path& path : paths) {
        std::error_code ignored;
        if (fs::is_directory(path, ignored)) {
            collectFolder(path, files);
        } else {
            files.push_back({path, {}, {}, {}, {}, {}});
        }
    }
    std::set<fs::path> seen;
    files.erase(std::remove_if(files.begin(), files.end(),
                    [&](const FileImport& file) {
                        std::error_code ignored;
                        const fs::path real = fs::weakly_canonical(file.path, ignored);
                        return !seen.insert(ignored ? file.path : real).second;
                    }),
        files.end());
    return files;
}

base::Result<ImportedFile> readFile(
    FileImport& file, const ImportOptions& options, const base::StopToken& stop) {
    const ImportSource source(file.path, options.columns, stop);
    const auto importer = options.dialect == "auto" ? recognise(source) : findImporter(options.dialect);
    if (!importer) {
        return tl::make_unexpected(importer.error());
    }
    file.dialect = (*importer)->name();
    return (*importer)->read(source);
}

void importFile(FileImport& file, const ImportOptions& options, const base::StopToken& stop) {
    auto imported = readFile(file, options, stop);
    if (!imported) {
        file.error = imported.error();
        file.error->where = file.error->where.empty() ? file.path.string() : file.error->where;
        return;
    }
    for (data::Animal::Content& content : imported->animals) {
        auto animal = data::Animal::create(std::move(content));
        if (!animal) {
            file.error = animal.error();
            file.error->where = file.path.string() + " (" + animal.error().where + ")";
            file.animals.clear();
            return;
        }
        file.animals.push_back(std::move(*animal));
    }
    file.warnings = std::move(imported->warnings);
    file.conventions = std::move(imported->conventions);
}

/// Runs importFile for all files; progress goes from one thread at a time.
void importFiles(std::vector<FileImport>& files, const ImportOptions& options, const base::StopToken& stop,
    const base::ProgressCallback& onProgress) {
    std::mutex progressMutex;
    std::size_t done = 0;
    base::parallelFor(files.size(), 0, [&](std::size_t i) {
        if (!stop.stop_requested() && !files[i].error) {
            try {
                importFile(files[i], options, stop);
            } catch (const std::bad_alloc&) {
                files[i].animals.clear();
                files[i].error = Error{ErrorCode::TooLarge,
                    QT_TRANSLATE_NOOP("core", "There is not enough memory to read this file."),
                    files[i].path.string(), {}};
            }
        }
        const std::lock_guard lock(progressMutex);
        ++done;
        if (onProgress) {
            onProgress(static_cast<double>(done) / static_cast<double>(files.size()));
        }
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

ImportReport reportOn(std::vector<FileImport>& files) {
    ImportReport report;
    report.animals = joinAnimals(files);
    for (FileImport& file : files) {
        if (file.error) {
            report.skipped.push_back({file.path.string(), std::move(*file.error)});
            continue;
        }
        report.sources.emplace_back(file.path.string(), file.dialect);
        report.warnings.insert(report.warnings.end(), file.warnings.begin(), file.warnings.end());
        report.conventions.insert(report.conventions.end(), file.conventions.begin(), file.conventions.end());
    }
    return report;
}

} // namespace

base::Result<ImportReport> importPaths(const std::vector<fs::path>& paths, const ImportOptions& options,
    base::StopToken stop, const base::ProgressCallback& onProgress) {
    if (options.dialect != "auto") {
        const auto importer = findImporter(options.dialect);
        if (!importer) {
            return tl::make_unexpected(importer.error());
        }
        if (options.columns && options.dialect != "generic") {
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
