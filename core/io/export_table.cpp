// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/export_table.h"

#include "core/base/file_bytes.h"
#include "core/io/hdf5.h"
#include "core/io/safe_name.h"
#include "core/io/table.h"

#include <nlohmann/json.hpp>
#include <set>

namespace rulescope::io {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using hdf5::Handle;

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n;\t#") == std::string::npos) {
        return text;
    }
    std::string result = "\"";
    for (const char c : text) {
        result += c == '"' ? "\"\"" : std::string(1, c);
    }
    return result + '"';
}

void writeColumn(const Handle& group, const ExportColumn& column) {
    const std::string link = hdf5::linkName(column.name);
    if (column.texts.empty()) {
        hdf5::writeArray<double>(group, link, column.numbers);
    } else if (column.codes.empty()) {
        hdf5::writeTexts(group, link, column.texts);
    } else {
        std::vector<std::string> texts;
        texts.reserve(column.size());
        for (std::size_t row = 0; row < column.size(); ++row) {
            texts.push_back(column.text(row));
        }
        hdf5::writeTexts(group, link, texts);
    }
    hdf5::setDatasetAttribute(group, link, "unit", column.unit);
    hdf5::setDatasetAttribute(group, link, "description", column.description);
}

base::Result<void> write(const fs::path& path, const std::string& text) {
    return base::replaceFile(path, {text.data(), text.size()});
}

} // namespace

void ExportColumn::addText(const std::string& value) {
    if (texts.empty() || texts.back() != value) {
        texts.push_back(value);
    }
    codes.push_back(static_cast<std::uint32_t>(texts.size() - 1));
}

std::string toCsv(const ExportTable& table) {
    std::string text;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        text += (i == 0 ? "" : ",") + quoted(table.columns[i].name);
    }
    text += "\r\n";
    const std::size_t rows = table.columns.empty() ? 0 : table.columns.front().size();
    constexpr std::size_t kSample = 1000;
    for (std::size_t row = 0; row < rows; ++row) {
        if (row == kSample) { // growing by doubling would take twice the memory
            text.reserve(text.size() / kSample * rows / 10 * 11);
        }
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const ExportColumn& column = table.columns[i];
            text += i == 0 ? "" : ",";
            text += column.texts.empty() ? numberText(column.numbers[row]) : quoted(column.text(row));
        }
        text += "\r\n";
    }
    return text;
}

std::string describedInJson(const ExportTable& table) {
    Json columns = Json::array(), provenance = Json::object();
    for (const ExportColumn& column : table.columns) {
        columns.push_back(
            {{"name", column.name}, {"unit", column.unit}, {"description", column.description}});
    }
    for (const auto& [key, value] : table.provenance) {
        provenance[key] = value;
    }
    const Json json = {{"name", table.name}, {"description", table.description},
        {"columns", std::move(columns)}, {"provenance", std::move(provenance)}};
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

base::Result<std::vector<char>> toHdf5(const std::vector<ExportTable>& tables) {
    try {
        const hdf5::LibraryLock lock;
        hdf5::NewFile file(0);
        std::set<std::string> taken;
        for (const ExportTable& table : tables) {
            const Handle group = hdf5::createGroup(file.root(), hdf5::linkName(freeName(table.name, taken)));
            hdf5::setAttribute(group, "description", table.description);
            for (const auto& [key, value] : table.provenance) {
                hdf5::setAttribute(group, key, value);
            }
            for (const ExportColumn& column : table.columns) {
                writeColumn(group, column);
            }
        }
        return file.finish();
    } catch (const hdf5::Failure& failed) {
        return base::failure(base::ErrorCode::Internal,
            {QT_TRANSLATE_NOOP("core", "The tables can't be put into HDF5: %1."),
                {std::string(failed.what())}},
            failed.object());
    }
}

base::Result<std::vector<fs::path>> writeTables(
    const std::vector<ExportTable>& tables, const fs::path& folder, ExportFormat format) {
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem) {
        return base::failure(base::ErrorCode::NotWritable,
            {QT_TRANSLATE_NOOP("core", "The folder can't be made: %1."), {problem.message()}},
            folder.string(), QT_TRANSLATE_NOOP("core", "Choose another place."));
    }
    if (format == ExportFormat::Hdf5) {
        const fs::path path = folder / "rulescope.h5";
        return toHdf5(tables)
            .and_then([&](const std::vector<char>& bytes) { return base::replaceFile(path, bytes); })
            .map([&] { return std::vector{path}; });
    }
    std::vector<fs::path> files;
    std::set<std::string> taken;
    for (const ExportTable& table : tables) {
        const std::string name = freeName(safeName(table.name), taken);
        const fs::path csv = folder / (name + ".csv"), json = folder / (name + ".json");
        if (const auto written =
                write(csv, toCsv(table)).and_then([&] { return write(json, describedInJson(table)); });
            !written) {
            return tl::make_unexpected(written.error());
        }
        files.push_back(csv);
        files.push_back(json);
    }
    return files;
}

} // namespace rulescope::io
