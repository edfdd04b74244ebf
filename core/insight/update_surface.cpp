// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/insight/update_surface.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>

namespace rulescope::insight {
namespace {

constexpr std::size_t kMostLevels = 15;
constexpr std::size_t kCells = 21;

/// What every row of the surface needs.
struct Sweep {
    const rules::LearningRule& rule;
    const UpdateSurfaceOptions& options;
    const VisitedSpace& space;
    std::size_t component, weight;
    double typicalStimulus;
    const base::StopToken& stop;
};

std::vector<double> evenGrid(double low, double high, std::size_t cells) {
    std::vector<double> grid(cells);
    for (std::size_t i = 0; i < cells; ++i)
        grid[i] = low + (high - low) * static_cast<double>(i) / static_cast<double>(cells - 1);
    return grid;
}

/// From the 1 % to the 99 % quantile of what was met; a weight that never moved gets half a unit of room.
std::vector<double> weightGrid(const VisitedSpace& space, std::size_t k) {
    const std::vector<double> met = space.weightValues(k);
    const double low = quantile(met, 0.01), high = quantile(met, 0.99);
    const double room = high - low > 1e-6 ? 0.02 * (high - low) : 0.5;
    return evenGrid(low - room, high + room, kCells);
}

bool isEven(const std::vector<double>& values) {
    if (values.size() < 3)
        return true;
    const double step = (values.back() - values.front()) / static_cast<double>(values.size() - 1);
    for (std::size_t i = 1; i < values.size(); ++i)
        if (std::abs(values[i] - values[i - 1] - step) > 1e-6 * std::max(1.0, std::abs(step)))
            return false;
    return true;
}

std::size_t nearest(const std::vector<double>& grid, double value) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < grid.size(); ++i)
        if (std::abs(grid[i] - value) < std::abs(grid[best] - value))
            best = i;
    return best;
}

void countVisits(const Sweep& sweep, UpdateSurface& surface) {
    const std::size_t cells = surface.rows() * surface.columns();
    surface.correctVisits.assign(cells, 0);
    surface.errorVisits.assign(cells, 0);
    const std::vector<double>& rows = surface.weightValues;
    const double half = rows.size() > 1 ? (rows[1] - rows[0]) / 2 : 0.5;
    for (std::size_t i = 0; i < sweep.space.size(); ++i) {
        const double w = sweep.space.weights[i * sweep.space.regressors + sweep.weight];
        if (sweep.space.outcome[i] > 1 || w < rows.front() - half || w > rows.back() + half)
            continue;
        const std::size_t cell =
            nearest(rows, w) * surface.columns() + nearest(surface.stimulus, sweep.space.stimulus[i]);
        (sweep.space.outcome[i] == 1 ? surface.correctVisits : surface.errorVisits)[cell] += 1;
    }
}

/// The memories in which a row is evaluated, one after the other, stateSize each.
std::vector<double> memoriesAt(const Sweep& sweep, const std::vector<double>& weights, std::size_t& count) {
    if (sweep.rule.stateSize() == 0) {
        count = 1;
        return {};
    }
    if (sweep.options.histories == HistorySource::Data) {
        count = sweep.space.stateCount;
        return sweep.space.states;
    }
    std::vector<double> memories;
    count = 0;
    for (const auto& history : allFourTrialHistories()) {
        const auto state =
            stateAfter(sweep.rule, sweep.options.regressors, weights, history, sweep.typicalStimulus);
        memories.insert(memories.end(), state.begin(), state.end());
        ++count;
    }
    return memories;
}

/// Updates of one cell in one memory, averaged over the answers that its stimulus allows.
struct CellUpdates {
    double correct = 0, error = 0, left = 0, right = 0;
};

CellUpdates evaluate(
    const Sweep& sweep, std::span<const double> weights, double stimulus, std::span<const double> memory) {
    const std::vector<double> x = regressorsAt(sweep.options.regressors, stimulus);
    std::vector<double> state(memory.size()), update(weights.size());
    const bool allowsLeft = stimulus <= 0, allowsRight = stimulus >= 0;
    const double share = allowsLeft && allowsRight ? 0.5 : 1;
    CellUpdates cell;
    for (const double answer : {0.0, 1.0}) {
        if (!(answer == 0 ? allowsLeft : allowsRight))
            continue;
        for (const double choice : {0.0, 1.0}) {
            std::copy(memory.begin(), memory.end(), state.begin());
            sweep.rule.step(
                experienceAt(sweep.options.regressors, weights, x, stimulus, choice, answer), state, update);
            const double value = share * update[sweep.component];
            (choice == answer ? cell.correct : cell.error) += value;
            (choice == 0 ? cell.left : cell.right) += value;
        }
    }
    return cell;
}

