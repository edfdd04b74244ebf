// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/weights_view.h"

#include "core/base/parallel.h"
#include "core/figures/ending_note.h"
#include "core/figures/figure_parts.h"
#include "core/figures/weight_trajectories.h"
#include "core/fit/trainer.h"
#include "widgets/panels/fit_views.h"

#include <algorithm>

namespace rulescope::panels {

namespace {

using figures::FigureSpec;
using Answer = base::Result<tracking::TrackedWeightsPtr>;

std::vector<std::string> heldOutOf(const fit::FitResult& fit, const std::vector<std::string>& animals) {
    std::vector<std::string> result;
    for (const std::string& name : animals) {
        if (std::find(fit.spec.animals.begin(), fit.spec.animals.end(), name) == fit.spec.animals.end()) {
            result.push_back(name);
        }
    }
    return result;
}

void addTracked(const io::StudyContents& contents, const WeightsChoice& choice,
    const std::vector<std::string>& names, const base::StopToken& stop,
    figures::TrajectoryFigureOptions& options) {
    const TrackingRequest request = trackingRequest(choice);
    std::vector<Answer> answers(names.size());
    base::parallelFor(names.size(), 0, [&](std::size_t i) {
        answers[i] = choice.tracking->tracked(contents.study.find(names[i]), request, stop);
    });
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (answers[i]) {
            options.tracked.push_back(*answers[i]);
        } else {
            options.untracked.push_back({names[i], answers[i].error().what});
        }
    }
}

} // namespace

std::vector<std::string> animalsShown(const io::StudyContents& contents, const WeightsChoice& choice) {
    std::vector<std::string> names = choice.animals;
    if (choice.fit != nullptr) {
        names = animalsOf(contents, *choice.fit, choice.animals);
    } else if (names.empty()) {
        for (const data::AnimalPtr& animal : contents.study.animals) {
            names.push_back(animal->name());
        }
    }
    // The figure shows no more; don't roll out or track the others either.
    names.resize(std::min(names.size(), figures::kMostPanels));
    return names;
}

TrackingRequest trackingRequest(const WeightsChoice& choice) {
    if (choice.fit == nullptr) {
        return {choice.regressors, choice.trials, choice.hasSessionDrift};
    }
    return {choice.fit->spec.regressors, choice.fit->spec.trialsPerAnimal, choice.hasSessionDrift};
}

FigureSpec weightsFigure(
    const io::StudyContents& contents, const WeightsChoice& choice, const base::StopToken& stop) {
    const std::vector<std::string> names = animalsShown(contents, choice);
    std::vector<figures::RuleTrajectories> paths;
    std::vector<figures::Text> notes;
    for (const fit::FitResult* shown : {choice.fit, choice.overlay}) {
        if (shown == nullptr) {
            continue;
        }
        auto trajectories = fit::trajectories(contents.study, *shown, names, stop);
        if (!trajectories) {
            return failureFigure("weights", trajectories.error());
        }
        paths.push_back({shown->spec.rule, std::move(*trajectories)});
        notes.push_back(figures::endingNote(*shown));
    }
    figures::TrajectoryFigureOptions options;
    if (choice.fit != nullptr) {
        options.heldOut = heldOutOf(*choice.fit, names);
    }
    if (choice.tracking != nullptr) {
        addTracked(contents, choice, names, stop, options);
    }
    FigureSpec figure = figures::weightTrajectories(paths, options);
    figures::addNotes(notes, figure);
    return figure;
}

} // namespace rulescope::panels
