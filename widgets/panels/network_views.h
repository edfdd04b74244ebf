// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "widgets/models/network_library.h"

#include <QString>
#include <QStringList>

#include <vector>

/// From a folder of networks to figures: pure, and made for a worker thread.
namespace rulescope::panels {

/// What can be seen of an experiment.
enum class NetworkView { Learning, Alignment, Spectra, Curvature, Gap, Theory, Distances, Surfaces };

/// Those that its recipe leads to, the main one first.
std::vector<NetworkView> viewsOf(const networks::ExperimentRequest& request);
QString viewTitle(NetworkView view);

/// What its networks are called, in the order of its specifications; empty if it has none of its own.
QStringList networkNames(const networks::ExperimentRequest& request);

/// The figure; `network` counts networkNames(). Networks that are being trained come in as far as they are.
figures::FigureSpec networkFigure(
    const std::string& folder, const models::LiveRunsPtr& live, NetworkView view, std::size_t network);

} // namespace rulescope::panels
