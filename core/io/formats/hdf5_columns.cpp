// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/hdf5_columns.h"

#include "core/io/hdf5_calls.h"
#include "core/io/table.h"

#include <cstdint>
#include <cstring>

namespace rulescope::io::hdf5 {

namespace {

constexpr std::size_t kMostValues = kMostTableRows * 2;
constexpr std::size_t kLongestText = 65536;
/// Deflate can't shrink by more than 1032; a dataset that claims more is a fabrication.
constexpr std::size_t kLargestRatio = 1100;

/// True if the values lie in this file and are as many as their bytes can hold.
bool isReadable(const Handle& dataset, const Handle& type, std::size_t count, const std::string& object) {
    const Handle layout = own(H5Dget_create_plist(dataset.id()), H5Pclose, "read the layout", object);
    const bool isElsewhere =
        H5Pget_layout(layout.id()) == H5D_VIRTUAL || H5Pget_external_count(layout.id()) > 0;
    const std::size_t stored = H5Dget_storage_size(dataset.id());
    return !isElsewhere && count <= kMostValues && count * H5Tget_size(type.id()) / kLargestRatio <= stored;
}

std::vector<std::size_t> shapeOf(const Handle& dataset, const std::string& object) {
    const Handle space = own(H5Dget_space(dataset.id()), H5Sclose, "read the shape", object);
    const int rank = checked(H5Sget_simple_extent_ndims(space.id()), "read the rank", object);
    std::vector<hsize_t> extents(static_cast<std::size_t>(rank));
    checked(H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr), "read the shape", object);
    return {extents.begin(), extents.end()};
}

/// The number of values, or more than any column has.
std::size_t countOf(const std::vector<std::size_t>& shape) {
    std::size_t count = 1;
    for (const std::size_t extent : shape) {
        if (extent != 0 && count > kMostValues / extent) {
            return kMostValues + 1;
        }
        count *= extent;
    }
    return count;
}

/// Enumerations (booleans) don't convert to numbers in the library: read as they are, then widened.
void readEnumeration(const Handle& dataset, const Handle& type, ColumnValues& values, std::size_t count,
    const std::string& object) {
    const Handle native =
        own(H5Tget_native_type(type.id(), H5T_DIR_ASCEND), H5Tclose, "read the type", object);
    const std::size_t size = H5Tget_size(native.id());
    const Handle base = own(H5Tget_super(native.id()), H5Tclose, "read the type", object);
    const bool isSigned = H5Tget_sign(base.id()) == H5T_SGN_2;
    if (size == 0 || size > 8) {
        throw Failure("read", object, "it holds codes of a strange size");
    }
    std::vector<unsigned char> bytes(count * size);
    checked(H5Dread(dataset.id(), native.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), "read", object);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, bytes.data() + i * size, size);
        const unsigned shift = 64 - 8 * static_cast<unsigned>(size);
        values.numbers.push_back(isSigned
                                     ? static_cast<double>(static_cast<std::int64_t>(bits << shift) >> shift)
                                     : static_cast<double>(bits));
    }
}

void readNumbers(const Handle& dataset, ColumnValues& values, std::size_t count, const std::string& object) {
    values.numbers.resize(count);
    checked(H5Dread(dataset.id(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.numbers.data()),
        "read", object);
}

void readTexts(const Handle& dataset, const Handle& type, ColumnValues& values, std::size_t count,
    const std::string& object) {
    values.isText = true;
    if (checked(H5Tis_variable_str(type.id()), "read the type", object) > 0) {
        std::vector<char*> pointers(count, nullptr);
        checked(
            H5Dread(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()), "read", object);
        for (char* text : pointers) {
            values.texts.emplace_back(text ? text : "");
            H5free_memory(text);
        }
        return;
    }
    const std::size_t length = H5Tget_size(type.id());
    if (length > kLongestText || count * length > kMostValues) {
        throw Failure("read", object, "its texts are too long");
    }
    std::vector<char> bytes(count * length);
    checked(H5Dread(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), "read", object);
    for (std::size_t i = 0; i < count; ++i) {
        std::string text(bytes.data() + i * length, length);
        text.erase(text.find_last_not_of(std::string(" \0", 2)) + 1);
        values.texts.push_back(text.substr(0, text.find('\0')));
    }
}

} // namespace

Handle openOnDisk(const std::string& path) {
    return own(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open", "/");
}

NodeKind kindOf(const Handle& parent, const std::string& name) {
    H5L_info_t link{};
    if (H5Lget_info(parent.id(), name.c_str(), &link, H5P_DEFAULT) < 0 || link.type == H5L_TYPE_EXTERNAL) {
        return NodeKind::Other;
    }
    const hid_t id = H5Oopen(parent.id(), name.c_str(), H5P_DEFAULT);
    if (id < 0) {
        return NodeKind::Other;
    }
    const Handle object(id, H5Oclose);
    const H5I_type_t type = H5Iget_type(object.id());
    return type == H5I_GROUP ? NodeKind::Group : type == H5I_DATASET ? NodeKind::Dataset : NodeKind::Other;
}

std::optional<ColumnValues> readColumn(const Handle& parent, const std::string& name) {
    const std::string object = pathOf(parent, name);
    const Handle dataset =
        own(H5Dopen2(parent.id(), name.c_str(), H5P_DEFAULT), H5Dclose, "open a dataset", object);
    const Handle type = own(H5Dget_type(dataset.id()), H5Tclose, "read the type", object);
    ColumnValues values;
    values.shape = shapeOf(dataset, object);
    const std::size_t count = countOf(values.shape);
    if (count > 0 && !isReadable(dataset, type, count, object)) {
        return {};
    }
    switch (H5Tget_class(type.id())) {
    case H5T_ENUM:
        readEnumeration(dataset, type, values, count, object);
        return values;
    case H5T_INTEGER:
    case H5T_FLOAT:
        readNumbers(dataset, values, count, object);
        return values;
    case H5T_STRING:
        readTexts(dataset, type, values, count, object);
        return values;
    default:
        return {};
    }
}

std::string textAttributeOr(const Handle& object, const std::string& name) {
    try {
        return hasAttribute(object, name) ? textAttribute(object, name) : std::string();
    } catch (const Failure&) {
        return {};
    }
}

std::string textOr(const Handle& parent, const std::string& name) {
    try {
        const bool isThere = hasChild(parent, name) && kindOf(parent, name) == NodeKind::Dataset;
        const auto values = isThere ? readColumn(parent, name) : std::nullopt;
        return !values || values->texts.size() != 1 ? std::string() : values->texts.front();
    } catch (const Failure&) {
        return {};
    }
}

} // namespace rulescope::io::hdf5
