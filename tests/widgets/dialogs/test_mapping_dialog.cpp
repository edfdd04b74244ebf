// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/dialogs/suites.h"
#include "widgets/dialogs/annotation_dialogs.h"
#include "widgets/dialogs/mapping_dialog.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QWheelEvent>

namespace rulescope::dialogs {

namespace {

const std::vector<io::ColumnSample> kColumns = {{"mouse", {"A", "B"}, false},
    {"resp", {"L", "R", "X"}, false}, {"coh", {"-50", "0", "50"}, true}, {"rew", {"0", "1"}, true}};

io::ColumnMap exampleMap() {
    io::ColumnMap map;
    map.columns = {{"animal", "mouse"}, {"choice", "resp"}, {"stimulus", "coh"}, {"answer", ""}};
    map.choice = io::ValueCodes{{"R"}, {"L"}, {"X"}};
    map.outcome = io::ValueCodes{{"1"}, {"0"}, {}};
    map.stimulusKind = data::StimulusKind::Contrast;
    map.stimulusScale = 0.01;
    return map;
}

} // namespace

class MappingDialogSuite : public QObject {
    Q_OBJECT

  private slots:
    void whatIsShownIsTheMapping() {
        const QTemporaryDir folder;
        MappingDialog dialog(kColumns, folder.path());
        QCOMPARE(dialog.map(), io::ColumnMap()); // everything is left to be recognised
        dialog.setMap(exampleMap());
        QCOMPARE(dialog.map(), exampleMap());
        auto* choice = dialog.findChild<QComboBox*>(QStringLiteral("column_choice"));
        QCOMPARE(choice->currentText(), QStringLiteral("resp"));
        choice->setCurrentText(QStringLiteral("rew"));
        dialog.findChild<QLineEdit*>(QStringLiteral("choiceOne"))->setText(QStringLiteral(" 1 ,2"));
        QCOMPARE(dialog.map().columns.at("choice"), std::string("rew"));
        QCOMPARE(dialog.map().choice->one, (std::vector<std::string>{"1", "2"}));
    }

    void choosingAColumnShowsItsValuesAndMovesNoRow() {
        MappingDialog dialog(kColumns, {});
        dialog.show();
        dialog.grab(); // lays it out
        auto* animal = dialog.findChild<QComboBox*>(QStringLiteral("column_animal"));
        auto* outcome = dialog.findChild<QComboBox*>(QStringLiteral("column_outcome"));
        const QPoint before = outcome->mapTo(&dialog, QPoint());
        animal->setCurrentIndex(animal->findText(QStringLiteral("mouse")));
        dialog.grab();
        QCOMPARE(outcome->mapTo(&dialog, QPoint()), before);
        QCOMPARE(
            dialog.findChild<QLabel*>(QStringLiteral("values_animal"))->text(), QStringLiteral("holds A, B"));
        QCOMPARE(outcome->itemData(outcome->findText(QStringLiteral("rew")), Qt::ToolTipRole).toString(),
            QStringLiteral("holds 0, 1")); // before it is chosen
    }

    void valuesMayHoldCommasAndQuotationMarks() {
        const QTemporaryDir folder;
        MappingDialog dialog(kColumns, folder.path());
        io::ColumnMap map = exampleMap();
        map.choice = io::ValueCodes{{"say \"R\"", "\"", "a,\"b\""}, {"6\" left"}, {"none, really"}};
        dialog.setMap(map);
        QCOMPARE(dialog.map(), map);
        dialog.findChild<QLineEdit*>(QStringLiteral("choiceOne"))->setText(QStringLiteral("5\", 6"));
        QCOMPARE(dialog.map().choice->one, (std::vector<std::string>{"5\"", "6"}));
    }

