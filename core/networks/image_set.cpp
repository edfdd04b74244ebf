// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/image_set.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <zlib.h>

namespace rulescope::networks {

namespace {

/// Images beyond this are no MNIST-like set: the header is damaged.
constexpr std::size_t kMostImages = 1'000'000, kMostSide = 256;

struct Closer {
    void operator()(gzFile file) const { gzclose(file); }
};
using GzFile = std::unique_ptr<std::remove_pointer_t<gzFile>, Closer>;

tl::unexpected<base::Error> damaged(const std::string& path) {
    return base::failure(base::ErrorCode::BadFormat,
        QT_TRANSLATE_NOOP("core", "The file is not a whole set of images or labels in the idx format."), path,
        QT_TRANSLATE_NOOP("core", "Reinstall it: sudo apt install --reinstall dataset-fashion-mnist."));
}

base::Result<std::string> findFile(const std::string& folder, const std::string& name) {
    std::error_code ignored;
    for (const char* ending : {".gz", ""}) {
        const std::string path = folder + '/' + name + ending;
        if (std::filesystem::is_regular_file(path, ignored)) {
            return path;
        }
    }
    return base::failure(base::ErrorCode::NotFound,
        QT_TRANSLATE_NOOP("core", "The images for the row-wise image task are not installed."),
        folder + '/' + name,
        QT_TRANSLATE_NOOP("core", "Install them: sudo apt install dataset-fashion-mnist."));
}

bool readExactly(gzFile file, std::uint8_t* to, std::size_t count) {
    while (count > 0) {
        const unsigned part = static_cast<unsigned>(std::min<std::size_t>(count, 1U << 24U));
        const int got = gzread(file, to, part);
        if (got <= 0) {
            return false;
        }
        to += got;
        count -= static_cast<std::size_t>(got);
    }
    return true;
}

/// Sizes of an idx file of bytes with `dimensions` dimensions; empty if it is none.
std::vector<std::size_t> readSizes(gzFile file, std::uint8_t dimensions) {
    std::array<std::uint8_t, 4> word{};
    const std::array<std::uint8_t, 4> magic = {0, 0, 8, dimensions};
    if (!readExactly(file, word.data(), word.size()) || word != magic) {
        return {};
    }
    std::vector<std::size_t> sizes;
    for (std::uint8_t d = 0; d < dimensions; ++d) {
        if (!readExactly(file, word.data(), word.size())) {
            return {};
        }
        sizes.push_back((std::size_t(word[0]) << 24U) | (std::size_t(word[1]) << 16U) |
                        (std::size_t(word[2]) << 8U) | word[3]);
    }
    return sizes;
}

base::Result<std::vector<std::uint8_t>> readBytes(
    const std::string& path, std::uint8_t dimensions, std::vector<std::size_t>& sizes) {
    const GzFile file(gzopen(path.c_str(), "rb"));
    if (!file) {
        return base::failure(base::ErrorCode::NotReadable,
            QT_TRANSLATE_NOOP("core", "The file can't be opened for reading."), path,
            QT_TRANSLATE_NOOP("core", "Check its permissions."));
    }
    sizes = readSizes(file.get(), dimensions);
    if (sizes.empty() || sizes[0] == 0 || sizes[0] > kMostImages) {
        return damaged(path);
    }
    std::size_t count = 1;
    for (std::size_t d = 0; d < sizes.size(); ++d) {
        if (d > 0 && (sizes[d] == 0 || sizes[d] > kMostSide)) {
            return damaged(path);
        }
        count *= sizes[d];
    }
    std::vector<std::uint8_t> bytes(count);
    if (!readExactly(file.get(), bytes.data(), count)) {
        return damaged(path);
    }
    return bytes;
}

} // namespace

base::Result<ImageSet> readImageSet(const std::string& folder, const std::string& stem) {
    const auto images = findFile(folder, stem + "-images-idx3-ubyte");
    const auto labels = images ? findFile(folder, stem + "-labels-idx1-ubyte") : images;
    if (!labels) {
        return tl::make_unexpected(labels.error());
    }
    ImageSet set;
    std::vector<std::size_t> sizes, labelSizes;
    auto pixels = readBytes(*images, 3, sizes);
    if (!pixels) {
        return tl::make_unexpected(pixels.error());
    }
    auto names = readBytes(*labels, 1, labelSizes);
    if (!names) {
        return tl::make_unexpected(names.error());
    }
    const bool areDigits = std::all_of(names->begin(), names->end(), [](std::uint8_t n) { return n < 10; });
    if (sizes[0] != labelSizes[0] || !areDigits) {
        return damaged(*labels);
    }
    set.rows = sizes[1];
    set.columns = sizes[2];
    set.pixels = std::move(*pixels);
    set.labels = std::move(*names);
    return set;
}

} // namespace rulescope::networks
