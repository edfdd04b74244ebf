// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/plots/example_figures.h"
#include "tests/widgets/plots/pdf_facts.h"
#include "widgets/plots/export.h"
#include "widgets/plots/pdf_pages.h"
#include "widgets/plots/report.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QMimeData>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>
#include <csignal>
#include <limits>
#include <sys/resource.h>
#include <sys/stat.h>

namespace rulescope::plots {

namespace {

constexpr double ptPerMm = 72 / 25.4;

QByteArray rendered(const figures::FigureSpec& figure, ExportFormat format, ExportOptions options = {}) {
    options.format = format;
    return render(figure, options).value_or(QByteArray());
}

QByteArray bytesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList textElements(const QByteArray& svg) {
    QXmlStreamReader xml(svg);
    QStringList texts;
    while (!xml.atEnd()) {
        if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() == u"text") {
            texts.append(xml.readElementText().trimmed());
        }
    }
    return xml.hasError() ? QStringList() : texts;
}

/// Share of pixels that are not paper.
double inkShare(const QImage& image) {
    qint64 inked = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            inked += qGray(image.pixel(x, y)) < 200 ? 1 : 0;
        }
    }
    return static_cast<double>(inked) / (static_cast<double>(image.width()) * image.height());
}

} // namespace

class ExportTest : public QObject {
    Q_OBJECT

  private slots:
    void aColumnIsExactly89MillimetresWide();
    void aSlideIs960By540Points();
    void pageBoxesAreRewrittenInTheSameNumberOfBytes();
    void fontsAreEmbeddedAndTextIsSearchable();
    void outlinedTextNeedsNoFont();
    void labelsInManyScriptsArriveInThePdf();
    void svgKeepsTextAndExactMillimetres();
    void svgEscapesItsTitle();
    void pngSaysItsResolutionAndHasItsPixels();
    void csvIsTheFiguresData();
    void heatMapCellsAreCrispInPdf();
    void anEmptyFigureSaysWhy();
    void strangeNumbersAreDrawnWithoutHarm();
    void everyPresetRendersEveryFigure();
    void nonsenseSizesAreRefused();
    void tooLargePicturesAreRefused();
    void aMissingFolderIsATypedErrorAndLeavesNothing();
    void aFullDiskIsATypedErrorAndKeepsTheOldFile();
    void onlyPlainFilesAreReplaced();
    void clipboardOffersPictureSvgAndPdf();
    void theReportHasACoverAndAPagePerFigure();
    void theFormatFollowsTheSuffix();
};

void ExportTest::aColumnIsExactly89MillimetresWide() {
    const QByteArray pdf =
        rendered(examples::psychometrics(), ExportFormat::Pdf, ExportOptions::journalColumn());
    const QList<QSizeF> sizes = examples::pageSizes(pdf);
    QCOMPARE(sizes.size(), 1);
    QVERIFY2(
        std::abs(sizes[0].width() - 252.283) < 0.001, qPrintable(QString::number(sizes[0].width(), 'f', 6)));
    ExportOptions fixed = ExportOptions::journalPage();
    fixed.heightMm = 61.3;
    const QSizeF page =
        examples::pageSizes(rendered(examples::psychometrics(), ExportFormat::Pdf, fixed)).value(0);
    QVERIFY(std::abs(page.width() - 183 * ptPerMm) < 0.001);
    QVERIFY(std::abs(page.height() - 61.3 * ptPerMm) < 0.001);
}

void ExportTest::aSlideIs960By540Points() {
    const QByteArray pdf = rendered(examples::learningCurves(), ExportFormat::Pdf, ExportOptions::slide());
    QCOMPARE(examples::pageSizes(pdf), QList<QSizeF>{QSizeF(960, 540)});
}

void ExportTest::pageBoxesAreRewrittenInTheSameNumberOfBytes() {
    const QByteArray before =
        "x /MediaBox [0 0 253.000000 152.000000] y /MediaBox [0 0 253.000000 152.000000] z";
    const QByteArray after = withExactPages(before, QSizeF(252.2835, 151.37));
    QCOMPARE(after.size(), before.size());
    QCOMPARE(examples::pageSizes(after), (QList<QSizeF>{QSizeF(252.2835, 151.37), QSizeF(252.2835, 151.37)}));
}

