// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the example figures in every preset and as screen pictures in light and dark, to be looked at:
// figure_gallery FOLDER
#include "tests/widgets/plots/example_figures.h"
#include "widgets/plots/export.h"
#include "widgets/plots/figure_plot.h"
#include "widgets/plots/report.h"

#include <QApplication>
#include <QDir>
#include <QTextStream>

using namespace rulescope;

namespace {

bool isWritten(const base::Result<void>& result) {
    if (!result) {
        QTextStream(stderr) << QString::fromStdString(base::english(result.error())) << '\n';
    }
    return result.has_value();
}

bool writePresets(const figures::FigureSpec& figure, const QString& stem) {
    bool isGood = true;
    for (const plots::ExportPreset& preset : plots::exportPresets()) {
        for (const auto format : {plots::ExportFormat::Pdf, plots::ExportFormat::Svg}) {
            plots::ExportOptions options = preset.options;
            options.format = format;
            const QString path = stem + u'-' + preset.name + u'.' + plots::suffixOf(format);
            isGood = isWritten(plots::exportFigure(figure, path, options)) && isGood;
        }
    }
    return isGood;
}

void writeScreens(const figures::FigureSpec& figure, const QString& stem) {
    for (const bool isDark : {false, true}) {
        plots::FigurePlot plot(isDark ? theme::Theme::dark() : theme::Theme::light());
        plot.resize(820, 560);
        plot.setFigure(figure);
        plot.grab().save(stem + (isDark ? QStringLiteral("-dark.png") : QStringLiteral("-light.png")));
    }
}

} // namespace

int main(int argc, char** argv) {
    const QApplication application(argc, argv);
    const QString folder = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QStringLiteral("gallery");
    QDir().mkpath(folder);
    bool isGood = true;
    for (const figures::FigureSpec& figure : examples::all()) {
        const QString stem = folder + u'/' + QString::fromStdString(figure.id);
        isGood = writePresets(figure, stem) && isGood;
        writeScreens(figure, stem);
    }
    plots::ReportCover cover;
    cover.title = "How eight mice learn the wheel task";
    cover.subtitle = base::Text::verbatim("demo study");
    cover.lines = {"8 mice, 164 sessions, 71,204 trials with a choice",
        "Rules compared on held-out animals: bias only, static GLM, "
        "REINFORCE with baseline, DNN, RNN"};
    cover.footer = base::Text::verbatim("Rulescope 0.1.0, data hash 1f3a, seed 1");
    isGood = isWritten(plots::writeReport(examples::all(), cover, folder + QStringLiteral("/report.pdf"))) &&
             isGood;
    return isGood ? 0 : 1;
}
