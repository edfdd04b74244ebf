// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/models/small_study.h"
#include "tests/widgets/panels/suites.h"
#include "widgets/models/jobs_model.h"
#include "widgets/panels/fit_panel.h"
#include "widgets/panels/fit_request.h"
#include "widgets/panels/held_out_choice.h"
#include "widgets/panels/jobs_panel.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QWheelEvent>

namespace rulescope::panels {

namespace {

using tests::smallAnimal;
using Names = std::vector<std::string>;

void fillStudy(models::StudyContext& context, int animals) {
    io::StudyContents contents;
    for (int i = 1; i <= animals; ++i) {
        contents.study.animals.push_back(smallAnimal("M" + std::to_string(i)));
    }
    context.setContents(std::make_shared<const io::StudyContents>(std::move(contents)));
}

template<class Widget>
Widget* child(const QWidget& panel, const char* name) {
    return panel.findChild<Widget*>(QLatin1String(name));
}

/// Chooses the held-out scheme whose words begin so.
void chooseHeldOut(const QWidget& panel, const char* beginning) {
    auto* box = child<QComboBox>(panel, "fitHeldOut");
    const int index = box->findText(QLatin1String(beginning), Qt::MatchStartsWith);
    QVERIFY2(index >= 0, beginning);
    box->setCurrentIndex(index);
}

void tick(const QWidget& panel, const char* animal) {
    auto* list = child<QListWidget>(panel, "fitHeldOutAnimals");
    list->findItems(QLatin1String(animal), Qt::MatchExactly).value(0)->setCheckState(Qt::Checked);
}

models::JobStatus jobStatus(int id, models::JobState state) {
    models::JobStatus status;
    status.id = id;
    status.state = state;
    return status;
}

} // namespace

class TestFitPanel : public QObject {
    Q_OBJECT

  private slots:
    void withoutAnimalsItSaysWhyNothingCanBeFitted() {
        models::StudyContext context;
        const FitPanel panel(context);
        QVERIFY(!panel.request());
        QVERIFY(!child<QPushButton>(panel, "fitButton")->isEnabled());
        QVERIFY(child<QLabel>(panel, "fitEstimate")->text().contains(QStringLiteral("no animals")));
    }

    void theKeyboardGoesThroughTheFormFromTopToBottom() {
        models::StudyContext context;
        fillStudy(context, 2);
        FitPanel panel(context);
        panel.show();
        QVERIFY(QTest::qWaitForWindowActive(&panel));
        panel.setFocus();
        QCOMPARE(QApplication::focusWidget()->objectName(), QStringLiteral("fitRule"));
        QStringList stops;
        int lowest = -1;
        while (QApplication::focusWidget()->objectName() != QLatin1String("fitButton") && stops.size() < 20) {
            const QWidget* stop = QApplication::focusWidget();
            stops.append(stop->objectName());
            const int top = stop->mapTo(&panel, QPoint()).y();
            QVERIFY2(top > lowest, qPrintable(stops.join(QLatin1Char(' '))));
            lowest = top;
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        }
        QVERIFY2(stops.size() >= 7 && !stops.contains(QString()), qPrintable(stops.join(QLatin1Char(' '))));
        panel.setComparing(true);
        panel.setFocus();
        QCOMPARE(QApplication::focusWidget()->objectName(), QStringLiteral("fitRules"));
    }