void ExportTest::fontsAreEmbeddedAndTextIsSearchable() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("figure.pdf"));
    QVERIFY(exportFigure(examples::learningCurves(), path, ExportOptions::slide()).has_value());
    const auto fonts = examples::poppler(QStringLiteral("pdffonts"), {path});
    const auto text = examples::poppler(QStringLiteral("pdftotext"), {path, QStringLiteral("-")});
    if (!fonts || !text) {
        QSKIP("poppler-utils is not installed");
    }
    const QStringList lines = fonts->split(u'\n', Qt::SkipEmptyParts).mid(2);
    QVERIFY(!lines.isEmpty());
    for (const QString& line : lines) {
        const QStringList cells = line.simplified().split(u' ');
        QCOMPARE(cells[cells.size() - 5], QStringLiteral("yes")); // columns: emb sub uni object ID
    }
    QVERIFY(text->contains(QStringLiteral("Eight mice learn the wheel task")));
    QVERIFY(text->contains(QStringLiteral("Accuracy on easy trials")));
    QVERIFY(text->contains(QStringLiteral("8 mice, 164 sessions")));
}

void ExportTest::outlinedTextNeedsNoFont() {
    ExportOptions options = ExportOptions::journalColumn();
    options.textAsOutlines = true;
    const QByteArray pdf = rendered(examples::learningCurves(), ExportFormat::Pdf, options);
    QVERIFY(!pdf.contains("/FontFile"));
    QVERIFY(rendered(examples::learningCurves(), ExportFormat::Pdf).contains("/FontFile"));
    const QByteArray svg = rendered(examples::learningCurves(), ExportFormat::Svg, options);
    QVERIFY(textElements(svg).isEmpty());
    QVERIFY(svg.contains("<path"));
}

void ExportTest::labelsInManyScriptsArriveInThePdf() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("größe μ.pdf"));
    QVERIFY(exportFigure(examples::manyScripts(), path, ExportOptions::slide()).has_value());
    const auto text = examples::poppler(QStringLiteral("pdftotext"), {path, QStringLiteral("-")});
    if (!text) {
        QSKIP("poppler-utils is not installed");
    }
    QVERIFY(text->contains(QStringLiteral("Mäuse lernen größere Kontraste")));
    QVERIFY(text->contains(QStringLiteral("セッション")));
    QVERIFY(text->normalized(QString::NormalizationForm_KC).contains(QStringLiteral("Ποσοστό σωστών")));
}

void ExportTest::svgKeepsTextAndExactMillimetres() {
    ExportOptions options = ExportOptions::journalColumn();
    options.heightMm = 60;
    const QByteArray svg = rendered(examples::psychometrics(), ExportFormat::Svg, options);
    QVERIFY(svg.contains("<svg width=\"89mm\" height=\"60mm\""));
    QVERIFY(svg.contains("viewBox=\"0 0 2523 1701\""));
    const QStringList texts = textElements(svg);
    QVERIFY(texts.contains(QStringLiteral("Signed contrast (%)")));
    QVERIFY(texts.contains(QStringLiteral("P(choose right)")));
    QVERIFY(texts.contains(QStringLiteral("SWC_054")));
    QVERIFY(svg.contains(("font-family=\"" + paperFontFamily() + "\"").toUtf8()));
}

void ExportTest::svgEscapesItsTitle() {
    figures::FigureSpec figure = examples::learningCurves();
    figure.title = "bias < 0 & \"late\"";
    QVERIFY(!textElements(rendered(figure, ExportFormat::Svg)).isEmpty()); // it parses
}

void ExportTest::pngSaysItsResolutionAndHasItsPixels() {
    ExportOptions options = ExportOptions::journalColumn();
    options.heightMm = 50;
    options.dpi = 600;
    const QImage image =
        QImage::fromData(rendered(examples::learningCurves(), ExportFormat::Png, options), "png");
    QCOMPARE(image.size(), QSize(2102, 1181));
    QCOMPARE(image.dotsPerMeterX(), 23622);
    QCOMPARE(image.text(QStringLiteral("Title")),
        QStringLiteral("Eight mice learn the wheel task within about 15 sessions"));
    QVERIFY(inkShare(image) > 0.01);
    QCOMPARE(image.pixel(1, 1), qRgb(255, 255, 255));
}

void ExportTest::csvIsTheFiguresData() {
    const figures::FigureSpec figure = examples::modelComparison();
    const QByteArray csv = rendered(figure, ExportFormat::Csv);
    QCOMPARE(csv, QByteArray::fromStdString(figures::toCsv(figure)));
    QVERIFY(csv.contains("model-comparison,nats,\"mean, 95 % interval\",4,-0.533,-0.553,-0.513,,,RNN\r\n"));
}

