// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/formats.h"
#include "core/io/formats/mat_check.h"
#include "core/io/formats/mat_node.h"
#include "core/io/formats/text_stream.h"
#include "core/io/untrusted_tables.h"

#include <algorithm>
#include <cmath>
#include <matio.h>
#include <memory>

namespace rulescope::io {

namespace {

using base::ErrorCode;

constexpr int kDeepest = 16;
constexpr std::size_t kMostValues = kMostTableRows * 2;
/// Raw recordings beside the trials are not read.
constexpr std::size_t kLargestVariable = std::size_t{1} << 30;

struct CloseMat {
    void operator()(mat_t* file) const { Mat_Close(file); }
};
struct FreeVariable {
    void operator()(matvar_t* variable) const { Mat_VarFree(variable); }
};
using MatFile = std::unique_ptr<mat_t, CloseMat>;
using Variable = std::unique_ptr<matvar_t, FreeVariable>;

std::size_t countOf(const matvar_t& variable) {
    std::size_t count = 1;
    for (int i = 0; i < variable.rank; ++i) {
        const std::size_t extent = variable.dims[i];
        if (extent != 0 && count > kMostValues / extent) {
            return kMostValues + 1;
        }
        count *= extent;
    }
    return variable.rank < 1 ? 0 : count;
}

/// False if the library holds fewer bytes than so many values take: a damaged file may name another type than
/// the one that it has values of.
template<class T>
bool widen(const void* data, std::size_t count, std::size_t bytes, std::vector<double>& into) {
    if (count > bytes / sizeof(T)) {
        return false;
    }
    const T* const values = static_cast<const T*>(data);
    into.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        into.push_back(static_cast<double>(values[i]));
    }
    return true;
}

/// By the type in memory, which differs from the class (small integers of a double array).
bool readNumbers(const matvar_t& variable, const void* data, std::size_t count, std::vector<double>& into) {
    switch (variable.data_type) {
    case MAT_T_INT8:
        return widen<std::int8_t>(data, count, variable.nbytes, into);
    case MAT_T_UINT8:
    case MAT_T_UTF8:
        return widen<std::uint8_t>(data, count, variable.nbytes, into);
    case MAT_T_INT16:
        return widen<std::int16_t>(data, count, variable.nbytes, into);
    case MAT_T_UINT16:
    case MAT_T_UTF16:
        return widen<std::uint16_t>(data, count, variable.nbytes, into);
    case MAT_T_INT32:
        return widen<std::int32_t>(data, count, variable.nbytes, into);
    case MAT_T_UINT32:
    case MAT_T_UTF32:
        return widen<std::uint32_t>(data, count, variable.nbytes, into);
    case MAT_T_INT64:
        return widen<std::int64_t>(data, count, variable.nbytes, into);
    case MAT_T_UINT64:
        return widen<std::uint64_t>(data, count, variable.nbytes, into);
    case MAT_T_SINGLE:
        return widen<float>(data, count, variable.nbytes, into);
    case MAT_T_DOUBLE:
        return widen<double>(data, count, variable.nbytes, into);
    default:
        return false;
    }
}

/// One character as UTF-8.
void appendCharacter(std::string& text, std::uint32_t code) {
    const auto tail = [&](unsigned shift) { text += static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); };
    if (code < 0x80) {
        text += static_cast<char>(code);
    } else if (code < 0x800) {
        text += static_cast<char>(0xC0U | (code >> 6U));
        tail(0);
    } else if (code < 0x10000) {
        text += static_cast<char>(0xE0U | (code >> 12U));
        tail(6);
        tail(0);
    } else {
        text += static_cast<char>(0xF0U | ((code >> 18U) & 0x07U));
        tail(12);
        tail(6);
        tail(0);
    }
}

