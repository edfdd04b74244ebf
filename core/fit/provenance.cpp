// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/provenance.h"

#include "core/base/build_id.h"
#include "core/base/version.h"
#include "core/engine/fused_rollout.h"

#include <Eigen/Core>
#include <chrono>
#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace rulescope::fit {

std::vector<std::pair<std::string, std::string>> programVersions() {
#if defined(__clang__)
    const std::string compiler = fmt::format("clang {}.{}", __clang_major__, __clang_minor__);
#elif defined(__GNUC__)
    const std::string compiler = fmt::format("gcc {}.{}", __GNUC__, __GNUC_MINOR__);
#else
    const std::string compiler = "unknown";
#endif
    return {{"rulescope", base::kVersion}, {"compiler", compiler}, {"libtorch", torchVersion()},
        {"eigen", fmt::format("{}.{}.{}", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION)},
        {"instruction_set", engine::instructionSet()}};
}

std::string programIdentity() {
    return identityText(programVersions()) + "build\t" + base::buildId() + '\n';
}

std::string identityText(const std::vector<std::pair<std::string, std::string>>& pairs) {
    std::string text;
    for (const auto& [name, value] : pairs) {
        text += name + '\t' + value + '\n';
    }
    return text;
}

std::string utcNow() {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

std::string utcNowInMilliseconds() {
    const auto now =
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto milliseconds = now.time_since_epoch().count();
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
        fmt::gmtime(static_cast<std::time_t>(milliseconds / 1000)), milliseconds % 1000);
}

} // namespace rulescope::fit
