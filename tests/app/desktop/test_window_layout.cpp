// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/desktop/suites.h"
#include "tests/app/desktop/window_fixture.h"
#include "widgets/dialogs/help_viewer.h"

#include <QAction>
#include <QDir>
#include <QDockWidget>
#include <QHash>
#include <QMenu>
#include <QTabBar>
#include <QTabWidget>
#include <QTextBrowser>
#include <QTreeView>

namespace rulescope::desktop {

class TestWindowLayout : public QObject {
    Q_OBJECT

  private slots:
    void everyActionHasNameTextShortcutAndToolTip() {
        const QTemporaryDir folder;
        const MainWindow window(stateIn(folder));
        QHash<QString, QString> byShortcut;
        int count = 0;
        for (const QAction* action : window.findChildren<QAction*>()) {
            // Qt's own (of line edits) and submenus have no name of ours.
            if (action->objectName().isEmpty() || action->menu() != nullptr ||
                action->objectName().startsWith(QLatin1String("_q_"))) {
                continue;
            }
            QVERIFY2(
                !action->text().isEmpty() && !action->toolTip().isEmpty(), qPrintable(action->objectName()));
            QVERIFY2(!action->shortcut().isEmpty(), qPrintable(action->objectName()));
            const QString keys = action->shortcut().toString();
            QVERIFY2(
                !byShortcut.contains(keys), qPrintable(keys + QStringLiteral(": ") + byShortcut.value(keys) +
                                                       QStringLiteral(" and ") + action->objectName()));
            byShortcut.insert(keys, action->objectName());
            ++count;
        }
        QVERIFY(count > 30);
    }

    void theManualOpensBesideTheWindowAtThePageAskedFor() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        window.findChild<QAction*>(QStringLiteral("help"))->trigger();
        auto* help = window.findChild<dialogs::HelpViewer*>();
        QVERIFY(help != nullptr && help->isVisible() && !help->isModal());
        QCOMPARE(help->currentPage(), QStringLiteral("getting-started"));
        window.findChild<QAction*>(QStringLiteral("pageUpdates"))->trigger();
        window.findChild<QAction*>(QStringLiteral("pageHelp"))->trigger();
        QCOMPARE(help->currentPage(), QStringLiteral("updates"));
        window.findChild<QAction*>(QStringLiteral("shortcuts"))->trigger();
        QCOMPARE(help->currentPage(), QStringLiteral("shortcuts"));
        QVERIFY(help->findChild<QTextBrowser*>()->toPlainText().contains(QStringLiteral("Ctrl+Alt+1")));
        QCOMPARE(window.findChildren<dialogs::HelpViewer*>().size(), 1);
    }

