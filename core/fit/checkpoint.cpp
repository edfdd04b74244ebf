// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/checkpoint.h"

#include "core/base/file_bytes.h"

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <span>
#include <zlib.h>

namespace rulescope::fit {

namespace {

/// Far beyond any network's state; protects against a length read from a foreign file.
constexpr std::size_t kLargestFile = std::size_t{1} << 31;
constexpr const char* kMagic = "Rulescope checkpoint";
/// Magic, format version, bytes of the payload, its checksum: fixed width, so that the payload starts at a
/// known place.
constexpr std::size_t kHeaderBytes = 64;

std::string header(int version, std::size_t bytes, std::uint32_t crc) {
    std::string text = fmt::format("{} {}\n{} {:08x}\n", kMagic, version, bytes, crc);
    text.resize(kHeaderBytes, '\n');
    return text;
}

std::uint32_t crcOf(std::span<const char> bytes) {
    return static_cast<std::uint32_t>(::crc32(::crc32(0, nullptr, 0),
        reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

void append(std::vector<char>& out, const void* bytes, std::size_t size) {
    const char* first = static_cast<const char*>(bytes);
    out.insert(out.end(), first, first + size);
}

void appendSize(std::vector<char>& out, std::size_t size) {
    const std::uint64_t value = size;
    append(out, &value, sizeof value);
}

void appendText(std::vector<char>& out, const std::string& text) {
    appendSize(out, text.size());
    append(out, text.data(), text.size());
}

/// Reads the payload from front to back; once anything is missing, everything further is empty and isWhole()
/// is false.
class PayloadReader {
  public:
    explicit PayloadReader(std::span<const char> bytes)
        : m_bytes(bytes) {}

    std::size_t size() {
        std::uint64_t value = 0;
        read(&value, sizeof value);
        return static_cast<std::size_t>(value);
    }
    std::string text() {
        std::string text(checked(size(), 1), '\0');
        read(text.data(), text.size());
        return text;
    }
    std::vector<double> numbers() {
        std::vector<double> values(checked(size(), sizeof(double)));
        read(values.data(), values.size() * sizeof(double));
        return values;
    }
    bool isWhole() const { return m_isWhole; }
    bool isAtEnd() const { return m_bytes.empty(); }

  private:
    /// The count, or 0 if so many items can't be in what is left.
    std::size_t checked(std::size_t count, std::size_t itemBytes) {
        m_isWhole = m_isWhole && count <= m_bytes.size() / itemBytes;
        return m_isWhole ? count : 0;
    }
    void read(void* to, std::size_t size) {
        if (!m_isWhole || size > m_bytes.size()) {
            m_isWhole = false;
            return;
        }
        if (size > 0) {
            std::memcpy(to, m_bytes.data(), size);
        }
        m_bytes = m_bytes.subspan(size);
    }

    std::span<const char> m_bytes;
    bool m_isWhole = true;
};

tl::unexpected<base::Error> damaged(const std::filesystem::path& path) {
    return base::failure(base::ErrorCode::BadFormat,
        QT_TRANSLATE_NOOP("core", "this is not a whole checkpoint; it may be damaged."), path.string(),
        QT_TRANSLATE_NOOP("core", "Delete it to start the work afresh."));
}

base::Result<Checkpoint> parsed(std::span<const char> payload, const std::filesystem::path& path) {
    PayloadReader reader(payload);
    Checkpoint checkpoint;
    checkpoint.identity.work = reader.text();
    checkpoint.identity.data = reader.text();
    checkpoint.identity.program = reader.text();
    for (std::size_t left = reader.size(); left > 0 && reader.isWhole(); --left) {
        std::string name = reader.text();
        checkpoint.state[std::move(name)] = reader.numbers();
    }
    if (!reader.isWhole() || !reader.isAtEnd()) {
        return damaged(path);
    }
    return checkpoint;
}

base::Result<void> checkIdentity(
    const CheckpointIdentity& found, const CheckpointIdentity& wanted, const std::filesystem::path& path) {
    const char* sentence = nullptr;
    if (found.work != wanted.work) {
        sentence =
            QT_TRANSLATE_NOOP("core", "the checkpoint is of other work: another rule or other settings.");
    } else if (found.data != wanted.data) {
        sentence = QT_TRANSLATE_NOOP("core", "the checkpoint is of other data: trials have changed since.");
    } else if (found.program != wanted.program) {
        sentence = QT_TRANSLATE_NOOP("core", "the checkpoint is of another build of the program or another "
                                             "processor: going on would not give the same numbers.");
    } else {
        return {};
    }
    return base::failure(base::ErrorCode::InvalidValue, sentence, path.string(),
        QT_TRANSLATE_NOOP("core", "Name another file, or delete this one to start afresh."));
}

} // namespace

base::Result<void> writeCheckpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
    std::vector<char> payload;
    for (const std::string* text :
        {&checkpoint.identity.work, &checkpoint.identity.data, &checkpoint.identity.program}) {
        appendText(payload, *text);
    }
    appendSize(payload, checkpoint.state.size());
    for (const auto& [name, values] : checkpoint.state) {
        appendText(payload, name);
        appendSize(payload, values.size());
        append(payload, values.data(), values.size() * sizeof(double));
    }
    const std::string head = header(kCheckpointFormatVersion, payload.size(), crcOf(payload));
    payload.insert(payload.begin(), head.begin(), head.end());
    return base::replaceFile(path, payload);
}

base::Result<Checkpoint> readCheckpoint(const std::filesystem::path& path) {
    const auto bytes = base::readWholeFile(path, kLargestFile);
    if (!bytes) {
        return tl::make_unexpected(bytes.error());
    }
    const std::string head(bytes->data(), std::min(bytes->size(), kHeaderBytes));
    int version = 0;
    std::size_t length = 0;
    unsigned crc = 0;
    const int found = std::sscanf(head.c_str(), "Rulescope checkpoint %d\n%zu %8x", &version, &length, &crc);
    if (found >= 1 && version > kCheckpointFormatVersion) {
        return base::failure(base::ErrorCode::NewerVersion,
            QT_TRANSLATE_NOOP("core", "a later Rulescope wrote this checkpoint."), path.string(),
            QT_TRANSLATE_NOOP("core", "Go on with that version, or delete it to start afresh."));
    }
    if (found != 3 || version < 1 || head != header(version, length, crc) ||
        bytes->size() != kHeaderBytes + length) {
        return damaged(path);
    }
    const std::span<const char> payload = std::span<const char>(*bytes).subspan(kHeaderBytes);
    return crcOf(payload) == crc ? parsed(payload, path) : damaged(path);
}

base::Result<std::optional<StateArrays>> resumableState(
    const std::filesystem::path& path, const CheckpointIdentity& identity) {
    auto checkpoint = readCheckpoint(path);
    if (!checkpoint) {
        std::error_code ignored;
        if (checkpoint.error().code == base::ErrorCode::NotFound && !std::filesystem::exists(path, ignored)) {
            return std::optional<StateArrays>();
        }
        return tl::make_unexpected(checkpoint.error());
    }
    if (const auto checked = checkIdentity(checkpoint->identity, identity, path); !checked) {
        return tl::make_unexpected(checked.error());
    }
    return std::optional(std::move(checkpoint->state));
}

void removeCheckpoint(const std::filesystem::path& path) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
}

} // namespace rulescope::fit
