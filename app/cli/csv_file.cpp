// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/csv_file.h"

#include <cmath>
#include <fmt/format.h>

namespace rulescope::cli {

CsvFile::CsvFile(std::string path)
    : m_path(std::move(path))
    , m_file(std::fopen(m_path.c_str(), "wb")) {
    m_hasFailed = m_file == nullptr;
}

void CsvFile::append(const std::string& text) {
    m_hasFailed = m_hasFailed || std::fwrite(text.data(), 1, text.size(), m_file.get()) != text.size();
}

base::Result<void> CsvFile::close() {
    if (m_file && std::fclose(m_file.release()) != 0) {
        m_hasFailed = true;
    }
    if (m_hasFailed) {
        return base::failure(base::ErrorCode::NotWritable, "The file can't be written.", m_path,
            "Name a file in a folder that you may write to, on a disk with room.");
    }
    return {};
}

base::Result<void> writeCsv(const std::string& path, const std::string& text) {
    CsvFile file(path);
    file.append(text);
    return file.close();
}

std::string cell(double value) {
    return std::isfinite(value) ? fmt::format("{}", value) : std::string();
}

std::string cell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + '"';
}

} // namespace rulescope::cli