/// A row of character codes as UTF-8; pairs of surrogates are one character, halves of one are question
/// marks.
std::string textOf(const std::vector<std::uint32_t>& codes) {
    const auto isHigh = [](std::uint32_t code) { return code >= 0xD800 && code < 0xDC00; };
    const auto isLow = [](std::uint32_t code) { return code >= 0xDC00 && code < 0xE000; };
    std::string text;
    for (std::size_t i = 0; i < codes.size(); ++i) {
        if (isHigh(codes[i]) && i + 1 < codes.size() && isLow(codes[i + 1])) {
            appendCharacter(text, 0x10000 + ((codes[i] - 0xD800) << 10U) + (codes[i + 1] - 0xDC00));
            ++i;
        } else {
            const bool isCharacter = !isHigh(codes[i]) && !isLow(codes[i]);
            appendCharacter(text, isCharacter ? codes[i] : U'?');
        }
    }
    return text;
}

/// A character matrix: one text a row, padded with spaces. A row of UTF-8 has more bytes than characters.
void readTexts(const matvar_t& variable, std::size_t count, MatNode& node) {
    const auto stripped = [](std::string text) {
        text.erase(text.find_last_not_of(std::string(" \0", 2)) + 1);
        return text;
    };
    if (variable.data_type == MAT_T_UTF8 && node.rows == 1 && variable.data != nullptr) {
        node.kind = MatNode::Kind::Texts;
        node.texts.push_back(
            asUtf8(stripped(std::string(static_cast<const char*>(variable.data), variable.nbytes))));
        node.columns = 1;
        return;
    }
    std::vector<double> codes;
    if (!readNumbers(variable, variable.data, count, codes)) {
        return;
    }
    node.kind = MatNode::Kind::Texts;
    for (std::size_t row = 0; row < node.rows; ++row) {
        std::vector<std::uint32_t> units;
        for (std::size_t column = 0; column < node.columns; ++column) {
            const double code = codes[column * node.rows + row];
            units.push_back(code >= 0 && code < 0x110000 ? static_cast<std::uint32_t>(code) : U'?');
        }
        node.texts.push_back(stripped(textOf(units)));
    }
    if (node.texts.empty()) {
        node.texts.emplace_back(); // '' is a text too
    }
    node.rows = node.texts.size();
    node.columns = 1;
}

/// Version 7.3 stores an object of a class as six numbers that point into a part of the file which only
/// MATLAB knows; the first is a mark.
bool isObject(const MatNode& node) {
    constexpr double kMark = 0xDD000000;
    constexpr std::size_t kLeast = 5, kMost = 64;
    return node.numbers.size() >= kLeast && node.numbers.size() <= kMost && node.numbers.front() == kMark;
}

MatNode nodeOf(const matvar_t* variable, int depth);

void readStruct(matvar_t* variable, std::size_t count, int depth, MatNode& node) {
    const unsigned fields = Mat_VarGetNumberOfFields(variable);
    char* const* const names = Mat_VarGetStructFieldnames(variable);
    std::vector<MatNode> elements;
    for (std::size_t i = 0; i < count && names != nullptr; ++i) {
        MatNode element;
        element.name = node.name;
        element.kind = MatNode::Kind::Struct;
        for (unsigned f = 0; f < fields; ++f) {
            const matvar_t* const value = Mat_VarGetStructFieldByIndex(variable, f, i);
            MatNode child = nodeOf(value, depth + 1);
            child.name = names[f] ? asUtf8(names[f]) : std::string();
            element.children.push_back(std::move(child));
        }
        elements.push_back(std::move(element));
    }
    if (elements.size() == 1) {
        node = std::move(elements.front());
    } else {
        node.kind = MatNode::Kind::List;
        node.children = std::move(elements);
    }
}

