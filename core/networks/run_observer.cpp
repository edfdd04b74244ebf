// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/run_observer.h"

#include "core/networks/measures.h"

namespace rulescope::networks {

namespace {

std::uint64_t streamOf(Stream stream) {
    return static_cast<std::uint64_t>(stream);
}

CreditConstants<float> constantsOf(const NetworkSpec& spec, const InitialNetwork& start) {
    return {start.feedback.cast<float>(), start.cellTypes, spec.constantSlope};
}

} // namespace

Spectrum spectrumOf(const Eigen::MatrixXd& recurrent) {
    Spectrum spectrum;
    spectrum.singular = singularValues(recurrent);
    const auto values = eigenvalues(recurrent);
    spectrum.effectiveRank = effectiveRank(values);
    for (const auto& value : values) {
        spectrum.real.push_back(value.real());
        spectrum.imaginary.push_back(value.imag());
    }
    return spectrum;
}

RunObserver::RunObserver(const NetworkSpec& spec, const InitialNetwork& start, const Weights<float>& initial)
    : m_spec(spec)
    , m_task(start.task)
    , m_dynamics(start.dynamics)
    , m_initial(initial)
    , m_random(spec.seed, streamOf(Stream::Power)) {
    base::RandomStream probes(spec.seed, streamOf(Stream::Probe));
    m_task->draw(TrialSource::Training, kProbeTrials, probes, m_probe);
    m_task->draw(TrialSource::Training, kKernelTrials, probes, m_kernelProbe);
    m_task->draw(
        TrialSource::Test, static_cast<std::size_t>(spec.measures.curvatureTrials), probes, m_curvatureBatch);
    m_initialGram = representationGram(m_dynamics, m_initial, m_probe);
    if (spec.measures.kernels > 0) {
        m_initialKernel = tangentKernel(m_dynamics, m_initial, m_kernelProbe);
    }
    const auto exact = findCreditRule("bptt");
    auto rule = findCreditRule(spec.rule);
    if (rule && (*rule)->isScaledToThreeFactor) {
        rule = findCreditRule("e-prop");
    }
    if (exact && rule && !(*rule)->isExact()) {
        m_exact = std::make_unique<CreditAssignment<float>>(**exact, m_dynamics, constantsOf(spec, start));
        m_approximate =
            std::make_unique<CreditAssignment<float>>(**rule, m_dynamics, constantsOf(spec, start));
    }
}

/// `points` of them, evenly from step 0 to the last step.
bool RunObserver::isDue(int step, int points) const {
    if (points <= 0) {
        return false;
    }
    if (step == 0 || step == m_spec.steps) {
        return true;
    }
    const std::int64_t intervals = std::max(points - 1, 1);
    return step * intervals / m_spec.steps != (step - 1) * intervals / m_spec.steps;
}

bool RunObserver::isDue(int step) const {
    const MeasureOptions& measures = m_spec.measures;
    return isDue(step, measures.curves) || isDue(step, measures.kernels) || isDue(step, measures.curvature);
}

double RunObserver::accuracy(TrialSource source, const Weights<float>& weights, double* loss) {
    std::optional<Batch<float>>& batch = source == TrialSource::Training ? m_train
                                         : source == TrialSource::Test   ? m_test
                                                                         : m_noisyTest;
    if (!batch) {
        base::RandomStream random(
            m_spec.seed, streamOf(Stream::Test) + 16 * static_cast<std::uint64_t>(source));
        batch.emplace();
        m_task->draw(source, static_cast<std::size_t>(m_spec.measures.testTrials), random, *batch);
    }
    forward(m_dynamics, weights, *batch, m_activity);
    if (loss != nullptr) {
        *loss = m_activity.loss;
    }
    return m_activity.accuracy;
}

double RunObserver::shareOf(
    const Weights<float>& weights, const Batch<float>& batch, const Activity<float>& activity) {
    if (!m_exact) {
        return 1;
    }
    m_exact->gradient(weights, batch, activity, m_exactGradient);
    m_approximate->gradient(weights, batch, activity, m_approximateGradient);
    return networks::gradientShare(m_approximateGradient.recurrent, m_exactGradient.recurrent);
}

void RunObserver::observeCurves(int step, const Weights<float>& weights, NetworkRun& run) {
    double loss = 0;
    run.trainAccuracy.add(step, accuracy(TrialSource::Training, weights, &loss));
    run.loss.add(step, loss);
    run.testAccuracy.add(step, accuracy(TrialSource::Test, weights));
    run.noisyTestAccuracy.add(step, accuracy(TrialSource::NoisyTest, weights));
    run.weightChange.add(step, static_cast<double>((weights.recurrent - m_initial.recurrent).norm()));
    run.representationAlignment.add(
        step, alignment(m_initialGram, representationGram(m_dynamics, weights, m_probe)));
}

void RunObserver::observeCurvature(
    int step, const Weights<float>& weights, NetworkRun& run, const base::StopToken& stop) {
    LossHessian<float> hessian(m_dynamics, weights, m_curvatureBatch);
    const LeadingEigenvalue found = leadingEigenvalue(
        hessian, m_eigenvector, m_random, weights.recurrent.rows(), EigenvalueOptions{}, stop);
    if (!stop.stop_requested()) {
        run.curvature.add(step, found.value);
    }
}

void RunObserver::observe(int step, const Weights<float>& weights, const Batch<float>& batch,
    const Activity<float>& activity, NetworkRun& run, const base::StopToken& stop) {
    if (isDue(step, m_spec.measures.curves)) {
        run.gradientShare.add(step, shareOf(weights, batch, activity));
        observeCurves(step, weights, run);
    }
    if (isDue(step, m_spec.measures.kernels)) {
        run.kernelAlignment.add(
            step, alignment(m_initialKernel, tangentKernel(m_dynamics, weights, m_kernelProbe)));
    }
    if (isDue(step, m_spec.measures.curvature)) {
        observeCurvature(step, weights, run, stop);
    }
}

void RunObserver::finish(const Weights<float>& weights, NetworkRun& run) const {
    run.signSimilarity = networks::signSimilarity(m_initial.recurrent, weights.recurrent);
    if (m_spec.measures.spectra) {
        run.before = spectrumOf(m_initial.recurrent.cast<double>());
        run.after = spectrumOf(weights.recurrent.cast<double>());
    }
}

} // namespace rulescope::networks
