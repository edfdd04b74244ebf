// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled once per instruction set by Highway; the best one is chosen at run time. No Eigen in here: its
// templates compiled for several instruction sets would collide at link.

// Arrays of vectors as accumulators need vectors of known size. On x86 three targets cover all processors:
// the baseline, AVX2 and AVX-512; the ones between them would only lengthen the build.
#define HWY_DISABLED_TARGETS                                                                                 \
    (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV | HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)

#include "core/engine/rollout_kernels.h"

#include "core/engine/fused_rollout.h"

#include <cmath>
#include <iterator>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/engine/rollout_kernels.cpp"
// foreach_target.h must come first: it includes this file once per instruction set.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace rulescope::engine::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Once per instruction set, each on top of the ones before: no include guards.
// clang-format off
#include "core/engine/kernel_math.inl"
#include "core/engine/kernel_products.inl"
#include "core/engine/kernel_window.inl"
#include "core/engine/kernel_forward.inl"
#include "core/engine/kernel_backward.inl"
// clang-format on

/// One group through one network, window by window.
template<class T>
class GroupRun {
  public:
    explicit GroupRun(const GroupTask<T>& task)
        : m_task(task)
        , m_window(task) {}

    bool run() {
        std::fill_n(m_task.negativeLogLikelihood, m_window.animals, 0.0);
        std::fill_n(m_task.correction, m_window.animals, 0.0);
        if (m_task.group.trials() == 0) {
            return true;
        }
        start();
        const std::size_t steps = m_task.group.trials() - m_task.size.lead();
        for (std::size_t begin = 0; begin < steps; begin += m_task.truncation) {
            if (m_task.stop.stop_requested()) {
                return false;
            }
            m_window.begin = begin;
            m_window.end = std::min(begin + m_task.truncation, steps);
            runWindow();
            carryOver();
        }
        if (m_task.gradient != nullptr) {
            sumOverAnimals();
        }
        return true;
    }

  private:
    void runWindow() {
        std::size_t active = m_window.animals;
        for (std::size_t step = 0; step < m_window.steps(); ++step) {
            const std::size_t scored = m_window.begin + step + m_task.size.lead();
            while (active > 0 && m_task.group.lengths[active - 1] <= scored) {
                --active;
            }
            dispatch(active, [&](auto animals) { forwardStep<animals()>(m_window, step); });
        }
        scoreWindow(m_window);
        if (m_task.size.isResidual) {
            addCorrections(m_window);
        }
        if (m_task.gradient != nullptr) {
            backwardWindow(m_window);
        }
    }

    void start() {
        Workspace<T>& work = m_task.workspace;
        // h_0 = 0, no moment before the first; lanes and padding that nothing writes never hold a NaN.
        for (AlignedArray<T>* array : {&work.inputs, &work.states, &work.errors, &work.outputDeltas,
                 &work.scaleGradient, &work.biasGradient, &work.alphaGradient, &work.offsetGradient,
                 &work.readoutGradient, &work.readoutBiasGradient}) {
            array->clear();
        }
        if (!m_task.size.isDirect) {
            startWeights();
        }
    }

    /// w_0 and the score of trial 0.
    void startWeights() {
        const std::size_t count = m_task.size.weights * kGroupLanes;
        const Group<T>& group = m_task.group;
        m_window.begin = 0;
        m_window.copyInputs(0);
        std::copy_n(group.initialWeights.data(), count, m_window.weights(0));
        if (m_task.path != nullptr) {
            std::copy_n(group.initialWeights.data(), count, m_task.path);
        }
        for (std::size_t a = 0; a < m_window.animals; ++a) {
            double logOdds = 0;
            for (std::size_t i = a; i < count; i += kGroupLanes) {
                logOdds += static_cast<double>(m_window.weights(0)[i]) *
                           static_cast<double>(m_window.regressors(0)[i]);
            }
            const double margin = static_cast<double>(group.signs.data()[a]) * logOdds;
            m_window.errors(0)[a] = static_cast<T>(1 / (1 + std::exp(margin)));
            if (group.scored.data()[a] != 0) {
                m_task.negativeLogLikelihood[a] +=
                    std::max(-margin, 0.0) + std::log1p(std::exp(-std::abs(margin)));
            }
        }
    }

    /// The last weights, state and error start the next window, detached.
    void carryOver() {
        const std::size_t steps = m_window.steps();
        std::copy_n(m_window.inputs(steps), m_task.size.inputs * kGroupLanes, m_window.inputs(0));
        std::copy_n(m_window.errors(steps), kGroupLanes, m_window.errors(0));
        if (m_task.size.isRecurrent) {
            std::copy_n(
                m_window.states(steps).first, m_window.animals * m_task.size.width, m_window.states(0).first);
        }
    }

    void sumOverAnimals() {
        const Workspace<T>& work = m_task.workspace;
        PackedWeights<T>& gradient = *m_task.gradient;
        const auto add = [&](const AlignedArray<T>& columns, AlignedArray<T>& sums, std::size_t count) {
            for (std::size_t k = 0; k < count; ++k) {
                for (std::size_t a = 0; a < m_window.animals; ++a) {
                    sums.data()[k] += columns.data()[k * kGroupLanes + a];
                }
            }
        };
        add(work.scaleGradient, gradient.scale, m_task.size.weights);
        add(work.biasGradient, gradient.outputBias, m_task.size.weights);
        if (m_task.size.isResidual) {
            add(work.alphaGradient, gradient.alpha, m_task.size.weights);
            add(work.offsetGradient, gradient.offset, m_task.size.weights);
        }
        if (m_task.size.isDirect) {
            std::copy_n(work.readoutGradient.data(), m_task.size.width, gradient.readout.data());
            add(work.readoutBiasGradient, gradient.readoutBias, 1);
        }
    }

    const GroupTask<T>& m_task;
    Window<T> m_window;
};

bool runGroupFloat(const GroupTask<float>& task) {
    return GroupRun<float>(task).run();
}

bool runGroupDouble(const GroupTask<double>& task) {
    return GroupRun<double>(task).run();
}

const char* targetName() {
    return hwy::TargetName(HWY_TARGET);
}

} // namespace HWY_NAMESPACE
} // namespace rulescope::engine::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rulescope::engine {
namespace kernels {

HWY_EXPORT(runGroupFloat);
HWY_EXPORT(runGroupDouble);
HWY_EXPORT(targetName);

bool runGroup(const GroupTask<float>& task) {
    return HWY_DYNAMIC_DISPATCH(runGroupFloat)(task);
}

bool runGroup(const GroupTask<double>& task) {
    return HWY_DYNAMIC_DISPATCH(runGroupDouble)(task);
}

} // namespace kernels

std::string instructionSet() {
    using namespace kernels;
    return HWY_DYNAMIC_DISPATCH(targetName)();
}

} // namespace rulescope::engine
#endif
