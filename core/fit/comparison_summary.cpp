// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/comparison_summary.h"

#include "core/fit/paired_test.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

namespace rulescope::fit {

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// One rule's tallies over all folds, for each seed that has them all.
using SeedTallies = std::vector<AnimalTallies>;

bool isDone(const ComparisonWork& work, std::size_t rule, std::size_t seed) {
    return std::all_of(work.tasks.begin(), work.tasks.end(),
        [&](const FitTask& task) { return task.rule != rule || task.seed != seed || task.isDone; });
}

/// All folds of one seed together, without the animals that one of the fits has lost.
AnimalTallies talliesOfSeed(const ComparisonWork& work, std::size_t rule, std::size_t seed) {
    AnimalTallies tallies;
    std::set<std::size_t> lost;
    for (const FitTask& task : work.tasks) {
        if (task.rule != rule || task.seed != seed) {
            continue;
        }
        lost.insert(task.overflown.begin(), task.overflown.end());
        for (const auto& [animal, tally] : task.tallies) {
            tallies[animal].add(tally);
            if (task.ended.status == FitStatus::Diverged) {
                lost.insert(animal);
            }
        }
    }
    for (const std::size_t animal : lost) {
        tallies.erase(animal);
    }
    return tallies;
}

SeedTallies talliesOfRule(const ComparisonWork& work, std::size_t rule) {
    std::size_t seeds = 0;
    for (const FitTask& task : work.tasks) {
        seeds = task.rule == rule ? std::max(seeds, task.seed + 1) : seeds;
    }
    SeedTallies perSeed;
    for (std::size_t seed = 0; seed < seeds; ++seed) {
        if (isDone(work, rule, seed)) {
            perSeed.push_back(talliesOfSeed(work, rule, seed));
        }
    }
    return perSeed;
}

/// The yardstick's tallies of the animals with held-out trials.
AnimalTallies scoredAnimals(const SeedTallies& yardstick) {
    AnimalTallies scored;
    for (const AnimalTallies& tallies : yardstick) {
        for (const auto& [animal, tally] : tallies) {
            if (tally.trials > 0) {
                scored[animal] = tally;
            }
        }
    }
    return scored;
}

/// A rule's mean over its seeds for one animal.
struct MeanTally {
    double logLikelihood = 0, correct = 0;
    std::size_t seeds = 0;
};

MeanTally meanOf(const SeedTallies& perSeed, std::size_t animal) {
    MeanTally mean;
    for (const AnimalTallies& tallies : perSeed) {
        if (const auto tally = tallies.find(animal); tally != tallies.end()) {
            mean.logLikelihood += tally->second.logLikelihood;
            mean.correct += static_cast<double>(tally->second.correct);
            ++mean.seeds;
        }
    }
    mean.logLikelihood /= static_cast<double>(std::max<std::size_t>(mean.seeds, 1));
    mean.correct /= static_cast<double>(std::max<std::size_t>(mean.seeds, 1));
    return mean;
}

std::set<std::size_t> animalsOf(const SeedTallies& perSeed, const AnimalTallies& scored) {
    std::set<std::size_t> animals;
    for (const auto& entry : scored) {
        if (meanOf(perSeed, entry.first).seeds > 0) {
            animals.insert(entry.first);
        }
    }
    return animals;
}

/// What pooled numbers are over, and which rules have them.
struct Pool {
    std::set<std::size_t> animals;
    std::vector<bool> hasRule;
};

/// The animals that all rules with most of them have. While there are none, the rule with the fewest (of
/// several, the last) is left out.
Pool poolOf(const std::vector<SeedTallies>& rules, const AnimalTallies& scored) {
    std::vector<std::set<std::size_t>> own;
    Pool pool;
    for (const SeedTallies& perSeed : rules) {
        own.push_back(animalsOf(perSeed, scored));
        pool.hasRule.push_back(2 * own.back().size() >= scored.size());
    }
    for (;;) {
        std::optional<std::size_t> fewest;
        pool.animals.clear();
        for (const auto& entry : scored) {
            pool.animals.insert(entry.first);
        }
        for (std::size_t rule = 0; rule < own.size(); ++rule) {
            if (pool.hasRule[rule]) {
                fewest = fewest && own[*fewest].size() < own[rule].size() ? fewest : rule;
                std::erase_if(pool.animals, [&](std::size_t animal) { return own[rule].count(animal) == 0; });
            }
        }
        if (!pool.animals.empty() || !fewest) {
            return pool;
        }
        pool.hasRule[*fewest] = false;
    }
}

/// Nats per trial of the seeds that have all of `pooled`.
std::vector<double> pooledPerSeed(const SeedTallies& perSeed, const std::set<std::size_t>& pooled) {
    std::vector<double> nats;
    for (const AnimalTallies& tallies : perSeed) {
        Tally all;
        std::size_t found = 0;
        for (const std::size_t animal : pooled) {
            if (const auto tally = tallies.find(animal); tally != tallies.end()) {
                all.add(tally->second);
                ++found;
            }
        }
        if (found == pooled.size() && all.trials > 0) {
            nats.push_back(all.logLikelihood / static_cast<double>(all.trials));
        }
    }
    return nats;
}

void addPooled(const SeedTallies& perSeed, const AnimalTallies& scored, const std::set<std::size_t>& pooled,
    RuleScore& score) {
    double likelihood = 0, yardstick = 0, correct = 0, trials = 0;
    for (const std::size_t animal : pooled) {
        const MeanTally mean = meanOf(perSeed, animal);
        likelihood += mean.logLikelihood;
        correct += mean.correct;
        yardstick += scored.at(animal).logLikelihood;
        trials += static_cast<double>(scored.at(animal).trials);
    }
    score.natsPerTrial = likelihood / trials;
    score.bitsPerTrial = (likelihood - yardstick) / (trials * std::log(2.0));
    score.accuracy = correct / trials;
    score.perSeed = pooledPerSeed(perSeed, pooled);
}

RuleScore scoreOf(const ComparisonWork& work, const SeedTallies& perSeed, const AnimalTallies& scored,
    const std::set<std::size_t>& pooled, bool isPooled) {
    RuleScore score;
    for (const auto& [animal, base] : scored) {
        const MeanTally mean = meanOf(perSeed, animal);
        if (mean.seeds == 0) {
            score.lostAnimals.push_back(work.animals[animal]);
            continue;
        }
        const auto trials = static_cast<double>(base.trials);
        score.perAnimal.push_back({work.animals[animal], base.trials, mean.logLikelihood / trials,
            (mean.logLikelihood - base.logLikelihood) / (trials * std::log(2.0)), mean.correct / trials,
            mean.seeds});
    }
    score.natsPerTrial = score.bitsPerTrial = score.accuracy = kNan;
    if (isPooled && !pooled.empty()) {
        addPooled(perSeed, scored, pooled, score);
    }
    return score;
}

/// Over the animals that both rules have a score for.
PairedTest testOf(const RuleScore& first, const RuleScore& second) {
    std::vector<double> differences;
    for (const HeldOutScore& score : first.perAnimal) {
        const auto other = std::find_if(second.perAnimal.begin(), second.perAnimal.end(),
            [&](const HeldOutScore& o) { return o.animal == score.animal; });
        if (other != second.perAnimal.end()) {
            differences.push_back(score.natsPerTrial - other->natsPerTrial);
        }
    }
    std::sort(differences.begin(), differences.end()); // the bootstrap draws places
    const PairedStatistics statistics = pairedStatistics(differences);
    return {first.rule, second.rule, differences.size(), statistics.mean, statistics.low, statistics.high,
        statistics.tP, statistics.wilcoxonP, statistics.cohenD};
}

} // namespace

