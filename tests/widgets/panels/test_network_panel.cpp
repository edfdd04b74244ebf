// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/models/small_study.h"
#include "tests/widgets/panels/suites.h"
#include "widgets/panels/network_panel.h"
#include "widgets/panels/network_views.h"
#include "widgets/panels/networks_page.h"
#include "widgets/plots/figure_plot.h"

#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>

namespace rulescope::panels {

namespace {

template<class Widget>
Widget* child(const QWidget& panel, const char* name) {
    return panel.findChild<Widget*>(QLatin1String(name));
}

bool canStart(const NetworkPanel& panel) {
    return child<QPushButton>(panel, "networkButton")->isEnabled();
}

QString sentence(const NetworkPanel& panel) {
    return child<QLabel>(panel, "networkEstimate")->text();
}

networks::ExperimentRequest smallSweep() {
    networks::ExperimentRequest request;
    request.recipe = "own";
    request.options.units = 20;
    request.options.steps = 40;
    request.options.seeds = 2;
    return request;
}

} // namespace

class TestNetworkPanel : public QObject {
    Q_OBJECT

  private slots:
    void aRecipeFillsTheFormAndIsWhatIsAskedFor() {
        models::StudyContext context;
        const NetworkPanel panel(context);
        QCOMPARE(child<QSpinBox>(panel, "networkUnits")->value(), 300);
        QCOMPARE(child<QLineEdit>(panel, "networkRanks")->text(), QStringLiteral("1, 30, 100, 300"));
        QCOMPARE(child<QSpinBox>(panel, "networkSeeds")->value(), 3);
        QTRY_VERIFY(panel.request());
        const auto request = panel.request();
        const auto asked = networks::specsOf(*request);
        QVERIFY(asked);
        QCOMPARE(asked->size(), std::size_t(36));
        QVERIFY(*asked == (*networks::findNetworkRecipe("rank-sweep"))->specs({}));
        QVERIFY(sentence(panel).contains(QStringLiteral("36")));
    }

    void everyRecipeThatNeedsNoAnimalCanStart() {
        models::StudyContext context;
        NetworkPanel panel(context);
        for (const networks::NetworkRecipe* recipe : networks::allNetworkRecipes()) {
            panel.setRecipe(std::string(recipe->name));
            if (recipe->needsAnimal()) {
                QTRY_VERIFY(!canStart(panel));
                QVERIFY(sentence(panel).contains(QStringLiteral("animal")));
            } else if (recipe->name != "curvature") { // its images may not be installed
                QTRY_VERIFY2(canStart(panel), qPrintable(sentence(panel)));
            }
        }
    }