/// Cells of texts are a vector of texts, cells of numbers one of numbers (empty: missing), else a list.
void readCells(matvar_t* variable, std::size_t count, int depth, MatNode& node) {
    node.kind = MatNode::Kind::List;
    for (std::size_t i = 0; i < count; ++i) {
        node.children.push_back(nodeOf(Mat_VarGetCell(variable, static_cast<int>(i)), depth + 1));
    }
    const auto all = [&](auto&& predicate) {
        return !node.children.empty() && std::all_of(node.children.begin(), node.children.end(), predicate);
    };
    const auto isEmpty = [](const MatNode& child) {
        return child.kind == MatNode::Kind::Numbers && child.numbers.empty();
    };
    const bool areTexts = all([&](const MatNode& child) {
        return isEmpty(child) || (child.kind == MatNode::Kind::Texts && child.length() == 1);
    });
    const bool areNumbers = all(
        [&](const MatNode& child) { return child.kind == MatNode::Kind::Numbers && child.length() <= 1; });
    if (!areTexts && !areNumbers) {
        return;
    }
    node.kind = areNumbers ? MatNode::Kind::Numbers : MatNode::Kind::Texts;
    for (const MatNode& child : node.children) {
        if (areNumbers) {
            node.numbers.push_back(child.numbers.empty() ? std::nan("") : child.numbers.front());
        } else {
            node.texts.push_back(child.texts.empty() ? std::string() : child.texts.front());
        }
    }
    node.rows = count;
    node.columns = 1;
    node.children.clear();
}

MatNode nodeOf(const matvar_t* variable, int depth) {
    MatNode node;
    if (variable == nullptr || depth > kDeepest) {
        node.kind = MatNode::Kind::Numbers;
        return node;
    }
    node.name = variable->name ? asUtf8(variable->name) : std::string();
    const std::size_t count = countOf(*variable);
    if (count > kMostValues || variable->dims == nullptr) {
        return node;
    }
    node.rows = variable->rank > 0 ? variable->dims[0] : 0;
    node.columns = node.rows == 0 ? 0 : count / node.rows;
    auto* const changeable = const_cast<matvar_t*>(variable); // matio's getters take it so
    switch (variable->class_type) {
    case MAT_C_STRUCT:
        readStruct(changeable, count, depth, node);
        return node;
    case MAT_C_CELL:
        readCells(changeable, count, depth, node);
        return node;
    case MAT_C_CHAR:
        if (variable->data != nullptr && count > 0) {
            readTexts(*variable, count, node);
        } else if (count == 0) {
            node.kind = MatNode::Kind::Texts;
            node.texts.emplace_back();
            node.rows = node.columns = 1;
        }
        return node;
    case MAT_C_EMPTY:
        node.kind = MatNode::Kind::Numbers;
        node.rows = node.columns = 0;
        return node;
    case MAT_C_DOUBLE:
    case MAT_C_SINGLE:
    case MAT_C_INT8:
    case MAT_C_UINT8:
    case MAT_C_INT16:
    case MAT_C_UINT16:
    case MAT_C_INT32:
    case MAT_C_UINT32:
    case MAT_C_INT64:
    case MAT_C_UINT64: {
        const void* const data = variable->isComplex && variable->data != nullptr
                                     ? static_cast<const mat_complex_split_t*>(variable->data)->Re
                                     : variable->data;
        const bool isRead =
            count == 0 || (data != nullptr && readNumbers(*variable, data, count, node.numbers));
        node.kind = isRead && !isObject(node) ? MatNode::Kind::Numbers : MatNode::Kind::Opaque;
        return node;
    }
    default:
        return node;
    }
}

/// True if a number or a text is somewhere in it.
bool hasValues(const MatNode& node) {
    return !node.numbers.empty() || !node.texts.empty() ||
           std::any_of(node.children.begin(), node.children.end(), hasValues);
}

/// Version 7.3 is HDF5 whose objects must say their MATLAB class in just MATLAB's form: other programs' files
/// may look empty.
base::Error classlessError(std::size_t variables, const std::string& path) {
    return {ErrorCode::BadFormat,
        {QT_TRANSLATE_NOOP("core", "%1 {variable|variables} of this MAT file of version 7.3 can't be read: "
                                   "{it does|they do} not say "
                                   "{its|their} class (MATLAB_class, MATLAB_fields) as MATLAB writes it."),
            {static_cast<std::int64_t>(variables)}},
        path,
        QT_TRANSLATE_NOOP(
            "core", "Save it in MATLAB, or as version 5 (scipy.io.savemat writes that), or as text.")};
}

