// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/comparison_task.h"

#include "core/rules/rule.h"

#include <cmath>
#include <utility>

namespace rulescope::fit {

Tally tallyChoices(const data::RuleInputs& inputs, const std::vector<double>& logOdds, bool& hasOverflown) {
    Tally tally;
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        if (inputs.scored[t] == 0) {
            continue;
        }
        if (!std::isfinite(logOdds[t])) {
            hasOverflown = true;
            continue;
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
    return {{"tallies", std::move(tallies)},
        {"ended", {static_cast<double>(task.ended.status), static_cast<double>(task.ended.epochs),
                      task.ended.hasOverflown ? 1.0 : 0.0}}};
}

bool readArrays(const StateArrays& arrays, FitTask& task) {
    const auto tallies = arrays.find("tallies"), ended = arrays.find("ended");
    if (tallies == arrays.end() || ended == arrays.end() || ended->second.size() != 3 ||
        tallies->second.size() % 4 != 0) {
        return false;
    }
    for (std::size_t i = 0; i < tallies->second.size(); i += 4) {
        const double* entry = tallies->second.data() + i;
        task.tallies[static_cast<std::size_t>(entry[0])] = {
            entry[1], static_cast<std::size_t>(entry[2]), static_cast<std::size_t>(entry[3])};
    }
    task.ended.status = static_cast<FitStatus>(static_cast<int>(ended->second[0]));
    task.ended.epochs = static_cast<int>(ended->second[1]);
    task.ended.hasOverflown = ended->second[2] != 0;
    task.isDone = true;
    return true;
}

} // namespace rulescope::fit
