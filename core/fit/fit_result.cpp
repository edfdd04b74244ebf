// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/fit_result.h"

#include <algorithm>
#include <array>

namespace rulescope::fit {

namespace {

struct StatusName {
    FitStatus status;
    const char* name;
};

constexpr std::array<StatusName, 7> kStatusNames = {{{FitStatus::Converged, "converged"},
    {FitStatus::StoppedEarly, "stopped-early"}, {FitStatus::Cancelled, "cancelled"},
    {FitStatus::Diverged, "diverged"}, {FitStatus::Completed, "completed"},
    {FitStatus::NotConverged, "not-converged"}, {FitStatus::Unbounded, "unbounded"}}};

} // namespace

bool hasUsableParameters(FitStatus status) {
    return status != FitStatus::Diverged && status != FitStatus::Unbounded;
}

std::string toString(FitStatus status) {
    for (const StatusName& entry : kStatusNames) {
        if (entry.status == status) {
            return entry.name;
        }
    }
    return "unknown";
}

base::Result<FitStatus> fitStatusFromString(const std::string& text) {
    for (const StatusName& entry : kStatusNames) {
        if (text == entry.name) {
            return entry.status;
        }
    }
    return base::failure(base::ErrorCode::BadFormat,
        {QT_TRANSLATE_NOOP("core", "a stored fit has an unknown status \"%1\"."), {text}});
}

std::vector<FitResult> ensembleOf(const FitResult& result) {
    std::vector<FitResult> ensemble = {result};
    ensemble.front().members.clear();
    for (const FitMember& member : result.members) {
        if (!hasUsableParameters(member.status)) {
            continue;
        }
        FitResult one;
        one.id = result.id;
        one.spec = result.spec;
        one.spec.seed = member.seed;
        one.status = member.status;
        one.parameters = member.parameters;
        one.epochs = member.epochs;
        one.trainNatsPerTrial = member.trainNatsPerTrial;
        one.heldOutNatsPerTrial = member.heldOutNatsPerTrial;
        one.dataHashes = result.dataHashes;
        one.versions = result.versions;
        one.createdUtc = result.createdUtc;
        ensemble.push_back(std::move(one));
    }
    return ensemble;
}

std::string nextFitId(const std::vector<FitResultPtr>& existing, const std::string& rule) {
    for (std::size_t number = 1;; ++number) {
        std::string id = rule + "-" + std::to_string(number);
        const bool isTaken = std::any_of(
            existing.begin(), existing.end(), [&](const FitResultPtr& result) { return result->id == id; });
        if (!isTaken) {
            return id;
        }
    }
}

} // namespace rulescope::fit