/// Runs in the child process.
base::Result<std::vector<Table>> readTables(const std::string& path, const base::ProgressCallback& tell) {
    const MatFile file(Mat_Open(path.c_str(), MAT_ACC_RDONLY));
    if (!file) {
        return base::failure(ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP("core", "The MAT file is damaged or of an unknown version."), path,
            QT_TRANSLATE_NOOP("core", "Save it again, as -v7 if possible."));
    }
    std::size_t variables = 0;
    while (const Variable variable{Mat_VarReadNextInfo(file.get())}) {
        ++variables;
    }
    Mat_Rewind(file.get());
    MatNode root;
    root.kind = MatNode::Kind::Struct;
    std::size_t seen = 0;
    while (const Variable variable{Mat_VarReadNextInfo(file.get())}) {
        tell(static_cast<double>(seen++) / static_cast<double>(variables));
        const bool isRaw = Mat_VarGetSize(variable.get()) > kLargestVariable;
        if (isRaw || variable->name == nullptr) {
            continue;
        }
        // Reading by name rewinds the file; the next look-up goes on behind this one.
        const std::string name = variable->name;
        const Variable whole(
            variable->class_type == MAT_C_OPAQUE ? nullptr : Mat_VarRead(file.get(), name.c_str()));
        if (whole) {
            root.children.push_back(nodeOf(whole.get(), 0));
        } else {
            MatNode opaque;
            opaque.name = name;
            root.children.push_back(std::move(opaque));
        }
    }
    if (Mat_GetVersion(file.get()) == MAT_FT_MAT73 && variables > 0 && !hasValues(root)) {
        return tl::make_unexpected(classlessError(variables, path));
    }
    return tablesOf(root, path);
}

/// MATLAB files of version 5 to 7.3, read by libmatio in a child process.
class MatFormat : public TableFormat {
  public:
    std::string_view name() const override { return "mat"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "MATLAB (MAT)"); }
    bool recognises(const SourceFile& file) const override {
        return !file.isFolder &&
               (file.head.compare(0, 10, "MATLAB 5.0") == 0 || file.head.compare(0, 10, "MATLAB 7.3") == 0);
    }

    base::Result<FileContents> read(const SourceFile& file, const base::StopToken& stop,
        const base::ProgressCallback& onProgress) const override {
        const std::string path = file.path.string();
        const auto source = openFile(file.path);
        // The file is gone through twice: once to see that it is whole.
        const auto half = [&](double begin) -> base::ProgressCallback {
            return [&onProgress, begin](double fraction) {
                if (onProgress) {
                    onProgress(begin + fraction / 2);
                }
            };
        };
        const auto object = source ? checkMatFile(**source, path, stop, half(0))
                                   : base::Result<std::string>(tl::make_unexpected(source.error()));
        if (!object) {
            return tl::make_unexpected(object.error());
        }
        auto contents =
            untrustedTables([&](const base::ProgressCallback& tell) { return readTables(path, tell); }, path,
                stop, half(0.5));
        if (object->empty()) {
            return contents;
        }
        if (!contents) { // nothing beside the object: that is what is missing
                         // libmatio gives some objects the name of their class system
            const bool isAlone = contents.error().code == ErrorCode::BadFormat ||
                                 contents.error().code == ErrorCode::Unsupported;
            return tl::make_unexpected(isAlone ? objectError(*object, path) : contents.error());
        }
        contents->warnings.push_back(
            {WarningCode::ColumnsDamaged, 1, file.path.filename().string() + ": " + *object});
        return contents;
    }
};

} // namespace

const TableFormat& matFormat() {
    static const MatFormat format;
    return format;
}

} // namespace rulescope::io
