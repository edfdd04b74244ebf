// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/insight/visits.h"

#include <algorithm>
#include <cmath>

namespace rulescope::insight {
namespace {

bool allFinite(std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

unsigned char outcomeCode(double outcome) {
    return outcome == 1 ? 1 : outcome == 0 ? 0 : 2;
}

} // namespace

std::size_t visitTrials(const rules::LearningRule& rule, const AnimalInputs& animal,
    const std::function<void(const Visit&)>& visitor) {
    const data::RuleInputs& in = animal.inputs;
    std::vector<double> weights = animal.initialWeights;
    weights.resize(in.regressors, 0.0);
    std::vector<double> state(rule.stateSize(), 0.0), before(state), update(in.regressors, 0.0);
    for (std::size_t t = 0; t < in.trials; ++t) {
        rules::Experience experience;
        experience.weights = weights;
        experience.x = {in.row(t), in.regressors};
        experience.choice = in.choice[t];
        experience.outcome = in.outcome[t];
        experience.answer = in.answer[t];
        experience.side = in.side[t];
        experience.sessionStart = in.sessionStart[t];
        before = state;
        rule.step(experience, state, update);
        if (!allFinite(update) || !allFinite(weights))
            return t;
        visitor({t, experience, before, update});
        for (std::size_t k = 0; k < in.regressors; ++k)
            weights[k] += update[k];
    }
    return in.trials;
}

double signedStimulus(const data::RegressorSpec& regressors, std::span<const double> x) {
    const auto value = [&](const char* name) {
        const std::size_t k = regressors.indexOf(name);
        return k < x.size() ? x[k] : 0.0;
    };
    return regressors.indexOf("stimulus") < x.size() ? value("stimulus")
                                                     : value("stimulus_right") - value("stimulus_left");
}

std::vector<double> regressorsAt(const data::RegressorSpec& regressors, double stimulus) {
    std::vector<double> x(regressors.names.size(), 0.0);
    for (std::size_t k = 0; k < x.size(); ++k) {
        const std::string& name = regressors.names[k];
        if (name == "bias")
            x[k] = 1;
        else if (name == "stimulus")
            x[k] = stimulus;
        else if (name == "stimulus_right")
            x[k] = std::max(stimulus, 0.0);
        else if (name == "stimulus_left")
            x[k] = std::max(-stimulus, 0.0);
    }
    return x;
}

rules::Experience experienceAt(const data::RegressorSpec& regressors, std::span<const double> weights,
    std::span<const double> x, double stimulus, double choice, double answer) {
    rules::Experience experience;
    experience.weights = weights;
    experience.x = x;
    experience.choice = choice;
    experience.answer = answer;
    experience.outcome = choice == answer ? 1 : 0;
    experience.side = regressors.side == data::SideInput::Answer ? answer : stimulus > 0 ? 1 : 0;
    experience.sessionStart = 0;
    return experience;
}

std::vector<double> VisitedSpace::weightValues(std::size_t k) const {
    std::vector<double> values(size());
    for (std::size_t i = 0; i < size(); ++i)
        values[i] = weights[i * regressors + k];
    return values;
}

std::vector<double> VisitedSpace::medianWeights() const {
    std::vector<double> medians(regressors, 0.0);
    for (std::size_t k = 0; k < regressors && size() > 0; ++k)
        medians[k] = quantile(weightValues(k), 0.5);
    return medians;
}

double VisitedSpace::typicalStimulus() const {
    std::vector<double> sizes;
    for (const double s : stimulus)
        if (s != 0)
            sizes.push_back(std::abs(s));
    return sizes.empty() ? 1 : quantile(std::move(sizes), 0.5);
}

std::vector<double> VisitedSpace::stimulusGrid(std::size_t mostLevels, std::size_t cells) const {
    std::vector<double> sorted = stimulus;
    std::sort(sorted.begin(), sorted.end());
    if (sorted.empty())
        return {};
    // Measured stimuli scatter about their nominal values; .1 % still tells 50 % contrast from 100 % (.987
    // from 1).
    const double tolerance = 1e-3 * std::max(std::abs(sorted.front()), std::abs(sorted.back()));
    std::vector<double> levels;
    for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
        double sum = 0;
        for (end = begin; end < sorted.size() && sorted[end] - sorted[begin] <= tolerance; ++end)
            sum += sorted[end];
        const bool isExact = sorted[begin] == sorted[end - 1];
        levels.push_back(isExact ? sorted[begin] : sum / static_cast<double>(end - begin));
    }
    if (levels.size() <= mostLevels || cells < 2)
        return levels;
    std::vector<double> grid(cells);
    for (std::size_t i = 0; i < cells; ++i)
        grid[i] = levels.front() +
                  (levels.back() - levels.front()) * static_cast<double>(i) / static_cast<double>(cells - 1);
    return grid;
}

VisitedSpace visitedSpace(const rules::LearningRule& rule, const data::RegressorSpec& regressors,
    std::span<const AnimalInputs> animals, std::size_t mostStates) {
    VisitedSpace space;
    space.regressors = regressors.names.size();
    std::size_t total = 0;
    for (const AnimalInputs& animal : animals)
        total += animal.inputs.trials;
    const std::size_t stride = std::max<std::size_t>(1, total / std::max<std::size_t>(1, mostStates));
    std::size_t seen = 0;
    for (const AnimalInputs& animal : animals)
        visitTrials(rule, animal, [&](const Visit& visit) {
            space.stimulus.push_back(signedStimulus(regressors, visit.experience.x));
            space.weights.insert(
                space.weights.end(), visit.experience.weights.begin(), visit.experience.weights.end());
            space.outcome.push_back(outcomeCode(visit.experience.outcome));
            // Half a stride in: the very first state is always zero and says nothing.
            if (seen++ % stride == stride / 2 && space.stateCount < mostStates) {
                space.states.insert(space.states.end(), visit.state.begin(), visit.state.end());
                ++space.stateCount;
            }
        });
    return space;
}

std::vector<double> stateAfter(const rules::LearningRule& rule, const data::RegressorSpec& regressors,
    std::span<const double> weights, std::span<const HistoryTrial> history, double stimulusSize) {
    std::vector<double> state(rule.stateSize(), 0.0), ignored(weights.size(), 0.0);
    for (const HistoryTrial& trial : history) {
        const double choice = trial.isRight ? 1 : 0;
        const double answer = trial.isRewarded ? choice : 1 - choice;
        const double stimulus = answer == 1 ? stimulusSize : -stimulusSize;
        const std::vector<double> x = regressorsAt(regressors, stimulus);
        rule.step(experienceAt(regressors, weights, x, stimulus, choice, answer), state, ignored);
    }
    return state;
}

std::vector<std::vector<HistoryTrial>> allFourTrialHistories() {
    std::vector<std::vector<HistoryTrial>> histories;
    for (unsigned code = 0; code < 256; ++code) {
        std::vector<HistoryTrial> history(4);
        for (unsigned t = 0; t < 4; ++t)
            history[t] = {((code >> (2 * t)) & 1u) != 0, ((code >> (2 * t + 1)) & 1u) != 0};
        histories.push_back(std::move(history));
    }
    return histories;
}

} // namespace rulescope::insight
