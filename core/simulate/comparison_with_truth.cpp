// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/comparison_with_truth.h"

#include "core/base/parallel.h"
#include "core/insight/learning_gain.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::simulate {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostVisited = 200'000; ///< trials, so that a large cohort is compared in seconds
constexpr std::size_t kMostGainTrials = 60'000;
constexpr std::size_t kMostScatter = 2'000;
constexpr std::size_t kMemories = 8;
constexpr int kGridWeights = 1001;          ///< of [-2, 2] (METHOD.md section 5)
constexpr int kGridWeightsWithMemory = 126; ///< times kMemories

/// Sums over pairs of a true and an inferred update.
struct PairSums {
    double squaredError = 0, product = 0, trueSquares = 0, squares = 0, count = 0;

    void add(double truth, double inferred, double share = 1) {
        squaredError += share * (inferred - truth) * (inferred - truth);
        product += share * inferred * truth;
        trueSquares += share * truth * truth;
        squares += share * inferred * inferred;
        count += share;
    }
    void add(const PairSums& other) {
        squaredError += other.squaredError, product += other.product;
        trueSquares += other.trueSquares, squares += other.squares, count += other.count;
    }
    double rmse() const { return count > 0 ? std::sqrt(squaredError / count) : kNaN; }
    double trueRms() const { return count > 0 ? std::sqrt(trueSquares / count) : kNaN; }
    double cosine() const {
        const double norm = std::sqrt(trueSquares * squares);
        return norm > 0 ? product / norm : kNaN;
    }
};

/// Memories of both rules at one moment of an animal's life.
struct Memories {
    std::vector<double> teacher, inferred;
};

/// Animals spread evenly over the cohort with about `most` trials together.
std::vector<std::size_t> someAnimals(const std::vector<KnownAnimal>& cohort, std::size_t most) {
    const std::size_t trials = std::max<std::size_t>(1, cohort.front().inputs.trials);
    const std::size_t count = std::clamp<std::size_t>(most / trials, 1, cohort.size());
    std::vector<std::size_t> chosen(count);
    for (std::size_t i = 0; i < count; ++i) {
        chosen[i] = i * cohort.size() / count;
    }
    return chosen;
}

class Comparison {
  public:
    Comparison(
        const ComparedRules& rules, const std::vector<KnownAnimal>& cohort, int threads, Recovery& recovery)
        : m_teacher(rules.teacher)
        , m_inferred(rules.inferred)
        , m_refits(rules.refits)
        , m_cohort(cohort)
        , m_threads(threads)
        , m_recovery(recovery)
        , m_regressors(recovery.condition.spec.regressors)
        , m_stimulus(m_regressors.indexOf("stimulus"))
        , m_bias(m_regressors.indexOf("bias")) {
        const Task& task = recovery.condition.recipe.task;
        for (const double s : task.stimuli) {
            const bool isContrast = task.kind == data::StimulusKind::Contrast;
            m_stimuli.push_back(isContrast ? m_regressors.transform.apply(s) : s);
        }
        std::sort(m_stimuli.begin(), m_stimuli.end());
        m_stimuli.erase(std::unique(m_stimuli.begin(), m_stimuli.end()), m_stimuli.end());
    }

    void run() {
        compareVisited();
        compareGrid();
        drawSlices();
        compareErrorRatios();
    }

  private:
    bool hasMemory() const { return m_teacher.stateSize() + m_inferred.stateSize() > 0; }

    struct VisitedAnimal {
        PairSums sums;
        std::vector<double> trueUpdates, updates;
        Memories memories;
    };

