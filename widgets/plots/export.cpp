// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/export.h"

#include "widgets/plots/canvas/figure_canvas.h"
#include "widgets/plots/canvas/figure_text.h"
#include "widgets/plots/canvas/print_canvas.h"
#include "widgets/plots/pdf_pages.h"
#include "widgets/plots/text_outliner.h"
#include "widgets/text/translated.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFileInfo>
#include <QImageWriter>
#include <QMimeData>
#include <QRegularExpression>
#include <QSaveFile>
#include <QSvgGenerator>
#include <cmath>

namespace rulescope::plots {

using base::ErrorCode;
using figures::FigureSpec;

namespace {

constexpr double ptPerMm = 72 / 25.4;
constexpr double mostPixels = 400e6;

class ExportWords {
    Q_DECLARE_TR_FUNCTIONS(ExportWords)
};

PlotStyle styleOf(const ExportOptions& options) {
    PlotStyle style = PlotStyle::paper(options.fontPt);
    style.parts = options.parts;
    style.paddingPt = options.paddingMm * ptPerMm;
    style.titleScale = options.titleScale;
    style.captionScale = options.captionScale;
    style.footerScale = options.footerScale;
    style.locale = options.locale;
    style.locale.setNumberOptions(QLocale::DefaultNumberOptions);
    return style;
}

/// A figure laid out for a physical size, ready to be painted on any device.
class PrintedFigure {
  public:
    PrintedFigure(const FigureSpec& figure, const ExportOptions& options, const base::StopToken& stop)
        : m_options(options)
        , m_canvas(styleOf(options), std::make_shared<const FigureSpec>(figure), stop) {
        if (m_canvas.get() == nullptr) {
            return;
        }
        m_unitsPerMm = ptPerMm * m_canvas->style().unitsPerPt;
        const double heightUnits = options.heightMm > 0 ? options.heightMm * m_unitsPerMm
                                                        : m_canvas->fittingHeight(unitsOf(options.widthMm));
        m_sizeMm = {options.widthMm, heightUnits / m_unitsPerMm};
    }

    bool isStopped() const { return m_canvas.get() == nullptr; } ///< then nothing else may be asked
    void setFormat(ExportFormat format) { m_options.format = format; }
    QSizeF sizeMm() const { return m_sizeMm; }
    QSizeF sizePt() const { return m_sizeMm * ptPerMm; }
    QSize sizeUnits() const { return {unitsOf(m_sizeMm.width()), unitsOf(m_sizeMm.height())}; }
    double unitsPerInch() const { return 72 * m_canvas->style().unitsPerPt; }
    QString title() const { return m_canvas->style().translated(m_canvas->figure().title); }
    QString description() const {
        const PlotStyle& style = m_canvas->style();
        const FigureSpec& figure = m_canvas->figure();
        return (style.translated(figure.caption) + u'\n' + footerText(figure, style)).trimmed();
    }

    void paint(QCPPainter& painter, bool hasBackground) {
        m_canvas->setBackground(hasBackground ? QBrush(Qt::white) : QBrush(Qt::NoBrush));
        painter.setMode(QCPPainter::pmVectorized);
        if (!m_options.textAsOutlines || m_options.format == ExportFormat::Png) {
            m_canvas->paintOn(&painter, sizeUnits());
            return;
        }
        TextOutliner outliner(&painter, sizeUnits());
        QCPPainter outlining;
        outlining.begin(&outliner);
        outlining.setMode(QCPPainter::pmVectorized);
        m_canvas->paintOn(&outlining, sizeUnits());
        outlining.end();
    }

  private:
    int unitsOf(double mm) const { return static_cast<int>(std::lround(mm * m_unitsPerMm)); }

    ExportOptions m_options;
    PrintCanvas m_canvas;
    double m_unitsPerMm = 1;
    QSizeF m_sizeMm;
};

base::Result<void> checked(const ExportOptions& options) {
    const auto isSane = [](double value, double least, double most) {
        return std::isfinite(value) && value >= least && value <= most;
    };
    const bool isHeightSane = options.heightMm == 0 || isSane(options.heightMm, 5, 5000);
    if (!isSane(options.widthMm, 5, 5000) || !isHeightSane || !isSane(options.fontPt, 1, 400)) {
        return base::failure(ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "A figure can't have this size."), {},
            QT_TRANSLATE_NOOP(
                "core", "Choose 5 mm to 5000 mm for width and height, and 1 pt to 400 pt for the text."));
    }
    if (options.format == ExportFormat::Png && !isSane(options.dpi, 10, 4800)) {
        return base::failure(ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "A picture can't have this resolution."), {},
            QT_TRANSLATE_NOOP("core", "Choose 10 to 4800 dots per inch."));
    }
    return {};
}

QByteArray renderPdf(PrintedFigure& figure) {
    PdfPages pages(figure.sizePt(), figure.title());
    pages.addPage([&](QCPPainter& painter) { figure.paint(painter, false); });
    return pages.finish();
}

