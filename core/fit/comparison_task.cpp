// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/comparison_task.h"

#include "core/rules/rule.h"

#include <cmath>
#include <limits>
#include <utility>

namespace rulescope::fit {

std::optional<Tally> tallyChoices(const data::RuleInputs& inputs, const std::vector<double>& logOdds) {
    Tally tally;
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        if (inputs.scored[t] == 0) {
            continue;
        }
        if (!std::isfinite(logOdds[t])) {
            return std::nullopt;
        }
        ++tally.trials;
        tally.logLikelihood += rules::logLikelihood(logOdds[t], inputs.choice[t]);
        tally.correct += (logOdds[t] >= 0) == (inputs.choice[t] > 0.5) ? 1 : 0; // a tie predicts right
    }
    return tally;
}

StateArrays toArrays(const FitTask& task) {
    std::vector<double> tallies;
    for (const auto& [animal, tally] : task.tallies) {
        tallies.insert(
            tallies.end(), {static_cast<double>(animal), tally.logLikelihood,
                               static_cast<double>(tally.trials), static_cast<double>(tally.correct)});
    }
    return {{"tallies", std::move(tallies)}, {"overflown", {task.overflown.begin(), task.overflown.end()}},
        {"ended", {static_cast<double>(task.ended.status), static_cast<double>(task.ended.epochs)}}};
}

namespace {

/// A whole number from 0 to below `end`, as a damaged file may not hold one.
bool isIndex(double value, double end) {
    return value >= 0 && value < end && value == std::floor(value);
}

} // namespace

bool readArrays(const StateArrays& arrays, std::size_t animals, FitTask& task) {
    constexpr double kCounts = 1e15;
    const auto tallies = arrays.find("tallies"), ended = arrays.find("ended"),
               overflown = arrays.find("overflown");
    if (tallies == arrays.end() || ended == arrays.end() || overflown == arrays.end() ||
        ended->second.size() != 2 || tallies->second.size() % 4 != 0) {
        return false;
    }
    const auto end = static_cast<double>(animals);
    for (std::size_t i = 0; i < tallies->second.size(); i += 4) {
        const double* entry = tallies->second.data() + i;
        if (!isIndex(entry[0], end) || !std::isfinite(entry[1]) || !isIndex(entry[2], kCounts) ||
            !isIndex(entry[3], kCounts)) {
            return false;
        }
        task.tallies[static_cast<std::size_t>(entry[0])] = {
            entry[1], static_cast<std::size_t>(entry[2]), static_cast<std::size_t>(entry[3])};
    }
    for (const double animal : overflown->second) {
        if (!isIndex(animal, end)) {
            return false;
        }
        task.overflown.insert(static_cast<std::size_t>(animal));
    }
    if (!isIndex(ended->second[0], static_cast<double>(FitStatus::Unbounded) + 1) ||
        !isIndex(ended->second[1], std::numeric_limits<int>::max())) {
        return false;
    }
    task.ended.status = static_cast<FitStatus>(static_cast<int>(ended->second[0]));
    task.ended.epochs = static_cast<int>(ended->second[1]);
    task.isDone = true;
    return true;
}

} // namespace rulescope::fit