    /// Both rules along the path that the animal really took.
    VisitedAnimal visit(const KnownAnimal& animal, std::size_t scatterStride, std::size_t memoryAt) const {
        const data::RuleInputs& in = animal.inputs;
        const std::size_t own = in.trials > 0 ? animal.truePath.size() / in.trials : 0;
        VisitedAnimal result;
        std::vector<double> weights(in.regressors, 0.0), truth(in.regressors), guess(in.regressors);
        std::vector<double> teacherState(animal.teacher->stateSize()), state(m_inferred.stateSize());
        for (std::size_t t = 0; t < in.trials; ++t) {
            std::copy_n(animal.truePath.begin() + static_cast<std::ptrdiff_t>(t * own), own, weights.begin());
            const rules::Experience now{weights, {in.row(t), in.regressors}, in.choice[t], in.outcome[t],
                in.answer[t], in.side[t], in.sessionStart[t]};
            if (t == memoryAt) {
                result.memories = {teacherState, state};
            }
            animal.teacher->step(now, teacherState, truth);
            m_inferred.step(now, state, guess);
            result.sums.add(truth[m_stimulus], guess[m_stimulus]);
            if (t % scatterStride == scatterStride / 2) {
                result.trueUpdates.push_back(truth[m_stimulus]);
                result.updates.push_back(guess[m_stimulus]);
            }
        }
        return result;
    }

    void compareVisited() {
        const std::vector<std::size_t> chosen = someAnimals(m_cohort, kMostVisited);
        std::size_t trials = 0;
        for (const std::size_t animal : chosen) {
            trials += m_cohort[animal].inputs.trials;
        }
        const std::size_t stride = std::max<std::size_t>(1, trials / kMostScatter);
        std::vector<VisitedAnimal> visited(chosen.size());
        base::parallelFor(chosen.size(), m_threads, [&](std::size_t i) {
            const KnownAnimal& animal = m_cohort[chosen[i]];
            // Anywhere in the animal's life, by the golden ratio: evenly and without a second random stream.
            const double place = std::fmod(0.6180339887498949 * static_cast<double>(i + 1), 1.0);
            visited[i] = visit(
                animal, stride, static_cast<std::size_t>(place * static_cast<double>(animal.inputs.trials)));
        });
        PairSums sums;
        for (VisitedAnimal& animal : visited) {
            sums.add(animal.sums);
            const auto append = [](std::vector<double>& all, const std::vector<double>& more) {
                all.insert(all.end(), more.begin(), more.end());
            };
            append(m_recovery.trueUpdates, animal.trueUpdates);
            append(m_recovery.updates, animal.updates);
            if (m_memories.size() < kMemories && (hasMemory() || m_memories.empty())) {
                m_memories.push_back(std::move(animal.memories));
            }
        }
        m_recovery.visited = static_cast<std::size_t>(sums.count);
        m_recovery.rmseVisited = sums.rmse();
        m_recovery.cosineVisited = sums.cosine();
    }

    /// dw of the stimulus weight under a rule, averaged over nothing: one memory, one trial.
    double updateAt(const rules::LearningRule& rule, const std::vector<double>& weights,
        const std::vector<double>& x, double stimulus, double choice, double answer,
        const std::vector<double>& memory) const {
        std::vector<double> state = memory, update(weights.size());
        state.resize(rule.stateSize());
        rule.step(insight::experienceAt(m_regressors, weights, x, stimulus, choice, answer), state, update);
        return update[m_stimulus];
    }

    /// Answers that the task allows at a stimulus, with their probabilities.
    std::vector<std::pair<double, double>> answersAt(double stimulus) const {
        if (stimulus != 0) {
            return {{stimulus > 0 ? 1.0 : 0.0, 1.0}};
        }
        const double right = m_recovery.condition.recipe.task.zeroRewardsRight;
        std::vector<std::pair<double, double>> answers;
        for (const auto& [answer, share] : {std::pair(0.0, 1 - right), std::pair(1.0, right)}) {
            if (share > 0) {
                answers.emplace_back(answer, share);
            }
        }
        return answers;
    }

    std::vector<double> weightsAt(double weight, double bias) const {
        std::vector<double> weights(m_regressors.names.size(), 0.0);
        weights[m_stimulus] = weight;
        if (m_bias < weights.size()) {
            weights[m_bias] = bias;
        }
        return weights;
    }

    PairSums gridRow(double weight) const {
        PairSums sums;
        for (const double bias : {-1.0, 0.0, 1.0}) {
            const std::vector<double> weights = weightsAt(weight, bias);
            for (const double s : m_stimuli) {
                const std::vector<double> x = insight::regressorsAt(m_regressors, s);
                for (const auto& [answer, share] : answersAt(s)) {
                    for (const double choice : {0.0, 1.0}) {
                        for (const Memories& memory : m_memories) {
                            sums.add(updateAt(m_teacher, weights, x, s, choice, answer, memory.teacher),
                                updateAt(m_inferred, weights, x, s, choice, answer, memory.inferred), share);
                        }
                    }
                }
            }
        }
        return sums;
    }

