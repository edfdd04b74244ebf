// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/behavior/psychometric.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace rulescope::behavior {
namespace {

struct JudgedChoice {
    double x = 0;
    bool isRight = false;
};

base::Error noTrials(const data::Animal& animal) {
    return {base::ErrorCode::NoData,
        QT_TRANSLATE_NOOP("core", "No trial with a stimulus and a choice is left."), animal.name(),
        QT_TRANSLATE_NOOP("core", "Choose other sessions or leave out the block.")};
}

base::Result<std::vector<JudgedChoice>> collectChoices(
    const data::Animal& animal, std::span<const std::size_t> sessions, const PsychometricOptions& options) {
    const data::Trials& trials = animal.trials();
    if (options.block && trials.probabilityLeft.empty())
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "The animal's trials have no block probabilities."), animal.name(),
            QT_TRANSLATE_NOOP("core", "Leave out the block."));
    const double scale = animal.stimulusKind() == data::StimulusKind::Contrast ? 100 : 1;
    std::vector<JudgedChoice> choices;
    for (const std::size_t index : sessions) {
        if (index >= animal.sessions().size())
            return base::failure(base::ErrorCode::NotFound,
                {QT_TRANSLATE_NOOP("core", "There is no session number %1."),
                    {static_cast<std::int64_t>(index + 1)}},
                animal.name());
        const data::Session& session = animal.sessions()[index];
        for (std::size_t t = session.begin; t < session.end; ++t) {
            const bool hasChoice = trials.choice[t] != data::kNone;
            if (trials.isExcluded(t) || !std::isfinite(trials.stimulus[t]) ||
                (!hasChoice && !countsNoGos(options.variant)))
                continue;
            if (options.block && !(std::abs(trials.probabilityLeft[t] - *options.block) < 1e-6))
                continue;
            choices.push_back({scale * trials.stimulus[t], trials.choice[t] == data::kRight});
        }
    }
    if (choices.empty())
        return tl::make_unexpected(noTrials(animal));
    return choices;
}

/// One level per distinct stimulus; differences of rounding (1e-9) are no difference.
std::vector<ChoiceLevel> distinctLevels(const std::vector<JudgedChoice>& choices) {
    std::map<double, ChoiceLevel> levels;
    for (const JudgedChoice& choice : choices) {
        const double key = std::round(choice.x * 1e9) / 1e9 + 0.0; // + 0: -0 joins 0
        ChoiceLevel& level = levels[key];
        level.x = key;
        ++level.n;
        level.right += choice.isRight ? 1 : 0;
    }
    std::vector<ChoiceLevel> result;
    for (const auto& entry : levels)
        result.push_back(entry.second);
    return result;
}

/// Quantile bins at their mean stimulus; equal stimuli never fall into two bins.
std::vector<ChoiceLevel> quantileBins(std::vector<ChoiceLevel> levels, std::size_t bins) {
    const std::size_t total = std::accumulate(levels.begin(), levels.end(), std::size_t{0},
        [](std::size_t sum, const ChoiceLevel& level) { return sum + level.n; });
    std::vector<ChoiceLevel> result(std::max<std::size_t>(bins, 1));
    std::size_t before = 0;
    for (const ChoiceLevel& level : levels) {
        ChoiceLevel& bin = result[std::min(result.size() - 1, before * result.size() / total)];
        bin.x += level.x * static_cast<double>(level.n);
        bin.n += level.n;
        bin.right += level.right;
        before += level.n;
    }
    result.erase(
        std::remove_if(result.begin(), result.end(), [](const ChoiceLevel& bin) { return bin.n == 0; }),
        result.end());
    for (ChoiceLevel& bin : result)
        bin.x /= static_cast<double>(bin.n);
    return result;
}

