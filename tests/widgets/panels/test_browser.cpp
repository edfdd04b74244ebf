// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/models/small_study.h"
#include "tests/widgets/panels/suites.h"
#include "widgets/models/study_tree_model.h"
#include "widgets/panels/browser_panel.h"
#include "widgets/panels/fit_badges.h"
#include "widgets/panels/inspector_panel.h"
#include "widgets/panels/notice_bar.h"
#include "widgets/panels/title_edit.h"

#include <QAction>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTest>
#include <QTreeView>
#include <QTreeWidget>

namespace rulescope::panels {

namespace {

using tests::smallAnimal;
using Tree = models::StudyTreeModel;

models::StudySnapshot cohort() {
    io::StudyContents contents;
    contents.study.title = "Cohort A";
    contents.study.animals = {smallAnimal("M1"), smallAnimal("M2"), smallAnimal("M10")};
    return std::make_shared<const io::StudyContents>(std::move(contents));
}

QModelIndex rowOf(const QTreeView* view, const QString& animal, int session = -1) {
    const QAbstractItemModel* model = view->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        const QModelIndex index = model->index(row, 0);
        if (index.data().toString() == animal) {
            return session < 0 ? index : model->index(session, 0, index);
        }
    }
    return {};
}

} // namespace

class TestBrowser : public QObject {
    Q_OBJECT

