// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/fit_views.h"

#include "core/figures/ending_note.h"
#include "core/figures/history_dependence.h"
#include "core/figures/learning_gains.h"
#include "core/figures/update_surface.h"
#include "core/fit/trainer.h"
#include "core/insight/fitted_inputs.h"
#include "core/rules/registry.h"

#include <algorithm>
#include <cmath>

namespace rulescope::panels {

namespace {

using figures::Colour;
using figures::FigureSpec;
using figures::Text;

struct FittedAnimals {
    rules::LearningRulePtr rule;
    std::vector<insight::AnimalInputs> animals;
    bool isContrast = true;
};

base::Result<FittedAnimals> fittedAnimals(
    const data::Study& study, const fit::FitResult& fit, const std::vector<std::string>& names) {
    if (names.empty()) {
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "None of the animals of this fit is in the study any more."), fit.id,
            QT_TRANSLATE_NOOP("core", "Import them again, or select other animals."));
    }
    if (const auto usable = insight::requireUpdates(fit); !usable) {
        return tl::make_unexpected(usable.error());
    }
    auto rule = fit::fittedRule(fit);
    if (!rule) {
        return tl::make_unexpected(rule.error());
    }
    auto inputs = insight::fittedInputs(study, fit, names);
    if (!inputs) {
        return tl::make_unexpected(inputs.error());
    }
    FittedAnimals fitted = {*rule, std::move(*inputs), true};
    for (const std::string& name : names) {
        const data::AnimalPtr animal = study.find(name);
        fitted.isContrast = fitted.isContrast && animal->stimulusKind() == data::StimulusKind::Contrast;
    }
    return fitted;
}

/// A textbook rule is its own closest formula.
bool isNetwork(const fit::FitResult& fit) {
    const auto info = rules::findRule(fit.spec.rule);
    return info && (*info)->kind == rules::RuleInfo::Kind::Network;
}

/// The grid cell by cell: after a choice of this side, correct where the stimulus lies there, else error.
std::vector<double> ofSide(const insight::UpdateSurface& surface, const std::vector<double>& correct,
    const std::vector<double>& error, bool isRight) {
    std::vector<double> values(std::min(correct.size(), error.size()));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double stimulus = surface.stimulus[i % surface.columns()];
        const bool isCorrect = isRight ? stimulus > 0 : stimulus < 0;
        values[i] = stimulus == 0 ? (correct[i] + error[i]) / 2 : isCorrect ? correct[i] : error[i];
    }
    return values;
}

/// The same surface split by the side chosen: `correct` holds left choices, `error` right ones.
insight::UpdateSurface splitBySide(const insight::UpdateSurface& surface) {
    insight::UpdateSurface result = surface;
    result.correct = surface.left;
    result.error = surface.right;
    for (std::size_t i = 0; i < result.difference.size(); ++i) {
        result.difference[i] = surface.left[i] - surface.right[i];
    }
    result.correctVisits = ofSide(surface, surface.correctVisits, surface.errorVisits, false);
    result.errorVisits = ofSide(surface, surface.correctVisits, surface.errorVisits, true);
    result.correctLow = ofSide(surface, surface.correctLow, surface.errorLow, false);
    result.correctHigh = ofSide(surface, surface.correctHigh, surface.errorHigh, false);
    result.errorLow = ofSide(surface, surface.correctLow, surface.errorLow, true);
    result.errorHigh = ofSide(surface, surface.correctHigh, surface.errorHigh, true);
    result.textbookCorrect = ofSide(surface, surface.textbookCorrect, surface.textbookError, false);
    result.textbookError = ofSide(surface, surface.textbookCorrect, surface.textbookError, true);
    return result;
}

} // namespace

FigureSpec failureFigure(const std::string& id, const base::Error& error) {
    FigureSpec figure;
    figure.id = id;
    figure.emptyReason = error.what;
    return figure;
}

std::vector<std::string> animalsOf(
    const io::StudyContents& contents, const fit::FitResult& fit, const std::vector<std::string>& named) {
    std::vector<std::string> names = named;
    if (names.empty()) {
        names = fit.spec.animals;
        names.insert(names.end(), fit.spec.heldOut.begin(), fit.spec.heldOut.end());
    }
    std::erase_if(
        names, [&contents](const std::string& name) { return contents.study.find(name) == nullptr; });
    return names;
}