void ExportTest::heatMapCellsAreCrispInPdf() {
    const QByteArray pdf = rendered(examples::updateSurfaces(), ExportFormat::Pdf);
    QVERIFY(!pdf.contains("/DCTDecode")); // no JPEG
}

void ExportTest::anEmptyFigureSaysWhy() {
    QVERIFY(textElements(rendered(examples::emptyFigure(), ExportFormat::Svg))
                .join(u' ')
                .contains(QStringLiteral("press Fit")));
    QVERIFY(!rendered(figures::FigureSpec{}, ExportFormat::Pdf).isEmpty());
}

void ExportTest::strangeNumbersAreDrawnWithoutHarm() {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double inf = std::numeric_limits<double>::infinity();
    figures::FigureSpec figure;
    figure.id = "strange";
    figures::Panel panel;
    panel.id = "p";
    panel.hasLegend = true;
    figures::XY xy;
    xy.label = "line";
    xy.x = {0, 1, nan, 3, 4, 5, 1e300};
    xy.y = {nan, inf, 2, -inf, 1e300, 3, -1e300};
    xy.lower = {nan, -inf};
    xy.upper = {1, inf};
    figures::XY single;
    single.x = {2};
    single.y = {7};
    figures::XY uneven;
    uneven.x = {1, 2, 3};
    uneven.y = {1};
    figures::Band band{{}, {0, 1}, {nan, -inf}, {1, inf}, {}};
    figures::Bars bars;
    bars.x = {0, nan, 2};
    bars.y = {inf, 1, nan};
    figures::HeatMap map;
    map.x = {0, 1};
    map.y = {0};
    map.values = {nan, inf};
    figures::HeatMap shortMap;
    shortMap.x = {0, 1, 2};
    shortMap.y = {0, 1};
    shortMap.values = {1};
    panel.series = {xy, single, uneven, band, bars, map, shortMap, figures::HeatMap{}, figures::XY{}};
    figures::Guide guide;
    guide.at = nan;
    panel.guides = {guide};
    panel.notes = {{"lost", nan, inf, false, {}, {}}};
    figures::Panel logarithmic = panel;
    logarithmic.id = "log";
    logarithmic.column = 1;
    logarithmic.x.isLogarithmic = logarithmic.y.isLogarithmic = true;
    logarithmic.x.low = -1;
    figures::Panel none;
    none.id = "none";
    none.row = 1;
    none.columnSpan = 2;
    figure.panels = {panel, logarithmic, none};
    for (const auto format : {ExportFormat::Pdf, ExportFormat::Svg, ExportFormat::Png, ExportFormat::Csv}) {
        const QByteArray bytes = rendered(figure, format);
        QVERIFY(!bytes.isEmpty());
        if (format == ExportFormat::Svg) {
            QVERIFY(!textElements(bytes).isEmpty());
            QVERIFY(!bytes.contains("nan,") && !bytes.contains("inf,"));
        }
    }
}

void ExportTest::everyPresetRendersEveryFigure() {
    for (const ExportPreset& preset : exportPresets()) {
        for (const figures::FigureSpec& figure : examples::all()) {
            const QByteArray pdf = rendered(figure, ExportFormat::Pdf, preset.options);
            const QSizeF page = examples::pageSizes(pdf).value(0);
            QVERIFY2(std::abs(page.width() - preset.options.widthMm * ptPerMm) < 0.001, figure.id.c_str());
        }
    }
}

void ExportTest::nonsenseSizesAreRefused() {
    for (const double width : {0.0, -3.0, 1e9, std::numeric_limits<double>::quiet_NaN()}) {
        ExportOptions options;
        options.widthMm = width;
        const auto result = render(examples::learningCurves(), options);
        QVERIFY(!result);
        QCOMPARE(result.error().code, base::ErrorCode::InvalidValue);
    }
}

void ExportTest::tooLargePicturesAreRefused() {
    ExportOptions options = ExportOptions::poster();
    options.format = ExportFormat::Png;
    options.dpi = 4800;
    const auto result = render(examples::learningCurves(), options);
    QVERIFY(!result);
    QCOMPARE(result.error().code, base::ErrorCode::TooLarge);
}