    void compareGrid() {
        const int rows = hasMemory() ? kGridWeightsWithMemory : kGridWeights;
        std::vector<PairSums> perRow(static_cast<std::size_t>(rows));
        base::parallelFor(perRow.size(), m_threads,
            [&](std::size_t row) { perRow[row] = gridRow(-2 + 4 * static_cast<double>(row) / (rows - 1)); });
        PairSums sums;
        for (const PairSums& row : perRow) {
            sums.add(row);
        }
        m_recovery.gridPoints = static_cast<std::size_t>(std::lround(sums.count));
        m_recovery.rmse = sums.rmse();
        m_recovery.cosine = sums.cosine();
        m_recovery.trueRms = sums.trueRms();
    }

    double sliceAt(const rules::LearningRule& rule, double weight, double s, bool isCorrect) const {
        const std::vector<double> weights = weightsAt(weight, 0);
        const std::vector<double> x = insight::regressorsAt(m_regressors, s);
        double mean = 0;
        for (const auto& [answer, share] : answersAt(s)) {
            for (const Memories& memory : m_memories) {
                mean += share / static_cast<double>(m_memories.size()) *
                        updateAt(rule, weights, x, s, isCorrect ? answer : 1 - answer, answer,
                            &rule == &m_teacher ? memory.teacher : memory.inferred);
            }
        }
        return mean;
    }

    void drawSlices() {
        m_recovery.stimulus = m_stimuli;
        for (const double weight : {-1.5, 0.0, 1.5}) {
            RecoverySlice slice;
            slice.weight = weight;
            for (const double s : m_stimuli) {
                slice.trueCorrect.push_back(sliceAt(m_teacher, weight, s, true));
                slice.trueError.push_back(sliceAt(m_teacher, weight, s, false));
                slice.correct.push_back(sliceAt(m_inferred, weight, s, true));
                slice.error.push_back(sliceAt(m_inferred, weight, s, false));
            }
            m_recovery.slices.push_back(std::move(slice));
        }
    }

    insight::GainEstimates gainOf(const rules::LearningRule& rule, bool isTruth) const {
        std::vector<insight::AnimalInputs> animals;
        for (const std::size_t i : someAnimals(m_cohort, kMostGainTrials)) {
            animals.push_back({m_cohort[i].inputs, isTruth ? m_cohort[i].trueStart : m_cohort[i].start});
        }
        insight::LearningGainOptions options;
        options.regressors = m_regressors;
        options.seed = m_recovery.condition.recipe.seed;
        if (!isTruth) {
            options.ensemble = m_refits;
        }
        const auto gain = insight::learningGain(rule, animals, options);
        return gain ? gain->pooled : insight::GainEstimates();
    }

    void compareErrorRatios() {
        const insight::GainEstimates truth = gainOf(m_teacher, true), inferred = gainOf(m_inferred, false);
        m_recovery.trueErrorRatio = truth.hasErrorRatio ? truth.errorRatio.value : kNaN;
        const insight::Estimate none{kNaN, kNaN, kNaN};
        const insight::Estimate ratio = inferred.hasErrorRatio ? inferred.errorRatio : none;
        m_recovery.errorRatio = ratio.value;
        m_recovery.errorRatioLow = ratio.low;
        m_recovery.errorRatioHigh = ratio.high;
    }

    const rules::LearningRule& m_teacher;
    const rules::LearningRule& m_inferred;
    const std::vector<rules::LearningRulePtr>& m_refits;
    const std::vector<KnownAnimal>& m_cohort;
    int m_threads;
    Recovery& m_recovery;
    const data::RegressorSpec& m_regressors;
    std::size_t m_stimulus, m_bias;
    std::vector<double> m_stimuli; ///< as the rules see them, ascending
    std::vector<Memories> m_memories;
};

} // namespace

void compareWithTruth(
    const ComparedRules& rules, const std::vector<KnownAnimal>& cohort, int threads, Recovery& recovery) {
    Comparison(rules, cohort, threads, recovery).run();
}

} // namespace rulescope::simulate
