// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/models/small_study.h"
#include "widgets/models/jobs_model.h"
#include "widgets/models/study_tree_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

namespace rulescope::models {

namespace {

using tests::smallAnimal;
using Tree = StudyTreeModel;

StudySnapshot snapshotOf(
    const std::vector<data::AnimalPtr>& animals, const std::vector<std::string>& rules = {}) {
    io::StudyContents contents;
    contents.study.animals = animals;
    for (const std::string& rule : rules) {
        auto fit = std::make_shared<fit::FitResult>();
        fit->id = rule + "-1";
        fit->spec.rule = rule;
        for (const data::AnimalPtr& animal : animals) {
            fit->spec.animals.push_back(animal->name());
        }
        contents.fits.push_back(fit);
    }
    return std::make_shared<const io::StudyContents>(std::move(contents));
}

/// The whole model as text, one line per row, two spaces of indent per level, cells parted by " | ".
QString printed(const QAbstractItemModel& model, const QModelIndex& parent = {}, int level = 0) {
    QString text;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(parent); ++column) {
            cells.append(model.index(row, column, parent).data().toString());
        }
        text += QString(2 * level, QLatin1Char(' ')) + cells.join(QStringLiteral(" | ")).trimmed() +
                QLatin1Char('\n');
        text += printed(model, model.index(row, 0, parent), level + 1);
    }
    return text;
}

JobStatus jobStatus(int id, JobState state) {
    JobStatus status;
    status.id = id;
    status.title = QStringLiteral("RNN rule");
    status.detail = QStringLiteral("12 animals");
    status.state = state;
    return status;
}

} // namespace