    void mappingsAreSavedUnderANameAsTheCommandLineReadsThem() {
        const QTemporaryDir folder;
        const QString place = folder.filePath(QStringLiteral("mappings"));
        {
            MappingDialog dialog(kColumns, place);
            dialog.setMap(exampleMap());
            QVERIFY(!dialog.saveAs(QStringLiteral("  ")));
            QVERIFY(dialog.saveAs(QStringLiteral("rig 2")));
            QVERIFY(dialog.saveAs(QStringLiteral("../../evil"))); // stays in its folder
        }
        const auto read = io::readColumnMap(place.toStdString() + "/rig 2.json");
        QVERIFY(read);
        QCOMPARE(*read, exampleMap());
        MappingDialog next({{"other", {}, true}}, place);
        QCOMPARE(next.savedNames().size(), 2);
        QVERIFY(next.load(QStringLiteral("rig 2")));
        QCOMPARE(next.map(), exampleMap()); // also where the file has no such column: the import says so
        QVERIFY(!next.load(QStringLiteral("no such")));
    }

    void whatTheEditorShowsIsWhatItKeeps() {
        io::ColumnMap map;
        map.columns = {{"lab", "who"}, {"protocol", ""}, {"repeat", "again"}};
        map.answer = io::ValueCodes{{"R", "a, b"}, {"L"}, {}};
        map.repeats = io::Repeats::CountOnly;
        map.stimulusScale = 1.0 / 3;
        MappingDialog dialog({{"who", {"A"}, false}}, {});
        dialog.setMap(map);
        QCOMPARE(dialog.map(), map);
    }

    void theWheelScrollsAndChangesNothing() {
        MappingDialog dialog({{"choice", {"1", "2"}, true}}, {});
        dialog.show();
        auto* box = dialog.findChild<QComboBox*>(QStringLiteral("column_choice"));
        const auto turn = [&] {
            QWheelEvent event(QPointF(5, 5), box->mapToGlobal(QPointF(5, 5)), {}, {0, -120}, Qt::NoButton,
                Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(box, &event);
        };
        turn();
        QCOMPARE(dialog.map(), io::ColumnMap());
        dialog.activateWindow();
        box->setFocus();
        QTRY_VERIFY(box->hasFocus());
        turn();
        QVERIFY(dialog.map() != io::ColumnMap()); // one that the user works in still turns
    }

    void halfACodeIsNamedAndNotDropped() {
        QTemporaryDir folder;
        MappingDialog dialog({{"choice", {"1", "2"}, true}}, folder.path());
        QVERIFY(dialog.problem().isEmpty());
        auto* right = dialog.findChild<QLineEdit*>(QStringLiteral("choiceOne"));
        auto* left = dialog.findChild<QLineEdit*>(QStringLiteral("choiceZero"));
        auto* none = dialog.findChild<QLineEdit*>(QStringLiteral("answerNone"));
        auto* message = dialog.findChild<QLabel*>(QStringLiteral("mappingMessage"));
        auto* ok = dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
        right->setText(QStringLiteral("2"));
        QVERIFY(dialog.problem().startsWith(QStringLiteral("Choice")));
        QCOMPARE(message->text(), dialog.problem());
        QVERIFY(!ok->isEnabled());
        QVERIFY(!dialog.saveAs(QStringLiteral("half")));
        left->setText(QStringLiteral("1"));
        QVERIFY(dialog.problem().isEmpty());
        QVERIFY(ok->isEnabled());
        none->setText(QStringLiteral("0"));
        QVERIFY(dialog.problem().startsWith(QStringLiteral("Rewarded side")));
        none->clear();
        QVERIFY(dialog.saveAs(QStringLiteral("whole")));
    }

    void anotherMappingIsReplacedOnlyIfTheUserSaysSo() {
        QTemporaryDir folder;
        MappingDialog dialog({{"choice", {"1", "2"}, true}}, folder.path());
        dialog.setMap(exampleMap());
        QVERIFY(dialog.saveAs(QStringLiteral("rig")));
        QVERIFY(dialog.saveAs(QStringLiteral("rig"))); // the same again is no loss
        const auto answer = [](QMessageBox::StandardButton button) {
            QTimer::singleShot(0, qApp, [button] {
                if (auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget())) {
                    box->button(button)->click();
                }
            });
        };
        dialog.setMap({});
        answer(QMessageBox::No);
        QVERIFY(!dialog.saveAs(QStringLiteral("rig")));
        const std::string path = folder.filePath(QStringLiteral("rig.json")).toStdString();
        QCOMPARE(io::readColumnMap(path).value(), exampleMap());
        answer(QMessageBox::Yes);
        QVERIFY(dialog.saveAs(QStringLiteral("rig")));
        QCOMPARE(io::readColumnMap(path).value(), io::ColumnMap());
        QFile broken(folder.filePath(QStringLiteral("broken.json")));
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("{");
        broken.close();
        QVERIFY(!dialog.load(QStringLiteral("broken")));
        QVERIFY(!dialog.findChild<QLabel*>(QStringLiteral("mappingMessage"))->text().isEmpty());
    }

