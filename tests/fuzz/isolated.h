// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

/// Fuzzing of readers that call a C library which is not instrumented and may crash on damaged files.
///
/// The readers run in a forked copy, as in the application: this replaces io::untrustedTables and
/// io::rehearse, brings the coverage that the copy found back to the fuzzer, and tells whose fault a crash
/// was. One inside the library is what the isolation is there for and is passed over. One in our own code, or
/// the library writing beyond a buffer that our code handed it, ends the fuzzer with the input.
///
/// RULESCOPE_FUZZ_SHOW=1 lets the copies print. ASAN_OPTIONS=symbolize=1 names the places.
namespace rulescope::fuzzing {

/// Puts an input into a file of its own, the same path every time; it is removed at the end.
std::filesystem::path inputFile(const std::uint8_t* data, std::size_t size);

/// How `work` ended in the copy; a fault of ours aborts. `answer` gets what it returned.
enum class Ended { Well, LibraryCrashed, TooLong };
Ended inCopy(const std::function<std::string()>& work, std::string& answer);

} // namespace rulescope::fuzzing