/// One rule's updates over the grid, each averaged over its memories.
struct Maps {
    std::vector<double> correct, error, left, right;
    std::vector<double> correctLow, correctHigh, errorLow, errorHigh; // over memories; empty: none

    Maps(std::size_t cells, bool hasMemory) {
        for (auto* map : {&correct, &error, &left, &right})
            map->assign(cells, 0);
        if (hasMemory)
            for (auto* map : {&correctLow, &correctHigh, &errorLow, &errorHigh})
                map->assign(cells, 0);
    }
};

void fillCell(const Sweep& sweep, const std::vector<double>& weights, double stimulus,
    std::span<const double> memories, std::size_t count, std::size_t at, Maps& maps) {
    const std::size_t length = sweep.rule.stateSize();
    CellUpdates sum;
    std::vector<double> correct, error;
    for (std::size_t m = 0; m < count; ++m) {
        const CellUpdates cell = evaluate(sweep, weights, stimulus, memories.subspan(m * length, length));
        sum.correct += cell.correct, sum.error += cell.error;
        sum.left += cell.left, sum.right += cell.right;
        correct.push_back(cell.correct), error.push_back(cell.error);
    }
    const double n = static_cast<double>(std::max<std::size_t>(count, 1));
    maps.correct[at] = sum.correct / n, maps.error[at] = sum.error / n;
    maps.left[at] = sum.left / n, maps.right[at] = sum.right / n;
    if (maps.correctLow.empty())
        return;
    maps.correctLow[at] = quantile(correct, 0.1), maps.correctHigh[at] = quantile(correct, 0.9);
    maps.errorLow[at] = quantile(error, 0.1), maps.errorHigh[at] = quantile(error, 0.9);
}

Maps evaluateGrid(const Sweep& sweep, const UpdateSurface& surface) {
    Maps maps(surface.rows() * surface.columns(), sweep.rule.stateSize() > 0);
    base::parallelFor(surface.rows(), 0, [&](std::size_t row) {
        if (sweep.stop.stop_requested())
            return;
        std::vector<double> weights = surface.referenceWeights;
        weights[sweep.weight] = surface.weightValues[row];
        std::size_t count = 0;
        const std::vector<double> memories = memoriesAt(sweep, weights, count);
        for (std::size_t column = 0; column < surface.columns(); ++column)
            fillCell(sweep, weights, surface.stimulus[column], memories, count,
                row * surface.columns() + column, maps);
    });
    return maps;
}

std::vector<double> meanOf(const std::vector<Maps>& fits, std::vector<double> Maps::*map) {
    std::vector<double> mean(fits.front().correct.size(), 0.0);
    for (const Maps& fit : fits)
        for (std::size_t i = 0; i < mean.size(); ++i)
            mean[i] += (fit.*map)[i] / static_cast<double>(fits.size());
    return mean;
}

std::vector<double> quantileOf(const std::vector<Maps>& fits, std::vector<double> Maps::*map, double q) {
    std::vector<double> ends(fits.front().correct.size());
    for (std::size_t i = 0; i < ends.size(); ++i) {
        std::vector<double> values;
        for (const Maps& fit : fits)
            values.push_back((fit.*map)[i]);
        ends[i] = quantile(std::move(values), q);
    }
    return ends;
}

void store(std::vector<Maps> fits, UpdateSurface& surface) {
    surface.correct = meanOf(fits, &Maps::correct), surface.error = meanOf(fits, &Maps::error);
    surface.left = meanOf(fits, &Maps::left), surface.right = meanOf(fits, &Maps::right);
    for (std::size_t i = 0; i < surface.correct.size(); ++i)
        surface.difference.push_back(surface.correct[i] - surface.error[i]);
    surface.fits = fits.size();
    if (fits.size() > 1) {
        surface.band = BandSource::Ensemble;
        surface.correctLow = quantileOf(fits, &Maps::correct, 0.025);
        surface.correctHigh = quantileOf(fits, &Maps::correct, 0.975);
        surface.errorLow = quantileOf(fits, &Maps::error, 0.025);
        surface.errorHigh = quantileOf(fits, &Maps::error, 0.975);
    } else if (!fits.front().correctLow.empty()) {
        surface.band = BandSource::Histories;
        surface.correctLow = std::move(fits.front().correctLow);
        surface.correctHigh = std::move(fits.front().correctHigh);
        surface.errorLow = std::move(fits.front().errorLow);
        surface.errorHigh = std::move(fits.front().errorHigh);
    }
}

