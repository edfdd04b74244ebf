// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/dialogs/suites.h"
#include "widgets/dialogs/help_viewer.h"

#include <QAction>
#include <QImage>
#include <QLineEdit>
#include <QListWidget>
#include <QRegularExpression>
#include <QTest>
#include <QTextBrowser>
#include <QToolButton>

namespace rulescope::dialogs {

namespace {

/// What a page links to or shows: the targets of its Markdown links.
QStringList targets(const QString& markdown) {
    static const QRegularExpression link(QStringLiteral("\\]\\(([^)]+)\\)"));
    QStringList result;
    auto matches = link.globalMatch(markdown);
    while (matches.hasNext()) {
        result.append(matches.next().captured(1));
    }
    return result;
}

QString shownText(const HelpViewer& viewer) {
    return viewer.findChild<QTextBrowser*>(QStringLiteral("helpText"))->toPlainText();
}

} // namespace

class TestHelpViewer : public QObject {
    Q_OBJECT

  private slots:
    void everyPageIsThereAndEveryLinkLeadsSomewhere() {
        for (const HelpPage& page : helpPages()) {
            const QString text = helpText(page.name);
            QVERIFY2(text.startsWith(QLatin1String("# ")), qPrintable(page.name));
            for (const QString& target : targets(text)) {
                if (target.endsWith(QLatin1String(".png"))) {
                    QVERIFY2(!QImage(QStringLiteral(":/help/") + target).isNull(), qPrintable(target));
                } else {
                    QVERIFY2(!helpText(target.chopped(3)).isEmpty(), qPrintable(target));
                }
            }
        }
    }

    void linksAreFollowedAndGoneBack() {
        HelpViewer viewer;
        QCOMPARE(viewer.currentPage(), QStringLiteral("getting-started"));
        auto* text = viewer.findChild<QTextBrowser*>(QStringLiteral("helpText"));
        emit text->anchorClicked(QUrl(QStringLiteral("fits.md")));
        QCOMPARE(viewer.currentPage(), QStringLiteral("fits"));
        QVERIFY(shownText(viewer).contains(QStringLiteral("Held out")));
        emit text->anchorClicked(QUrl(QStringLiteral("nowhere.md")));
        QCOMPARE(viewer.currentPage(), QStringLiteral("fits"));
        viewer.findChild<QToolButton*>(QStringLiteral("helpBack"))->click();
        QCOMPARE(viewer.currentPage(), QStringLiteral("getting-started"));
        QVERIFY(!viewer.findChild<QToolButton*>(QStringLiteral("helpBack"))->isEnabled());
        viewer.findChild<QToolButton*>(QStringLiteral("helpForward"))->click();
        QCOMPARE(viewer.currentPage(), QStringLiteral("fits"));
    }

    void theShortcutsAreThoseOfTheProgram() {
        HelpViewer viewer;
        QAction fit(QStringLiteral("&Fit a Rule"));
        fit.setShortcut(QKeySequence(Qt::CTRL | Qt::Key_T));
        fit.setStatusTip(QStringLiteral("Choose a learning rule"));
        QAction bare(QStringLiteral("Nothing to press"));
        viewer.setActions({{QStringLiteral("Fit"), {&fit, &bare}}});
        viewer.showPage(QStringLiteral("shortcuts"));
        const QString text = shownText(viewer);
        for (const char* part : {"Ctrl+T", "Fit a Rule", "Choose a learning rule"}) {
            QVERIFY2(text.contains(QLatin1String(part)), part);
        }
        QVERIFY(!text.contains(QStringLiteral("Nothing to press")));
    }

    void searchingListsThePagesThatHoldTheWords() {
        HelpViewer viewer;
        auto* pages = viewer.findChild<QListWidget*>(QStringLiteral("helpPages"));
        QTest::keyClicks(
            viewer.findChild<QLineEdit*>(QStringLiteral("helpSearch")), QStringLiteral("Wilson"));
        QStringList shown;
        for (int row = 0; row < pages->count(); ++row) {
            if (!pages->item(row)->isHidden()) {
                shown.append(pages->item(row)->data(Qt::UserRole).toString());
            }
        }
        QCOMPARE(shown, QStringList(QStringLiteral("behaviour")));
        QCOMPARE(viewer.currentPage(), QStringLiteral("behaviour"));
        QCOMPARE(viewer.findChild<QTextBrowser*>(QStringLiteral("helpText"))->textCursor().selectedText(),
            QStringLiteral("Wilson"));
    }
};

std::unique_ptr<QObject> helpViewerSuite() {
    return std::make_unique<TestHelpViewer>();
}

} // namespace rulescope::dialogs

#include "test_help_viewer.moc"
