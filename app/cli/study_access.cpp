// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/study_access.h"

#include "app/cli/progress_line.h"
#include "core/data/analysed.h"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace rulescope::cli {

namespace {

/// An advisory lock on a folder: it leaves no file behind, and the kernel drops it if the program dies. Where
/// a file system has no locks, work goes on without.
class FolderLock {
  public:
    explicit FolderLock(const std::filesystem::path& folder)
        : m_descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        if (m_descriptor >= 0) {
            ::flock(m_descriptor, LOCK_EX);
        }
    }
    ~FolderLock() {
        if (m_descriptor >= 0) {
            ::close(m_descriptor);
        }
    }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

  private:
    int m_descriptor = -1;
};

/// "stem-1", "stem-2", ...: the first that no entry of `list` has as its id.
template<class List>
std::string freeId(const List& list, const std::string& stem) {
    for (int number = 1;; ++number) {
        std::string id = stem + '-' + std::to_string(number);
        if (std::none_of(list.begin(), list.end(), [&](const auto& entry) { return entry->id == id; })) {
            return id;
        }
    }
}

void tellLostNotes(const io::StudyContents& contents) {
    for (const base::Error& note : contents.notesLost) {
        remark("left out: " + base::english(note));
    }
}

} // namespace

CLI::Option* declareStudy(CLI::App& options, std::string& path) {
    return options.add_option("--study", path, "The study file (.rulescope)")->required()->type_name("FILE");
}

base::Result<io::StudyContents> openForAnalysis(const std::string& path) {
    return io::openStudy(path).map([](io::StudyContents contents) {
        tellLostNotes(contents);
        contents.study = data::analysed(contents.study);
        const data::ExclusionCounts leftOut = data::countExclusions(contents.study.animals);
        if (leftOut.trials > 0) {
            remark(fmt::format("left out by annotations: {} trials ({} whole sessions) of {} animals",
                leftOut.trials, leftOut.sessions, leftOut.animals));
        }
        return contents;
    });
}

base::Result<void> updateStudy(const std::string& path, IfMissing ifMissing,
    const std::function<base::Result<void>(io::StudyContents&)>& change) {
    const std::filesystem::path file(path);
    const FolderLock lock(file.has_parent_path() ? file.parent_path() : std::filesystem::path("."));
    std::error_code ignored;
    io::StudyContents contents;
    if (ifMissing == IfMissing::Refuse || std::filesystem::exists(file, ignored)) {
        base::Result<io::StudyContents> read = io::openStudy(file);
        if (!read) {
            return tl::make_unexpected(read.error());
        }
        contents = std::move(*read);
        tellLostNotes(contents);
    }
    return change(contents).and_then([&] { return io::saveStudy(contents, file); });
}

base::Result<fit::FitResultPtr> requireFit(const io::StudyContents& contents, const std::string& id) {
    std::string known;
    for (const fit::FitResultPtr& candidate : contents.fits) {
        if (candidate->id == id) {
            return candidate;
        }
        known += (known.empty() ? "" : ", ") + candidate->id;
    }
    if (known.empty()) {
        return base::failure(base::ErrorCode::NotFound,
            {"The study has no fit named \"%1\", nor any other.", {id}}, "--fit",
            "Fit a rule first: rulescope-cli fit.");
    }
    return base::failure(
        base::ErrorCode::NotFound, {"The study has no fit named \"%1\"; it has %2.", {id, known}}, "--fit");
}

std::string storeFit(io::StudyContents& contents, fit::FitResult result) {
    result.id = freeId(contents.fits, result.spec.rule);
    contents.fits.push_back(std::make_shared<const fit::FitResult>(std::move(result)));
    return contents.fits.back()->id;
}

std::string storeComparison(io::StudyContents& contents, fit::Comparison comparison) {
    comparison.id = freeId(contents.comparisons, "comparison");
    contents.comparisons.push_back(std::make_shared<const fit::Comparison>(std::move(comparison)));
    return contents.comparisons.back()->id;
}

} // namespace rulescope::cli
