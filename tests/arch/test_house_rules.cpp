// SPDX-License-Identifier: GPL-3.0-or-later
// The rules themselves: each finds its breach in a small made-up tree, and leaves what is right alone.
#include "tests/arch/house_rules.h"

#include <fstream>
#include <gmock/gmock.h>
#include <unistd.h>

namespace rulescope::arch {

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string kLicence = "// SPDX-License-Identifier: GPL-3.0-or-later\n";
const std::string kHeader = kLicence + "#pragma once\n";

/// A tree on disk that goes away with the test.
class FakeTree : public testing::Test {
  protected:
    FakeTree()
        : m_root(fs::temp_directory_path() / ("rulescope-arch-" + std::to_string(::getpid()))) {
        fs::remove_all(m_root);
        fs::create_directories(m_root);
    }
    ~FakeTree() override { fs::remove_all(m_root); }

    void write(const std::string& path, const std::string& text) {
        fs::create_directories((m_root / path).parent_path());
        std::ofstream(m_root / path, std::ios::binary) << text;
    }
    SourceTree read() const { return readTree(m_root); }

  private:
    fs::path m_root;
};

TEST_F(FakeTree, IncludesAreReadWithLineAndKindAndWithoutComments) {
    const std::vector<Include> includes = includesOf(
        "#include \"core/a.h\"\n// #include <QFile>\n/* #include <QDir>\n */ #  include <vector>\n");

    ASSERT_EQ(includes.size(), 2U);
    EXPECT_EQ(includes[0].target, "core/a.h");
    EXPECT_TRUE(includes[0].isQuoted);
    EXPECT_EQ(includes[1].target, "vector");
    EXPECT_FALSE(includes[1].isQuoted);
    EXPECT_EQ(includes[1].line, 4);
}

TEST_F(FakeTree, QtInCoreOrTheCommandLineIsABreach) {
    write("core/base/a.cpp", kLicence + "#include <QString>\n");
    write("app/cli/b.cpp", kLicence + "#include <QtCore/qglobal.h>\n");
    write("core/base/c.cpp", kLicence + "#include <queue>\n");
    write("widgets/d.cpp", kLicence + "#include <QWidget>\n");

    EXPECT_THAT(
        qtBreaches(read()), ElementsAre(Breach{"app/cli/b.cpp", 2, "Qt (QtCore/qglobal.h) below the window"},
                                Breach{"core/base/a.cpp", 2, "Qt (QString) below the window"}));
}

TEST_F(FakeTree, TorchAndHdf5AreBreachesWhereNotAllowed) {
    write("core/engine/module.cpp", kLicence + "#include <torch/torch.h>\n");
    write("core/engine/other.cpp", kLicence + "#include <ATen/ATen.h>\n");
    write("core/engine/module.h", kHeader + "#include <torch/nn/module.h>\n");
    write("core/fit/user.cpp", kLicence + "#include \"core/engine/module.h\"\n");
    write("core/io/file.cpp", kLicence + "#include <hdf5.h>\n");
    write("widgets/a.cpp", kLicence + "#include <H5Fpublic.h>\n");
    write("tests/core/engine/t.cpp", kLicence + "#include <torch/torch.h>\n");

    const Allowances allowed{.torch = {"core/engine/module.cpp", "core/engine/module.h"},
        .hdf5 = {"core/io/file.cpp"},
        .privateHeaders = {},
        .plotHeaders = {}};
    EXPECT_THAT(libraryBreaches(read(), allowed),
        ElementsAre(Breach{"core/engine/other.cpp", 2, "LibTorch (ATen/ATen.h) outside the allowed sources"},
            Breach{"core/fit/user.cpp", 2, "LibTorch (core/engine/module.h) outside the allowed sources"},
            Breach{"widgets/a.cpp", 2, "HDF5 (H5Fpublic.h) outside the allowed sources"}));
}

TEST_F(FakeTree, LibrariesInPublicHeadersAndPrivateHeadersOutsideCoreAreBreaches) {
    write("core/io/reader.h", kHeader + "#include <nlohmann/json.hpp>\n");
    write("core/io/json.h", kHeader + "#include <nlohmann/json.hpp>\n");
    write("core/io/writer.h", kHeader + "#include \"core/io/json.h\"\n");
    write("core/io/writer.cpp", kLicence + "#include \"core/io/json.h\"\n");
    write("app/desktop/main.cpp", kLicence + "#include \"core/io/json.h\"\n");

    const Allowances allowed{
        .torch = {}, .hdf5 = {}, .privateHeaders = {"core/io/json.h"}, .plotHeaders = {}};
    EXPECT_THAT(libraryBreaches(read(), allowed),
        ElementsAre(Breach{"app/desktop/main.cpp", 2, "private header core/io/json.h outside core's sources"},
            Breach{"core/io/reader.h", 3, "nlohmann/json.hpp in a public header of core"},
            Breach{"core/io/writer.h", 3, "private header core/io/json.h outside core's sources"}));
}

TEST_F(FakeTree, QCustomPlotIsABreachInHeadersAndInOtherFolders) {
    write("widgets/plots/view.cpp", kLicence + "#include <qcustomplot.h>\n");
    write("widgets/plots/view.h", kHeader + "#include <qcustomplot.h>\n");
    write("widgets/panels/page.cpp", kLicence + "#include <qcustomplot.h>\n");
    write("widgets/plots/inner/a.h", kHeader + "#include <qcustomplot.h>\n");
    write("widgets/plots/inner.cpp", kLicence + "#include \"widgets/plots/inner/a.h\"\n");
    write("app/desktop/main.cpp", kLicence + "#include \"widgets/plots/inner/a.h\"\n");

    Allowances allowed;
    allowed.plotHeaders = {"widgets/plots/inner/"};
    EXPECT_THAT(plotBreaches(read(), allowed),
        ElementsAre(Breach{"app/desktop/main.cpp", 2,
                        "QCustomPlot (widgets/plots/inner/a.h) outside the sources of widgets/plots"},
            Breach{"widgets/panels/page.cpp", 2,
                "QCustomPlot (qcustomplot.h) outside the sources of widgets/plots"},
            Breach{"widgets/plots/view.h", 3,
                "QCustomPlot (qcustomplot.h) outside the sources of widgets/plots"}));
}

TEST_F(FakeTree, DependenciesAgainstTheirDirectionAreBreaches) {
    write("core/a.cpp", kLicence + "#include \"widgets/b.h\"\n");
    write("widgets/b.cpp", kLicence + "#include \"app/desktop/c.h\"\n#include \"core/a.h\"\n");
    write("app/cli/d.cpp", kLicence + "#include \"widgets/b.h\"\n#include \"app/cli/e.h\"\n");
    write("core/f.cpp", kLicence + "#include \"f.h\"\n");

    EXPECT_THAT(directionBreaches(read()),
        ElementsAre(Breach{"app/cli/d.cpp", 2, "app/cli must not use widgets/b.h"},
            Breach{"core/a.cpp", 2, "core must not use widgets/b.h"},
            Breach{"core/f.cpp", 2, "\"f.h\" is not written from the project's root"},
            Breach{"widgets/b.cpp", 2, "widgets must not use app/desktop/c.h"}));
}

TEST_F(FakeTree, AStrayTopLevelEntryIsABreach) {
    write("core/a.cpp", kLicence);
    write("build-mine/x", "");
    write(".ci/run", "");
    write("docs/page.md", "");

    EXPECT_THAT(
        topLevelBreaches(read()), ElementsAre(Breach{"docs", 0, "not one of the agreed top-level entries"}));
}

TEST_F(FakeTree, UnlicensedUnguardedAndUnfinishedFilesAreBreaches) {
    write("core/a.cpp", "int a;\n");
    write("core/b.h", kLicence + "int b();\n");
    write("core/c.cpp", kLicence + "int c; // TO" + "DO better\n");
    write("core/d.h", kHeader);

    EXPECT_THAT(fileBreaches(read()),
        ElementsAre(Breach{"core/a.cpp", 1, "no licence line"}, Breach{"core/b.h", 0, "no #pragma once"},
            Breach{"core/c.cpp", 2, std::string("left unfinished: TO") + "DO"}));
}

TEST_F(FakeTree, ATreeInOrderHasNoBreach) {
    write("core/a.h", kHeader + "#include <Eigen/Core>\n#include <vector>\n");
    write("widgets/b.cpp", kLicence + "#include \"core/a.h\"\n#include <QWidget>\n#include \"b.moc\"\n");
    write("README.md", "");

    const SourceTree tree = read();
    EXPECT_THAT(qtBreaches(tree), IsEmpty());
    EXPECT_THAT(libraryBreaches(tree, {}), IsEmpty());
    EXPECT_THAT(plotBreaches(tree, {}), IsEmpty());
    EXPECT_THAT(directionBreaches(tree), IsEmpty());
    EXPECT_THAT(topLevelBreaches(tree), IsEmpty());
    EXPECT_THAT(fileBreaches(tree), IsEmpty());
}

TEST_F(FakeTree, ARuleNamedOutsideItsFileIsABreach) {
    write("core/rules/fancy.cpp", kLicence + "rule.name = \"fancy-rule\";\n");
    write("core/fit/fit.cpp", kLicence + "\nif (spec.rule == \"fancy-rule\")\n");
    write("core/simulate/recipe.cpp", kLicence + "recipe.rule = \"fancy-rule\";\n");
    write("core/fit/words.cpp", kLicence + "// a fancy-rule in words\n");

    EXPECT_THAT(ruleNameBreaches(read(), {"core/simulate/recipe.cpp"}),
        ElementsAre(Breach{"core/fit/fit.cpp", 3, "names the rule \"fancy-rule\""}));
}

} // namespace

} // namespace rulescope::arch
