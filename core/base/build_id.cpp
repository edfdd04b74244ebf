// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/build_id.h"

#include <cstdint>
#include <cstring>
#include <link.h>

namespace rulescope::base {

namespace {

/// The identifier among the notes of one segment: each has a header, a name and a content, padded to words.
std::string idAmong(const char* notes, std::size_t size) {
    const auto padded = [](std::size_t length) { return (length + 3) & ~std::size_t{3}; };
    for (std::size_t at = 0; at + sizeof(ElfW(Nhdr)) <= size;) {
        ElfW(Nhdr) header;
        std::memcpy(&header, notes + at, sizeof(header));
        const std::size_t name = at + sizeof(header), content = name + padded(header.n_namesz);
        const std::size_t end = content + padded(header.n_descsz);
        if (end > size) {
            break;
        }
        if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 &&
            std::memcmp(notes + name, "GNU", 4) == 0) {
            constexpr const char* kDigits = "0123456789abcdef";
            std::string id;
            for (std::size_t i = 0; i < header.n_descsz; ++i) {
                const auto byte = static_cast<unsigned char>(notes[content + i]);
                id += kDigits[byte >> 4U];
                id += kDigits[byte & 15U];
            }
            return id;
        }
        at = end;
    }
    return {};
}

/// The first object is the program itself; a non-zero answer ends the walk.
int readProgram(dl_phdr_info* object, std::size_t, void* id) {
    for (int i = 0; i < object->dlpi_phnum; ++i) {
        const ElfW(Phdr)& segment = object->dlpi_phdr[i];
        if (segment.p_type == PT_NOTE) {
            const auto address = static_cast<std::uintptr_t>(object->dlpi_addr + segment.p_vaddr);
            const std::string found =
                idAmong(reinterpret_cast<const char*>(address), segment.p_memsz); // mapped as long as we run
            if (!found.empty()) {
                *static_cast<std::string*>(id) = found;
                break;
            }
        }
    }
    return 1;
}

} // namespace

std::string buildId() {
    std::string id;
    ::dl_iterate_phdr(&readProgram, &id);
    return id;
}

} // namespace rulescope::base
