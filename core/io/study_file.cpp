// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/study_file.h"

#include "core/base/file_bytes.h"
#include "core/io/crash_shield.h"
#include "core/io/hdf5.h"
#include "core/io/study_layout.h"

#include <new>
#include <set>
#include <string>

namespace rulescope::io {

namespace {

using base::Error;
using base::ErrorCode;
namespace fs = std::filesystem;

/// Guards memory; 6 million trials take about a tenth of it.
constexpr std::size_t kLargestStudy = std::size_t{2} << 30;
/// A damaged file may send the library round in circles.
constexpr int kRehearsalSeconds = 60;

std::string placeIn(const fs::path& path, const std::string& object) {
    return object.empty() ? path.string() : path.string() + ", " + object;
}

/// A name that occurs twice would overwrite its namesake.
template<class Items, class NameOf>
base::Result<void> checkUnique(const Items& items, NameOf&& nameOf, const fs::path& path) {
    std::set<std::string> names;
    for (const auto& item : items) {
        const std::string& name = nameOf(*item);
        if (name.empty() || !names.insert(name).second) {
            return base::failure(ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP(
                     "core", "The study can't be saved: the name \u201c%1\u201d is empty or used twice."),
                    {name}},
                path.string());
        }
    }
    return {};
}

base::Result<void> checkNames(const StudyContents& contents, const fs::path& path) {
    return checkUnique(
        contents.study.animals, [](const auto& animal) -> const std::string& { return animal.name(); }, path)
        .and_then([&] {
            return checkUnique(
                contents.fits, [](const auto& fit) -> const std::string& { return fit.id; }, path);
        })
        .and_then([&] {
            return checkUnique(
                contents.comparisons, [](const auto& item) -> const std::string& { return item.id; }, path);
        });
}

base::Result<std::vector<char>> fileOf(const StudyContents& contents, const fs::path& path) {
    try {
        const hdf5::LibraryLock lock;
        hdf5::NewFile file(study_layout::Seal::kBytes);
        study_layout::writeContents(file.root(), contents);
        std::vector<char> bytes = file.finish();
        study_layout::writeSeal(bytes);
        return bytes;
    } catch (const hdf5::Failure& failed) {
        return base::failure(ErrorCode::Internal,
            {QT_TRANSLATE_NOOP("core", "The study can't be put into HDF5: %1. The file was not touched."),
                {std::string(failed.what())}},
            placeIn(path, failed.object()));
    } catch (const std::bad_alloc&) {
        return base::failure(ErrorCode::TooLarge,
            QT_TRANSLATE_NOOP(
                "core", "There is not enough memory to save the study. The file was not touched."),
            path.string(), QT_TRANSLATE_NOOP("core", "Close other programs and save again."));
    }
}

Error damaged(const fs::path& path, base::Text what, const std::string& object = {}) {
    return {ErrorCode::BadFormat, std::move(what), placeIn(path, object),
        QT_TRANSLATE_NOOP("core", "Use a backup copy; the file was not changed.")};
}

Error cutShort(const fs::path& path, std::size_t bytes, std::size_t expected) {
    return damaged(path, {QT_TRANSLATE_NOOP("core", "The study is cut short: it has %1 of %2 bytes."),
                             {static_cast<std::int64_t>(bytes), static_cast<std::int64_t>(expected)}});
}

/// What can be said before the library is asked.
base::Result<void> checkSignature(std::span<const char> bytes, const fs::path& path) {
    if (bytes.empty()) {
        return base::failure(ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP("core", "The file is empty; it is not a study."), path.string());
    }
    if (!hdf5::hasSignature(bytes)) {
        const auto seal = study_layout::readSeal(bytes);
        if (seal) {
            return tl::make_unexpected(cutShort(path, bytes.size(), seal->bytes));
        }
        return base::failure(ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP("core", "This is not a Rulescope study (not even an HDF5 file)."),
            path.string(), QT_TRANSLATE_NOOP("core", "If it holds trials, import it instead of opening it."));
    }
    return {};
}

/// Reads the image with the library; its failures become errors that name the place.
base::Result<StudyContents> read(std::span<const char> bytes, const fs::path& path) {
    try {
        const hdf5::Handle file = hdf5::openImage(bytes);
        auto contents = study_layout::readContents(file);
        if (!contents) {
            Error error = contents.error();
            error.where = placeIn(path, error.where);
            return tl::make_unexpected(std::move(error));
        }
        return contents;
    } catch (const hdf5::Failure& failed) {
        return tl::make_unexpected(damaged(path,
            {QT_TRANSLATE_NOOP("core", "The study is damaged or lacks a part: %1."),
                {std::string(failed.what())}},
            failed.object()));
    } catch (const std::bad_alloc&) {
        return base::failure(ErrorCode::TooLarge,
            QT_TRANSLATE_NOOP("core", "There is not enough memory to read the study."), path.string());
    } catch (const std::length_error&) {
        return tl::make_unexpected(
            damaged(path, QT_TRANSLATE_NOOP("core", "The study claims sizes that no study has.")));
    }
}

/// A file whose checksum fails, or that has none: first read it where a crash of the library does no harm.
base::Result<StudyContents> readUnsealed(std::span<const char> bytes, const fs::path& path) {
    const Rehearsal rehearsal = rehearse([&] { (void)read(bytes, path); }, kRehearsalSeconds);
    if (rehearsal != Rehearsal::Survived) {
        return tl::make_unexpected(damaged(
            path, QT_TRANSLATE_NOOP("core", "The study is damaged so badly that it can't be read at all.")));
    }
    auto contents = read(bytes, path);
    if (contents) {
        contents->isChangedOutside = true;
        return contents;
    }
    // Another program may have made the file shorter; only its own superblock knows that bytes are missing.
    const std::size_t claimed = hdf5::claimedSize(bytes).value_or(0);
    if (contents.error().code == ErrorCode::BadFormat && claimed > bytes.size()) {
        return tl::make_unexpected(cutShort(path, bytes.size(), claimed));
    }
    return contents;
}

} // namespace

base::Result<void> saveStudy(const StudyContents& contents, const fs::path& path) {
    if (const auto checked = checkNames(contents, path); !checked) {
        return checked;
    }
    const auto bytes = fileOf(contents, path);
    if (!bytes) {
        return tl::make_unexpected(bytes.error());
    }
    return base::replaceFile(path, *bytes);
}

base::Result<StudyContents> openStudy(const fs::path& path) {
    const auto bytes = base::readWholeFile(path, kLargestStudy);
    if (!bytes) {
        return tl::make_unexpected(bytes.error());
    }
    const auto seal = study_layout::readSeal(*bytes);
    const bool isIntact = seal && study_layout::matches(*seal, *bytes);
    if (isIntact && seal->formatVersion > kStudyFormatVersion) {
        Error error = study_layout::newerVersionError(seal->formatVersion);
        error.where = path.string();
        return tl::make_unexpected(std::move(error));
    }
    if (const auto checked = checkSignature(*bytes, path); !checked) {
        return tl::make_unexpected(checked.error());
    }
    const hdf5::LibraryLock lock;
    return isIntact ? read(*bytes, path) : readUnsealed(*bytes, path);
}

} // namespace rulescope::io