    void aRangeOfTrialsThatIsTheWholeSessionIsTheSession() {
        ExclusionDialog dialog(QStringLiteral("Session 1"), 30, {QStringLiteral("rig fault")});
        QCOMPARE(dialog.end(), std::size_t(0));
        dialog.findChild<QCheckBox*>(QStringLiteral("exclusionIsPart"))->setChecked(true);
        QCOMPARE(dialog.end(), std::size_t(0)); // 1 to 30
        dialog.findChild<QSpinBox*>(QStringLiteral("exclusionFirst"))->setValue(11);
        QCOMPARE(dialog.begin(), std::size_t(10));
        QCOMPARE(dialog.end(), std::size_t(30));
        auto* last = dialog.findChild<QSpinBox*>(QStringLiteral("exclusionLast"));
        last->setValue(5);
        QCOMPARE(last->value(), 11); // a range can't end before it begins
    }

    void tagsAreSplitAtCommasOnce() {
        data::AnimalNotes notes;
        notes.tags = {"lesion"};
        notes.note = "drinks little";
        NotesDialog dialog(QStringLiteral("M1"), notes);
        QCOMPARE(dialog.note(), notes.note);
        QCOMPARE(dialog.tags(), notes.tags);
        dialog.findChild<QLineEdit*>(QStringLiteral("animalTags"))->setText(QStringLiteral(" a, ,b,a "));
        QCOMPARE(dialog.tags(), (std::vector<std::string>{"a", "b"}));
    }

    void aWrittenNoteIsNotGivenUpWithoutAQuestion() {
        NotesDialog dialog(QStringLiteral("M1"), {});
        dialog.show();
        int asked = 0;
        const auto escape = [&](const QString& answer) {
            QTimer::singleShot(0, &dialog, [&, answer] {
                auto* box = dialog.findChild<QMessageBox*>(QStringLiteral("notesGuard"));
                if (box == nullptr) {
                    return;
                }
                ++asked;
                for (QAbstractButton* button : box->buttons()) {
                    if (button->text() == answer) {
                        button->click();
                    }
                }
            });
            dialog.reject();
        };
        QTest::keyClicks(
            dialog.findChild<QPlainTextEdit*>(QStringLiteral("animalNote")), QStringLiteral("drinks"));
        escape(QStringLiteral("Keep &Writing"));
        QCOMPARE(asked, 1);
        QVERIFY(dialog.isVisible());
        QCOMPARE(dialog.note(), std::string("drinks"));
        escape(QStringLiteral("&Discard"));
        QCOMPARE(asked, 2);
        QVERIFY(!dialog.isVisible());
        data::AnimalNotes notes;
        notes.tags = {"lesion"};
        notes.note = "drinks little";
        NotesDialog untouched(QStringLiteral("M1"), notes);
        untouched.show();
        untouched.reject(); // would wait for an answer
        QVERIFY(!untouched.isVisible());
    }
};

std::unique_ptr<QObject> mappingDialogSuite() {
    return std::make_unique<MappingDialogSuite>();
}

} // namespace rulescope::dialogs

#include "test_mapping_dialog.moc"
