// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/insight/learning_gain.h"

#include "core/base/parallel.h"
#include "core/base/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace rulescope::insight {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kLeastSessions = 5; // fewer make a poor bootstrap
constexpr std::size_t kBlockTrials = 100;

/// Sums over trials; adding them is all that a bootstrap needs.
struct Sums {
    double gainCorrect = 0, gainError = 0, reinforcementCorrect = 0, reinforcementError = 0;
    double correct = 0, errors = 0;          // trials as they happened
    double triedCorrect = 0, triedError = 0; // evaluations

    void add(const Sums& other) {
        gainCorrect += other.gainCorrect, gainError += other.gainError;
        reinforcementCorrect += other.reinforcementCorrect, reinforcementError += other.reinforcementError;
        correct += other.correct, errors += other.errors;
        triedCorrect += other.triedCorrect, triedError += other.triedError;
    }
};

/// gain correct, gain error, reinforcement correct, reinforcement error, error ratio
std::array<double, 5> meansOf(const Sums& sums) {
    const auto mean = [](double sum, double n) { return n > 0 ? sum / n : kNan; };
    const double correct = mean(sums.reinforcementCorrect, sums.triedCorrect);
    const double error = mean(sums.reinforcementError, sums.triedError);
    return {mean(sums.gainCorrect, sums.correct), mean(sums.gainError, sums.errors), correct, error,
        error / correct};
}

/// The ways in which trials are sorted.
enum Sorting : std::size_t { All, LeftChoice, RightChoice, LeftAnswer, RightAnswer, SortingCount };
using Block = std::array<Sums, SortingCount>;

struct AnimalBlocks {
    std::vector<Block> blocks;
    Block total;
};

/// dw . x
double along(std::span<const double> update, std::span<const double> x) {
    double sum = 0;
    for (std::size_t k = 0; k < x.size(); ++k)
        sum += update[k] * x[k];
    return sum;
}

/// Adds visited trials to the sums of their blocks.
class TrialSums {
  public:
    TrialSums(const rules::LearningRule& rule, std::size_t weights)
        : m_rule(rule)
        , m_state(rule.stateSize())
        , m_update(weights) {}

    void add(const Visit& visit, Block& block) {
        const rules::Experience& e = visit.experience;
        if (e.answer != 0 && e.answer != 1)
            return;
        if (e.outcome == 0 || e.outcome == 1)
            addGain(visit, block);
        tryOutcome(visit, true, block);
        tryOutcome(visit, false, block);
    }

  private:
    /// The update as it happened.
    static void addGain(const Visit& visit, Block& block) {
        const rules::Experience& e = visit.experience;
        const bool isCorrect = e.choice == e.answer;
        const double gain = along(visit.update, e.x) * (2 * e.answer - 1);
        for (const Sorting sorting :
            {All, e.choice == 1 ? RightChoice : LeftChoice, e.answer == 1 ? RightAnswer : LeftAnswer}) {
            (isCorrect ? block[sorting].gainCorrect : block[sorting].gainError) += gain;
            (isCorrect ? block[sorting].correct : block[sorting].errors) += 1;
        }
    }

    /// The same state with the other side chosen, if need be.
    void tryOutcome(const Visit& visit, bool isCorrect, Block& block) {
        rules::Experience e = visit.experience;
        e.choice = isCorrect ? e.answer : 1 - e.answer;
        e.outcome = isCorrect ? 1 : 0;
        const double sign = 2 * e.choice - 1;
        const double notChosen =
            rules::logistic(-sign * along(e.weights, e.x)); // 1 - p_y without cancellation
        const double length = along(e.x, e.x);
        if (!(notChosen > 0 && length > 0))
            return;
        std::copy(visit.state.begin(), visit.state.end(), m_state.begin());
        m_rule.step(e, m_state, m_update);
        const double reinforcement = along(m_update, e.x) * sign / (notChosen * length);
        if (!std::isfinite(reinforcement))
            return;
        for (const Sorting sorting :
            {All, e.choice == 1 ? RightChoice : LeftChoice, e.answer == 1 ? RightAnswer : LeftAnswer}) {
            (isCorrect ? block[sorting].reinforcementCorrect : block[sorting].reinforcementError) +=
                reinforcement;
            (isCorrect ? block[sorting].triedCorrect : block[sorting].triedError) += 1;
        }
    }

