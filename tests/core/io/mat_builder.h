// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <matio.h>
#include <string>
#include <utility>
#include <vector>

namespace rulescope::testing_io {

/// A MATLAB value to be written; MatFileBuilder takes it over.
inline matvar_t* matVector(const std::vector<double>& values, bool isRow = true) {
    std::size_t dims[2] = {isRow ? 1 : values.size(), isRow ? values.size() : 1};
    return Mat_VarCreate(nullptr, MAT_C_DOUBLE, MAT_T_DOUBLE, 2, dims, const_cast<double*>(values.data()), 0);
}

inline matvar_t* matText(const std::string& text) {
    std::size_t dims[2] = {1, text.size()};
    return Mat_VarCreate(nullptr, MAT_C_CHAR, MAT_T_UINT8, 2, dims, const_cast<char*>(text.data()), 0);
}

/// As MATLAB writes text: codes of UTF-16.
inline matvar_t* matText(const std::u16string& text) {
    std::size_t dims[2] = {1, text.size()};
    return Mat_VarCreate(nullptr, MAT_C_CHAR, MAT_T_UINT16, 2, dims, const_cast<char16_t*>(text.data()), 0);
}

inline matvar_t* matTexts(const std::vector<std::string>& texts) {
    std::size_t dims[2] = {texts.size(), 1};
    matvar_t* const cell = Mat_VarCreate(nullptr, MAT_C_CELL, MAT_T_CELL, 2, dims, nullptr, 0);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        Mat_VarSetCell(cell, static_cast<int>(i), matText(texts[i]));
    }
    return cell;
}

using MatFields = std::vector<std::pair<std::string, matvar_t*>>;

/// An array of structures; each element has the same fields.
inline matvar_t* matStructs(const std::vector<MatFields>& elements) {
    std::vector<const char*> names;
    for (const auto& [name, value] : elements.front()) {
        names.push_back(name.c_str());
    }
    std::size_t dims[2] = {1, elements.size()};
    matvar_t* const result =
        Mat_VarCreateStruct(nullptr, 2, dims, names.data(), static_cast<unsigned>(names.size()));
    for (std::size_t i = 0; i < elements.size(); ++i) {
        for (const auto& [name, value] : elements[i]) {
            Mat_VarSetStructFieldByName(result, name.c_str(), i, value);
        }
    }
    return result;
}

/// Writes the variables; `version` is MAT_FT_MAT5 or MAT_FT_MAT73.
inline std::filesystem::path writeMat(
    const std::filesystem::path& path, const MatFields& variables, mat_ft version = MAT_FT_MAT5) {
    mat_t* const file = Mat_CreateVer(path.c_str(), nullptr, version);
    for (const auto& [name, value] : variables) {
        value->name = strdup(name.c_str());
        // The library's own compressed texts don't read back; MATLAB's do.
        Mat_VarWrite(file, value, MAT_COMPRESSION_NONE);
        Mat_VarFree(value);
    }
    Mat_Close(file);
    return path;
}

} // namespace rulescope::testing_io
