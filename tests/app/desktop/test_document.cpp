// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/document.h"
#include "tests/app/desktop/suites.h"
#include "tests/widgets/models/small_study.h"

#include <QSignalSpy>
#include <QTest>

namespace rulescope::desktop {

namespace {

using tests::smallAnimal;

fit::FitResult smallFit(const std::string& rule) {
    fit::FitResult fit;
    fit.spec.rule = rule;
    return fit;
}

io::ImportReport reportOf(std::vector<data::AnimalPtr> animals) {
    io::ImportReport report;
    report.animals = std::move(animals);
    return report;
}

std::vector<std::string> animalNames(const Document& document) {
    std::vector<std::string> names;
    for (const data::AnimalPtr& animal : document.contents().study.animals) {
        names.push_back(animal->name());
    }
    return names;
}

std::vector<std::string> fitIds(const Document& document) {
    std::vector<std::string> ids;
    for (const fit::FitResultPtr& fit : document.contents().fits) {
        ids.push_back(fit->id);
    }
    return ids;
}

using Names = std::vector<std::string>;

} // namespace

class TestDocument : public QObject {
    Q_OBJECT

  private slots:
    void everyChangeIsUndoneAndRedone() {
        Document document;
        QVERIFY(document.importAnimals(reportOf({smallAnimal("M1"), smallAnimal("M2")})));
        document.addFit(smallFit("rnn"));
        document.addFit(smallFit("rnn"));
        document.removeFit("rnn-1");
        document.addComparison({});
        document.removeAnimals({"M1"});
        document.rename(QStringLiteral("Cohort A"));
        QCOMPARE(animalNames(document), Names{"M2"});
        QCOMPARE(fitIds(document), Names{"rnn-2"});
        QCOMPARE(document.contents().comparisons.size(), std::size_t(1));
        QCOMPARE(document.contents().study.title, std::string("Cohort A"));
        QCOMPARE(document.undoStack().count(), 7);

        const models::StudySnapshot last = document.snapshot();
        while (document.undoStack().canUndo()) {
            document.undoStack().undo();
        }
        QVERIFY(animalNames(document).empty());
        QVERIFY(fitIds(document).empty());
        QVERIFY(!document.isModified());
        while (document.undoStack().canRedo()) {
            document.undoStack().redo();
        }
        QCOMPARE(document.snapshot(), last);
    }

    void aRenameToTheSameTitleIsNoChange() {
        Document document;
        document.rename({});
        QCOMPARE(document.undoStack().count(), 0);
    }

    void importingTheSameAnimalTwiceJoinsItsSessions() {
        Document document;
        QVERIFY(document.importAnimals(reportOf({smallAnimal("M1")})));
        QVERIFY(document.importAnimals(reportOf({smallAnimal("M1")})));
        QCOMPARE(animalNames(document), Names{"M1"});
        QCOMPARE(document.contents().study.animals[0]->trialCount(), smallAnimal("M1")->trialCount());
    }

    void anImportThatContradictsChangesNothing() {
        Document document;
        QVERIFY(document.importAnimals(reportOf({smallAnimal("M1")})));
        const models::StudySnapshot before = document.snapshot();
        const auto result =
            document.importAnimals(reportOf({smallAnimal("M1", {.firstChoice = data::kLeft})}));
        QVERIFY(!result.has_value());
        QCOMPARE(document.snapshot(), before);
        QCOMPARE(document.undoStack().count(), 1);
    }

    void anAddedFitIsSelectedAndAVanishedOneGivesWayToTheNewest() {
        Document document;
        document.addFit(smallFit("dnn"));
        document.addFit(smallFit("rnn"));
        QCOMPARE(document.context().selection().fit, std::string("rnn-1"));
        document.undoStack().undo();
        QCOMPARE(document.context().selection().fit, std::string("dnn-1"));
    }

    void savingMakesItCleanAndALaterChangeDirty() {
        Document document;
        QSignalSpy modified(&document, &Document::modifiedChanged);
        document.rename(QStringLiteral("A"));
        QVERIFY(document.isModified());
        document.setSaved(document.snapshot(), QStringLiteral("/study.rulescope"), document.generation());
        QVERIFY(!document.isModified());
        QCOMPARE(document.path(), QStringLiteral("/study.rulescope"));
        document.rename(QStringLiteral("B"));
        QVERIFY(document.isModified());
        QCOMPARE(modified.size(), 3);
    }

    void aChangeDuringSavingKeepsItDirtyInEveryStateOfItsHistory() {
        Document document;
        document.rename(QStringLiteral("A"));
        const models::StudySnapshot written = document.snapshot();
        document.rename(QStringLiteral("B"));
        document.setSaved(written, QStringLiteral("/study.rulescope"), document.generation());
        QVERIFY(document.isModified());
        document.undoStack().undo();
        document.undoStack().undo();
        QVERIFY(document.isModified());
    }

    void aSaveThatEndsAfterItsStudyWasLeftChangesNothing() {
        Document document;
        document.rename(QStringLiteral("A"));
        const models::StudySnapshot written = document.snapshot();
        const quint64 generation = document.generation();
        document.adopt({}, {});
        QVERIFY(!document.setSaved(written, QStringLiteral("/study.rulescope"), generation));
        QVERIFY(document.path().isEmpty());
        QVERIFY(!document.isModified());
    }

    void adoptingAStudyForgetsHistoryAndSelection() {
        Document document;
        QVERIFY(document.importAnimals(reportOf({smallAnimal("M1")})));
        document.context().setSelection({{{"M1", {}}}, {}, {}});
        document.adopt({}, QStringLiteral("/other.rulescope"));
        QVERIFY(!document.undoStack().canUndo());
        QVERIFY(!document.isModified());
        QVERIFY(document.context().selection().animals.empty());
        QCOMPARE(document.displayName(), QStringLiteral("other"));
    }
};

std::unique_ptr<QObject> documentSuite() {
    return std::make_unique<TestDocument>();
}

} // namespace rulescope::desktop

#include "test_document.moc"
