// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/report_figures.h"

#include "core/data/analysed.h"
#include "core/figures/exclusion_note.h"
#include "core/figures/fit_progress.h"
#include "core/figures/learning_curves.h"
#include "core/figures/model_comparison.h"
#include "core/figures/psychometric_curves.h"
#include "core/figures/session_measures.h"
#include "core/fit/trainer.h"
#include "core/rules/registry.h"
#include "widgets/panels/fit_views.h"
#include "widgets/panels/tracking_cache.h"
#include "widgets/panels/weights_view.h"

#include <algorithm>

namespace rulescope::desktop {

namespace {

using figures::FigureSpec;
using rules::RuleInfo;

const RuleInfo* infoOf(const fit::FitResult& fit) {
    const auto info = rules::findRule(fit.spec.rule);
    return info ? *info : nullptr;
}

bool isNetwork(const fit::FitResult& fit) {
    const RuleInfo* info = infoOf(fit);
    return info != nullptr && info->kind == RuleInfo::Kind::Network;
}

bool learns(const fit::FitResult& fit) {
    const RuleInfo* info = infoOf(fit);
    return info != nullptr && info->hasWeights && info->kind != RuleInfo::Kind::Static;
}

bool hasMemory(const fit::FitResult& fit) {
    const auto rule = fit::fittedRule(fit);
    return rule && (*rule)->stateSize() > 0;
}

/// Collects figures that have something to show; ids of figures about a fit end in the fit's id.
class Collector {
  public:
    Collector(const std::function<void(const std::string&)>& onFigure, figures::Text leftOut,
        const base::StopToken& stop)
        : m_onFigure(onFigure)
        , m_leftOut(std::move(leftOut))
        , m_stop(stop) {}

    template<class Make>
    void add(const std::string& id, Make make) {
        if (m_stop.stop_requested()) {
            return;
        }
        if (m_onFigure) {
            m_onFigure(id);
        }
        FigureSpec figure = make();
        if (figure.panels.empty()) {
            return;
        }
        figure.id = id;
        figure.leftOut = figure.leftOut.isEmpty() ? m_leftOut : figure.leftOut;
        m_figures.push_back(std::move(figure));
    }
    std::vector<FigureSpec> take() { return std::move(m_figures); }

  private:
    const std::function<void(const std::string&)>& m_onFigure;
    figures::Text m_leftOut; ///< of the cohort; figures may say their own
    const base::StopToken& m_stop;
    std::vector<FigureSpec> m_figures;
};

void addWeights(const io::StudyContents& contents, const std::vector<fit::FitResultPtr>& fits,
    const base::StopToken& stop, Collector& collector) {
    const auto textbook = std::find_if(fits.begin(), fits.end(),
        [](const auto& fit) { return fit->spec.rule == rules::textbookYardstick().name; });
    const fit::FitResult* yardstick = textbook == fits.end() ? nullptr : textbook->get();
    panels::TrackingCache cache; // the same animals under each fit
    if (std::none_of(
            fits.begin(), fits.end(), [](const auto& fit) { return isNetwork(*fit) && learns(*fit); })) {
        collector.add("weights", [&] { return panels::weightsFigure(contents, {.tracking = &cache}, stop); });
    }
    for (const fit::FitResultPtr& fit : fits) {
        if (isNetwork(*fit) && learns(*fit)) {
            collector.add("weights-" + fit->id, [&] {
                return panels::weightsFigure(
                    contents, {.fit = fit.get(), .overlay = yardstick, .tracking = &cache}, stop);
            });
        }
    }
}

void addUpdates(
    const io::StudyContents& contents, const std::vector<fit::FitResultPtr>& fits, Collector& collector) {
    for (const fit::FitResultPtr& fit : fits) {
        if (!learns(*fit)) {
            continue;
        }
        collector.add("update-surface-" + fit->id, [&]() -> FigureSpec {
            const auto content = panels::surfaceContent(contents, *fit, {}, {});
            return content ? panels::surfaceFigure(*content) : FigureSpec{};
        });
        collector.add("learning-gains-" + fit->id, [&] { return panels::gainFigure(contents, *fit, {}); });
        if (hasMemory(*fit)) {
            collector.add("history-dependence-" + fit->id, [&] {
                return panels::historyFigure(contents, *fit, {}, "stimulus", insight::HistoryKind::Real);
            });
        }
    }
}

} // namespace

std::vector<fit::FitResultPtr> newestFits(const io::StudyContents& contents) {
    std::vector<fit::FitResultPtr> result;
    for (const RuleInfo* rule : rules::allRules()) {
        const auto it = std::find_if(contents.fits.rbegin(), contents.fits.rend(),
            [rule](const auto& fit) { return fit->spec.rule == rule->name; });
        if (it != contents.fits.rend()) {
            result.push_back(*it);
        }
    }
    return result;
}

std::vector<fit::ComparisonPtr> newestComparisons(const io::StudyContents& contents) {
    std::vector<fit::ComparisonPtr> result;
    for (const auto unit :
        {fit::HeldOutUnit::Animals, fit::HeldOutUnit::Future, fit::HeldOutUnit::Sessions}) {
        const auto it = std::find_if(contents.comparisons.rbegin(), contents.comparisons.rend(),
            [unit](const auto& comparison) { return comparison->unit == unit; });
        if (it != contents.comparisons.rend()) {
            result.push_back(*it);
        }
    }
    return result;
}

std::vector<FigureSpec> reportFigures(const io::StudyContents& whole,
    const std::function<void(const std::string&)>& onFigure, const base::StopToken& stop) {
    io::StudyContents contents = whole;
    contents.study = data::analysed(whole.study);
    Collector collector(onFigure, figures::exclusionNote(contents.study.animals), stop);
    const std::vector<data::AnimalPtr>& animals = contents.study.animals;
    collector.add("learning-curves", [&] { return figures::learningCurves(animals); });
    collector.add("session-measures", [&] { return figures::sessionMeasures(animals); });
    collector.add("psychometric", [&] { return figures::psychometricCurves(animals); });
    const std::vector<fit::FitResultPtr> fits = newestFits(contents);
    addWeights(contents, fits, stop, collector);
    addUpdates(contents, fits, collector);
    for (const fit::ComparisonPtr& comparison : newestComparisons(contents)) {
        collector.add("model-comparison-" + fit::toString(comparison->unit), [&] {
            FigureSpec figure = figures::modelComparison(*comparison);
            figure.leftOut = figures::storedResultNote(comparison->dataHashes, contents.study);
            return figure;
        });
    }
    for (const fit::FitResultPtr& fit : fits) {
        if (isNetwork(*fit)) {
            collector.add(
                "fit-progress-" + fit->id, [&] { return figures::fitProgress(figures::courseOf(*fit)); });
        }
    }
    return collector.take();
}

} // namespace rulescope::desktop