    const rules::LearningRule& m_rule;
    std::vector<double> m_state, m_update;
};

AnimalBlocks sumAnimal(
    const rules::LearningRule& rule, const AnimalInputs& animal, const data::RegressorSpec& regressors) {
    const std::vector<double>& starts = animal.inputs.sessionStart;
    const bool usesSessions =
        static_cast<std::size_t>(std::count(starts.begin(), starts.end(), 1.0)) >= kLeastSessions;
    AnimalBlocks result;
    TrialSums sums(rule, regressors.names.size());
    visitTrials(rule, animal, [&](const Visit& visit) {
        const bool opens = usesSessions ? starts[visit.trial] == 1 : visit.trial % kBlockTrials == 0;
        if (opens || result.blocks.empty())
            result.blocks.emplace_back();
        sums.add(visit, result.blocks.back());
    });
    for (const Block& block : result.blocks)
        for (std::size_t i = 0; i < SortingCount; ++i)
            result.total[i].add(block[i]);
    return result;
}

/// 95 % percentile interval; NaN if a statistic is undefined in a resample that counts.
Estimate estimateOf(double value, std::vector<double> resampled) {
    resampled.erase(
        std::remove_if(resampled.begin(), resampled.end(), [](double v) { return !std::isfinite(v); }),
        resampled.end());
    if (resampled.empty() || !std::isfinite(value))
        return {value, kNan, kNan};
    return {value, quantile(resampled, 0.025), quantile(std::move(resampled), 0.975)};
}

/// Per fit of an ensemble, per unit of the bootstrap.
using Units = std::vector<std::vector<Sums>>;

Sums resample(const Units& fits, base::RandomStream& random) {
    const std::vector<Sums>& units = fits[fits.size() > 1 ? random.below(fits.size()) : 0];
    Sums sample;
    for (std::size_t u = 0; u < units.size(); ++u)
        sample.add(units[units.size() > 1 ? random.below(units.size()) : 0]);
    return sample;
}

/// Means of all units with a bootstrap over them (and over the fits of an ensemble).
GainEstimates estimate(std::string name, const Units& fits, const LearningGainOptions& options,
    std::uint64_t stream, const base::StopToken& stop) {
    Sums total;
    std::size_t mostUnits = 0;
    double trials = 0, errors = 0; // of the fit that predicts most
    for (const std::vector<Sums>& units : fits) {
        mostUnits = std::max(mostUnits, units.size());
        Sums one;
        for (const Sums& unit : units)
            one.add(unit);
        total.add(one);
        trials = std::max(trials, one.correct + one.errors);
        errors = std::max(errors, one.errors);
    }
    std::array<std::vector<double>, 5> resampled;
    base::RandomStream random(options.seed, stream);
    const bool isResampled = mostUnits > 1 || fits.size() > 1;
    for (int i = 0; i < options.resamples && isResampled && !stop.stop_requested(); ++i) {
        const auto means = meansOf(resample(fits, random));
        for (std::size_t m = 0; m < means.size(); ++m)
            resampled[m].push_back(means[m]);
    }
    const auto means = meansOf(total);
    GainEstimates result;
    result.name = std::move(name);
    result.trials = static_cast<std::size_t>(trials);
    result.errors = static_cast<std::size_t>(errors);
    result.gainCorrect = estimateOf(means[0], std::move(resampled[0]));
    result.gainError = estimateOf(means[1], std::move(resampled[1]));
    result.reinforcementCorrect = estimateOf(means[2], std::move(resampled[2]));
    result.reinforcementError = estimateOf(means[3], std::move(resampled[3]));
    const Estimate& correct = result.reinforcementCorrect;
    const bool isAwayFromZero = correct.low > 0 || correct.high < 0; // false of no interval
    result.hasErrorRatio = std::isfinite(means[4]) && isAwayFromZero;
    result.errorRatio =
        result.hasErrorRatio ? estimateOf(means[4], std::move(resampled[4])) : Estimate{kNan, kNan, kNan};
    return result;
}

/// Per fit, per block or animal.
using Blocks = std::vector<std::vector<Block>>;

Units unitsOf(const Blocks& fits, Sorting sorting) {
    Units units(fits.size());
    for (std::size_t f = 0; f < fits.size(); ++f)
        for (const Block& block : fits[f])
            units[f].push_back(block[sorting]);
    return units;
}

