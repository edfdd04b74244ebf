// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_parts.h"
#include "core/figures/figure_spec.h"
#include "core/networks/learner_comparison.h"
#include "core/networks/linear_theory.h"
#include "core/networks/network_run.h"

#include <span>
#include <vector>

namespace rulescope::figures {

/// Loss and accuracy along training: seeds as thin lines, their mean as a thick one, a colour per condition.
FigureSpec networkLearningCurves(std::span<const networks::NetworkRun> runs);

/// Representation and tangent-kernel alignment and weight change against the rank of the initial
/// connectivity, one colour per task (per rule if there is one task): seeds as points, mean with its standard
/// deviation.
FigureSpec networkAlignment(std::span<const networks::NetworkRun> runs);

/// Singular values and eigenvalues of the recurrent weights of one run, before and after training.
FigureSpec networkSpectra(const networks::NetworkRun& run);

/// Leading Hessian eigenvalue along training with the line 2(1+m)/(eta rho) of every rule.
FigureSpec networkCurvature(std::span<const networks::NetworkRun> runs);

/// Generalization gap at matched train accuracy, clean and noisy, against the leading Hessian eigenvalue.
FigureSpec networkGap(std::span<const networks::NetworkRun> runs);

/// E[KA] of the two-layer linear network: theory over rank, trained networks on it.
FigureSpec networkTheory(std::span<const networks::LinearTheoryPoint> points, std::size_t inputs);

/// Which learner's inferred rule lies nearest to the animal's: distances with intervals.
FigureSpec learnerDistances(const networks::LearnerComparison& comparison);

/// Update surfaces of the animal and of each learner's first network, correct above error.
FigureSpec learnerSurfaces(const networks::LearnerComparison& comparison, const StimulusScale& scale);

/// What differs between the conditions of these runs, short: "Delayed match to sample, rank 30, e-prop".
Text conditionName(const networks::NetworkSpec& spec, std::span<const networks::NetworkRun> amongRuns);

} // namespace rulescope::figures
