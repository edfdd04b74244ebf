// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file_bytes.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace rulescope::base {

namespace {

namespace fs = std::filesystem;

/// A POSIX file descriptor, closed at the end of its scope.
class Descriptor {
  public:
    explicit Descriptor(int fd = -1)
        : m_fd(fd) {}
    ~Descriptor() {
        if (m_fd >= 0) {
            ::close(m_fd);
        }
    }
    Descriptor(Descriptor&& other) noexcept
        : m_fd(std::exchange(other.m_fd, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    int get() const { return m_fd; }
    bool isOpen() const { return m_fd >= 0; }
    /// Network file systems report a failed write only here.
    int close() { return ::close(std::exchange(m_fd, -1)); }

  private:
    int m_fd;
};

std::string reason(int number) {
    return std::generic_category().message(number);
}

Error readError(int number, const fs::path& path) {
    if (number == ENOENT || number == ENOTDIR) {
        return {ErrorCode::NotFound, QT_TRANSLATE_NOOP("core", "The file does not exist."), path.string(),
            QT_TRANSLATE_NOOP("core", "Check the name and the folder.")};
    }
    if (number == EACCES || number == EPERM) {
        return {ErrorCode::NotReadable, QT_TRANSLATE_NOOP("core", "You may not read this file."),
            path.string(), QT_TRANSLATE_NOOP("core", "Ask its owner for permission to read it.")};
    }
    return {ErrorCode::NotReadable,
        {QT_TRANSLATE_NOOP("core", "The file can't be read: %1."), {reason(number)}}, path.string(), {}};
}

Error writeError(int number, const fs::path& path) {
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return {ErrorCode::NotFound, QT_TRANSLATE_NOOP("core", "The folder to write to does not exist."),
            path.string(), QT_TRANSLATE_NOOP("core", "Create it or choose another one.")};
    case EACCES:
    case EPERM:
    case EROFS:
        return {ErrorCode::NotWritable, QT_TRANSLATE_NOOP("core", "You may not write to this folder."),
            path.string(), QT_TRANSLATE_NOOP("core", "Save it somewhere else; nothing was changed here.")};
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return {ErrorCode::NotWritable,
            QT_TRANSLATE_NOOP("core", "The disk or your quota is full; nothing was changed."), path.string(),
            QT_TRANSLATE_NOOP("core", "Make room or save it somewhere else.")};
    default:
        return {ErrorCode::NotWritable,
            {QT_TRANSLATE_NOOP("core", "The file can't be written: %1; nothing was changed."),
                {reason(number)}},
            path.string(), QT_TRANSLATE_NOOP("core", "Save it somewhere else.")};
    }
}

/// 0, or the errno of the failure.
int writeAll(int fd, std::span<const char> bytes) {
    constexpr std::size_t kLargestWrite = std::size_t{1} << 30;
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), std::min(bytes.size(), kLargestWrite));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return errno;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return 0;
}

int syncFolder(const fs::path& folder) {
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!descriptor.isOpen()) {
        return errno;
    }
    // Some network file systems can't sync a folder (EINVAL); the rename itself is done.
    return ::fsync(descriptor.get()) == 0 || errno == EINVAL ? 0 : errno;
}

/// Where a name leads, through symbolic links that may dangle.
fs::path resolved(const fs::path& path) {
    std::error_code error;
    const fs::path target = fs::weakly_canonical(path, error);
    return error || target.empty() ? path : target;
}

