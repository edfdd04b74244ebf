// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// The part of the HDF5 C library that Rulescope uses, one checked function per step. Private to core/io.
///
/// Every function throws Failure; the file formats built on this turn it into a base::Error at their seam.
/// All files live in memory: reading and writing the disk is ours (file_bytes.h), so that a full disk or a
/// lock of a network file system never meets the library in the middle of a write.
namespace rulescope::io::hdf5 {

/// An HDF5 call that failed: which one, on what, and the library's own words.
class Failure : public std::runtime_error {
  public:
    Failure(const std::string& step, std::string object, const std::string& libraryText = {});
    const std::string& object() const { return m_object; } ///< the group, dataset or attribute, as a path

  private:
    std::string m_object;
};

/// Held while HDF5 is in use: the library is not safe to enter twice. Also silences its error printer.
class LibraryLock {
  public:
    LibraryLock();

  private:
    std::unique_lock<std::recursive_mutex> m_lock;
};

/// Owner of an HDF5 identifier (hid_t).
class Handle {
  public:
    using Close = int (*)(std::int64_t);
    Handle() = default;
    Handle(std::int64_t id, Close closer)
        : m_id(id)
        , m_close(closer) {}
    ~Handle();
    Handle(Handle&& other) noexcept
        : m_id(std::exchange(other.m_id, -1))
        , m_close(other.m_close) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(m_id, other.m_id);
        std::swap(m_close, other.m_close);
        return *this;
    }
    std::int64_t id() const { return m_id; }
    /// Closes before the end of the scope; negative if the library failed.
    int close();

  private:
    std::int64_t m_id = -1;
    Close m_close = nullptr;
};

/// A new file in memory with `userblock` bytes (512, 1024, ...) left free before the HDF5 data.
class NewFile {
  public:
    explicit NewFile(std::size_t userblock);
    const Handle& root() const { return m_file; }
    /// Closes the file and hands out its bytes, user block (zeros) included. Every other handle is closed by
    /// then.
    std::vector<char> finish();

  private:
    std::size_t m_userblock;
    std::unique_ptr<std::vector<char>> m_bytes;
    Handle m_file;
};

/// Opens a file that lies in memory, for reading; `bytes` must outlive the handle and is not copied.
Handle openImage(std::span<const char> bytes);
/// True if an HDF5 signature stands at 0 or at a power of two from 512 on.
bool hasSignature(std::span<const char> bytes);
/// The length that the file says it has; none for superblocks older than version 2.
std::optional<std::size_t> claimedSize(std::span<const char> bytes);

Handle createGroup(const Handle& parent, const std::string& name);
Handle openGroup(const Handle& parent, const std::string& name);
bool hasChild(const Handle& parent, const std::string& name);
/// Names in the order in which they were created.
std::vector<std::string> childNames(const Handle& group);

/// A link name may not hold '/' nor be "."; these two and '%' are percent-encoded.
std::string linkName(const std::string& name);
std::string nameOfLink(const std::string& link);

/// Writes an array of that shape (row-major; no extents: a scalar), or a list. Long ones are chunked,
/// shuffled, deflated and checksummed.
template<class T>
void writeArray(const Handle& parent, const std::string& name, std::span<const T> values,
    const std::vector<std::size_t>& shape);
template<class T>
void writeArray(const Handle& parent, const std::string& name, std::span<const T> values) {
    writeArray(parent, name, values, {values.size()});
}

template<class T>
struct Array {
    std::vector<std::size_t> shape;
    std::vector<T> values;
};

/// Reads an array, converted to T (double, int8_t, uint64_t). Sizes that the file's bytes can't hold are a
/// Failure.
template<class T>
Array<T> readArray(const Handle& parent, const std::string& name);

/// Texts are UTF-8 strings of one fixed length, padded with zeros; one text is a list of one.
void writeTexts(const Handle& parent, const std::string& name, const std::vector<std::string>& texts);
std::vector<std::string> readTexts(const Handle& parent, const std::string& name);
void writeText(const Handle& parent, const std::string& name, const std::string& text);
std::string readText(const Handle& parent, const std::string& name);

void setAttribute(const Handle& object, const std::string& name, const std::string& value);
void setAttribute(const Handle& object, const std::string& name, std::int64_t value);
void setAttribute(const Handle& object, const std::string& name, std::uint64_t value);
void setAttribute(const Handle& object, const std::string& name, double value);
/// Gives a dataset of `parent` an attribute of text.
void setDatasetAttribute(
    const Handle& parent, const std::string& dataset, const std::string& name, const std::string& value);
bool hasAttribute(const Handle& object, const std::string& name);
std::string textAttribute(const Handle& object, const std::string& name);
std::int64_t integerAttribute(const Handle& object, const std::string& name);
std::uint64_t unsignedAttribute(const Handle& object, const std::string& name);
double realAttribute(const Handle& object, const std::string& name);

} // namespace rulescope::io::hdf5
