// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/network_views.h"

#include "core/figures/network_figures.h"
#include "widgets/panels/fit_views.h"
#include "widgets/text/translated.h"

#include <QCoreApplication>

#include <algorithm>

namespace rulescope::panels {

namespace {

using networks::NetworkRun;
using networks::NetworkSpec;

class NetworkViews {
    Q_DECLARE_TR_FUNCTIONS(NetworkViews)
};

std::vector<NetworkSpec> sweepSpecs(const networks::ExperimentRequest& request) {
    const auto recipe = networks::findNetworkRecipe(request.recipe);
    const bool isSweep = recipe && (*recipe)->kind == networks::RecipeKind::Sweep;
    return isSweep ? (*recipe)->specs(request.options) : std::vector<NetworkSpec>();
}

/// Finished runs and those under way, in the order of the specifications.
std::vector<NetworkRun> allRuns(networks::Experiment& experiment, const models::LiveRunsPtr& live) {
    std::vector<NetworkRun> found = std::move(experiment.runs);
    if (live == nullptr) {
        return found;
    }
    for (NetworkRun& run : live->runs()) {
        const bool isFinished = std::any_of(
            found.begin(), found.end(), [&run](const NetworkRun& each) { return each.spec == run.spec; });
        if (!isFinished) {
            run.status = networks::RunStatus::Cancelled; // not at its end yet: out of every mean
            found.push_back(std::move(run));
        }
    }
    std::vector<NetworkRun> ordered;
    for (const NetworkSpec& spec : sweepSpecs(experiment.request)) {
        const auto run = std::find_if(
            found.begin(), found.end(), [&spec](const NetworkRun& each) { return each.spec == spec; });
        if (run != found.end()) {
            ordered.push_back(std::move(*run));
        }
    }
    return ordered;
}

figures::FigureSpec spectraOf(
    const networks::Experiment& experiment, const std::vector<NetworkRun>& runs, std::size_t network) {
    const std::vector<NetworkSpec> specs = sweepSpecs(experiment.request);
    const auto run = std::find_if(runs.begin(), runs.end(),
        [&](const NetworkRun& each) { return network < specs.size() && each.spec == specs[network]; });
    return figures::networkSpectra(run == runs.end() ? NetworkRun() : *run);
}

figures::FigureSpec comparisonFigure(const networks::Experiment& experiment, NetworkView view) {
    const networks::LearnerComparison comparison =
        experiment.comparison.value_or(networks::LearnerComparison());
    return view == NetworkView::Distances ? figures::learnerDistances(comparison)
                                          : figures::learnerSurfaces(comparison, {comparison.isContrast, {}});
}

} // namespace

std::vector<NetworkView> viewsOf(const networks::ExperimentRequest& request) {
    const auto recipe = networks::findNetworkRecipe(request.recipe);
    const auto kind = recipe ? (*recipe)->kind : networks::RecipeKind::Sweep;
    switch (kind) {
    case networks::RecipeKind::Theory:
        return {NetworkView::Theory};
    case networks::RecipeKind::Comparison:
        return {NetworkView::Distances, NetworkView::Surfaces};
    case networks::RecipeKind::Learners:
        return {};
    case networks::RecipeKind::Sweep:
        break;
    }
    return {NetworkView::Learning, NetworkView::Alignment, NetworkView::Spectra, NetworkView::Curvature,
        NetworkView::Gap};
}

QString viewTitle(NetworkView view) {
    switch (view) {
    case NetworkView::Learning:
        return NetworkViews::tr("Learning curves");
    case NetworkView::Alignment:
        return NetworkViews::tr("Alignment against rank");
    case NetworkView::Spectra:
        return NetworkViews::tr("Spectra");
    case NetworkView::Curvature:
        return NetworkViews::tr("Curvature along training");
    case NetworkView::Gap:
        return NetworkViews::tr("Curvature against gap");
    case NetworkView::Theory:
        return NetworkViews::tr("Theory");
    case NetworkView::Distances:
        return NetworkViews::tr("Distances");
    case NetworkView::Surfaces:
        break;
    }
    return NetworkViews::tr("Update surfaces");
}

QStringList networkNames(const networks::ExperimentRequest& request) {
    std::vector<NetworkRun> runs;
    for (const NetworkSpec& spec : sweepSpecs(request)) {
        runs.emplace_back().spec = spec;
    }
    QStringList names;
    for (const NetworkRun& run : runs) {
        names.append(NetworkViews::tr("%1, seed %2")
                         .arg(text::translated(figures::conditionName(run.spec, runs)))
                         .arg(run.spec.seed));
    }
    return names;
}

figures::FigureSpec networkFigure(
    const std::string& folder, const models::LiveRunsPtr& live, NetworkView view, std::size_t network) {
    auto experiment = networks::readExperiment(folder);
    if (!experiment) {
        return failureFigure("networks", experiment.error());
    }
    const std::vector<NetworkRun> runs = allRuns(*experiment, live);
    switch (view) {
    case NetworkView::Learning:
        return figures::networkLearningCurves(runs);
    case NetworkView::Alignment:
        return figures::networkAlignment(runs);
    case NetworkView::Spectra:
        return spectraOf(*experiment, runs, network);
    case NetworkView::Curvature:
        return figures::networkCurvature(runs);
    case NetworkView::Gap:
        return figures::networkGap(runs);
    case NetworkView::Theory:
        return figures::networkTheory(experiment->theory, networks::LinearTheoryOptions().inputs);
    case NetworkView::Distances:
    case NetworkView::Surfaces:
        break;
    }
    return comparisonFigure(*experiment, view);
}

} // namespace rulescope::panels