/// Stimuli that scatter narrowly about a few values (sounds measured anew on every trial) as levels at their
/// means; nothing if they fill the range. Groups lie at least 2 % of the largest |x| apart and are no wider
/// than 5 % of it.
std::vector<ChoiceLevel> scatteredLevels(const std::vector<ChoiceLevel>& levels, std::size_t mostLevels) {
    const double largest = std::max(std::abs(levels.front().x), std::abs(levels.back().x));
    std::vector<ChoiceLevel> groups;
    double begin = 0, last = 0;
    for (const ChoiceLevel& level : levels) {
        if (groups.empty() || level.x - last > 0.02 * largest) {
            groups.emplace_back();
            begin = level.x;
        }
        if (level.x - begin > 0.05 * largest || groups.size() > mostLevels)
            return {};
        ChoiceLevel& group = groups.back();
        group.x += level.x * static_cast<double>(level.n);
        group.n += level.n;
        group.right += level.right;
        last = level.x;
    }
    for (ChoiceLevel& group : groups)
        group.x /= static_cast<double>(group.n);
    return groups;
}

base::Text stimulusLabel(const data::Animal& animal, bool isBinned) {
    if (animal.stimulusKind() == data::StimulusKind::Contrast)
        return isBinned ? QT_TRANSLATE_NOOP("core", "Signed contrast (%, quantile bins)")
                        : QT_TRANSLATE_NOOP("core", "Signed contrast (%)");
    if (animal.stimulusUnit().empty())
        return isBinned ? QT_TRANSLATE_NOOP("core", "Stimulus (quantile bins)")
                        : QT_TRANSLATE_NOOP("core", "Stimulus");
    return {isBinned ? QT_TRANSLATE_NOOP("core", "Stimulus (%1, quantile bins)")
                     : QT_TRANSLATE_NOOP("core", "Stimulus (%1)"),
        {animal.stimulusUnit()}};
}

/// What stands for one percent of contrast in the variant's bounds.
double percentUnit(const data::Animal& animal, const std::vector<ChoiceLevel>& levels) {
    if (animal.stimulusKind() == data::StimulusKind::Contrast)
        return 1;
    const double largest = std::max(std::abs(levels.front().x), std::abs(levels.back().x));
    return largest > 0 ? largest / 100 : 1;
}

} // namespace

std::vector<std::size_t> allSessions(const data::Animal& animal) {
    std::vector<std::size_t> sessions(animal.sessions().size());
    std::iota(sessions.begin(), sessions.end(), std::size_t{0});
    return sessions;
}

base::Result<Psychometric> psychometric(const data::Animal& animal, std::span<const std::size_t> sessions,
    const PsychometricOptions& options, const base::StopToken& stop) {
    auto choices = collectChoices(animal, sessions, options);
    if (!choices)
        return tl::make_unexpected(choices.error());
    std::vector<ChoiceLevel> levels = distinctLevels(*choices);
    Psychometric result;
    result.variant = options.variant;
    if (animal.stimulusKind() == data::StimulusKind::Raw) {
        std::vector<ChoiceLevel> groups = scatteredLevels(levels, options.mostLevels);
        if (!groups.empty())
            levels = std::move(groups);
    }
    result.isBinned = levels.size() > options.mostLevels;
    if (result.isBinned)
        levels = quantileBins(std::move(levels), options.bins);
    result.stimulusLabel = stimulusLabel(animal, result.isBinned);
    for (const ChoiceLevel& level : levels)
        result.points.push_back(
            {level.x, level.n, level.right, level.fractionRight(), wilsonInterval(level.right, level.n)});
    result.unit = percentUnit(animal, levels);
    result.fit = fitPsychometric(levels, options.variant, result.unit);
    if (options.intervals == IntervalMethod::Profile)
        result.intervals = profileIntervals(levels, options.variant, result.unit);
    if (options.intervals == IntervalMethod::Bootstrap) {
        result.intervals = bootstrapIntervals(
            result.fit.parameters, levels, options.variant, options.bootstrap, result.unit, stop);
        if (!result.intervals)
            return base::failure(base::ErrorCode::Cancelled,
                QT_TRANSLATE_NOOP("core", "The bootstrap was stopped."), animal.name());
    }
    return result;
}

} // namespace rulescope::behavior
