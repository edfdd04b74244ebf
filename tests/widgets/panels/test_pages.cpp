// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/trainer.h"
#include "tests/widgets/models/small_study.h"
#include "tests/widgets/panels/suites.h"
#include "widgets/panels/behaviour_page.h"
#include "widgets/panels/fit_views.h"
#include "widgets/panels/live_curve.h"
#include "widgets/panels/models_page.h"
#include "widgets/panels/tracking_cache.h"
#include "widgets/panels/updates_page.h"
#include "widgets/panels/validation_page.h"
#include "widgets/panels/weights_page.h"
#include "widgets/panels/weights_view.h"
#include "widgets/plots/figure_plot.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QSplitter>
#include <QTest>
#include <QToolButton>

#include <cmath>

#include <algorithm>

namespace rulescope::panels {

namespace {

using tests::smallAnimal;

/// Four animals of six sessions and a fit of REINFORCE with baseline to them.
models::StudySnapshot fittedCohort() {
    io::StudyContents contents;
    for (const char* name : {"M1", "M2", "M3", "M4"}) {
        contents.study.animals.push_back(smallAnimal(name, {.sessions = 6, .trialsPerSession = 40}));
    }
    fit::FitSpec spec;
    spec.rule = "reinforce-baseline";
    spec.training.maxIterations = 20;
    spec.training.starts = 1;
    auto fit = fit::fit(contents.study, spec);
    if (fit) {
        fit->id = "reinforce-baseline-1";
        contents.fits.push_back(std::make_shared<const fit::FitResult>(std::move(*fit)));
    }
    return std::make_shared<const io::StudyContents>(std::move(contents));
}

template<class Page>
const figures::FigureSpec& mainFigure(const Page& page) {
    return page.plots().front()->figure();
}

template<class Series>
bool hasSeries(const figures::FigureSpec& figure) {
    return !figure.panels.empty() &&
           std::any_of(figure.panels[0].series.begin(), figure.panels[0].series.end(),
               [](const figures::Series& series) { return std::holds_alternative<Series>(series); });
}

} // namespace

class TestPages : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        m_cohort = fittedCohort();
        QCOMPARE(m_cohort->fits.size(), std::size_t(1));
    }

    void emptyPagesSayWhatToDo() {
        models::StudyContext context;
        BehaviourPage behaviour(context);
        WeightsPage weights(context);
        UpdatesPage updates(context);
        ModelsPage models(context);
        for (Page* page : {static_cast<Page*>(&behaviour), static_cast<Page*>(&weights),
                 static_cast<Page*>(&updates), static_cast<Page*>(&models)}) {
            page->show();
            auto* headline = page->findChild<QLabel*>(QStringLiteral("emptyHeadline"));
            QVERIFY(headline->isVisible());
            QVERIFY(!headline->text().isEmpty());
        }
    }

    void everyFigureOfAFitSaysThatItDiverged() {
        fit::FitResult fit = *m_cohort->fits.front();
        const auto footers = [&] {
            TrackingCache cache;
            std::vector<std::string> texts;
            const auto surface = surfaceContent(*m_cohort, fit, {}, {});
            for (const figures::FigureSpec& figure :
                {surface ? surfaceFigure(*surface) : figures::FigureSpec(), gainFigure(*m_cohort, fit, {}),
                    historyFigure(*m_cohort, fit, {}, "stimulus", insight::HistoryKind::Real),
                    weightsFigure(*m_cohort, {.fit = &fit, .tracking = &cache}, {}),
                    weightsFigure(*m_cohort,
                        {.fit = m_cohort->fits.front().get(), .overlay = &fit, .tracking = &cache}, {})}) {
                if (!figure.panels.empty()) {
                    texts.push_back(base::english(figure.footer));
                }
            }
            return texts;
        };
        fit.status = fit::FitStatus::Diverged;
        const std::vector<std::string> marked = footers();
        QVERIFY(marked.size() >= 4);
        for (const std::string& footer : marked) {
            QVERIFY2(footer.find("diverged: shown are its last good parameters") != std::string::npos,
                footer.c_str());
        }
        fit.status = fit::FitStatus::Converged;
        for (const std::string& footer : footers()) {
            QVERIFY2(footer.find("diverged") == std::string::npos, footer.c_str());
        }
    }

    void validationAsksForSimulationsAndKeepsAFigureOfEachKind() {
        models::StudyContext context;
        ValidationPage page(context);
        page.show();
        const plots::FigurePlot* plot = page.plots().front();
        QVERIFY(!plot->figure().emptyReason.isEmpty());
        std::vector<ValidationRequest> asked;
        QObject::connect(&page, &ValidationPage::requested, &page,
            [&asked](const ValidationRequest& request) { asked.push_back(request); });
        page.start(ValidationPage::Check::Recovery);
        page.findChild<QSpinBox*>(QStringLiteral("validationCohorts"))->setValue(3);
        page.start(ValidationPage::Check::Confusion);
        QCOMPARE(asked.size(), std::size_t(2));
        QCOMPARE(std::get<simulate::RecoveryCondition>(asked[0]).name, std::string("quick"));
        const auto& confusion = std::get<simulate::ConfusionRequest>(asked[1]);
        QCOMPARE(confusion.cohorts, std::size_t(3));
        QCOMPARE(confusion.simulated.size(), confusion.fitted.size());
        QCOMPARE(plot->figure().id, std::string("confusion"));
        figures::FigureSpec recovery;
        recovery.id = "recovery";
        recovery.title = "done";
        page.showResult(recovery);
        QCOMPARE(plot->figure().title, recovery.title); // the page turns to what has come
    }

    void behaviourShowsTheCohortAndThenTheAnimal() {
        models::StudyContext context;
        BehaviourPage page(context);
        page.show();
        context.setContents(m_cohort);
        QTRY_COMPARE(mainFigure(page).id, std::string("learning-curves"));
        QTRY_COMPARE(page.plots()[1]->figure().panels.size(), std::size_t(4));
        context.setSelection({{{"M2", {}}}, {}, {}});
        QTRY_COMPARE(page.plots()[1]->figure().panels.size(), std::size_t(1));
    }

    void brushingTheLearningCurveSelectsSessions() {
        models::StudyContext context;
        BehaviourPage page(context);
        page.show();
        context.setContents(m_cohort);
        context.setSelection({{{"M2", {}}}, {}, {}});
        plots::FigurePlot* curve = page.plots()[0];
        emit curve->rangeBrushed(QStringLiteral("accuracy"), 1.6, 4.2);
        QVERIFY((context.selection().animals == std::vector<models::SelectedAnimal>{{"M2", {1, 2, 3}}}));
        emit curve->rangeBrushed(
            QStringLiteral("accuracy"), 4.6, 4.9); // between two sessions: the nearer one
        QVERIFY((context.selection().animals == std::vector<models::SelectedAnimal>{{"M2", {4}}}));
        emit curve->brushCleared(QStringLiteral("accuracy"));
        QVERIFY((context.selection().animals == std::vector<models::SelectedAnimal>{{"M2", {}}}));
    }

    void theSliderWalksThroughSessions() {
        models::StudyContext context;
        BehaviourPage page(context);
        page.show();
        context.setContents(m_cohort);
        auto* slider = page.findChild<QSlider*>(QStringLiteral("sessionSlider"));
        QVERIFY(!slider->isEnabled());
        context.setSelection({{{"M2", {}}}, {}, {}});
        QVERIFY(slider->isEnabled());
        QCOMPARE(slider->maximum(), 4);
        slider->setValue(2);
        QVERIFY((context.selection().animals == std::vector<models::SelectedAnimal>{{"M2", {1, 2, 3}}}));
        QCOMPARE(page.findChild<QLabel*>(QStringLiteral("sessionSliderLabel"))->text(),
            QStringLiteral("2–4 of 6"));
        slider->setValue(0);
        QVERIFY((context.selection().animals == std::vector<models::SelectedAnimal>{{"M2", {}}}));
    }

    void sessionsApartAreNamedOneByOne() {
        models::StudyContext context;
        BehaviourPage page(context);
        page.show();
        context.setContents(m_cohort);
        context.setSelection({{{"M2", {0, 2, 3, 5}}}, {}, {}});
        QTRY_COMPARE(page.findChild<QLabel*>(QStringLiteral("sessionSliderLabel"))->text(),
            QStringLiteral("1, 3–4, 6 of 6"));
    }

    void weightsFollowTheFitAndTheSelection() {
        models::StudyContext context;
        WeightsPage page(context);
        page.show();
        context.setContents(m_cohort);
        QTRY_COMPARE(mainFigure(page).panels.size(), std::size_t(4));
        context.setSelection({{{"M3", {}}}, "reinforce-baseline-1", {}});
        QTRY_COMPARE(mainFigure(page).panels.size(), std::size_t(1));
        QCOMPARE(mainFigure(page).panels[0].id, std::string("weights-M3"));
    }

    void ruleWeightsLieOverTrackedBands() {
        models::StudyContext context;
        WeightsPage page(context);
        page.show();
        context.setContents(m_cohort);
        // The rule's own lines come first, the bands when they are computed.
        QTRY_VERIFY(hasSeries<figures::XY>(mainFigure(page)));
        QTRY_VERIFY(hasSeries<figures::Band>(mainFigure(page)));
        QVERIFY(hasSeries<figures::XY>(mainFigure(page)));
        QVERIFY(base::english(mainFigure(page).footer).find("chosen by evidence") != std::string::npos);

        auto* shown = page.findChild<QComboBox*>(QStringLiteral("weightsShown"));
        const auto choose = [shown](int index) {
            shown->setCurrentIndex(index);
            emit shown->activated(index);
        };
        choose(1); // the rule alone
        QTRY_VERIFY(!hasSeries<figures::Band>(mainFigure(page)));
        choose(2); // tracked weights alone
        QTRY_VERIFY(base::english(mainFigure(page).footer).find("PsyTrack") == 0);
        auto* drift = page.findChild<QComboBox*>(QStringLiteral("weightsDrift"));
        drift->setCurrentIndex(1);
        emit drift->activated(1);
        QTRY_VERIFY(base::english(mainFigure(page).footer).find("between sessions") != std::string::npos);
    }

    void withoutAFitWeightsAreTracked() {
        io::StudyContents contents;
        contents.study.animals = {m_cohort->study.animals[0], m_cohort->study.animals[1]};
        models::StudyContext context;
        WeightsPage page(context);
        page.show();
        context.setContents(std::make_shared<const io::StudyContents>(std::move(contents)));
        QTRY_COMPARE(mainFigure(page).panels.size(), std::size_t(2));
        QVERIFY(hasSeries<figures::Band>(mainFigure(page)));
        // What needs a fit is not on offer.
        QVERIFY(!page.findChild<QComboBox*>(QStringLiteral("weightsShown"))->isVisible());
        QVERIFY(!page.findChild<QComboBox*>(QStringLiteral("fitChooser"))->isVisible());
        context.setSelection({{{"M2", {}}}, {}, {}});
        QTRY_COMPARE(mainFigure(page).panels.size(), std::size_t(1));
        context.setContents(m_cohort); // a fit arrives
        QTRY_VERIFY(base::english(mainFigure(page).footer).find("REINFORCE") == 0);
        QVERIFY(page.findChild<QComboBox*>(QStringLiteral("weightsShown"))->isVisible());
    }

    void trackedWeightsAreKeptAndGivenUpWithTheirAnimal() {
        TrackingCache cache;
        const data::AnimalPtr animal = smallAnimal("M9", {.sessions = 2, .trialsPerSession = 40});
        const TrackingRequest request;
        QVERIFY(!cache.has(animal, request));
        const auto first = cache.tracked(animal, request, {});
        QVERIFY(first.has_value());
        QVERIFY(cache.has(animal, request));
        QCOMPARE(cache.tracked(animal, request, {})->get(), first->get());
        TrackingRequest other = request;
        other.hasSessionDrift = true;
        QVERIFY(!cache.has(animal, other));
        QVERIFY(!cache.has(smallAnimal("M9", {.sessions = 2, .trialsPerSession = 40}), request));
        // What was stopped is not kept.
        std::stop_source source;
        source.request_stop();
        QVERIFY(!cache.tracked(animal, other, source.get_token()).has_value());
        QVERIFY(!cache.has(animal, other));
        QVERIFY(cache.tracked(animal, other, {}).has_value());
    }

    void theCrossMovesTheSlice() {
        models::StudyContext context;
        UpdatesPage page(context);
        page.show();
        context.setContents(m_cohort);
        QTRY_VERIFY(figures::findPanel(mainFigure(page), "slice-middle") != nullptr);
        const auto titleOf = [&page] {
            return base::english(figures::findPanel(mainFigure(page), "slice-middle")->title);
        };
        QVERIFY(titleOf().find("Median") == 0);
        emit page.plots()[0]->crosshairMoved(QStringLiteral("surface-correct"), 0, 1000);
        QVERIFY2(titleOf().find("At the cross") == 0, titleOf().c_str());
        const std::string highest = titleOf();
        emit page.plots()[0]->crosshairMoved(QStringLiteral("surface-error"), 0, -1000);
        QVERIFY(titleOf() != highest);
    }

    void theCrossStartsInTheMiddleOfTheStimuli() {
        models::StudyContext context;
        UpdatesPage page(context);
        page.resize(900, 800);
        page.show();
        context.setContents(m_cohort);
        QTRY_VERIFY(figures::findPanel(mainFigure(page), "surface-correct") != nullptr);
        QSignalSpy moved(page.plots()[0], &plots::FigurePlot::crosshairMoved);
        QTest::keyClick(page.plots()[0]->focusProxy(), Qt::Key_Right);
        QCOMPARE(moved.size(), 1);
        const figures::Axis& axis = figures::findPanel(mainFigure(page), "surface-correct")->x;
        QVERIFY(axis.low && axis.high);
        const double middle = (*axis.low + *axis.high) / 2;
        QVERIFY(std::abs(moved.first()[1].toDouble() - middle) < (*axis.high - *axis.low) / 4);
    }

    void aLowPageFoldsItsSeldomChoicesAndScrolls() {
        models::StudyContext context;
        UpdatesPage page(context);
        auto* split = page.findChild<QComboBox*>(QStringLiteral("updatesSplit"));
        auto* more = page.findChild<QToolButton*>(QStringLiteral("moreOptions"));
        auto* scroll = page.findChild<QScrollArea*>(QStringLiteral("pageScroll"));
        page.resize(900, 900);
        page.show();
        context.setContents(m_cohort);
        QTRY_VERIFY(figures::findPanel(mainFigure(page), "surface-correct") != nullptr);
        QVERIFY(split->isVisible());
        QCOMPARE(scroll->verticalScrollBar()->maximum(), 0);
        page.resize(500, 330);
        QVERIFY(!split->isVisible());
        QTRY_VERIFY(scroll->horizontalScrollBar()->maximum() > 0);
        QVERIFY(page.plots()[0]->height() >= page.plots()[0]->minimumSizeHint().height());
        more->click();
        QVERIFY(split->isVisible());
        page.resize(480, 320); // what the reader chose stays
        QVERIFY(split->isVisible());
    }

    void variantsAreNamedInWords() {
        models::StudyContext context;
        const BehaviourPage page(context);
        auto* variant = page.findChild<QComboBox*>(QStringLiteral("psychometricVariant"));
        for (int i = 0; i < variant->count(); ++i) {
            QVERIFY2(!variant->itemText(i).contains(u'-'), qPrintable(variant->itemText(i)));
            QVERIFY(!variant->itemData(i, Qt::ToolTipRole).toString().isEmpty());
        }
    }

    void updatesCanBeSplitByTheSideChosen() {
        models::StudyContext context;
        UpdatesPage page(context);
        page.show();
        context.setContents(m_cohort);
        QTRY_VERIFY(figures::findPanel(mainFigure(page), "surface-correct") != nullptr);
        auto* split = page.findChild<QComboBox*>(QStringLiteral("updatesSplit"));
        split->setCurrentIndex(1);
        emit split->activated(1);
        QTRY_COMPARE(base::english(figures::findPanel(mainFigure(page), "surface-correct")->title),
            std::string("After left choices"));
        const figures::Panel* slice = figures::findPanel(mainFigure(page), "slice-low");
        QCOMPARE(slice->notes.size(), std::size_t(2));
        QCOMPARE(base::english(slice->notes[0].text), std::string("left"));
        QCOMPARE(base::english(slice->notes[1].text), std::string("right"));
    }

    void noWordOfCorrectAndErrorIsLeftWhereSidesAreShown() {
        const auto outcome = surfaceContent(*m_cohort, *m_cohort->fits[0], {}, {});
        QVERIFY(outcome.has_value());
        SurfaceContent sides = *outcome;
        sides.split = SurfaceSplit::ChoiceSide;
        sides.gain = std::nullopt; // the error ratio is one of errors either way
        sides.surface.textbook.emplace();
        sides.surface.textbookCorrect = sides.surface.correct;
        sides.surface.textbookError = sides.surface.error;
        for (const figures::Panel& panel : surfaceFigure(sides).panels) {
            std::string words = base::english(panel.title);
            for (const figures::Note& note : panel.notes) {
                words += base::english(note.text);
            }
            for (const figures::Series& series : panel.series) {
                if (const auto* line = std::get_if<figures::XY>(&series)) {
                    words += base::english(line->label);
                    QVERIFY(line->colour.role != figures::Colour::Role::Correct);
                    QVERIFY(line->colour.role != figures::Colour::Role::Error);
                }
            }
            QVERIFY2(words.find("orrect") == std::string::npos && words.find("rror") == std::string::npos,
                words.c_str());
        }
    }

    void behaviourKeepsTheSharesOfItsViews() {
        models::StudyContext context;
        BehaviourPage page(context);
        context.setContents(m_cohort);
        page.resize(800, 900);
        page.show();
        auto* splitter = page.findChild<QSplitter*>(QStringLiteral("behaviourSplitter"));
        QTRY_VERIFY(splitter->height() > 700);
        QTRY_VERIFY(std::abs(splitter->sizes()[0] - 0.4 * splitter->height()) < 5);
        const int before = splitter->sizes()[0];
        page.resize(800, 500); // as by a notice above it
        QTRY_VERIFY(splitter->height() < 480);
        page.resize(800, 900);
        QTRY_COMPARE(splitter->sizes()[0], before);
    }

    void theLiveCurveTellsItsLinesApartWithoutColour() {
        models::JobStatus job;
        job.curveEpochs = {1, 2};
        job.trainCurve = {-0.7, -0.6};
        job.heldOutCurve = {-0.7, -0.65};
        const figures::FigureSpec figure = liveCurve(job);
        const auto& lines = figure.panels[0].series;
        QCOMPARE(lines.size(), std::size_t(2));
        QVERIFY(std::get<figures::XY>(lines[0]).line != std::get<figures::XY>(lines[1]).line);
        QCOMPARE(figure.panels[0].notes.size(), std::size_t(2));
        QVERIFY(!figure.panels[0].hasLegend); // no room in a low dock
    }

    void aSurfaceSplitBySideHoldsTheRulesOwnUpdates() {
        const auto outcome = surfaceContent(*m_cohort, *m_cohort->fits[0], {}, {});
        QVERIFY(outcome.has_value());
        SurfaceContent sides = *outcome;
        sides.split = SurfaceSplit::ChoiceSide;
        const figures::FigureSpec figure = surfaceFigure(sides);
        const auto& map =
            std::get<figures::HeatMap>(figures::findPanel(figure, "surface-correct")->series.front());
        const insight::UpdateSurface& surface = outcome->surface;
        QCOMPARE(map.values.size(), surface.left.size());
        // After a left choice, a stimulus on the left means correct.
        QVERIFY(surface.stimulus.front() < 0);
        QCOMPARE(surface.left.front(), surface.correct.front());
        QVERIFY(qFuzzyCompare(
            1 + map.values.front() / map.values.back(), 1 + surface.left.front() / surface.left.back()));
    }

    void theColourScaleIsAdjustable() {
        models::StudyContext context;
        UpdatesPage page(context);
        page.show();
        context.setContents(m_cohort);
        QTRY_VERIFY(figures::findPanel(mainFigure(page), "surface-correct") != nullptr);
        auto* range = page.findChild<QDoubleSpinBox*>(QStringLiteral("updatesRange"));
        QVERIFY(range->value() > 0);
        emit page.plots()[0]->colourRangeChanged(QStringLiteral("update"), -2.5, 2.5);
        QCOMPARE(range->value(), 2.5);
        QCOMPARE(range->minimum(), 0.01); // the last digit, never nothing
        range->setValue(1.25);            // what is copied and exported is what is shown
        QCOMPARE(figures::findPanel(mainFigure(page), "surface-correct")->colourScale->high, 1.25);
        auto* component = page.findChild<QComboBox*>(QStringLiteral("updatesComponent"));
        const figures::Text before = mainFigure(page).caption;
        const int other = component->currentIndex() == 0 ? 1 : 0;
        component->setCurrentIndex(other);
        emit component->activated(other);
        QTRY_VERIFY(!(mainFigure(page).caption == before));
        QCOMPARE(range->value(), 1.25);
        page.plots()[0]->resetColourRange(QStringLiteral("update"));
        QVERIFY(figures::findPanel(mainFigure(page), "surface-correct")->colourScale->high != 1.25);
    }

    void aHiddenPageDoesNoWork() {
        models::StudyContext context;
        WeightsPage page(context);
        context.setContents(m_cohort);
        QTest::qWait(50);
        QVERIFY(mainFigure(page).id.empty());
        page.show();
        QTRY_COMPARE(mainFigure(page).id, std::string("weights"));
    }

    void animalsThatAreGoneAreLeftOutOrSaid() {
        io::StudyContents contents = *m_cohort;
        contents.study.animals.resize(2);
        QCOMPARE(animalsOf(contents, *contents.fits[0], {}), (std::vector<std::string>{"M1", "M2"}));
        contents.study.animals.clear();
        const auto content = surfaceContent(contents, *contents.fits[0], {}, {});
        QVERIFY(!content.has_value());
        QVERIFY(content.error().code == base::ErrorCode::NoData);
    }

  private:
    models::StudySnapshot m_cohort;
};

std::unique_ptr<QObject> pagesSuite() {
    return std::make_unique<TestPages>();
}

} // namespace rulescope::panels

#include "test_pages.moc"
