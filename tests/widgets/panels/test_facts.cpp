// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/import_merge.h"
#include "tests/widgets/models/small_study.h"
#include "tests/widgets/panels/suites.h"
#include "widgets/panels/facts.h"
#include "widgets/panels/import_text.h"

#include <QTest>
#include <QTextDocument>

#include <cmath>

namespace rulescope::panels {

namespace {

using tests::smallAnimal;

QString valueOf(const FactGroup& group, const QString& name) {
    for (const Fact& fact : group.facts) {
        if (fact.name == name) {
            return fact.value;
        }
    }
    return QStringLiteral("(none)");
}

QString plainText(const QString& html) {
    QTextDocument document;
    document.setHtml(html);
    return document.toPlainText();
}

} // namespace

class TestFacts : public QObject {
    Q_OBJECT

  private slots:
    void aCohortIsSummedUp() {
        io::StudyContents contents;
        contents.study.animals = {smallAnimal("M1"), smallAnimal("M2")};
        const std::vector<FactGroup> groups = factsOf(contents, {});
        QCOMPARE(groups.size(), std::size_t(1));
        QCOMPARE(valueOf(groups[0], QStringLiteral("Animals")), QStringLiteral("2"));
        QCOMPARE(valueOf(groups[0], QStringLiteral("Trials")), QStringLiteral("32"));
        QCOMPARE(valueOf(groups[0], QStringLiteral("With a choice")), QStringLiteral("28"));
        QCOMPARE(valueOf(groups[0], QStringLiteral("Accuracy")), QStringLiteral("63.6 % of 22"));
    }

    void selectedSessionsAreCountedAlone() {
        io::StudyContents contents;
        contents.study.animals = {smallAnimal("M1")};
        const std::vector<FactGroup> groups = factsOf(contents, {{{"M1", {1}}}, {}, {}});
        QCOMPARE(valueOf(groups[0], QStringLiteral("Sessions")), QStringLiteral("1 of 2"));
        QCOMPARE(valueOf(groups[0], QStringLiteral("Accuracy")), QStringLiteral("80.0 % of 5"));
        QCOMPARE(valueOf(groups[0], QStringLiteral("File")), QStringLiteral("M1.csv"));
    }

    void aFitTellsItsSpecificationAndProvenance() {
        auto fit = std::make_shared<fit::FitResult>();
        fit->id = "rnn-1";
        fit->spec.animals = {"M1"};
        fit->spec.heldOut = {"M2"};
        fit->trainScores = {{"M1", 1400, -0.51}};
        fit->heldOutScores = {{"M2", 1300, -0.52}};
        fit->trainNatsPerTrial = -0.51;
        fit->heldOutNatsPerTrial = -0.5204;
        fit->dataHashes = {{"M1", "sha1:abc"}};
        io::StudyContents contents;
        contents.fits = {fit};
        const std::vector<FactGroup> groups = factsOf(contents, {{}, "rnn-1", {}});
        QCOMPARE(valueOf(groups[0], QStringLiteral("Training")),
            QStringLiteral("−0.5100 nats/trial, n = 1,400 trial(s)"));
        QCOMPARE(valueOf(groups[0], QStringLiteral("Held out")),
            QStringLiteral("−0.5204 nats/trial, n = 1,300 trial(s)"));
        QCOMPARE(
            valueOf(groups[0], QStringLiteral("Stimulus transform")), QStringLiteral("tanh, steepness 5"));
        QCOMPARE(valueOf(groups[1], QStringLiteral("Data")), QStringLiteral("M1: sha1:abc"));
    }

    void anImportIsToldBeforeItEnters() {
        io::ImportReport report;
        report.animals = {smallAnimal("M1"), smallAnimal("<M2>")};
        report.sources = {{"a.csv", "mouse-visual"}, {"b.csv", "mouse-visual"}};
        report.conventions = {{"choice", "-1 = right, 1 = left", "feedback", 90, 100, "a.csv"},
            {"choice", "-1 = right, 1 = left", "feedback", 10, 10, "b.csv"}};
        report.warnings = {{io::WarningCode::NoGos, 3, "a.csv"}, {io::WarningCode::NoGos, 4, "b.csv"}};
        report.skipped = {
            {"/data/c.csv", {base::ErrorCode::BadFormat, "The file is empty.", "c.csv", "Write it again."}}};
        data::Study study;
        study.animals = {smallAnimal("M1")};
        const QString text = plainText(importText(report, io::joinedImport(study, report).alreadyThere));
        for (const char* part :
            {"2 file(s) understood (mouse-visual)", "<M2>", "all of it is in the study already",
                "-1 = right, 1 = left", "100 of 110", "c.csv: The file is empty. Write it again."}) {
            QVERIFY2(text.contains(QLatin1String(part)),
                qPrintable(QLatin1String(part) + QStringLiteral(" missing in\n") + text));
        }
        QVERIFY2(text.contains(QStringLiteral("7 trials without a choice (2 file(s))")),
            qPrintable(text)); // warnings of one kind are added up
        QVERIFY(!text.contains(QStringLiteral("joins the animal")));
        QVERIFY(!text.contains(QStringLiteral("Comes along")));
        report.animals = {smallAnimal("M1", {.sessions = 3})};
        report.annotations["M1"] = {"a note", {}, {{"3", 0, 0, "rig"}, {"2", 0, 1, ""}}, {{"p", "1", "1"}}};
        const QString more = plainText(importText(report, io::joinedImport(study, report).alreadyThere));
        QVERIFY2(more.contains(QStringLiteral("joins the animal in the study, which has 2 session(s) of it")),
            qPrintable(more));
        QVERIFY2(
            more.contains(QStringLiteral("Comes along: 2 stretch(es) of trials left out, 1 phase(s), notes "
                                         "about 1 animal(s).")),
            qPrintable(more));
        report.animals.clear();
        QVERIFY(!plainText(importText(report, {})).contains(QStringLiteral("Accuracy"))); // of nothing
    }
};

std::unique_ptr<QObject> factsSuite() {
    return std::make_unique<TestFacts>();
}

} // namespace rulescope::panels

#include "test_facts.moc"
