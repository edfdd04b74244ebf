// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/figures/figure_spec.h"
#include "widgets/plots/plot_style.h"

#include <QByteArray>
#include <QImage>
#include <QLocale>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

class QMimeData;

namespace rulescope::plots {

enum class ExportFormat { Pdf, Svg, Png, Csv };

/// How a figure becomes a file. Sizes are physical; type and line widths are laid out for them.
struct ExportOptions {
    ExportFormat format = ExportFormat::Pdf;
    double widthMm = 183;
    double heightMm = 0;         ///< 0: what the figure prefers at this width
    double dpi = 300;            ///< PNG only
    double fontPt = 7;           ///< tick and axis labels
    bool textAsOutlines = false; ///< PDF and SVG: letters as shapes, for programs without the font
    FigureParts parts = {false, false, true};
    double paddingMm = 0.6;        ///< free margin around everything
    double titleScale = 1.25;      ///< of the headline, relative to fontPt
    double captionScale = 1;       ///< of the caption
    double footerScale = 0.85;     ///< of the footer
    QLocale locale = QLocale::c(); ///< numbers on axes

    static ExportOptions journalColumn(); ///< 89 mm, 6 pt
    static ExportOptions journalPage();   ///< 183 mm, 7 pt
    static ExportOptions slide();         ///< 16:9, 338.67 x 190.5 mm, 15 pt, with title and caption
    static ExportOptions poster();        ///< 400 mm, 20 pt, with title and caption
};

/// A named preset for menus and dialogs; `name` is stable ("89mm", "183mm", "slide", "poster").
struct ExportPreset {
    QString name;
    QString label; ///< translated
    ExportOptions options;
};
std::vector<ExportPreset> exportPresets();

/// By the file's suffix: pdf, svg, png, csv.
std::optional<ExportFormat> formatFromPath(const QString& path);
QString suffixOf(ExportFormat format);

/// The file's bytes. Fails on sizes that are not positive or beyond memory (InvalidValue, TooLarge).
///
/// This and all that follow here may be called on any thread while the GUI thread runs its event loop, and
/// should be called on another: a figure takes .1 to 1 s. Stopped before painting began: Cancelled.
base::Result<QByteArray> render(
    const figures::FigureSpec& figure, const ExportOptions& options, const base::StopToken& stop = {});

/// Writes the figure beside `path` and renames it, so that a failure leaves what was there (NotWritable).
base::Result<void> exportFigure(const figures::FigureSpec& figure, const QString& path,
    const ExportOptions& options, const base::StopToken& stop = {});

/// The figure as a picture at the resolution given, e.g. for previews; null if it can't be drawn or a stop
/// came first.
QImage renderImage(
    const figures::FigureSpec& figure, const ExportOptions& options, const base::StopToken& stop = {});

/// One figure as picture and in every vector format.
struct RenderedFigure {
    QImage image;
    QByteArray png, svg, pdf;
};
base::Result<RenderedFigure> renderForClipboard(
    const figures::FigureSpec& figure, const ExportOptions& options, const base::StopToken& stop = {});
/// For the clipboard (GUI thread): the receiving program takes the best it understands.
std::unique_ptr<QMimeData> mimeData(const RenderedFigure& figure);

/// Writes bytes to a temporary file, flushes and renames it (NotWritable: says why).
base::Result<void> writeFile(const QString& path, const QByteArray& bytes);

} // namespace rulescope::plots