    void whatCanNotRunSaysWhyAtOnce() {
        models::StudyContext context;
        NetworkPanel panel(context);
        child<QLineEdit>(panel, "networkRanks")->setText(QStringLiteral("1, many"));
        QVERIFY(!canStart(panel));
        QVERIFY(sentence(panel).contains(QStringLiteral("commas")));
        child<QLineEdit>(panel, "networkRanks")->setText(QStringLiteral("301"));
        QTRY_VERIFY(sentence(panel).contains(QStringLiteral("from 1 to 300")));
        child<QLineEdit>(panel, "networkRanks")->setText(QStringLiteral("0"));
        QVERIFY(!canStart(panel));
        child<QLineEdit>(panel, "networkRanks")->setText(QStringLiteral("2"));
        QTRY_VERIFY(canStart(panel));
        child<QSpinBox>(panel, "networkUnits")->setValue(100'000);
        QTRY_VERIFY(!canStart(panel));
        QVERIFY(sentence(panel).contains(QStringLiteral("GB")));
        child<QSpinBox>(panel, "networkUnits")->setValue(50);
        auto* tasks = child<QListWidget>(panel, "networkTasks");
        for (int row = 0; row < tasks->count(); ++row) {
            tasks->item(row)->setCheckState(Qt::Unchecked);
        }
        QVERIFY(!canStart(panel));
        QVERIFY(!panel.request());
    }

    void animalsComeFromTheStudyAndFollowTheSelection() {
        models::StudyContext context;
        NetworkPanel panel(context);
        panel.setRecipe("six-learners");
        io::StudyContents contents;
        for (const char* name : {"M1", "M2"}) {
            contents.study.animals.push_back(tests::smallAnimal(name));
        }
        context.setContents(std::make_shared<const io::StudyContents>(std::move(contents)));
        QTRY_VERIFY(canStart(panel));
        QCOMPARE(panel.request()->animal, std::string("M1"));
        models::Selection selection;
        selection.animals = {{"M2", {}}};
        context.setSelection(selection);
        QCOMPARE(panel.request()->animal, std::string("M2"));
        QCOMPARE(networks::specsOf(*panel.request())->size(), std::size_t(30));
    }

    void theLibraryListsContinuesAndRemoves() {
        const QTemporaryDir root;
        models::NetworkLibrary library(root.filePath(QStringLiteral("networks")));
        QVERIFY(library.entries().empty());
        const auto folder = library.begin(smallSweep());
        QVERIFY(folder);
        QCOMPARE(library.entries().size(), std::size_t(1));
        QVERIFY(!library.find(*folder)->isComplete);
        QVERIFY(networks::runExperiment(smallSweep(), nullptr, {1, folder->toStdString()}));
        library.setEnded(*folder);
        QVERIFY(library.find(*folder)->isComplete);
        QCOMPARE(library.find(*folder)->finished, std::size_t(2));
        library.remove(*folder);
        QVERIFY(library.entries().empty());
        library.restore(*folder);
        QVERIFY(library.find(*folder)->isComplete);
        QVERIFY(QDir().mkpath(root.filePath(QStringLiteral("networks/other"))));
        QCOMPARE(models::NetworkLibrary(root.filePath(QStringLiteral("networks"))).entries().size(),
            std::size_t(1));
    }

    void thePageShowsEveryViewOfAnExperiment() {
        const QTemporaryDir root;
        models::NetworkLibrary library(root.path());
        models::StudyContext context;
        NetworksPage page(context, library);
        page.resize(900, 600);
        page.show();
        const auto folder = library.begin(smallSweep());
        QVERIFY(networks::runExperiment(smallSweep(), nullptr, {1, folder->toStdString()}));
        library.setEnded(*folder);
        page.setCurrent(*folder);
        auto* show = child<QComboBox>(page, "networksShow");
        QCOMPARE(show->count(), 5);
        const char* const ids[] = {
            "network-learning", "network-alignment", "network-spectra", "network-curvature", "network-gap"};
        for (int i = 0; i < show->count(); ++i) {
            show->setCurrentIndex(i);
            emit show->activated(i);
            QTRY_COMPARE(page.plots().front()->figure().id, std::string(ids[i]));
            QVERIFY2(!page.plots().front()->figure().panels.empty(), ids[i]);
        }
        QCOMPARE(child<QComboBox>(page, "networksNetwork")->count(), 2);
    }

    void networksUnderWayAreDrawnAsFarAsTheyAre() {
        const QTemporaryDir root;
        models::NetworkLibrary library(root.path());
        const auto folder = library.begin(smallSweep());
        const auto live = std::make_shared<models::LiveRuns>();
        networks::NetworkRun run;
        run.spec = networks::specsOf(smallSweep())->at(1);
        run.loss.add(0, 1);
        run.loss.add(20, 0.5);
        live->put(1, run);
        const figures::FigureSpec figure =
            networkFigure(folder->toStdString(), live, NetworkView::Learning, 0);
        QCOMPARE(figure.panels.size(), std::size_t(2));
        QCOMPARE(figure.panels.front().series.size(), std::size_t(1));
        const figures::FigureSpec gone = networkFigure("/nowhere", nullptr, NetworkView::Learning, 0);
        QVERIFY(gone.panels.empty());
        QVERIFY(!base::english(gone.emptyReason).empty());
    }
};

std::unique_ptr<QObject> networkPanelSuite() {
    return std::make_unique<TestNetworkPanel>();
}

} // namespace rulescope::panels

#include "test_network_panel.moc"