fs::path folderOf(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

std::string temporaryPrefix(const fs::path& target) {
    return ".rulescope-save-" + std::to_string(std::hash<std::string>{}(target.filename().string())) + "-";
}

/// Removes what killed savers of this file left behind; a living one holds a lock on its temporary file.
void removeStaleTemporaries(const fs::path& target) {
    const std::string prefix = temporaryPrefix(target);
    std::error_code error;
    for (fs::directory_iterator entry(folderOf(target), error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().filename().string().compare(0, prefix.size(), prefix) != 0) {
            continue;
        }
        const Descriptor stale(::open(entry->path().c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
        if (stale.isOpen() && ::flock(stale.get(), LOCK_EX | LOCK_NB) == 0) {
            ::unlink(entry->path().c_str());
        }
    }
}

/// Permissions that the new file gets: those of the old one, else what the user's mask leaves.
mode_t permissionsFor(const fs::path& target) {
    struct stat old {};
    if (::stat(target.c_str(), &old) == 0) {
        return old.st_mode & 07777;
    }
    const mode_t mask = ::umask(022);
    ::umask(mask);
    return 0666 & ~mask;
}

/// Writes, syncs and renames an open temporary file; 0, or the errno of the step that failed.
int finish(Descriptor& descriptor, const std::string& temporary, const fs::path& target,
    std::span<const char> bytes) {
    ::flock(descriptor.get(), LOCK_EX | LOCK_NB);
    if (const int failed = writeAll(descriptor.get(), bytes)) {
        return failed;
    }
    if (::fchmod(descriptor.get(), permissionsFor(target)) != 0 && errno != EPERM) {
        return errno;
    }
    if (::fsync(descriptor.get()) != 0 || ::rename(temporary.c_str(), target.c_str()) != 0) {
        return errno;
    }
    return descriptor.close() == 0 ? 0 : errno;
}

} // namespace

struct RegularFile::Handle {
    Descriptor descriptor;
    std::size_t size = 0;
    fs::path path;
};

RegularFile::RegularFile(std::shared_ptr<const Handle> handle)
    : m_handle(std::move(handle)) {}

Result<RegularFile> RegularFile::open(const fs::path& path) {
    // O_NONBLOCK: opening a named pipe must not wait for a writer.
    Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!descriptor.isOpen() || ::fstat(descriptor.get(), &status) != 0) {
        return tl::make_unexpected(readError(errno, path));
    }
    if (!S_ISREG(status.st_mode)) {
        return failure(ErrorCode::NotReadable,
            QT_TRANSLATE_NOOP("core", "This is a folder or a special file, not a data file."), path.string());
    }
    return RegularFile(std::make_shared<const Handle>(
        Handle{std::move(descriptor), static_cast<std::size_t>(status.st_size), path}));
}

std::size_t RegularFile::size() const {
    return m_handle->size;
}

Result<std::size_t> RegularFile::readAt(std::uint64_t offset, std::span<char> into) const {
    std::size_t have = 0;
    while (have < into.size()) {
        const ssize_t got = ::pread(m_handle->descriptor.get(), into.data() + have, into.size() - have,
            static_cast<off_t>(offset + have));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return tl::make_unexpected(readError(errno, m_handle->path));
        }
        if (got == 0) {
            break;
        }
        have += static_cast<std::size_t>(got);
    }
    return have;
}

namespace {

Result<std::vector<char>> firstBytes(const RegularFile& file, std::size_t count) {
    std::vector<char> bytes(count);
    const auto have = file.readAt(0, bytes);
    if (!have) {
        return tl::make_unexpected(have.error());
    }
    bytes.resize(*have);
    return bytes;
}

} // namespace

Result<std::vector<char>> readWholeFile(const fs::path& path, std::size_t largestBytes) {
    const auto file = RegularFile::open(path);
    if (!file) {
        return tl::make_unexpected(file.error());
    }
    if (file->size() > largestBytes) {
        return failure(ErrorCode::TooLarge,
            {QT_TRANSLATE_NOOP("core", "The file has %1 MB; at most %2 MB are read."),
                {static_cast<std::int64_t>(file->size() >> 20U),
                    static_cast<std::int64_t>(largestBytes >> 20U)}},
            path.string(), QT_TRANSLATE_NOOP("core", "Split it, for example one file per animal."));
    }
    return firstBytes(*file, file->size());
}

Result<std::vector<char>> readFileHead(const fs::path& path, std::size_t count) {
    const auto file = RegularFile::open(path);
    if (!file) {
        return tl::make_unexpected(file.error());
    }
    return firstBytes(*file, std::min(count, file->size()));
}

Result<void> replaceFile(const fs::path& path, std::span<const char> bytes) {
    const fs::path target = resolved(path);
    std::error_code ignored;
    const fs::file_status status = fs::status(target, ignored);
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        return failure(ErrorCode::NotWritable,
            QT_TRANSLATE_NOOP("core", "This is a folder or a special file; it can't be replaced by a file."),
            path.string(), QT_TRANSLATE_NOOP("core", "Choose another name."));
    }
    removeStaleTemporaries(target);
    std::string temporary = (folderOf(target) / (temporaryPrefix(target) + "XXXXXX")).string();
    Descriptor descriptor(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!descriptor.isOpen()) {
        return tl::make_unexpected(writeError(errno, path));
    }
    if (const int failed = finish(descriptor, temporary, target, bytes)) {
        ::unlink(temporary.c_str());
        return tl::make_unexpected(writeError(failed, path));
    }
    if (const int failed = syncFolder(folderOf(target))) {
        return tl::make_unexpected(writeError(failed, path));
    }
    return {};
}

} // namespace rulescope::base
