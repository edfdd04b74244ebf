// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/study_layout.h"

#include <algorithm>
#include <cstdio>
#include <zlib.h>

namespace rulescope::io::study_layout {

namespace {

std::uint32_t crcOf(std::span<const char> bytes) {
    constexpr std::size_t kLargestStep = std::size_t{1} << 30; // zlib counts in 32 bits
    uLong crc = ::crc32(0, nullptr, 0);
    while (!bytes.empty()) {
        const std::size_t step = std::min(bytes.size(), kLargestStep);
        crc = ::crc32(crc, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(step));
        bytes = bytes.subspan(step);
    }
    return static_cast<std::uint32_t>(crc);
}

constexpr const char* kSealText = "Rulescope study\n"
                                  "format_version %d\n"
                                  "bytes %zu\n"
                                  "crc32 %08x\n";
constexpr const char* kSealNote =
    "The data follow at byte 512 as HDF5: h5py.File(path) in Python opens them.\n";

/// The seal as text, with a checksum of its own lines so that damage to the seal is noticed too.
std::string render(const Seal& seal) {
    char lines[160];
    const int length =
        std::snprintf(lines, sizeof lines, kSealText, seal.formatVersion, seal.bytes, seal.crc32);
    const std::span<const char> written(lines, static_cast<std::size_t>(length));
    char own[32];
    std::snprintf(own, sizeof own, "seal %08x\n", crcOf(written));
    return std::string(written.begin(), written.end()) + own + kSealNote;
}

} // namespace

void writeSeal(std::span<char> file) {
    const Seal seal{kStudyFormatVersion, file.size(), crcOf(file.subspan(Seal::kBytes))};
    const std::string text = render(seal);
    std::fill_n(file.begin(), Seal::kBytes, '\0');
    std::copy(text.begin(), text.end(), file.begin());
}

std::optional<Seal> readSeal(std::span<const char> file) {
    char text[Seal::kBytes + 1] = "";
    std::copy_n(file.begin(), std::min(file.size(), Seal::kBytes), text); // an empty file has no address
    Seal seal;
    if (std::sscanf(text, "Rulescope study\nformat_version %d\nbytes %zu\ncrc32 %8x\n", &seal.formatVersion,
            &seal.bytes, &seal.crc32) != 3) {
        return {};
    }
    const std::string expected = render(seal);
    const auto ownLines = expected.find("The data");
    return expected.compare(0, ownLines, text, ownLines) == 0 ? std::optional(seal) : std::nullopt;
}

bool matches(const Seal& seal, std::span<const char> file) {
    return seal.bytes == file.size() && file.size() > Seal::kBytes &&
           seal.crc32 == crcOf(file.subspan(Seal::kBytes));
}

} // namespace rulescope::io::study_layout
