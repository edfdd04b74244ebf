// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/hdf5.h"

#include "core/io/hdf5_calls.h"

#include <algorithm>
#include <cstring>
#include <exception>

namespace rulescope::io::hdf5 {

namespace {

herr_t appendMessage(unsigned depth, const H5E_error2_t* error, void* text) {
    // Depth 0 is our call, the last one the cause; both ends tell the user something.
    if (depth < 8 && error->desc != nullptr && error->desc[0] != '\0') {
        auto& message = *static_cast<std::string*>(text);
        message += (message.empty() ? "" : "; ") + std::string(error->desc);
    }
    return 0;
}

/// Lets HDF5 use our bytes as its file instead of two copies of them.
struct BorrowedImage {
    void* bytes;
};

void* borrow(size_t, H5FD_file_image_op_t, void* image) {
    return static_cast<BorrowedImage*>(image)->bytes;
}
void* leaveInPlace(void* destination, const void*, size_t, H5FD_file_image_op_t, void*) {
    return destination;
}
herr_t keep(void*, H5FD_file_image_op_t, void*) {
    return 0;
}
void* copyOwner(void* image) {
    return new BorrowedImage(*static_cast<BorrowedImage*>(image));
}
herr_t freeOwner(void* image) {
    delete static_cast<BorrowedImage*>(image);
    return 0;
}

/// The bytes of a new file grow in the vector that `owner` points to and stay there after closing.
void* growBytes(void*, size_t size, H5FD_file_image_op_t, void* owner) {
    auto& bytes = *static_cast<std::vector<char>*>(owner);
    try {
        if (size > bytes.capacity()) {
            bytes.reserve(2 * size);
        }
        bytes.resize(size);
    } catch (const std::exception&) {
        return nullptr; // an exception may not cross the C library
    }
    return bytes.data();
}
herr_t keepBytes(void*, H5FD_file_image_op_t, void*) {
    return 0;
}
void* shareBytes(void* owner) {
    return owner;
}
herr_t leaveBytes(void*) {
    return 0;
}

/// Where the HDF5 data start: at 0 or at a power of two from 512 on.
std::optional<std::size_t> signatureOffset(std::span<const char> bytes) {
    constexpr char kSignature[] = {'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
    for (std::size_t offset = 0; offset + sizeof kSignature <= bytes.size();
         offset = offset == 0 ? 512 : 2 * offset) {
        if (std::memcmp(bytes.data() + offset, kSignature, sizeof kSignature) == 0) {
            return offset;
        }
    }
    return {};
}

} // namespace

std::string libraryText() {
    std::string text;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, appendMessage, &text);
    H5Eclear2(H5E_DEFAULT);
    return text;
}

std::string pathOf(std::int64_t id) {
    char name[512] = "";
    const ssize_t length = H5Iget_name(id, name, sizeof name);
    return length > 0 ? std::string(name) : std::string();
}

std::string pathOf(const Handle& parent, const std::string& name) {
    const std::string folder = pathOf(parent.id());
    return folder + (folder.empty() || folder.back() != '/' ? "/" : "") + name;
}

Failure::Failure(const std::string& step, std::string object, const std::string& libraryText)
    : std::runtime_error(libraryText.empty() ? step : step + ": " + libraryText)
    , m_object(std::move(object)) {}

LibraryLock::LibraryLock() {
    static std::recursive_mutex mutex;
    m_lock = std::unique_lock(mutex);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Handle::~Handle() {
    close();
}

int Handle::close() {
    return m_id >= 0 ? m_close(std::exchange(m_id, -1)) : 0;
}

NewFile::NewFile(std::size_t userblock)
    : m_userblock(userblock)
    , m_bytes(std::make_unique<std::vector<char>>()) {
    constexpr std::size_t kGrowth = std::size_t{4} << 20;
    const Handle access = own(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "prepare a file", "/");
    checked(H5Pset_fapl_core(access.id(), kGrowth, 0), "prepare a file in memory", "/");
    // H5Fget_file_image spoils the superblock's checksum in 1.10, so the library writes into our own bytes.
    H5FD_file_image_callbacks_t callbacks{
        nullptr, nullptr, growBytes, keepBytes, shareBytes, leaveBytes, m_bytes.get()};
    checked(H5Pset_file_image_callbacks(access.id(), &callbacks), "lend memory to a file", "/");
    // 1.10's structures carry checksums, those before do not; h5py and MATLAB R2021b and later read them.
    checked(H5Pset_libver_bounds(access.id(), H5F_LIBVER_V110, H5F_LIBVER_V110), "choose the file's version",
        "/");
    const Handle creation = own(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "prepare a file", "/");
    checked(H5Pset_obj_track_times(creation.id(), false), "leave out the time", "/");
    checked(H5Pset_userblock(creation.id(), userblock), "reserve the user block", "/");
    checked(H5Pset_link_creation_order(creation.id(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
        "keep the order of names", "/");
    m_file = own(H5Fcreate("rulescope-image", H5F_ACC_TRUNC, creation.id(), access.id()), H5Fclose,
        "create a file", "/");
}

std::vector<char> NewFile::finish() {
    checked(H5Fflush(m_file.id(), H5F_SCOPE_GLOBAL), "flush", "/");
    // The file's own size counts the driver's spare room; the image's does not, nor the user block.
    const ssize_t size = checked(H5Fget_file_image(m_file.id(), nullptr, 0), "measure the file", "/");
    checked(m_file.close(), "close", "/");
    m_bytes->resize(m_userblock + static_cast<std::size_t>(size));
    std::vector<char> bytes = std::move(*m_bytes);
    // Closing frees what was reserved and not used; without the cut those bytes would be noise behind the
    // end.
    bytes.resize(std::min(bytes.size(), claimedSize(bytes).value_or(bytes.size())));
    openImage(bytes); // a file that can't be opened again must never replace an old one
    return bytes;
}

Handle openImage(std::span<const char> bytes) {
    const Handle access = own(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "prepare a file", "/");
    checked(H5Pset_fapl_core(access.id(), 65536, 0), "prepare a file in memory", "/");
    // Opened for reading only, so the library never writes through this pointer.
    void* const image = const_cast<char*>(bytes.data());
    BorrowedImage owner{image};
    H5FD_file_image_callbacks_t callbacks{borrow, leaveInPlace, nullptr, keep, copyOwner, freeOwner, &owner};
    checked(H5Pset_file_image_callbacks(access.id(), &callbacks), "lend the file's bytes", "/");
    checked(H5Pset_file_image(access.id(), image, bytes.size()), "lend the file's bytes", "/");
    return own(H5Fopen("rulescope-image", H5F_ACC_RDONLY, access.id()), H5Fclose, "open", "/");
}

bool hasSignature(std::span<const char> bytes) {
    return signatureOffset(bytes).has_value();
}

std::optional<std::size_t> claimedSize(std::span<const char> bytes) {
    // Superblock versions 2 and 3: signature (8), version, sizes of offsets and lengths, flags, then
    // addresses of the base, the extension, the end and the root, little-endian; the end counts from the
    // file's first byte.
    constexpr std::size_t kEndAddress = 8 + 4 + 8 + 8;
    const auto start = signatureOffset(bytes);
    if (!start || bytes.size() < *start + kEndAddress + 8 ||
        (bytes[*start + 8] != 2 && bytes[*start + 8] != 3) || bytes[*start + 9] != 8) {
        return {};
    }
    std::size_t end = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        end |= std::size_t{static_cast<unsigned char>(bytes[*start + kEndAddress + i])} << (8 * i);
    }
    return end;
}

Handle createGroup(const Handle& parent, const std::string& name) {
    const std::string object = pathOf(parent, name);
    const Handle creation = own(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "prepare a group", object);
    checked(H5Pset_link_creation_order(creation.id(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
        "keep the order of names", object);
    checked(H5Pset_obj_track_times(creation.id(), false), "leave out the time", object);
    return own(H5Gcreate2(parent.id(), name.c_str(), H5P_DEFAULT, creation.id(), H5P_DEFAULT), H5Gclose,
        "create a group", object);
}

Handle openGroup(const Handle& parent, const std::string& name) {
    return own(
        H5Gopen2(parent.id(), name.c_str(), H5P_DEFAULT), H5Gclose, "open a group", pathOf(parent, name));
}

bool hasChild(const Handle& parent, const std::string& name) {
    return checked(H5Lexists(parent.id(), name.c_str(), H5P_DEFAULT), "look for", pathOf(parent, name)) > 0;
}

std::vector<std::string> childNames(const Handle& group) {
    const std::string object = pathOf(group.id());
    H5G_info_t info{};
    checked(H5Gget_info(group.id(), &info), "list a group", object);
    std::vector<std::string> names;
    // Groups of other programs may not keep the order of creation.
    unsigned order = 0;
    const bool isFile = H5Iget_type(group.id()) == H5I_FILE;
    const Handle creation = own(isFile ? H5Fget_create_plist(group.id()) : H5Gget_create_plist(group.id()),
        H5Pclose, "list a group", object);
    checked(H5Pget_link_creation_order(creation.id(), &order), "list a group", object);
    const H5_index_t index = (order & H5P_CRT_ORDER_INDEXED) != 0 ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
    for (hsize_t i = 0; i < info.nlinks; ++i) {
        const auto length = static_cast<std::size_t>(
            checked(H5Lget_name_by_idx(group.id(), ".", index, H5_ITER_INC, i, nullptr, 0, H5P_DEFAULT),
                "list a group", object));
        std::string name(length + 1, '\0');
        checked(
            H5Lget_name_by_idx(group.id(), ".", index, H5_ITER_INC, i, name.data(), name.size(), H5P_DEFAULT),
            "list a group", object);
        name.resize(length);
        names.push_back(std::move(name));
    }
    return names;
}

std::string linkName(const std::string& name) {
    std::string link;
    for (const char c : name) {
        const bool isWholeDot = c == '.' && name.find_first_not_of('.') == std::string::npos;
        link += c == '%' ? "%25" : c == '/' ? "%2F" : isWholeDot ? "%2E" : std::string(1, c);
    }
    return link;
}

std::string nameOfLink(const std::string& link) {
    std::string name;
    for (std::size_t i = 0; i < link.size(); ++i) {
        const std::string code = link.substr(i, 3);
        const char decoded = code == "%25" ? '%' : code == "%2F" ? '/' : code == "%2E" ? '.' : '\0';
        name += decoded != '\0' ? decoded : link[i];
        i += decoded != '\0' ? 2 : 0;
    }
    return name;
}

} // namespace rulescope::io::hdf5
