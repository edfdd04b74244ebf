// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/text/translated.h"
#include "widgets/theme/colour_map.h"
#include "widgets/theme/desktop_appearance.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTest>
#include <QTranslator>
#include <cmath>

namespace rulescope::theme {

namespace {

/// Relative luminance and contrast as WCAG 2 defines them.
double luminance(const QColor& colour) {
    const auto linear = [](double v) {
        return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(static_cast<double>(colour.redF())) +
           0.7152 * linear(static_cast<double>(colour.greenF())) +
           0.0722 * linear(static_cast<double>(colour.blueF()));
}

double contrast(const QColor& a, const QColor& b) {
    const double lighter = std::max(luminance(a), luminance(b));
    const double darker = std::min(luminance(a), luminance(b));
    return (lighter + 0.05) / (darker + 0.05);
}

class Capitals : public QTranslator {
  public:
    QString translate(const char* context, const char* source, const char*, int) const override {
        return qstrcmp(context, "core") == 0 ? QString::fromUtf8(source).toUpper() : QString();
    }
    bool isEmpty() const override { return false; }
};

} // namespace

class ThemeTest : public QObject {
    Q_OBJECT

  private slots:
    void textIsReadableInEveryTheme();
    void dataColoursStandOutFromTheGround();
    void modesHaveNamesAndSystemIsDecidedQuickly();
    void applyingAThemeSetsPaletteAndStyle();
    void divergingMapsAreSymmetricAndPaleInTheMiddle();
    void sequentialMapsGetSteadilyLighter();
    void colourIndicesAreClamped();
    void sentencesAreTranslatedThenFilled();
    void errorsSayWhatWhereAndWhatToDo();
};

void ThemeTest::textIsReadableInEveryTheme() {
    for (const Theme& theme : {Theme::light(), Theme::dark(), Theme::paper()}) {
        for (const QColor& ground : {theme.background, theme.window, theme.raised}) {
            QVERIFY(contrast(theme.ink, ground) > 10);
            QVERIFY2(contrast(theme.muted, ground) >= 4.5, qPrintable(ground.name()));
        }
        QVERIFY(contrast(theme.accent, theme.background) >= 4.5);
        QVERIFY(contrast(theme.onAccent, theme.accent) >= 4.5);
    }
}

void ThemeTest::dataColoursStandOutFromTheGround() {
    for (const Theme& theme : {Theme::light(), Theme::dark()}) {
        for (const QColor& colour : {theme.correct, theme.error, theme.left, theme.right}) {
            QVERIFY2(contrast(colour, theme.background) >= 3, qPrintable(colour.name()));
        }
        for (double v = 0; v <= 1; v += 0.1) {
            QVERIFY2(contrast(theme.sequence(v), theme.background) >= 1.8, qPrintable(QString::number(v)));
        }
        QVERIFY(
            contrast(theme.sequence(1), theme.background) > contrast(theme.sequence(0), theme.background));
    }
    using Role = figures::Colour::Role;
    QCOMPARE(Theme::light().colour({Role::Correct}), QColor(0x0072B2));
    QCOMPARE(Theme::light().colour({Role::Error}), QColor(0xD55E00));
    QCOMPARE(Theme::light().colour({Role::Category, 7}), Theme::light().colour({Role::Category, 0}));
    QVERIFY(Theme::light().colour({Role::Category, std::nan("")}).isValid());
}

void ThemeTest::modesHaveNamesAndSystemIsDecidedQuickly() {
    for (const Mode mode : {Mode::System, Mode::Light, Mode::Dark}) {
        QVERIFY(modeFromName(modeName(mode)) == mode);
    }
    QVERIFY(!modeFromName(QStringLiteral("sepia")));
    QVERIFY(Theme::fromMode(Mode::Dark).isDark);
    QVERIFY(!Theme::fromMode(Mode::Light).isDark);
    QElapsedTimer clock;
    clock.start();
    QCOMPARE(Theme::fromMode(Mode::System).isDark, isDesktopDark());
    QVERIFY(clock.elapsed() < 5000);
    const DesktopAppearance watcher; // no bus, no harm
}

void ThemeTest::applyingAThemeSetsPaletteAndStyle() {
    for (const Theme& theme : {Theme::dark(), Theme::light()}) {
        applyTheme(theme, *qApp);
        QCOMPARE(QApplication::palette().color(QPalette::Base), theme.background);
        QCOMPARE(QApplication::palette().color(QPalette::Highlight), theme.accent);
    }
}

void ThemeTest::divergingMapsAreSymmetricAndPaleInTheMiddle() {
    const ColourTable table(figures::ColourScale::Map::Diverging);
    const auto light = [&](int i) { return luminance(QColor::fromRgb(table.at(i))); };
    const int middle = ColourTable::size / 2;
    QVERIFY(light(middle) > 0.85);
    for (int i = 1; i <= middle; ++i) {
        QVERIFY(light(middle - i) <= light(middle - i + 1) + 0.002);
        QVERIFY(light(middle + i) <= light(middle + i - 1) + 0.002);
        QVERIFY(std::abs(light(middle + i) - light(middle - i)) < 0.12);
    }
    QVERIFY(QColor::fromRgb(table.at(0)).blue() > QColor::fromRgb(table.at(0)).red());
    QVERIFY(QColor::fromRgb(table.at(ColourTable::size - 1)).red() >
            QColor::fromRgb(table.at(ColourTable::size - 1)).blue());
}

void ThemeTest::sequentialMapsGetSteadilyLighter() {
    const ColourTable table(figures::ColourScale::Map::Sequential);
    for (int i = 1; i < ColourTable::size; ++i) {
        QVERIFY(
            luminance(QColor::fromRgb(table.at(i))) >= luminance(QColor::fromRgb(table.at(i - 1))) - 0.002);
    }
}

void ThemeTest::colourIndicesAreClamped() {
    QCOMPARE(ColourTable::indexOf(0, -1, 1), ColourTable::size / 2);
    QCOMPARE(ColourTable::indexOf(-9, -1, 1), 0);
    QCOMPARE(ColourTable::indexOf(1e300, -1, 1), ColourTable::size - 1);
    QCOMPARE(ColourTable::indexOf(3, 1, 1), ColourTable::size / 2);
}

void ThemeTest::sentencesAreTranslatedThenFilled() {
    Capitals translator;
    QCoreApplication::installTranslator(&translator);
    const QLocale german(QLocale::German);
    const base::Text text(
        "%1 trials of %2, mean %3", {std::int64_t(71204), std::string("%1 mouse"), base::Number{0.5, 2}});
    QCOMPARE(text::translated(text, german), QStringLiteral("71.204 TRIALS OF %1 mouse, MEAN 0,50"));
    QCOMPARE(text::translated(base::Text::verbatim("SWC_054 %1"), german), QStringLiteral("SWC_054 %1"));
    QCOMPARE(text::translated(base::Text("%9 %", {}), german), QStringLiteral("%9 %"));
    const base::Text inner("rank %1 of %2", {base::Number{1.5, 1}, std::string("rnn")});
    QCOMPARE(text::translated(base::Text("title: %1", {inner}), german),
        QStringLiteral("TITLE: RANK 1,5 OF rnn")); // a sentence in it is translated with it
    QCOMPARE(text::translated(base::listed({inner, base::Text::verbatim("M1")}), german),
        QStringLiteral("RANK 1,5 OF rnn, M1"));
    QCoreApplication::removeTranslator(&translator);
}

void ThemeTest::errorsSayWhatWhereAndWhatToDo() {
    const base::Error error{base::ErrorCode::NotFound, "What.", "/a/b.csv", "Do."};
    QCOMPARE(text::translated(error), QStringLiteral("What.\n/a/b.csv\nDo."));
    QCOMPARE(
        text::translated(base::Error{base::ErrorCode::NoData, "What.", "", {}}), QStringLiteral("What."));
}

} // namespace rulescope::theme

QTEST_MAIN(rulescope::theme::ThemeTest)
#include "theme_test.moc"