base::Result<void> addSummary(const ComparisonWork& work, Comparison& comparison) {
    std::vector<SeedTallies> tallies;
    for (std::size_t rule = 0; rule < work.rules.size(); ++rule) {
        tallies.push_back(talliesOfRule(work, rule));
    }
    const AnimalTallies scored = tallies.empty() ? AnimalTallies() : scoredAnimals(tallies.front());
    if (scored.empty()) {
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "no held-out trial is scored."), {},
            QT_TRANSLATE_NOOP("core", "Hold out more trials, or use more of each animal."));
    }
    const Pool pool = poolOf(tallies, scored);
    for (const std::size_t animal : pool.animals) {
        comparison.pooledAnimals.push_back(work.animals[animal]);
    }
    for (std::size_t rule = 0; rule < work.rules.size(); ++rule) {
        if (!tallies[rule].empty()) {
            comparison.rules.push_back(
                scoreOf(work, tallies[rule], scored, pool.animals, pool.hasRule[rule]));
            comparison.rules.back().rule = work.rules[rule];
        }
    }
    const std::vector<RuleScore>& scores = comparison.rules;
    for (std::size_t second = 0; second < scores.size(); ++second) {
        for (std::size_t first = second + 1; first < scores.size(); ++first) {
            comparison.tests.push_back(testOf(scores[first], scores[second]));
        }
    }
    for (const FitTask& task : work.tasks) {
        if (task.isDone && task.rule > 0) {
            comparison.fits.push_back(task.ended);
            for (const std::size_t animal : task.overflown) {
                comparison.fits.back().overflown.push_back(work.animals[animal]);
            }
        }
    }
    return {};
}

} // namespace rulescope::fit