QByteArray renderSvg(PrintedFigure& figure) {
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(figure.sizeUnits());
    generator.setViewBox(QRect(QPoint(0, 0), figure.sizeUnits()));
    generator.setResolution(static_cast<int>(figure.unitsPerInch()));
    generator.setTitle(figure.title().toHtmlEscaped()); // QSvgGenerator writes both as they are
    generator.setDescription(figure.description().toHtmlEscaped());
    QCPPainter painter;
    painter.begin(&generator);
    figure.paint(painter, false);
    painter.end();
    // The generator derives the size from whole units; the exact millimetres are known here.
    QString svg = QString::fromUtf8(buffer.data());
    static const QRegularExpression size(QStringLiteral("<svg width=\"[^\"]*\" height=\"[^\"]*\""));
    const auto mm = [](double value) { return QString::number(value, 'g', 8); };
    const QRegularExpressionMatch match = size.match(svg);
    if (match.hasMatch()) {
        svg.replace(match.capturedStart(), match.capturedLength(),
            QStringLiteral("<svg width=\"%1mm\" height=\"%2mm\"")
                .arg(mm(figure.sizeMm().width()), mm(figure.sizeMm().height())));
    }
    return svg.toUtf8();
}

base::Result<QImage> paintImage(PrintedFigure& figure, double dpi) {
    const double scale = dpi / figure.unitsPerInch();
    const QSize pixels = (QSizeF(figure.sizeMm()) * dpi / 25.4).toSize();
    if (static_cast<double>(pixels.width()) * pixels.height() > mostPixels) {
        return base::failure(ErrorCode::TooLarge,
            base::Text(QT_TRANSLATE_NOOP("core", "A picture of %1 x %2 pixels is too large."),
                {std::int64_t(pixels.width()), std::int64_t(pixels.height())}),
            {}, QT_TRANSLATE_NOOP("core", "Choose a lower resolution, or PDF, which has none."));
    }
    QImage image(pixels, QImage::Format_RGB32);
    image.fill(Qt::white);
    const int dotsPerMetre = static_cast<int>(std::lround(dpi / 0.0254));
    QCPPainter painter;
    painter.begin(&image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    painter.scale(scale, scale);
    figure.paint(painter, true);
    painter.end();
    image.setDotsPerMeterX(dotsPerMetre);
    image.setDotsPerMeterY(dotsPerMetre);
    return image;
}

base::Result<QByteArray> encodePng(const PrintedFigure& figure, const QImage& image) {
    QBuffer buffer;
    QImageWriter writer(&buffer, "png");
    writer.setText(QStringLiteral("Title"), figure.title());
    writer.setText(QStringLiteral("Description"), figure.description());
    writer.setText(QStringLiteral("Software"), QStringLiteral("Rulescope"));
    if (!writer.write(image)) {
        return base::failure(
            ErrorCode::Internal, QT_TRANSLATE_NOOP("core", "The picture could not be encoded."));
    }
    return buffer.data();
}

base::Result<QByteArray> renderPng(PrintedFigure& figure, double dpi) {
    base::Result<QImage> image = paintImage(figure, dpi);
    if (!image) {
        return tl::make_unexpected(image.error());
    }
    return encodePng(figure, *image);
}

base::Error stopped() {
    return {ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "The drawing was stopped."), {}, {}};
}

} // namespace

ExportOptions ExportOptions::journalColumn() {
    ExportOptions options;
    options.widthMm = 89;
    options.fontPt = 6;
    return options;
}

ExportOptions ExportOptions::journalPage() {
    return {};
}

ExportOptions ExportOptions::slide() {
    ExportOptions options;
    options.widthMm = 960 / ptPerMm; // 13 1/3 x 7 1/2 inches, what presentation programs call 16:9
    options.heightMm = 540 / ptPerMm;
    options.fontPt = 15;
    options.dpi = 144; // 1920 x 1080
    options.parts = {};
    options.paddingMm = 11;
    options.titleScale = 1.6;
    options.captionScale = 0.85;
    options.footerScale = 0.68;
    return options;
}

ExportOptions ExportOptions::poster() {
    ExportOptions options = slide();
    options.widthMm = 400;
    options.heightMm = 0;
    options.fontPt = 20;
    options.dpi = 200;
    options.paddingMm = 8;
    return options;
}

std::vector<ExportPreset> exportPresets() {
    return {{QStringLiteral("89mm"), ExportWords::tr("Journal, one column (89 mm)"),
                ExportOptions::journalColumn()},
        {QStringLiteral("183mm"), ExportWords::tr("Journal, full width (183 mm)"),
            ExportOptions::journalPage()},
        {QStringLiteral("slide"), ExportWords::tr("Slide (16:9)"), ExportOptions::slide()},
        {QStringLiteral("poster"), ExportWords::tr("Poster panel (400 mm)"), ExportOptions::poster()}};
}