base::Result<SurfaceContent> surfaceContent(const io::StudyContents& contents, const fit::FitResult& fit,
    const std::vector<std::string>& animals, const SurfaceChoice& choice) {
    const auto fitted = fittedAnimals(contents.study, fit, animalsOf(contents, fit, animals));
    if (!fitted) {
        return tl::make_unexpected(fitted.error());
    }
    insight::UpdateSurfaceOptions options;
    options.regressors = fit.spec.regressors;
    options.component = choice.component;
    options.weight = choice.weight;
    options.histories = choice.histories;
    options.hasTextbook = isNetwork(fit);
    options.ensemble = insight::ensembleRules(fit);
    auto surface = insight::updateSurface(*fitted->rule, fitted->animals, options);
    if (!surface) {
        return tl::make_unexpected(surface.error());
    }
    SurfaceContent content;
    content.surface = std::move(*surface);
    content.rule = fit.spec.rule;
    content.stimulus = {fitted->isContrast, fit.spec.regressors.transform};
    content.split = choice.split;
    content.note = figures::endingNote(fit);
    insight::LearningGainOptions gainOptions;
    gainOptions.regressors = fit.spec.regressors;
    gainOptions.ensemble = options.ensemble;
    // Animals without a known answer have no gain; the surface stands without it.
    if (auto gain = insight::learningGain(*fitted->rule, fitted->animals, gainOptions)) {
        content.gain = std::move(*gain);
    }
    return content;
}

std::size_t rowNearest(const insight::UpdateSurface& surface, double weight) {
    const auto& values = surface.weightValues;
    const auto it = std::min_element(values.begin(), values.end(),
        [weight](double a, double b) { return std::abs(a - weight) < std::abs(b - weight); });
    return static_cast<std::size_t>(it - values.begin());
}

FigureSpec surfaceFigure(const SurfaceContent& content, std::optional<std::size_t> row) {
    insight::UpdateSurface surface =
        content.split == SurfaceSplit::ChoiceSide ? splitBySide(content.surface) : content.surface;
    if (row && *row < surface.rows()) {
        surface.sliceRows[1] = *row;
    }
    figures::UpdateSurfaceFigureOptions options;
    options.rule = content.rule;
    options.stimulus = content.stimulus;
    options.isBySide = content.split == SurfaceSplit::ChoiceSide;
    FigureSpec figure = figures::updateSurface(surface, content.gain ? &*content.gain : nullptr, options);
    for (figures::Panel& panel : figure.panels) {
        if (row && *row < surface.rows() && panel.id == "slice-middle") {
            panel.title = {QT_TRANSLATE_NOOP("core", "At the cross, w = %1"),
                {base::Number{surface.weightValues[*row], 2}}};
        }
    }
    figures::addNotes({content.note}, figure);
    return figure;
}

FigureSpec gainFigure(
    const io::StudyContents& contents, const fit::FitResult& fit, const std::vector<std::string>& animals) {
    const auto fitted = fittedAnimals(contents.study, fit, animalsOf(contents, fit, animals));
    if (!fitted) {
        return failureFigure("learning-gains", fitted.error());
    }
    insight::LearningGainOptions options;
    options.regressors = fit.spec.regressors;
    options.ensemble = insight::ensembleRules(fit);
    const auto gain = insight::learningGain(*fitted->rule, fitted->animals, options);
    if (!gain) {
        return failureFigure("learning-gains", gain.error());
    }
    FigureSpec figure = figures::learningGains(*gain, {fit.spec.rule, !options.ensemble.empty()});
    figures::addNotes({figures::endingNote(fit)}, figure);
    return figure;
}

FigureSpec historyFigure(const io::StudyContents& contents, const fit::FitResult& fit,
    const std::vector<std::string>& animals, const std::string& component, insight::HistoryKind kind) {
    const auto fitted = fittedAnimals(contents.study, fit, animalsOf(contents, fit, animals));
    if (!fitted) {
        return failureFigure("history-dependence", fitted.error());
    }
    insight::HistoryDependenceOptions options;
    options.regressors = fit.spec.regressors;
    options.component = component;
    options.kind = kind;
    options.ensemble = insight::ensembleRules(fit);
    const auto dependence = insight::historyDependence(*fitted->rule, fitted->animals, options);
    if (!dependence) {
        return failureFigure("history-dependence", dependence.error());
    }
    FigureSpec figure = figures::historyDependence(
        *dependence, fit.spec.rule, {fitted->isContrast, fit.spec.regressors.transform});
    figures::addNotes({figures::endingNote(fit)}, figure);
    return figure;
}

} // namespace rulescope::panels