    void theWheelChangesOnlyWhatHasTheKeyboard() {
        models::StudyContext context;
        fillStudy(context, 2);
        FitPanel panel(context);
        panel.show();
        QVERIFY(QTest::qWaitForWindowActive(&panel));
        auto* rule = child<QComboBox>(panel, "fitRule");
        auto* seed = child<QSpinBox>(panel, "fitSeed");
        const auto turn = [](QWidget& widget) {
            const QPointF at = QRectF(widget.rect()).center();
            QWheelEvent event(at, widget.mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(&widget, &event);
        };
        rule->setFocus();
        const int chosen = rule->currentIndex();
        turn(*seed);
        QCOMPARE(seed->value(), 1);
        seed->setFocus();
        turn(*seed);
        turn(*rule);
        QCOMPARE(seed->value(), 2);
        QCOMPARE(rule->currentIndex(), chosen);
    }

    void animalsThatNeverChoseAreLeftOut() {
        models::StudyContext context;
        io::StudyContents contents;
        data::Animal::Content mute = smallAnimal("Mute")->content();
        std::fill(mute.trials.choice.begin(), mute.trials.choice.end(), data::kNone);
        std::fill(mute.trials.outcome.begin(), mute.trials.outcome.end(), data::kUnknown);
        contents.study.animals = {smallAnimal("M1"), data::Animal::create(std::move(mute)).value()};
        context.setContents(std::make_shared<const io::StudyContents>(std::move(contents)));
        const FitPanel panel(context);
        QCOMPARE(std::get<fit::FitSpec>(*panel.request()).animals, Names{"M1"});
        QVERIFY(child<QLabel>(panel, "fitEstimate")->text().contains(QStringLiteral("1 animal")));
        models::Selection selection;
        selection.animals = {{"Mute", {}}};
        context.setSelection(selection);
        child<QComboBox>(panel, "fitAnimals")->setCurrentIndex(1);
        QVERIFY(!panel.request());
        QVERIFY(child<QLabel>(panel, "fitEstimate")->text().contains(QStringLiteral("trial with a choice")));
    }

    void animalsLeftOutWholeAreNotFitted() {
        models::StudyContext context;
        io::StudyContents contents;
        contents.study.animals = {smallAnimal("M1"), smallAnimal("Out")};
        for (const data::Session& session : contents.study.animals[1]->sessions()) {
            data::AnimalNotes& notes = contents.study.annotations["Out"];
            notes = data::withExclusion(notes, {session.label, 0, 0, {}});
        }
        context.setContents(std::make_shared<const io::StudyContents>(std::move(contents)));
        const FitPanel panel(context);
        QCOMPARE(std::get<fit::FitSpec>(*panel.request()).animals, Names{"M1"});
        QVERIFY(child<QLabel>(panel, "fitEstimate")->text().contains(QStringLiteral("1 animal")));
    }

    void theFormIsTheSpecification() {
        models::StudyContext context;
        fillStudy(context, 8);
        FitPanel panel(context);
        auto* rule = child<QComboBox>(panel, "fitRule");
        rule->setCurrentIndex(rule->findData(QStringLiteral("dnn")));
        child<QComboBox>(panel, "fitPreset")->setCurrentIndex(1);
        chooseHeldOut(panel, "Every fourth");
        child<QSpinBox>(panel, "fitTrials")->setValue(500);
        child<QComboBox>(panel, "fitStart")->setCurrentIndex(3);
        child<QSpinBox>(panel, "fitSeed")->setValue(7);
        QSignalSpy requested(&panel, &FitPanel::requested);
        child<QPushButton>(panel, "fitButton")->click();
        QCOMPARE(requested.size(), 1);
        const auto spec = std::get<fit::FitSpec>(*panel.request());
        QCOMPARE(spec.rule, std::string("dnn"));
        QCOMPARE(spec.preset, std::string("liu2025"));
        QCOMPARE(spec.training.epochs, 1000);
        QCOMPARE(spec.heldOut, (Names{"M4", "M8"}));
        QCOMPARE(spec.animals, (Names{"M1", "M2", "M3", "M5", "M6", "M7"}));
        QCOMPARE(spec.trialsPerAnimal, std::size_t(500));
        QCOMPARE(spec.seed, std::uint64_t(7));
        QCOMPARE(spec.initialWeights, fit::InitialWeights::PerAnimal);
    }

    void regressorsAreTickedBehindAButton() {
        models::StudyContext context;
        io::StudyContents contents;
        for (const char* name : {"M1", "M2"}) {
            data::Animal::Content content = smallAnimal(name)->content();
            const std::size_t trials = content.trials.size();
            content.trials.extra.push_back({"wheel", std::vector<double>(trials, .5)});
            if (name[1] == '2') {
                content.trials.extra.push_back({"pupil", std::vector<double>(trials, 1)});
            }
            contents.study.animals.push_back(data::Animal::create(std::move(content)).value());
        }
        context.setContents(std::make_shared<const io::StudyContents>(std::move(contents)));
        const FitPanel panel(context);
        const auto regressors = [&panel] {
            return std::get<fit::FitSpec>(*panel.request()).regressors.names;
        };
        QCOMPARE(regressors(), (Names{"bias", "stimulus"}));
        auto* list = child<QListWidget>(panel, "fitRegressorList");
        const auto tickRow = [list](const char* name, Qt::CheckState state) {
            for (int row = 0; row < list->count(); ++row) {
                if (list->item(row)->data(Qt::UserRole).toString() == QLatin1String(name)) {
                    list->item(row)->setCheckState(state);
                    return true;
                }
            }
            return false;
        };
        QVERIFY(tickRow("previous_choice", Qt::Checked));
        QVERIFY(tickRow("column:wheel", Qt::Checked));
        QVERIFY(!tickRow("column:pupil", Qt::Checked)); // M1 has none
        QCOMPARE(regressors(), (Names{"bias", "stimulus", "previous_choice", "column:wheel"}));
        QCOMPARE(child<QComboBox>(panel, "fitRegressors")->currentText(),
            QStringLiteral("bias, stimulus, previous choice, wheel"));
        fillStudy(context, 3); // without that column
        QCOMPARE(regressors(), (Names{"bias", "stimulus", "previous_choice"}));
        for (const char* name : {"bias", "stimulus", "previous_choice"}) {
            tickRow(name, Qt::Unchecked);
        }
        QVERIFY(!panel.request());
        QVERIFY(child<QLabel>(panel, "fitEstimate")->text().contains(QStringLiteral("regressor")));
    }

    void aFitCanHoldOutTheFutureOrSessions() {
        models::StudyContext context;
        fillStudy(context, 3);
        const FitPanel panel(context);
        chooseHeldOut(panel, "Each animal's last");
        child<QSpinBox>(panel, "fitHeldOutCount")->setValue(20);
        auto spec = std::get<fit::FitSpec>(*panel.request());
        QCOMPARE(spec.heldOutTrials, std::string("future:20"));
        QCOMPARE(spec.animals, (Names{"M1", "M2", "M3"}));
        QVERIFY(spec.heldOut.empty());
        QVERIFY(detailOf(spec).contains(QStringLiteral("held out: the last 20 of each animal")));
        chooseHeldOut(panel, "Some of each");
        spec = std::get<fit::FitSpec>(*panel.request());
        QCOMPARE(spec.heldOutTrials, std::string("sessions:5"));
        QVERIFY(std::get<fit::FitSpec>(*requestFromJson(toJson(FitRequest(spec)))) == spec);
        chooseHeldOut(panel, "Nothing");
        QVERIFY(std::get<fit::FitSpec>(*panel.request()).heldOutTrials.empty());
    }

    void aSelectionCanBeFittedAlone() {
        models::StudyContext context;
        fillStudy(context, 5);
        FitPanel panel(context);
        context.setSelection({{{"M2", {}}, {"M4", {}}}, {}, {}});
        child<QComboBox>(panel, "fitAnimals")->setCurrentIndex(1);
        QCOMPARE(std::get<fit::FitSpec>(*panel.request()).animals, (Names{"M2", "M4"}));
        context.setSelection({});
        QCOMPARE(std::get<fit::FitSpec>(*panel.request()).animals.size(), std::size_t(5));
    }

    void aComparisonTakesTheTickedRules() {
        models::StudyContext context;
        fillStudy(context, 8);
        FitPanel panel(context);
        panel.setComparing(true);
        child<QSpinBox>(panel, "fitSeeds")->setValue(3);
        const auto comparison = std::get<fit::ComparisonRequest>(*panel.request());
        QCOMPARE(comparison.rules, (Names{"none", "reinforce-baseline", "dnn", "rnn"}));
        QCOMPARE(comparison.holdout, std::string("animals:4"));
        QCOMPARE(comparison.seeds, (std::vector<std::uint64_t>{1, 2, 3}));
        auto* rules = child<QListWidget>(panel, "fitRules");
        for (int row = 0; row < rules->count(); ++row) {
            rules->item(row)->setCheckState(Qt::Unchecked);
        }
        QVERIFY(!panel.request());
        QVERIFY(child<QLabel>(panel, "fitEstimate")->text().contains(QStringLiteral("Tick")));
    }

    void moreFoldsThanAnimalsAreRefusedInWords() {
        models::StudyContext context;
        fillStudy(context, 3);
        FitPanel panel(context);
        panel.setComparing(true);
        QVERIFY(!panel.request());
        QVERIFY(
            child<QLabel>(panel, "fitEstimate")->text().contains(QStringLiteral("fewer animals than folds")));
    }

    void animalsCanBeHeldOutByName() {
        models::StudyContext context;
        fillStudy(context, 3);
        FitPanel panel(context);
        chooseHeldOut(panel, "Chosen");
        QVERIFY(!panel.request());
        QVERIFY(child<QLabel>(panel, "fitEstimate")->text().contains(QStringLiteral("Tick")));
        tick(panel, "M2");
        auto spec = std::get<fit::FitSpec>(*panel.request());
        QCOMPARE(spec.animals, (Names{"M1", "M3"}));
        QCOMPARE(spec.heldOut, (Names{"M2"}));
        tick(panel, "M1");
        tick(panel, "M3");
        QVERIFY(!panel.request()); // nobody left to fit
        fillStudy(context, 2);     // what is gone is not held out
        spec = std::get<fit::FitSpec>(panel.request().value_or(fit::FitSpec()));
        QVERIFY(spec.heldOut.empty());
        panel.setComparing(true);
        chooseHeldOut(panel, "Chosen");
        child<QListWidget>(panel, "fitHeldOutAnimals")->item(0)->setCheckState(Qt::Unchecked);
        QCOMPARE(std::get<fit::ComparisonRequest>(*panel.request()).holdout, std::string("animals:M2"));
    }

    void aNumberOfFoldsThatIsAnAnimalsNameIsRefused() {
        HeldOutChoice choice;
        choice.setAnimals({"1", "2", "3", "M4"});
        choice.setComparing(true);
        auto* box = child<QComboBox>(choice, "fitHeldOut");
        auto* count = child<QSpinBox>(choice, "fitHeldOutCount");
        box->setCurrentIndex(box->findText(QLatin1String("Animals, one"), Qt::MatchStartsWith));
        QCOMPARE(choice.holdout(), std::string("animals:4"));
        QVERIFY(choice.problem().isEmpty()); // nobody is called 4
        box->setCurrentIndex(box->findText(QLatin1String("Animals, in"), Qt::MatchStartsWith));
        count->setValue(3);
        QVERIFY(choice.problem().contains(QStringLiteral("3 is also the name")));
        count->setValue(4);
        QVERIFY(choice.problem().isEmpty());
    }

    void aFitAndAComparisonKeepTheirOwnHeldOutChoice() {
        models::StudyContext context;
        fillStudy(context, 8);
        FitPanel panel(context);
        chooseHeldOut(panel, "Every fourth");
        panel.setComparing(true);
        chooseHeldOut(panel, "Each animal's last");
        child<QSpinBox>(panel, "fitHeldOutCount")->setValue(250);
        panel.setComparing(false);
        QCOMPARE(std::get<fit::FitSpec>(*panel.request()).heldOut, (Names{"M4", "M8"}));
        panel.setComparing(true);
        QCOMPARE(std::get<fit::ComparisonRequest>(*panel.request()).holdout, std::string("future:250"));
        context.setSelection({{{"M2", {}}}, {}, {}}); // another selection changes no choice
        QCOMPARE(std::get<fit::ComparisonRequest>(*panel.request()).holdout, std::string("future:250"));
        chooseHeldOut(panel, "Animals, one");
        QCOMPARE(std::get<fit::ComparisonRequest>(*panel.request()).holdout, std::string("animals:8"));
    }

    void anEstimateThatIsAGuessSaysSo() {
        models::StudyContext context;
        fillStudy(context, 4);
        FitPanel panel(context);
        auto* estimate = child<QLabel>(panel, "fitEstimate");
        QVERIFY(estimate->text().contains(QStringLiteral("guess")));
        panel.setSpeed(FitSpeed::fromText(QStringLiteral("rnn=1e-6")));
        QVERIFY(!estimate->text().contains(QStringLiteral("guess")));
        panel.setComparing(true); // of rules that were not fitted here
        QVERIFY(estimate->text().contains(QStringLiteral("guess")));
    }

    void schemesAndRegressorsAreNamedInWords() {
        QCOMPARE(holdoutTitle("animals:4"), QStringLiteral("animals held out in 4 folds"));
        QCOMPARE(holdoutTitle("animals:M1,M2"), QStringLiteral("held out: M1, M2"));
        QCOMPARE(holdoutTitle("animals:4", {"3", "4"}), QStringLiteral("held out: 4"));
        fit::Comparison comparison;
        comparison.holdout = "animals:4";
        comparison.folds = {{"4"}};
        QCOMPARE(holdoutTitle(comparison), QStringLiteral("held out: 4"));
        comparison.folds = {{"M1"}, {"M2"}, {"M3"}, {"M5"}};
        QCOMPARE(holdoutTitle(comparison), QStringLiteral("animals held out in 4 folds"));
        QCOMPARE(holdoutTitle("future:500"), QStringLiteral("last 500 trials held out"));
        QCOMPARE(regressorTitle("previous_choice"), QStringLiteral("previous choice"));
        QCOMPARE(regressorTitle("column:lick_rate"), QStringLiteral("lick_rate"));
    }

    void requestsSurviveTheirJson() {
        fit::FitSpec spec;
        spec.rule = "dnn";
        spec.animals = {"M1", "Größe 2"};
        spec.seed = 18446744073709551615U;
        QVERIFY(std::get<fit::FitSpec>(*requestFromJson(toJson(FitRequest(spec)))) == spec);
        fit::ComparisonRequest comparison;
        comparison.rules = {"none", "rnn"};
        comparison.holdout = "animals:M1,M2";
        comparison.seeds = {1, 9007199254740993U};
        comparison.spec = spec;
        const auto back = std::get<fit::ComparisonRequest>(*requestFromJson(toJson(comparison)));
        QCOMPARE(back.rules, comparison.rules);
        QCOMPARE(back.holdout, comparison.holdout);
        QCOMPARE(back.seeds, comparison.seeds);
        QVERIFY(back.spec == comparison.spec);
    }

    void brokenRequestsAreNone_data() {
        QTest::addColumn<QString>("json");
        QTest::newRow("empty") << QString();
        QTest::newRow("no object") << QStringLiteral("[1]");
        QTest::newRow("no rules") << QStringLiteral(
            "{\"compare\": {\"spec\": \"{}\", \"rules\": [], \"holdout\": \"animals:2\"}}");
        QTest::newRow("other type") << QStringLiteral("{\"fit\": 3}");
    }
    void brokenRequestsAreNone() {
        QFETCH(QString, json);
        QVERIFY(!requestFromJson(json));
    }

    void theEstimateLearnsThisMachinesSpeed() {
        io::StudyContents contents;
        contents.study.animals = {smallAnimal("M1")}; // 14 choices
        fit::FitSpec spec;
        spec.rule = "rnn";
        spec.training.epochs = 100;
        fit::FitResult result;
        result.spec = spec;
        result.trainScores = {{"M1", 14, -0.5}};
        result.epochs = 100;
        result.seconds = 2.8;
        FitSpeed speed;
        speed.learn(result);
        QVERIFY(qFuzzyCompare(speed.secondsPerTrialEpoch("rnn"), 2e-3));
        QVERIFY(qFuzzyCompare(estimatedSeconds(spec, contents.study, speed), 2.8));
        QVERIFY(qFuzzyCompare(FitSpeed::fromText(speed.toText()).secondsPerTrialEpoch("rnn"), 2e-3));
        const FitSpeed broken = FitSpeed::fromText(QStringLiteral("rnn=nan dnn=-1 x=3 rnn"));
        QVERIFY(qFuzzyCompare(broken.secondsPerTrialEpoch("rnn"), FitSpeed().secondsPerTrialEpoch("rnn")));
    }

    void theJobsPanelOffersWhatTheJobAllows() {
        JobsPanel panel;
        const auto isEnabled = [&panel](
                                   const char* name) { return child<QPushButton>(panel, name)->isEnabled(); };
        QVERIFY(!isEnabled("jobCancel"));
        panel.setJob(jobStatus(1, models::JobState::Running));
        QCOMPARE(panel.currentJob(), 1);
        QVERIFY(isEnabled("jobPause") && isEnabled("jobCancel") && !isEnabled("jobKeep") &&
                !isEnabled("jobClear"));
        QSignalSpy cancelled(&panel, &JobsPanel::cancelRequested);
        child<QPushButton>(panel, "jobCancel")->click();
        QCOMPARE(cancelled.first().first().toInt(), 1);
        panel.setJob(jobStatus(1, models::JobState::Cancelling));
        QVERIFY(!isEnabled("jobPause") && !isEnabled("jobCancel"));
        models::JobStatus ended = jobStatus(1, models::JobState::Cancelled);
        ended.isKeepable = true;
        panel.setJob(ended);
        QVERIFY(isEnabled("jobKeep") && isEnabled("jobClear"));
        panel.removeJob(1);
        QVERIFY(!isEnabled("jobClear"));
    }
};

std::unique_ptr<QObject> fitPanelSuite() {
    return std::make_unique<TestFitPanel>();
}

} // namespace rulescope::panels

#include "test_fit_panel.moc"
