// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdio>
#include <memory>
#include <string>

namespace rulescope::cli {

/// A CSV file being written (RFC 4180, C locale); long tables go out piece by piece.
class CsvFile {
  public:
    explicit CsvFile(std::string path);

    void append(const std::string& text);
    /// What went wrong at any step, or nothing: only then is the whole file written.
    base::Result<void> close();

  private:
    struct Closer {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::string m_path;
    std::unique_ptr<std::FILE, Closer> m_file;
    bool m_hasFailed = false;
};

/// Writes a whole CSV file at once.
base::Result<void> writeCsv(const std::string& path, const std::string& text);

/// A number of the C locale; an empty cell where there is none.
std::string cell(double value);
/// A word, quoted if it must be.
std::string cell(const std::string& text);

} // namespace rulescope::cli