    void aNarrowWindowKeepsItsPanelsInOneColumn() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        auto* browser = window.findChild<QDockWidget*>(QStringLiteral("browserDock"));
        auto* inspector = window.findChild<QDockWidget*>(QStringLiteral("inspectorDock"));
        window.setInitialSize({1024, 700});
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QTRY_VERIFY(window.centralWidget()->width() > 650);
        QTRY_COMPARE(window.dockWidgetArea(inspector), Qt::LeftDockWidgetArea);
        window.setInitialSize({1440, 900});
        QTRY_VERIFY(inspector->width() > 200);
        QCOMPARE(window.dockWidgetArea(inspector), Qt::RightDockWidgetArea);
        QCOMPARE(window.dockWidgetArea(browser), Qt::LeftDockWidgetArea);
    }

    void aWindowThatShrinksLeavesRoomForItsPages() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        auto* browser = window.findChild<QDockWidget*>(QStringLiteral("browserDock"));
        auto* inspector = window.findChild<QDockWidget*>(QStringLiteral("inspectorDock"));
        auto* fit = window.findChild<QDockWidget*>(QStringLiteral("fitDock"));
        window.document().adopt(smallContents(), {});
        window.setInitialSize({1440, 900});
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QTRY_COMPARE(window.dockWidgetArea(inspector), Qt::RightDockWidgetArea);
        window.resize(1024, 700);
        QTRY_COMPARE(window.dockWidgetArea(inspector), Qt::LeftDockWidgetArea);
        QTRY_VERIFY(window.centralWidget()->width() > 650);
        window.resize(1440, 900);
        QTRY_COMPARE(window.dockWidgetArea(fit), Qt::RightDockWidgetArea);
        // Panels that the user has put elsewhere stay there, and give up width.
        window.addDockWidget(Qt::LeftDockWidgetArea, inspector);
        window.addDockWidget(Qt::RightDockWidgetArea, browser);
        window.resizeDocks({inspector, browser}, {420, 420}, Qt::Horizontal);
        QTRY_VERIFY(browser->width() > 350);
        window.resize(1024, 700);
        QTRY_VERIFY2(window.centralWidget()->width() >= 500,
            qPrintable(QString::number(window.centralWidget()->width())));
        QCOMPARE(window.dockWidgetArea(inspector), Qt::LeftDockWidgetArea);
        QCOMPARE(window.dockWidgetArea(browser), Qt::RightDockWidgetArea);
    }

    void aPanelThatIsATabHasNoTitleOfItsOwn() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        auto* browser = window.findChild<QDockWidget*>(QStringLiteral("browserDock"));
        auto* fit = window.findChild<QDockWidget*>(QStringLiteral("fitDock"));
        window.setInitialSize({1440, 900});
        window.show();
        QTRY_VERIFY(fit->titleBarWidget() != nullptr);
        QVERIFY(browser->titleBarWidget() == nullptr);
        for (int width : {1000, 1440, 1000, 1440}) { // nor is anything left of former tabs
            window.resize(width, 900);
            QTRY_VERIFY((window.dockWidgetArea(fit) == Qt::LeftDockWidgetArea) == (width == 1000));
            const auto emptyBars = [&window] {
                const auto bars = window.findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly);
                return std::count_if(bars.begin(), bars.end(),
                    [](const QTabBar* bar) { return bar->isVisible() && bar->count() == 0; });
            };
            QTRY_COMPARE(emptyBars(), 0);
        }
        fit->setFloating(true);
        QTRY_VERIFY(fit->titleBarWidget() == nullptr);
    }

    void aPanelThatIsATabFloatsAndClosesFromItsTab() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        auto* fit = window.findChild<QDockWidget*>(QStringLiteral("fitDock"));
        window.setInitialSize({1440, 900});
        window.show();
        QTRY_VERIFY(fit->titleBarWidget() != nullptr);
        const auto openMenu = [&window] {
            for (QTabBar* bar : window.findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly)) {
                for (int tab = 0; tab < bar->count(); ++tab) {
                    if (bar->tabText(tab) == QLatin1String("Fit")) {
                        emit bar->customContextMenuRequested(bar->tabRect(tab).center());
                    }
                }
            }
            return window.findChild<QMenu*>(QStringLiteral("tabMenu"));
        };
        QMenu* menu = openMenu();
        QVERIFY(menu != nullptr && menu->actions().size() == 2);
        menu->actions()[0]->trigger();
        QVERIFY(fit->isFloating());
        menu->close();
        window.findChild<QAction*>(QStringLiteral("floatPanel"))->trigger(); // brings it back
        QVERIFY(!fit->isFloating());
        QTRY_VERIFY(window.findChild<QMenu*>(QStringLiteral("tabMenu")) == nullptr);
        menu = openMenu();
        QVERIFY(menu != nullptr);
        menu->actions()[1]->trigger();
        QVERIFY(!fit->toggleViewAction()->isChecked());
        menu->close();
    }

    void aBrokenSettingsFileDoesNotMatter_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("binary") << QByteArray("\0\xff\xfe[[[=\n\r", 10);
        QTest::newRow("nonsense values")
            << QByteArray("[window]\ngeometry=@ByteArray(x)\nstate=12\n[General]\ntheme=7\n"
                          "recentFiles=@Invalid()\nlastStudy=/nowhere\nfitSpeed=rnn=x\n");
        QTest::newRow("a folder's name") << QByteArray();
    }
    void aBrokenSettingsFileDoesNotMatter() {
        QFETCH(QByteArray, bytes);
        const QTemporaryDir folder;
        if (bytes.isEmpty()) {
            QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("settings.ini")));
        } else {
            writeFile(folder.filePath(QStringLiteral("settings.ini")), bytes);
        }
        MainWindow window(stateIn(folder));
        window.show();
        QVERIFY(window.width() >= 800);
        QVERIFY(window.close());
    }

    void theThemeReachesEveryFigure() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        window.findChild<QAction*>(QStringLiteral("themeDark"))->trigger();
        QVERIFY(qApp->palette().color(QPalette::Window).lightness() < 128);
        window.findChild<QAction*>(QStringLiteral("themeLight"))->trigger();
        QVERIFY(qApp->palette().color(QPalette::Window).lightness() > 128);
        MainWindow next(stateIn(folder));
        QVERIFY(next.findChild<QAction*>(QStringLiteral("themeLight"))->isChecked());
    }

    void theFullScreenActionFollowsTheWindow() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        const auto* action = window.findChild<QAction*>(QStringLiteral("fullScreen"));
        window.showFullScreen();
        QTRY_VERIFY(action->isChecked());
        window.showNormal();
        QTRY_VERIFY(!action->isChecked());
        window.findChild<QAction*>(QStringLiteral("fullScreen"))->trigger();
        QTRY_VERIFY(window.isFullScreen());
        window.findChild<QAction*>(QStringLiteral("fullScreen"))->trigger();
        QTRY_VERIFY(!window.isFullScreen());
    }

    void commandsShowThePanelTheyActOn() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        window.document().adopt(smallContents(), {});
        const std::pair<const char*, const char*> pairs[] = {{"find", "browserDock"},
            {"renameStudy", "browserDock"}, {"startFit", "fitDock"}, {"fitRule", "fitDock"},
            {"compareRules", "fitDock"}};
        for (const auto& [action, name] : pairs) {
            auto* dock = window.findChild<QDockWidget*>(QLatin1String(name));
            dock->hide();
            window.findChild<QAction*>(QLatin1String(action))->trigger();
            QVERIFY2(dock->isVisible(), action);
        }
        QVERIFY(!window.findChild<QDockWidget*>(QStringLiteral("fitDock"))->visibleRegion().isEmpty());
    }

    void theColumnsOfTheListAreInAMenu() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        auto* menu = window.findChild<QMenu*>(QStringLiteral("columnsMenu"));
        emit menu->aboutToShow();
        QVERIFY(menu->actions().size() >= 4);
        const auto* tree = window.findChild<QTreeView*>(QStringLiteral("studyTree"));
        const bool wasHidden = tree->isColumnHidden(1);
        QCOMPARE(menu->actions()[0]->isChecked(), !wasHidden);
        menu->actions()[0]->trigger();
        QCOMPARE(tree->isColumnHidden(1), !wasHidden);
        emit menu->aboutToShow();
        QCOMPARE(menu->actions()[0]->isChecked(), wasHidden);
    }

    void pagesAreReachedByKeyboard() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        auto* pages = window.findChild<QTabWidget*>(QStringLiteral("pages"));
        for (int page : {3, 1, 2, 0}) {
            QTest::keyClick(&window, Qt::Key(Qt::Key_1 + page), Qt::ControlModifier);
            QCOMPARE(pages->currentIndex(), page);
        }
    }
};

std::unique_ptr<QObject> windowLayoutSuite() {
    return std::make_unique<TestWindowLayout>();
}

} // namespace rulescope::desktop

#include "test_window_layout.moc"
