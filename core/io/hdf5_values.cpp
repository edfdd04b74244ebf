// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/hdf5.h"
#include "core/io/hdf5_calls.h"

#include <algorithm>

namespace rulescope::io::hdf5 {

namespace {

/// Arrays up to here live in the object's header, which carries a checksum of its own.
constexpr std::size_t kCompactBytes = 4096;
/// Values per chunk: 512 kB of doubles, small enough for a cache, large enough to compress.
constexpr std::size_t kChunkValues = 65536;
/// Deflate can't shrink by more than 1032; a dataset that claims more is a fabrication.
constexpr std::size_t kLargestDeflateRatio = 1100;
constexpr std::size_t kLargestValues = std::size_t{1} << 31;
constexpr unsigned kDeflateLevel = 3;

template<class T>
hid_t nativeType() {
    if constexpr (std::is_same_v<T, double>) {
        return H5T_NATIVE_DOUBLE;
    } else if constexpr (std::is_same_v<T, std::int8_t>) {
        return H5T_NATIVE_INT8;
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        return H5T_NATIVE_INT64;
    } else {
        static_assert(std::is_same_v<T, std::uint64_t>);
        return H5T_NATIVE_UINT64;
    }
}

/// Little-endian on disk whatever the machine.
template<class T>
hid_t storedType() {
    if constexpr (std::is_same_v<T, double>) {
        return H5T_IEEE_F64LE;
    } else if constexpr (std::is_same_v<T, std::int8_t>) {
        return H5T_STD_I8LE;
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        return H5T_STD_I64LE;
    } else {
        static_assert(std::is_same_v<T, std::uint64_t>);
        return H5T_STD_U64LE;
    }
}

Handle fixedText(std::size_t length, const std::string& object) {
    Handle type = own(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type", object);
    checked(H5Tset_size(type.id(), std::max<std::size_t>(1, length)), "size a text type", object);
    checked(H5Tset_strpad(type.id(), H5T_STR_NULLPAD), "pad a text type", object);
    checked(H5Tset_cset(type.id(), H5T_CSET_UTF8), "encode a text type", object);
    return type;
}

Handle spaceOf(const std::vector<std::size_t>& shape, const std::string& object) {
    const std::vector<hsize_t> extents(shape.begin(), shape.end());
    return own(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose,
        "describe a shape", object);
}

std::size_t product(const std::vector<std::size_t>& shape) {
    std::size_t count = 1;
    for (const std::size_t extent : shape) {
        count *= extent;
    }
    return count;
}

/// Rows per chunk times the inner extents; the inner extents stay whole.
std::vector<hsize_t> chunkOf(const std::vector<std::size_t>& shape) {
    std::vector<hsize_t> chunk(shape.begin(), shape.end());
    const std::size_t rowValues = std::max<std::size_t>(1, product(shape) / shape.front());
    chunk.front() = std::clamp<hsize_t>(kChunkValues / rowValues, 1, shape.front());
    return chunk;
}

Handle layoutFor(const std::vector<std::size_t>& shape, std::size_t valueBytes, const std::string& object) {
    Handle layout = own(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "make a layout", object);
    const std::size_t count = product(shape);
    if (count == 0) {
        return layout;
    }
    if (count * valueBytes <= kCompactBytes) {
        checked(H5Pset_layout(layout.id(), H5D_COMPACT), "choose a layout", object);
        return layout;
    }
    const std::vector<hsize_t> chunk = chunkOf(shape);
    checked(H5Pset_chunk(layout.id(), static_cast<int>(chunk.size()), chunk.data()), "set chunks", object);
    if (valueBytes > 1) {
        checked(H5Pset_shuffle(layout.id()), "set the shuffle filter", object);
    }
    checked(H5Pset_deflate(layout.id(), kDeflateLevel), "set the compression", object);
    checked(H5Pset_fletcher32(layout.id()), "set the checksum", object);
    return layout;
}

struct Stored {
    hid_t fileType;
    hid_t memoryType;
    std::size_t valueBytes;
    const void* values;
};

void writeDataset(const Handle& parent, const std::string& name, const std::vector<std::size_t>& shape,
    const Stored& stored) {
    const std::string object = pathOf(parent, name);
    const Handle space = spaceOf(shape, object);
    const Handle layout = layoutFor(shape, stored.valueBytes, object);
    checked(
        H5Pset_obj_track_times(layout.id(), false), "leave out the time", object); // same data, same bytes
    const Handle dataset = own(H5Dcreate2(parent.id(), name.c_str(), stored.fileType, space.id(), H5P_DEFAULT,
                                   layout.id(), H5P_DEFAULT),
        H5Dclose, "create a dataset", object);
    if (product(shape) > 0) {
        checked(H5Dwrite(dataset.id(), stored.memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, stored.values),
            "write", object);
    }
}

struct OpenDataset {
    Handle dataset;
    Handle type;
    std::vector<std::size_t> shape;
    std::size_t count = 0;
    std::string object;
};

void checkClaimedSize(const OpenDataset& open) {
    const std::size_t valueBytes = H5Tget_size(open.type.id());
    const std::size_t stored = H5Dget_storage_size(open.dataset.id());
    if (open.count > kLargestValues || valueBytes > kLargestValues ||
        open.count * valueBytes > stored * kLargestDeflateRatio) {
        throw Failure("read", open.object, "it claims more values than its bytes can hold");
    }
}

OpenDataset openDataset(const Handle& parent, const std::string& name) {
    OpenDataset open;
    open.object = pathOf(parent, name);
    open.dataset =
        own(H5Dopen2(parent.id(), name.c_str(), H5P_DEFAULT), H5Dclose, "open a dataset", open.object);
    open.type = own(H5Dget_type(open.dataset.id()), H5Tclose, "read the type", open.object);
    const Handle space = own(H5Dget_space(open.dataset.id()), H5Sclose, "read the shape", open.object);
    const int rank = checked(H5Sget_simple_extent_ndims(space.id()), "read the rank", open.object);
    std::vector<hsize_t> extents(static_cast<std::size_t>(rank));
    checked(H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr), "read the shape", open.object);
    open.count = 1;
    for (const hsize_t extent : extents) {
        if (extent != 0 && open.count > kLargestValues / extent) {
            throw Failure("read", open.object, "it claims more values than a study may hold");
        }
        open.count *= extent;
        open.shape.push_back(extent);
    }
    checkClaimedSize(open);
    return open;
}

std::string unpadded(const char* text, std::size_t length) {
    while (length > 0 && text[length - 1] == '\0') {
        --length;
    }
    return {text, length};
}

/// Frees what the library allocated for variable-length texts, also when a copy fails.
struct VariableTexts {
    explicit VariableTexts(std::size_t count)
        : pointers(count, nullptr) {}
    ~VariableTexts() {
        for (char* text : pointers) {
            H5free_memory(text);
        }
    }
    VariableTexts(const VariableTexts&) = delete;
    VariableTexts& operator=(const VariableTexts&) = delete;
    std::vector<char*> pointers;
};

/// Reads `count` texts of either kind; `read` calls H5Dread or H5Aread with a memory type and a buffer.
template<class Read>
std::vector<std::string> textsOf(
    const Handle& type, std::size_t count, const std::string& object, Read&& read) {
    if (H5Tget_class(type.id()) != H5T_STRING) {
        throw Failure("read", object, "it does not hold text");
    }
    std::vector<std::string> texts;
    if (checked(H5Tis_variable_str(type.id()), "read the type", object) > 0) {
        VariableTexts found(count);
        checked(read(type.id(), static_cast<void*>(found.pointers.data())), "read", object);
        for (const char* text : found.pointers) {
            texts.emplace_back(text ? text : "");
        }
        return texts;
    }
    const std::size_t length = H5Tget_size(type.id());
    std::vector<char> buffer(length * count);
    checked(read(type.id(), static_cast<void*>(buffer.data())), "read", object);
    for (std::size_t i = 0; i < count; ++i) {
        texts.push_back(unpadded(buffer.data() + i * length, length));
    }
    return texts;
}

void writeAttribute(
    const Handle& object, const std::string& name, hid_t fileType, hid_t memoryType, const void* value) {
    const std::string path = pathOf(object, name);
    const Handle space = own(H5Screate(H5S_SCALAR), H5Sclose, "describe a shape", path);
    const Handle attribute =
        own(H5Acreate2(object.id(), name.c_str(), fileType, space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
            "create an attribute", path);
    checked(H5Awrite(attribute.id(), memoryType, value), "write an attribute", path);
}

Handle openAttribute(const Handle& object, const std::string& name) {
    const std::string path = pathOf(object, name);
    Handle attribute =
        own(H5Aopen(object.id(), name.c_str(), H5P_DEFAULT), H5Aclose, "open an attribute", path);
    const Handle space = own(H5Aget_space(attribute.id()), H5Sclose, "read the shape", path);
    if (checked(H5Sget_simple_extent_npoints(space.id()), "read the shape", path) != 1) {
        throw Failure("read an attribute", path, "it does not hold a single value");
    }
    return attribute;
}

template<class T>
T numberAttribute(const Handle& object, const std::string& name) {
    const Handle attribute = openAttribute(object, name);
    T value{};
    checked(H5Aread(attribute.id(), nativeType<T>(), &value), "read an attribute", pathOf(object, name));
    return value;
}

} // namespace

template<class T>
void writeArray(const Handle& parent, const std::string& name, std::span<const T> values,
    const std::vector<std::size_t>& shape) {
    if (product(shape) != values.size()) {
        throw Failure("write", pathOf(parent, name), "its shape does not match its values");
    }
    writeDataset(parent, name, shape, {storedType<T>(), nativeType<T>(), sizeof(T), values.data()});
}

template<class T>
Array<T> readArray(const Handle& parent, const std::string& name) {
    const OpenDataset open = openDataset(parent, name);
    const H5T_class_t kind = H5Tget_class(open.type.id());
    if (kind != H5T_INTEGER && kind != H5T_FLOAT && kind != H5T_ENUM) {
        throw Failure("read", open.object, "it does not hold numbers");
    }
    Array<T> array{open.shape, std::vector<T>(open.count)};
    if (open.count > 0) {
        checked(
            H5Dread(open.dataset.id(), nativeType<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()),
            "read", open.object);
    }
    return array;
}

template void writeArray<double>(
    const Handle&, const std::string&, std::span<const double>, const std::vector<std::size_t>&);
template void writeArray<std::int8_t>(
    const Handle&, const std::string&, std::span<const std::int8_t>, const std::vector<std::size_t>&);
template void writeArray<std::uint64_t>(
    const Handle&, const std::string&, std::span<const std::uint64_t>, const std::vector<std::size_t>&);
template void writeArray<std::int64_t>(
    const Handle&, const std::string&, std::span<const std::int64_t>, const std::vector<std::size_t>&);
template Array<double> readArray<double>(const Handle&, const std::string&);
template Array<std::int8_t> readArray<std::int8_t>(const Handle&, const std::string&);
template Array<std::uint64_t> readArray<std::uint64_t>(const Handle&, const std::string&);

void writeTexts(const Handle& parent, const std::string& name, const std::vector<std::string>& texts) {
    std::size_t length = 1;
    for (const std::string& text : texts) {
        length = std::max(length, text.size());
    }
    std::vector<char> padded(length * texts.size(), '\0');
    for (std::size_t i = 0; i < texts.size(); ++i) {
        std::copy(texts[i].begin(), texts[i].end(), padded.begin() + static_cast<std::ptrdiff_t>(i * length));
    }
    const Handle type = fixedText(length, pathOf(parent, name));
    writeDataset(parent, name, {texts.size()}, {type.id(), type.id(), length, padded.data()});
}

std::vector<std::string> readTexts(const Handle& parent, const std::string& name) {
    const OpenDataset open = openDataset(parent, name);
    if (open.count == 0) {
        return {};
    }
    return textsOf(open.type, open.count, open.object, [&](hid_t type, void* buffer) {
        return H5Dread(open.dataset.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer);
    });
}

void writeText(const Handle& parent, const std::string& name, const std::string& text) {
    writeTexts(parent, name, {text});
}

std::string readText(const Handle& parent, const std::string& name) {
    const std::vector<std::string> texts = readTexts(parent, name);
    if (texts.size() != 1) {
        throw Failure("read", pathOf(parent, name), "it does not hold one text");
    }
    return texts.front();
}

void setAttribute(const Handle& object, const std::string& name, const std::string& value) {
    const Handle type = fixedText(value.size(), pathOf(object, name));
    writeAttribute(object, name, type.id(), type.id(), value.c_str());
}

void setAttribute(const Handle& object, const std::string& name, std::int64_t value) {
    writeAttribute(object, name, storedType<std::int64_t>(), nativeType<std::int64_t>(), &value);
}

void setAttribute(const Handle& object, const std::string& name, std::uint64_t value) {
    writeAttribute(object, name, storedType<std::uint64_t>(), nativeType<std::uint64_t>(), &value);
}

void setAttribute(const Handle& object, const std::string& name, double value) {
    writeAttribute(object, name, storedType<double>(), nativeType<double>(), &value);
}

bool hasAttribute(const Handle& object, const std::string& name) {
    return checked(H5Aexists(object.id(), name.c_str()), "look for an attribute", pathOf(object, name)) > 0;
}

std::string textAttribute(const Handle& object, const std::string& name) {
    const Handle attribute = openAttribute(object, name);
    const std::string path = pathOf(object, name);
    const Handle type = own(H5Aget_type(attribute.id()), H5Tclose, "read the type", path);
    if (H5Tget_size(type.id()) > kLargestValues) {
        throw Failure("read an attribute", path, "it is too long");
    }
    return textsOf(type, 1, path, [&](hid_t memoryType, void* buffer) {
        return H5Aread(attribute.id(), memoryType, buffer);
    }).front();
}

std::int64_t integerAttribute(const Handle& object, const std::string& name) {
    return numberAttribute<std::int64_t>(object, name);
}

std::uint64_t unsignedAttribute(const Handle& object, const std::string& name) {
    return numberAttribute<std::uint64_t>(object, name);
}

double realAttribute(const Handle& object, const std::string& name) {
    return numberAttribute<double>(object, name);
}

void setDatasetAttribute(
    const Handle& parent, const std::string& dataset, const std::string& name, const std::string& value) {
    const Handle object =
        own(H5Dopen2(parent.id(), dataset.c_str(), H5P_DEFAULT), H5Dclose, "open a dataset", dataset);
    setAttribute(object, name, value);
}

} // namespace rulescope::io::hdf5
