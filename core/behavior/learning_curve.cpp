// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/behavior/learning_curve.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::behavior {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double share(std::size_t part, std::size_t whole) {
    return whole ? static_cast<double>(part) / static_cast<double>(whole) : kNan;
}

/// |stimulus| from which a trial is easy.
double easyFrom(const data::Animal& animal, const LearningCurveOptions& options) {
    if (animal.stimulusKind() == data::StimulusKind::Contrast)
        return options.easyContrast - 1e-9; // .5 may have become .49999999
    std::vector<double> sizes;
    const data::Trials& trials = animal.trials();
    for (std::size_t t = 0; t < trials.size(); ++t)
        if (std::isfinite(trials.stimulus[t]) && !trials.isExcluded(t))
            sizes.push_back(std::abs(trials.stimulus[t]));
    if (sizes.empty())
        return std::numeric_limits<double>::infinity();
    const auto place = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() * 2 / 3);
    std::nth_element(sizes.begin(), place, sizes.end());
    return *place;
}

SessionPerformance performanceOf(const data::Animal& animal, std::size_t index, double easyFromSize) {
    const data::Trials& trials = animal.trials();
    const data::Session& session = animal.sessions()[index];
    SessionPerformance result;
    result.session = index;
    result.label = session.label;
    result.phase = session.phase;
    result.counts = animal.sessionCounts(index);
    result.isLeftOut = result.counts.trials == 0 && !trials.excluded.empty();
    result.accuracy = share(result.counts.correct, result.counts.judged);
    result.interval = wilsonInterval(result.counts.correct, result.counts.judged);
    std::size_t easyCorrect = 0, answered = 0, right = 0, rightAnswers = 0;
    std::vector<double> times;
    for (std::size_t t = session.begin; t < session.end; ++t) {
        if (trials.choice[t] == data::kNone)
            continue;
        times.push_back(reactionTimeS(trials, t));
        if (trials.answer[t] != data::kUnknown) {
            ++answered;
            right += trials.choice[t] == data::kRight ? 1 : 0;
            rightAnswers += trials.answer[t] == data::kRight ? 1 : 0;
        }
        if (trials.outcome[t] != data::kUnknown && std::abs(trials.stimulus[t]) >= easyFromSize) {
            ++result.easyTrials;
            easyCorrect += trials.outcome[t] == 1 ? 1 : 0;
        }
    }
    result.easyAccuracy = share(easyCorrect, result.easyTrials);
    result.bias = share(right, answered) - share(rightAnswers, answered);
    result.medianReactionTimeS = medianOfFinite(std::move(times));
    return result;
}

void fillRolling(const data::Trials& trials, std::size_t window, LearningCurve& curve) {
    std::vector<std::size_t> judged;
    for (std::size_t t = 0; t < trials.size(); ++t)
        if (trials.choice[t] != data::kNone && trials.outcome[t] != data::kUnknown)
            judged.push_back(t);
    std::size_t correct = 0;
    for (std::size_t i = 0; i < judged.size(); ++i) {
        correct += trials.outcome[judged[i]] == 1 ? 1 : 0;
        if (i >= window)
            correct -= trials.outcome[judged[i - window]] == 1 ? 1 : 0;
        if (window > 0 && i + 1 >= window) {
            curve.rollingTrial.push_back(static_cast<double>(judged[i]));
            curve.rollingAccuracy.push_back(share(correct, window));
        }
    }
}

} // namespace

double reactionTimeS(const data::Trials& trials, std::size_t trial) {
    if (!trials.responseS.empty() && !trials.stimulusOnsetS.empty())
        return trials.responseS[trial] - trials.stimulusOnsetS[trial];
    return trials.reactionTimeS.empty() ? kNan : trials.reactionTimeS[trial];
}

double medianOfFinite(std::vector<double> values) {
    values.erase(std::remove_if(values.begin(), values.end(), [](double v) { return !std::isfinite(v); }),
        values.end());
    if (values.empty())
        return kNan;
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

LearningCurve learningCurve(const data::Animal& animal, const LearningCurveOptions& options) {
    LearningCurve curve;
    curve.animal = animal.name();
    const double easy = easyFrom(animal, options);
    for (std::size_t i = 0; i < animal.sessions().size(); ++i)
        curve.sessions.push_back(performanceOf(animal, i, easy));
    fillRolling(animal.trials(), options.window, curve);
    return curve;
}

} // namespace rulescope::behavior