QString suffixOf(ExportFormat format) {
    switch (format) {
    case ExportFormat::Pdf:
        return QStringLiteral("pdf");
    case ExportFormat::Svg:
        return QStringLiteral("svg");
    case ExportFormat::Png:
        return QStringLiteral("png");
    case ExportFormat::Csv:
        break;
    }
    return QStringLiteral("csv");
}

std::optional<ExportFormat> formatFromPath(const QString& path) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    for (const ExportFormat format :
        {ExportFormat::Pdf, ExportFormat::Svg, ExportFormat::Png, ExportFormat::Csv}) {
        if (suffix == suffixOf(format)) {
            return format;
        }
    }
    return std::nullopt;
}

base::Result<QByteArray> render(
    const FigureSpec& figure, const ExportOptions& options, const base::StopToken& stop) {
    if (options.format == ExportFormat::Csv) {
        return QByteArray::fromStdString(figures::toCsv(figure));
    }
    if (const base::Result<void> sane = checked(options); !sane) {
        return tl::make_unexpected(sane.error());
    }
    PrintedFigure printed(figure, options, stop);
    if (printed.isStopped()) {
        return tl::make_unexpected(stopped());
    }
    switch (options.format) {
    case ExportFormat::Svg:
        return renderSvg(printed);
    case ExportFormat::Png:
        return renderPng(printed, options.dpi);
    default:
        return renderPdf(printed);
    }
}

base::Result<void> writeFile(const QString& path, const QByteArray& bytes) {
    const auto refused = [&](const QString& reason) {
        return base::failure(ErrorCode::NotWritable,
            base::Text(
                QT_TRANSLATE_NOOP("core", "The file could not be written: %1."), {reason.toStdString()}),
            path.toStdString(),
            QT_TRANSLATE_NOOP("core", "Choose another folder, or make room on the disk, and try again."));
    };
    // Renaming over a device or a folder would replace it: only plain files are replaced.
    const QFileInfo existing(path);
    if (existing.exists() && !existing.isFile()) {
        return refused(ExportWords::tr("it is not a plain file"));
    }
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) {
        return refused(file.errorString());
    }
    // commit() (Qt 6.4) doesn't notice that the disk was full when the buffer was emptied: flush() does.
    if (file.write(bytes) != bytes.size() || !file.flush() || !file.commit()) {
        const QString reason = file.errorString();
        file.cancelWriting();
        return refused(reason);
    }
    return {};
}

base::Result<void> exportFigure(const FigureSpec& figure, const QString& path, const ExportOptions& options,
    const base::StopToken& stop) {
    const base::Result<QByteArray> bytes = render(figure, options, stop);
    if (!bytes) {
        return tl::make_unexpected(bytes.error());
    }
    if (stop.stop_requested()) { // nobody waits for it any more, and the program may end any moment
        return tl::make_unexpected(stopped());
    }
    return writeFile(path, *bytes);
}

QImage renderImage(const FigureSpec& figure, const ExportOptions& options, const base::StopToken& stop) {
    ExportOptions png = options;
    png.format = ExportFormat::Png;
    if (!checked(png)) {
        return {};
    }
    PrintedFigure printed(figure, png, stop);
    if (printed.isStopped()) {
        return {};
    }
    return paintImage(printed, png.dpi).value_or(QImage());
}

base::Result<RenderedFigure> renderForClipboard(
    const FigureSpec& figure, const ExportOptions& options, const base::StopToken& stop) {
    ExportOptions picture = options;
    picture.format = ExportFormat::Png;
    if (const base::Result<void> sane = checked(picture); !sane) {
        return tl::make_unexpected(sane.error());
    }
    PrintedFigure printed(figure, picture, stop);
    if (printed.isStopped()) {
        return tl::make_unexpected(stopped());
    }
    const base::Result<QImage> image = paintImage(printed, picture.dpi);
    if (!image) {
        return tl::make_unexpected(image.error());
    }
    const base::Result<QByteArray> png = encodePng(printed, *image);
    if (!png) {
        return tl::make_unexpected(png.error());
    }
    printed.setFormat(ExportFormat::Svg);
    const QByteArray svg = renderSvg(printed);
    printed.setFormat(ExportFormat::Pdf);
    return RenderedFigure{*image, *png, svg, renderPdf(printed)};
}

std::unique_ptr<QMimeData> mimeData(const RenderedFigure& figure) {
    auto data = std::make_unique<QMimeData>();
    data->setImageData(figure.image);
    data->setData(QStringLiteral("image/png"), figure.png);
    data->setData(QStringLiteral("image/svg+xml"), figure.svg);
    data->setData(QStringLiteral("application/pdf"), figure.pdf);
    return data;
}

} // namespace rulescope::plots
