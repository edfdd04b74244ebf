// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace rulescope::test {

/// What a run of rulescope-cli left behind.
struct ProgramResult {
    int exitCode = -1; ///< 128 + signal if a signal ended it
    std::string out, err;

    /// stdout as one JSON object; a test failure and null if it is anything else.
    nlohmann::json json() const;
};

/// Runs rulescope-cli with these arguments and waits for it.
ProgramResult run(const std::vector<std::string>& arguments);
/// The same; `signal` is sent once the program has written to stderr (its first progress line) or after
/// `seconds`.
ProgramResult runAndSignal(const std::vector<std::string>& arguments, int signal, double seconds);

/// An empty folder that goes away at the end.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    /// The path of `name` in it.
    std::string path(const std::string& name) const { return (m_path / name).string(); }
    /// Writes a file and returns its path.
    std::string write(const std::string& name, const std::string& content) const;

  private:
    std::filesystem::path m_path;
};

/// The bytes of a file.
std::string contentOf(const std::string& path);
/// A file or folder of the shared data, or an empty path where there is none.
std::string sharedData(const std::string& name);

} // namespace rulescope::test
