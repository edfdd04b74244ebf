// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rulescope::networks {

/// Where Debian's package dataset-fashion-mnist puts its files.
inline constexpr const char* kFashionFolder = "/usr/share/datasets/fashion-mnist";

/// Labelled grey images of one size.
struct ImageSet {
    std::size_t rows = 0, columns = 0;
    std::vector<std::uint8_t> pixels; ///< images x rows x columns
    std::vector<std::uint8_t> labels; ///< 0 to 9

    std::size_t size() const { return labels.size(); }
    const std::uint8_t* image(std::size_t i) const { return pixels.data() + i * rows * columns; }
};

/// Reads <folder>/<stem>-images-idx3-ubyte[.gz] and its labels (the idx format of MNIST); `stem` is "train"
/// or "t10k". Errors: NotFound (not installed; the remedy names the package), BadFormat (damaged, sizes that
/// disagree, a label above 9).
base::Result<ImageSet> readImageSet(const std::string& folder, const std::string& stem);

} // namespace rulescope::networks