void ExportTest::aMissingFolderIsATypedErrorAndLeavesNothing() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("no/such/folder/figure.pdf"));
    const auto result = exportFigure(examples::learningCurves(), path, {});
    QVERIFY(!result);
    QCOMPARE(result.error().code, base::ErrorCode::NotWritable);
    QCOMPARE(result.error().where, path.toStdString());
    QVERIFY(!result.error().remedy.isEmpty());
    QVERIFY(QDir(folder.path()).isEmpty());
}

void ExportTest::aFullDiskIsATypedErrorAndKeepsTheOldFile() {
    // A limit on file sizes fails a write as a full disk does, and does so for root too.
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("figure.pdf"));
    QVERIFY(writeFile(path, "old").has_value());
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit little{4096, before.rlim_max};
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &little), 0);
    const auto full = writeFile(path, QByteArray(1 << 20, 'x'));
    const auto fullAtTheEnd = writeFile(path, QByteArray(10'000, 'x')); // so short that it is buffered whole
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, ignored);
    QVERIFY(!full && !fullAtTheEnd);
    QCOMPARE(full.error().code, base::ErrorCode::NotWritable);
    QCOMPARE(bytesOf(path), QByteArray("old"));
    QCOMPARE(
        QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList{QStringLiteral("figure.pdf")});
}

void ExportTest::onlyPlainFilesAreReplaced() {
    const QTemporaryDir folder;
    const QString inside = folder.filePath(QStringLiteral("figure.pdf/keep"));
    QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("figure.pdf")));
    QVERIFY(writeFile(inside, "old").has_value());
    QVERIFY(!writeFile(folder.filePath(QStringLiteral("figure.pdf")), "new"));
    QCOMPARE(bytesOf(inside), QByteArray("old"));
    // A pipe stands for devices: as root, renaming a file over one would destroy it.
    const QString pipe = folder.filePath(QStringLiteral("pipe"));
    QCOMPARE(mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    QVERIFY(!writeFile(pipe, "new"));
    QVERIFY(!QFileInfo(pipe).isFile());
}

void ExportTest::clipboardOffersPictureSvgAndPdf() {
    const auto rendered = renderForClipboard(examples::learningCurves(), ExportOptions::journalColumn());
    QVERIFY(rendered.has_value());
    const std::unique_ptr<QMimeData> data = mimeData(*rendered);
    QVERIFY(data->hasImage());
    QVERIFY(data->data(QStringLiteral("image/png")).startsWith("\x89PNG"));
    QVERIFY(data->data(QStringLiteral("image/svg+xml")).contains("<svg"));
    QVERIFY(data->data(QStringLiteral("application/pdf")).startsWith("%PDF"));
}

void ExportTest::theReportHasACoverAndAPagePerFigure() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("report.pdf"));
    ReportCover cover;
    cover.title = "How eight mice learn";
    cover.lines = {"8 mice, 164 sessions"};
    QList<int> told;
    const std::vector<figures::FigureSpec> figures = {examples::learningCurves(), examples::emptyFigure()};
    QVERIFY(writeReport(figures, cover, path, [&](int done, int) { told.append(done); }).has_value());
    QCOMPARE(told, (QList<int>{1, 2, 3}));
    QCOMPARE(examples::pageSizes(bytesOf(path)), QList<QSizeF>(3, QSizeF(960, 540)));
    if (const auto text = examples::poppler(QStringLiteral("pdftotext"), {path, QStringLiteral("-")})) {
        QVERIFY(text->contains(QStringLiteral("How eight mice learn")));
        QVERIFY(text->contains(QRegularExpression(QStringLiteral("2\\s*/\\s*3"))));
        QVERIFY(text->contains(QStringLiteral("press Fit")));
    }
    QVERIFY(!writeReport(figures, cover, folder.filePath(QStringLiteral("no/folder.pdf"))));
}

void ExportTest::theFormatFollowsTheSuffix() {
    QVERIFY(formatFromPath(QStringLiteral("a.b/c.PDF")) == ExportFormat::Pdf);
    QVERIFY(formatFromPath(QStringLiteral("x.svg")) == ExportFormat::Svg);
    QVERIFY(formatFromPath(QStringLiteral("x.csv")) == ExportFormat::Csv);
    QVERIFY(!formatFromPath(QStringLiteral("x.docx")));
}

} // namespace rulescope::plots

QTEST_MAIN(rulescope::plots::ExportTest)
#include "export_test.moc"
