// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/connectivity.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace rulescope::networks {

namespace {

/// A file of probabilities is small; anything larger is another file.
constexpr std::size_t kMostBytes = 4'000'000, kMostTypes = 1000;

tl::unexpected<base::Error> unusable(base::Text what, const std::string& where) {
    return base::failure(base::ErrorCode::InvalidValue, std::move(what), where,
        QT_TRANSLATE_NOOP("core",
            "Give a square matrix of probabilities from 0 to 1: a row per target type, a column per source "
            "type."));
}

bool parseNumber(std::string text, double& value) {
    const auto first = text.find_first_not_of(" \t\r\"");
    const auto last = text.find_last_not_of(" \t\r\"");
    text = first == std::string::npos ? "" : text.substr(first, last - first + 1);
    char* end = nullptr;
    value = std::strtod(text.c_str(), &end);
    return !text.empty() && end == text.c_str() + text.size();
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\"");
    const auto last = text.find_last_not_of(" \t\r\"");
    return first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
}

std::vector<std::string> cellsOf(const std::string& line) {
    std::vector<std::string> cells;
    std::string cell;
    std::istringstream stream(line);
    const char separator = line.find(';') != std::string::npos    ? ';'
                           : line.find('\t') != std::string::npos ? '\t'
                                                                  : ',';
    while (std::getline(stream, cell, separator)) {
        cells.push_back(trimmed(cell));
    }
    return cells;
}

base::Result<CellTypes> fromRows(
    const std::vector<std::vector<double>>& rows, CellTypes types, const std::string& path) {
    const std::size_t count = rows.size();
    if (count == 0 || count > kMostTypes) {
        return unusable(
            QT_TRANSLATE_NOOP("core", "The connection matrix is empty or has too many rows."), path);
    }
    types.probability.resize(static_cast<Eigen::Index>(count), static_cast<Eigen::Index>(count));
    for (std::size_t i = 0; i < count; ++i) {
        if (rows[i].size() != count) {
            return unusable({QT_TRANSLATE_NOOP("core",
                                 "The connection matrix is not square: %1 rows, but row %2 has %3 entries."),
                                {static_cast<std::int64_t>(count), static_cast<std::int64_t>(i + 1),
                                    static_cast<std::int64_t>(rows[i].size())}},
                path);
        }
        for (std::size_t j = 0; j < count; ++j) {
            types.probability(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = rows[i][j];
        }
    }
    return checkedCellTypes(std::move(types), path);
}

base::Result<CellTypes> fromCsv(const std::string& text, const std::string& path) {
    CellTypes types;
    std::vector<std::vector<double>> rows;
    std::istringstream stream(text);
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        if (trimmed(line).empty()) {
            continue;
        }
        std::vector<double> row;
        for (const std::string& cell : cellsOf(line)) {
            double value = 0;
            if (!parseNumber(cell, value)) {
                if (rows.empty() && types.names.empty()) {
                    types.names = cellsOf(line);
                    row.clear();
                    break;
                }
                return unusable({QT_TRANSLATE_NOOP("core", "\"%1\" in line %2 is not a number."),
                                    {cell, static_cast<std::int64_t>(number)}},
                    path);
            }
            row.push_back(value);
        }
        if (!row.empty()) {
            rows.push_back(std::move(row));
        }
    }
    return fromRows(rows, std::move(types), path);
}

base::Result<CellTypes> fromJson(const std::string& text, const std::string& path) {
    try {
        const auto json = nlohmann::json::parse(text);
        CellTypes types;
        types.names = json.value("names", std::vector<std::string>());
        types.population = json.value("population", std::vector<double>());
        return fromRows(json.at("connection_probability").get<std::vector<std::vector<double>>>(),
            std::move(types), path);
    } catch (const nlohmann::json::exception& error) {
        return unusable({QT_TRANSLATE_NOOP("core", "The connection matrix can't be read (%1)."),
                            {std::string(error.what())}},
            path);
    }
}

} // namespace

CellTypes potjansDiesmann() {
    CellTypes types;
    types.names = {"L23e", "L23i", "L4e", "L4i", "L5e", "L5i", "L6e", "L6i"};
    types.population = {20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948};
    types.probability.resize(8, 8);
    types.probability << 0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0, //
        0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0,                  //
        0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0,              //
        0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0,                  //
        0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0,             //
        0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0,               //
        0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252,        //
        0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443;
    return types;
}

base::Result<CellTypes> checkedCellTypes(CellTypes types, const std::string& where) {
    const Eigen::Index count = types.probability.rows();
    const auto size = static_cast<std::size_t>(count);
    if (count == 0 || types.probability.cols() != count) {
        return unusable(QT_TRANSLATE_NOOP("core", "The connection matrix is not square."), where);
    }
    for (Eigen::Index i = 0; i < types.probability.size(); ++i) {
        const double value = types.probability.data()[i];
        if (!(value >= 0 && value <= 1)) {
            return unusable(
                {QT_TRANSLATE_NOOP(
                     "core", "The connection matrix holds %1 (row %2, column %3), which is no probability."),
                    {std::isnan(value) ? base::Text::Argument(std::string("NaN"))
                                       : base::Text::Argument(base::Number{value}),
                        static_cast<std::int64_t>(i % count + 1), static_cast<std::int64_t>(i / count + 1)}},
                where);
        }
    }
    if (!(types.probability.maxCoeff() > 0)) {
        return unusable(QT_TRANSLATE_NOOP("core", "The connection matrix holds nothing but zeros."), where);
    }
    for (std::size_t k = types.names.size(); types.names.size() < size; ++k) {
        types.names.push_back(std::to_string(k + 1));
    }
    if (types.population.empty()) {
        types.population.assign(size, 1);
    }
    const bool arePositive = std::all_of(types.population.begin(), types.population.end(),
        [](double population) { return population > 0 && std::isfinite(population); });
    if (types.names.size() != size || types.population.size() != size || !arePositive) {
        return unusable(
            QT_TRANSLATE_NOOP("core", "Names and populations must be one per type, populations above 0."),
            where);
    }
    types.isInhibitory.clear();
    for (const std::string& name : types.names) {
        types.isInhibitory.push_back(!name.empty() && (name.back() == 'i' || name.back() == 'I') ? 1 : 0);
    }
    return types;
}

base::Result<CellTypes> readCellTypes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text(kMostBytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    if (!file.is_open() || text.empty()) {
        return base::failure(base::ErrorCode::NotFound,
            QT_TRANSLATE_NOOP("core", "The connection matrix can't be read, or is empty."), path,
            QT_TRANSLATE_NOOP("core", "Name a CSV or JSON file of connection probabilities."));
    }
    if (text.size() > kMostBytes) {
        return base::failure(base::ErrorCode::TooLarge,
            QT_TRANSLATE_NOOP("core", "The file is too large for a connection matrix between cell types."),
            path);
    }
    return trimmed(text).starts_with('{') ? fromJson(text, path) : fromCsv(text, path);
}

} // namespace rulescope::networks