/// The closest formula on the surface's grid; none if the rule never moves that weight.
void addTextbook(const rules::LearningRule& rule, std::span<const AnimalInputs> animals,
    const UpdateSurfaceOptions& options, const Sweep& sweep, UpdateSurface& surface) {
    auto overlay = textbookOverlay(rule, animals, options.regressors, options.component);
    if (!overlay)
        return;
    VisitedSpace memories;
    memories.states = overlay->memories;
    const std::size_t length = overlay->formula->stateSize();
    memories.stateCount = length > 0 ? memories.states.size() / length : 0;
    const Maps maps = evaluateGrid({*overlay->formula, options, memories, sweep.component, sweep.weight,
                                       sweep.typicalStimulus, sweep.stop},
        surface);
    surface.textbookCorrect = maps.correct;
    surface.textbookError = maps.error;
    surface.textbook = std::move(*overlay);
}

tl::unexpected<base::Error> cancelled() {
    return base::failure(
        base::ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "The update surface was stopped."));
}

base::Result<std::size_t> requireWeight(const data::RegressorSpec& regressors, const std::string& name) {
    const std::size_t k = regressors.indexOf(name);
    if (k < regressors.names.size())
        return k;
    return base::failure(base::ErrorCode::InvalidValue,
        {QT_TRANSLATE_NOOP("core", "The rule has no weight named \"%1\"."), {name}}, {},
        QT_TRANSLATE_NOOP("core", "Choose one of the fit's regressors."));
}

} // namespace

base::Result<UpdateSurface> updateSurface(const rules::LearningRule& rule,
    std::span<const AnimalInputs> animals, const UpdateSurfaceOptions& options, const base::StopToken& stop) {
    const auto component = requireWeight(options.regressors, options.component);
    const auto weight = requireWeight(options.regressors, options.weight);
    if (!component || !weight)
        return tl::make_unexpected(component ? weight.error() : component.error());
    const VisitedSpace space = visitedSpace(rule, options.regressors, animals, options.mostStates);
    if (space.size() == 0)
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "No trial of these animals could be run through the rule."), {},
            QT_TRANSLATE_NOOP(
                "core", "Choose animals with choices, or fit again with a smaller learning rate."));
    const bool hasMemory = rule.stateSize() > 0;
    if (hasMemory && options.histories == HistorySource::Data && space.stateCount == 0)
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "No trial of these animals left a memory to average over."), {},
            QT_TRANSLATE_NOOP(
                "core", "Choose animals with more trials, or average over the published histories."));
    const Sweep sweep{rule, options, space, *component, *weight, space.typicalStimulus(), stop};
    UpdateSurface surface;
    surface.component = options.component;
    surface.weight = options.weight;
    surface.stimulus =
        options.stimulusValues.empty() ? space.stimulusGrid(kMostLevels, kCells) : options.stimulusValues;
    surface.hasEvenStimuli = isEven(surface.stimulus);
    surface.weightValues = options.weightValues.empty() ? weightGrid(space, *weight) : options.weightValues;
    surface.referenceWeights = space.medianWeights();
    surface.histories = options.histories;
    surface.historyCount = !hasMemory                                      ? 0
                           : options.histories == HistorySource::Published ? 256
                                                                           : space.stateCount;
    surface.animals = animals.size();
    surface.trials = space.size();
    for (std::size_t i = 0; i < 3; ++i)
        surface.sliceRows[i] =
            nearest(surface.weightValues, quantile(space.weightValues(*weight), 0.1 + 0.4 * double(i)));
    countVisits(sweep, surface);
    std::vector<Maps> fits = {evaluateGrid(sweep, surface)};
    for (const rules::LearningRulePtr& member : options.ensemble) {
        if (stop.stop_requested())
            break;
        const VisitedSpace met = hasMemory
                                     ? visitedSpace(*member, options.regressors, animals, options.mostStates)
                                     : VisitedSpace();
        if (hasMemory && met.stateCount == 0)
            continue; // its weights left every range at once
        fits.push_back(
            evaluateGrid({*member, options, met, *component, *weight, sweep.typicalStimulus, stop}, surface));
    }
    if (stop.stop_requested())
        return cancelled();
    store(std::move(fits), surface);
    if (options.hasTextbook)
        addTextbook(rule, animals, options, sweep, surface);
    if (stop.stop_requested())
        return cancelled();
    return surface;
}

} // namespace rulescope::insight