/// False if the animal's weights left every range under the rule: it says nothing about what is learned.
bool isPredicted(const AnimalBlocks& animal) {
    return std::isfinite(animal.total[All].gainCorrect) && std::isfinite(animal.total[All].gainError);
}

/// Animals are the units, in each fit without those that it can't predict; a single one falls back on its own
/// blocks. Without fits that predict none.
Blocks pooledBlocks(const std::vector<std::vector<AnimalBlocks>>& fits) {
    Blocks pooled;
    for (const std::vector<AnimalBlocks>& animals : fits) {
        std::vector<const AnimalBlocks*> predicted;
        for (const AnimalBlocks& animal : animals)
            if (isPredicted(animal))
                predicted.push_back(&animal);
        pooled.emplace_back();
        if (predicted.empty())
            pooled.pop_back();
        else if (predicted.size() == 1)
            pooled.back() = predicted.front()->blocks;
        else
            for (const AnimalBlocks* animal : predicted)
                pooled.back().push_back(animal->total);
    }
    return pooled;
}

/// Fits that predict the animal.
std::size_t predictingFits(const std::vector<std::vector<AnimalBlocks>>& fits, std::size_t animal) {
    return static_cast<std::size_t>(std::count_if(
        fits.begin(), fits.end(), [animal](const auto& animals) { return isPredicted(animals[animal]); }));
}

/// Of the fits that predict the animal; of all if none does.
Blocks blocksOf(const std::vector<std::vector<AnimalBlocks>>& fits, std::size_t animal) {
    const bool isLost = predictingFits(fits, animal) == 0;
    Blocks blocks;
    for (const std::vector<AnimalBlocks>& animals : fits)
        if (isLost || isPredicted(animals[animal]))
            blocks.push_back(animals[animal].blocks);
    return blocks;
}

tl::unexpected<base::Error> cancelled() {
    return base::failure(
        base::ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "The learning gains were stopped."));
}

} // namespace

base::Result<LearningGain> learningGain(const rules::LearningRule& rule,
    std::span<const AnimalInputs> animals, const LearningGainOptions& options, const base::StopToken& stop) {
    std::vector<const rules::LearningRule*> rules = {&rule};
    for (const rules::LearningRulePtr& member : options.ensemble)
        rules.push_back(member.get());
    std::vector<std::vector<AnimalBlocks>> sums(rules.size(), std::vector<AnimalBlocks>(animals.size()));
    base::parallelFor(rules.size() * animals.size(), 0, [&](std::size_t i) {
        if (stop.stop_requested())
            return;
        const std::size_t f = i / animals.size(), a = i % animals.size();
        sums[f][a] = sumAnimal(*rules[f], animals[a], options.regressors);
    });
    const Blocks pooled = pooledBlocks(sums);
    LearningGain gain;
    for (std::size_t a = 0; a < animals.size() && !stop.stop_requested(); ++a) {
        const std::size_t predicting = predictingFits(sums, a);
        if (predicting == 0)
            gain.lostAnimals.push_back(animals[a].inputs.animal);
        else if (predicting < sums.size())
            gain.partlyLostAnimals.push_back(animals[a].inputs.animal);
    }
    gain.pooled = estimate("pooled", unitsOf(pooled, All), options, 0, stop);
    if (stop.stop_requested())
        return cancelled();
    if (gain.lostAnimals.size() == animals.size() && !animals.empty())
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "The rule's weights leave every range on these animals."), {},
            QT_TRANSLATE_NOOP("core", "Choose other animals, or fit the rule to these."));
    if (gain.pooled.trials == 0)
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "No trial of these animals has a known answer."), {},
            QT_TRANSLATE_NOOP("core", "Choose animals whose files tell stimulus or outcome."));
    for (std::size_t i = 0; i < animals.size(); ++i)
        gain.perAnimal.push_back(
            estimate(animals[i].inputs.animal, unitsOf(blocksOf(sums, i), All), options, 10 + i, stop));
    gain.byChoiceSide = {estimate("left", unitsOf(pooled, LeftChoice), options, 1, stop),
        estimate("right", unitsOf(pooled, RightChoice), options, 2, stop)};
    gain.byAnswerSide = {estimate("left", unitsOf(pooled, LeftAnswer), options, 3, stop),
        estimate("right", unitsOf(pooled, RightAnswer), options, 4, stop)};
    if (stop.stop_requested())
        return cancelled();
    return gain;
}

} // namespace rulescope::insight