class TestStudyModels : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom)); }

    void animalsOfOneLabStandAtTheTop() {
        Tree model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setContents(
            snapshotOf({smallAnimal("M1"), smallAnimal("M2", {.sessions = 1})}, {"rnn", "dnn"}));
        model.setTrainingStatus(
            QStringLiteral("M2"), QStringLiteral("trained 1a"), QStringLiteral("All criteria hold."));
        QCOMPARE(printed(model), QStringLiteral("M1 | 16 | 14 | 63.6 % |  | RNN · DNN\n"
                                                "  1 | 8 | 7 | 50.0 % |  |\n"
                                                "  2 | 8 | 7 | 80.0 % |  |\n"
                                                "M2 | 8 | 7 | 50.0 % | trained 1a | RNN · DNN\n"
                                                "  1 | 8 | 7 | 50.0 % |  |\n"));
        QCOMPARE(model.indexOfAnimal(QStringLiteral("M2"))
                     .siblingAtColumn(Tree::StatusColumn)
                     .data(Qt::ToolTipRole),
            QStringLiteral("All criteria hold."));
    }

    void differentLabsMakeALevelOfTheirOwnWithSums() {
        Tree model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setContents(snapshotOf({smallAnimal("M1", {.lab = "hausser", .sessions = 1}),
            smallAnimal("M2", {.lab = "churchland", .sessions = 1}),
            smallAnimal("M3", {.lab = "hausser", .sessions = 1})}));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("hausser"));
        QCOMPARE(model.rowCount(model.index(0, 0)), 2);
        QCOMPARE(model.index(0, Tree::TrialsColumn).data().toString(), QStringLiteral("16"));
        QCOMPARE(model.indexOfAnimal(QStringLiteral("M3")).parent(), model.index(0, 0));
        QVERIFY(!model.index(0, 0).data(Tree::AnimalRole).isValid());
    }

    void aNewFitKeepsTheRows() {
        Tree model;
        const std::vector<data::AnimalPtr> animals = {smallAnimal("M1")};
        model.setContents(snapshotOf(animals));
        QSignalSpy reset(&model, &Tree::modelReset);
        QSignalSpy changed(&model, &Tree::dataChanged);
        model.setContents(snapshotOf(animals, {"rnn"}));
        QCOMPARE(reset.size(), 0);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(model.index(0, Tree::FitsColumn).data().toString(), QStringLiteral("RNN"));
    }

    void theFilterFindsAnimalsAndKeepsTheirSessions() {
        Tree model;
        model.setContents(snapshotOf({smallAnimal("DAP10"), smallAnimal("DAP2"), smallAnimal("KS016")}));
        StudyFilter filter;
        filter.setSourceModel(&model);
        const QAbstractItemModelTester tester(
            &filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        filter.setFilterFixedString(QStringLiteral("ks0"));
        QCOMPARE(filter.rowCount(), 1);
        QCOMPARE(filter.rowCount(filter.index(0, 0)), 2);
        filter.setFilterFixedString({});
        QCOMPARE(filter.rowCount(), 3);
    }

    void sortingIsByNumberAndNamesTheNaturalWay() {
        Tree model;
        model.setContents(snapshotOf({smallAnimal("DAP10", {.sessions = 12}),
            smallAnimal("DAP2", {.sessions = 1}), smallAnimal("DAP1", {.sessions = 130})}));
        StudyFilter filter;
        filter.setSourceModel(&model);
        const auto names = [&filter] {
            QStringList result;
            for (int row = 0; row < filter.rowCount(); ++row) {
                result.append(filter.index(row, 0).data().toString());
            }
            return result.join(QLatin1Char(' '));
        };
        filter.sort(Tree::NameColumn);
        QCOMPARE(names(), QStringLiteral("DAP1 DAP2 DAP10"));
        filter.sort(Tree::TrialsColumn);
        QCOMPARE(names(), QStringLiteral("DAP2 DAP10 DAP1"));
        filter.sort(Tree::NameColumn);
        const QModelIndex many = filter.index(0, 0);
        QCOMPARE(filter.index(11, 0, many).data().toString(), QStringLiteral("12"));
    }

    void theSelectionHoldsOnlyWhatTheStudyHolds() {
        StudyContext context;
        context.setContents(snapshotOf({smallAnimal("M1"), smallAnimal("M2")}, {"rnn", "dnn"}));
        QCOMPARE(context.selection().fit, std::string("dnn-1"));
        QSignalSpy changed(&context, &StudyContext::selectionChanged);
        context.setSelection({{{"M2", {1, 0, 7}}, {"M9", {}}, {"M1", {1}}}, "rnn-1", {}});
        QCOMPARE(changed.size(), 1);
        const Selection expected = {{{"M1", {1}}, {"M2", {}}}, "rnn-1", {}}; // all sessions: the whole animal
        QVERIFY(context.selection() == expected);
        context.setSelection(expected);
        QCOMPARE(changed.size(), 1);
        context.setContents(snapshotOf({smallAnimal("M2")}));
        QVERIFY((context.selection() == Selection{{{"M2", {}}}, {}, {}}));
    }

    void viewsGetTheCohortWhereNothingIsSelected() {
        const StudySnapshot snapshot = snapshotOf({smallAnimal("M1"), smallAnimal("M2")});
        QCOMPARE(selectedAnimals({}, snapshot->study).size(), std::size_t(2));
        QCOMPARE(currentAnimal({}, snapshot->study)->name(), std::string("M1"));
        QCOMPARE(currentAnimal({{{"M2", {1}}}, {}, {}}, snapshot->study)->name(), std::string("M2"));
        QCOMPARE(selectedSessions({{{"M2", {1}}}, {}, {}}, *snapshot->study.animals[1]),
            std::vector<std::size_t>{1});
        QCOMPARE(currentAnimal({}, data::Study{}), data::AnimalPtr());
    }

    void jobsShowStateProgressAndTime() {
        JobsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setJob(jobStatus(1, JobState::Queued));
        JobStatus running = jobStatus(2, JobState::Running);
        running.epoch = 120;
        running.epochs = 300;
        running.secondsLeft = 200;
        running.trainCurve = {-0.7, -0.5};
        running.heldOutCurve = {-0.7, -0.512345};
        model.setJob(running);
        QCOMPARE(printed(model),
            QStringLiteral("RNN rule: 12 animals | Running | epoch 120 of 300 | −0.5000 (held out −0.5123) | "
                           "3 min 20 s left\nRNN rule: 12 animals | Waiting |  |  |\n"));
        running.state = JobState::Cancelling;
        model.setJob(running);
        QCOMPARE(model.index(0, JobsModel::StateColumn).data().toString(), QStringLiteral("Cancelling…"));
        model.removeJob(2);
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.rowOf(2), -1);
    }

    void durationsReadAsPeopleSayThem() {
        QCOMPARE(durationText(0.2), QStringLiteral("0 s"));
        QCOMPARE(durationText(59.4), QStringLiteral("59 s"));
        QCOMPARE(durationText(59.6), QStringLiteral("1 min"));
        QCOMPARE(durationText(3725), QStringLiteral("1 h 2 min"));
    }
};

} // namespace rulescope::models

QTEST_GUILESS_MAIN(rulescope::models::TestStudyModels)
#include "test_study_models.moc"