  private slots:
    void selectingRowsIsSelectingAnimals() {
        models::StudyContext context;
        BrowserPanel browser(context);
        context.setContents(cohort());
        browser.view()->selectionModel()->select(rowOf(browser.view(), QStringLiteral("M2")),
            QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        QVERIFY((context.selection().animals == std::vector<models::SelectedAnimal>{{"M2", {}}}));
        browser.view()->expandAll();
        browser.view()->selectionModel()->select(rowOf(browser.view(), QStringLiteral("M10"), 1),
            QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QVERIFY(
            (context.selection().animals == std::vector<models::SelectedAnimal>{{"M2", {}}, {"M10", {1}}}));
    }

    void aWholeAnimalWinsOverItsSessions() {
        models::StudyContext context;
        BrowserPanel browser(context);
        context.setContents(cohort());
        const auto flags = QItemSelectionModel::Select | QItemSelectionModel::Rows;
        browser.view()->selectionModel()->select(rowOf(browser.view(), QStringLiteral("M1"), 0), flags);
        browser.view()->selectionModel()->select(rowOf(browser.view(), QStringLiteral("M1")), flags);
        QVERIFY((context.selection().animals == std::vector<models::SelectedAnimal>{{"M1", {}}}));
    }

    void theViewFollowsASelectionMadeElsewhere() {
        models::StudyContext context;
        BrowserPanel browser(context);
        context.setContents(cohort());
        context.setSelection({{{"M10", {0}}}, {}, {}});
        QCOMPARE(browser.view()->selectionModel()->selectedRows().size(), 1);
        QCOMPARE(browser.view()->selectionModel()->selectedRows().first(),
            rowOf(browser.view(), QStringLiteral("M10"), 0));
        context.setSelection({});
        QVERIFY(browser.view()->selectionModel()->selectedRows().isEmpty());
    }

    void filteringChangesNoSelection() {
        models::StudyContext context;
        BrowserPanel browser(context);
        context.setContents(cohort());
        context.setSelection({{{"M2", {}}}, {}, {}});
        QSignalSpy changed(&context, &models::StudyContext::selectionChanged);
        auto* filter = browser.findChild<QLineEdit*>(QStringLiteral("browserFilter"));
        QTest::keyClicks(filter, QStringLiteral("M10"));
        QCOMPARE(browser.view()->model()->rowCount(), 1);
        QCOMPARE(changed.size(), 0);
        filter->clear();
        QCOMPARE(browser.view()->model()->rowCount(), 3);
        QCOMPARE(browser.view()->selectionModel()->selectedRows().value(0),
            rowOf(browser.view(), QStringLiteral("M2"))); // shown as it is, once it is back
        QCOMPARE(changed.size(), 0);
    }

    void escapeShowsAllAnimalsAgainAndThenLeavesTheFilter() {
        models::StudyContext context;
        BrowserPanel browser(context);
        context.setContents(cohort());
        browser.show();
        QVERIFY(QTest::qWaitForWindowActive(&browser));
        auto* filter = browser.findChild<QLineEdit*>(QStringLiteral("browserFilter"));
        filter->setFocus();
        QTest::keyClicks(filter, QStringLiteral("M10"));
        QCOMPARE(browser.view()->model()->rowCount(), 1);
        QTest::keyClick(filter, Qt::Key_Escape);
        QVERIFY(filter->text().isEmpty() && filter->hasFocus());
        QCOMPARE(browser.view()->model()->rowCount(), 3);
        QTest::keyClick(filter, Qt::Key_Escape);
        QVERIFY(browser.view()->hasFocus());
    }

    void escapeGivesUpWhatWasTypedAsTitle() {
        models::StudyContext context;
        BrowserPanel browser(context);
        context.setContents(cohort());
        browser.show();
        QVERIFY(QTest::qWaitForWindowActive(&browser));
        QSignalSpy edited(&browser, &BrowserPanel::titleEdited);
        auto* title = browser.findChild<QLineEdit*>(QStringLiteral("studyTitle"));
        const QString before = title->text();
        title->setFocus();
        QTest::keyClicks(title, QStringLiteral("Oops"));
        QTest::keyClick(title, Qt::Key_Escape);
        QCOMPARE(title->text(), before);
        QVERIFY(browser.view()->hasFocus());
        QCOMPARE(edited.size(), 0);
    }

    void theFilterKnowsFitsAndStatusButNoCounts() {
        models::StudyContext context;
        BrowserPanel browser(context);
        io::StudyContents contents = *cohort();
        auto fit = std::make_shared<fit::FitResult>();
        fit->id = "rnn-1";
        fit->spec.rule = "rnn";
        fit->spec.animals = {"M2"};
        contents.fits = {fit};
        context.setContents(std::make_shared<const io::StudyContents>(std::move(contents)));
        auto* filter = browser.findChild<QLineEdit*>(QStringLiteral("browserFilter"));
        filter->setText(QStringLiteral("rnn"));
        QCOMPARE(browser.view()->model()->rowCount(), 1);
        QVERIFY(rowOf(browser.view(), QStringLiteral("M2")).isValid());
        filter->setText(QStringLiteral("16")); // every animal has 16 trials
        QCOMPARE(browser.view()->model()->rowCount(), 0);
    }

    void columnsAreRememberedAndNonsenseIsNot() {
        models::StudyContext context;
        BrowserPanel browser(context);
        context.setContents(cohort());
        QVERIFY(browser.columns().isEmpty()); // the width decides
        browser.setColumnShown(models::StudyTreeModel::StatusColumn, false);
        browser.view()->sortByColumn(models::StudyTreeModel::TrialsColumn, Qt::DescendingOrder);
        BrowserPanel next(context);
        next.restoreColumns(browser.columns());
        QVERIFY(next.view()->header()->isSectionHidden(models::StudyTreeModel::StatusColumn));
        QCOMPARE(next.view()->header()->sortIndicatorSection(), int(models::StudyTreeModel::TrialsColumn));
        next.restoreColumns("nonsense");
        next.restoreColumns(browser.columns().chopped(9));
        QVERIFY(next.view()->header()->isSectionHidden(models::StudyTreeModel::StatusColumn));
        QVERIFY(!next.view()->header()->isSectionHidden(models::StudyTreeModel::NameColumn));
    }

    void aNarrowBrowserKeepsTheNamesLegible() {
        models::StudyContext context;
        BrowserPanel browser(context);
        context.setContents(cohort());
        browser.resize(260, 400);
        browser.show();
        const QHeaderView* header = browser.view()->header();
        QVERIFY(header->isSectionHidden(models::StudyTreeModel::FitsColumn));
        QVERIFY(header->sectionSize(models::StudyTreeModel::NameColumn) > 120);
        browser.resize(600, 400);
        QTRY_VERIFY(!header->isSectionHidden(models::StudyTreeModel::FitsColumn));
        QVERIFY(!header->isSectionHidden(models::StudyTreeModel::StatusColumn));
    }

    void badgesOfFitsAreShownWholeOrCounted() {
        const QStringList badges = {
            QStringLiteral("REINFORCE"), QStringLiteral("DNN"), QStringLiteral("RNN")};
        const auto lettersOf = [](const QString& text) { return int(text.size()); };
        QCOMPARE(shownBadges(badges, 40, lettersOf), QStringLiteral("REINFORCE · DNN · RNN"));
        QCOMPARE(shownBadges(badges, 12, lettersOf), QStringLiteral("DNN · RNN +1"));
        QCOMPARE(shownBadges(badges, 11, lettersOf), QStringLiteral("RNN +2"));
        QCOMPARE(shownBadges(badges, 3, lettersOf), QStringLiteral("3"));
        QCOMPARE(shownBadges({}, 3, lettersOf), QString());
    }

    void theColumnOfFitsTakesTheRoomThatThereIs() {
        models::StudyContext context;
        BrowserPanel browser(context);
        io::StudyContents contents = *cohort();
        for (const char* rule : {"reinforce-baseline", "dnn", "rnn"}) {
            auto fit = std::make_shared<fit::FitResult>();
            fit->spec.rule = rule;
            fit->spec.animals = {"M1"};
            contents.fits.push_back(fit);
        }
        context.setContents(std::make_shared<const io::StudyContents>(std::move(contents)));
        browser.show();
        const QHeaderView* header = browser.view()->header();
        browser.resize(900, 400);
        QTRY_VERIFY(!header->isSectionHidden(Tree::FitsColumn));
        const int whole = header->sectionSize(Tree::FitsColumn);
        browser.resize(420, 400);
        QTRY_VERIFY(header->sectionSize(Tree::FitsColumn) < whole);
        QVERIFY(!header->isSectionHidden(Tree::FitsColumn));
        const QModelIndex cell =
            rowOf(browser.view(), QStringLiteral("M1")).siblingAtColumn(Tree::FitsColumn);
        QCOMPARE(cell.data(Qt::ToolTipRole).toString().count(u'\n'), 2); // one rule a line
        QVERIFY(dynamic_cast<FitBadges*>(browser.view()->itemDelegateForIndex(cell)) != nullptr);
    }

    void aLongTitleEndsInDots() {
        TitleEdit title;
        title.setText(QStringLiteral("Demo: twelve simulated animals with known rules"));
        title.resize(120, 24);
        QVERIFY(title.shownText().endsWith(QChar(0x2026)));
        title.resize(900, 24);
        QCOMPARE(title.shownText(), title.text());
    }

    void anEmptyStudySaysWhatToDo() {
        models::StudyContext context;
        BrowserPanel browser(context);
        QAction import(QStringLiteral("&Import Files…"));
        import.setObjectName(QStringLiteral("importFiles"));
        browser.addEmptyAction(&import);
        QSignalSpy triggered(&import, &QAction::triggered);
        auto* button = browser.findChild<QPushButton*>(QStringLiteral("emptyButton_importFiles"));
        QVERIFY(button != nullptr);
        button->click();
        QCOMPARE(triggered.size(), 1);
        auto* stack = browser.findChild<QStackedWidget*>();
        QVERIFY(stack->currentWidget() != browser.view());
        context.setContents(cohort());
        QCOMPARE(stack->currentWidget(), static_cast<QWidget*>(browser.view()));
    }

    void theTitleIsEditedInPlace() {
        models::StudyContext context;
        BrowserPanel browser(context);
        context.setContents(cohort());
        auto* title = browser.findChild<QLineEdit*>(QStringLiteral("studyTitle"));
        QCOMPARE(title->text(), QStringLiteral("Cohort A"));
        QSignalSpy edited(&browser, &BrowserPanel::titleEdited);
        title->selectAll();
        QTest::keyClicks(title, QStringLiteral("Cohort B"));
        QTest::keyClick(title, Qt::Key_Return);
        QCOMPARE(edited.first().first().toString(), QStringLiteral("Cohort B"));
    }

    void aTitleBeingTypedSurvivesOtherChangesAndIsTakenOnRequest() {
        models::StudyContext context;
        BrowserPanel browser(context);
        context.setContents(cohort());
        auto* title = browser.findChild<QLineEdit*>(QStringLiteral("studyTitle"));
        QSignalSpy edited(&browser, &BrowserPanel::titleEdited);
        title->selectAll();
        QTest::keyClicks(title, QStringLiteral("Coh"));
        context.setContents(cohort()); // a fit has ended, say
        QCOMPARE(title->text(), QStringLiteral("Coh"));
        browser.commitTitle();
        browser.commitTitle();
        QCOMPARE(edited.size(), 1);
        QCOMPARE(edited.first().first().toString(), QStringLiteral("Coh"));
        QTest::keyClicks(title, QStringLiteral("ort"));
        context.setContents(std::make_shared<const io::StudyContents>()); // another title wins
        QVERIFY(title->text().isEmpty());
    }

    void trainingStatusArrivesFromTheBackground() {
        models::StudyContext context;
        BrowserPanel browser(context);
        context.setContents(cohort());
        const QModelIndex cell =
            rowOf(browser.view(), QStringLiteral("M1")).siblingAtColumn(models::StudyTreeModel::StatusColumn);
        const QPersistentModelIndex status(cell);
        QTRY_COMPARE(status.data().toString(), QStringLiteral("In training"));
        QVERIFY(status.data(Qt::ToolTipRole).toString().contains(QStringLiteral("three sessions")));
    }

    void theInspectorFollowsTheSelection() {
        models::StudyContext context;
        InspectorPanel inspector(context);
        context.setContents(cohort());
        QCOMPARE(inspector.view()->topLevelItem(0)->text(0), QStringLiteral("Cohort"));
        context.setSelection({{{"M2", {}}}, {}, {}});
        QCOMPARE(inspector.view()->topLevelItem(0)->text(0), QStringLiteral("M2"));
    }

    void aNoticeGivesWayToANewerOneOfItsNameAndClosesOnAChoice() {
        NoticeBar bar;
        int chosen = 0;
        bar.show(QStringLiteral("save"), QStringLiteral("first"));
        bar.show(QStringLiteral("save"), QStringLiteral("second"),
            {{QStringLiteral("Again"), [&chosen] { ++chosen; }}});
        bar.show(QStringLiteral("open"), QStringLiteral("other"));
        QCOMPARE(bar.sentence(QStringLiteral("save")), QStringLiteral("second"));
        bar.findChild<QPushButton*>(QStringLiteral("noticeButton"))->click();
        QCOMPARE(chosen, 1);
        QVERIFY(bar.sentence(QStringLiteral("save")).isEmpty());
        QCOMPARE(bar.sentence(QStringLiteral("open")), QStringLiteral("other"));
    }
};

std::unique_ptr<QObject> browserSuite() {
    return std::make_unique<TestBrowser>();
}

} // namespace rulescope::panels

#include "test_browser.moc"
