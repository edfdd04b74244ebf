// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/networks/credit_assignment.h"
#include "core/networks/hessian.h"
#include "core/networks/network_run.h"

#include <memory>
#include <optional>

namespace rulescope::networks {

/// Measures a network along its training against what it was at step 0; draws its own fixed probes.
class RunObserver {
  public:
    RunObserver(const NetworkSpec& spec, const InitialNetwork& start, const Weights<float>& initial);

    /// Whether anything is due at this step.
    bool isDue(int step) const;
    /// Takes what is due; `batch` and `activity` are the step's training batch.
    void observe(int step, const Weights<float>& weights, const Batch<float>& batch,
        const Activity<float>& activity, NetworkRun& run, const base::StopToken& stop);
    /// Spectra and signs at the end.
    void finish(const Weights<float>& weights, NetworkRun& run) const;

  private:
    bool isDue(int step, int points) const;
    double accuracy(TrialSource source, const Weights<float>& weights, double* loss = nullptr);
    double shareOf(const Weights<float>& weights, const Batch<float>& batch, const Activity<float>& activity);
    void observeCurves(int step, const Weights<float>& weights, NetworkRun& run);
    void observeCurvature(
        int step, const Weights<float>& weights, NetworkRun& run, const base::StopToken& stop);

    NetworkSpec m_spec;
    TaskPtr m_task;
    Dynamics m_dynamics;
    Weights<float> m_initial;
    Batch<float> m_probe, m_kernelProbe, m_curvatureBatch;
    std::optional<Batch<float>> m_train, m_test, m_noisyTest;
    Matrix<float> m_initialGram, m_initialKernel;
    Matrix<float> m_eigenvector; ///< kept from point to point: the next search starts there
    base::RandomStream m_random;
    std::unique_ptr<CreditAssignment<float>> m_exact, m_approximate;
    Weights<float> m_exactGradient, m_approximateGradient;
    Activity<float> m_activity;
};

/// Spectrum of recurrent weights.
Spectrum spectrumOf(const Eigen::MatrixXd& recurrent);

} // namespace rulescope::networks
