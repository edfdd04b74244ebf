// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/report_mode.h"

#include "app/desktop/report_figures.h"
#include "core/data/analysed.h"
#include "widgets/plots/export.h"

#include <QCoreApplication>
#include <QDate>
#include <QDir>
#include <QFileInfo>
#include <QTextStream>

#include <filesystem>

namespace rulescope::desktop {

namespace {

using base::Number;
using base::Text;

constexpr int kBadInput = 3;
constexpr int kNoResult = 4;
constexpr int kHashDigits = 10; ///< of an animal's SHA-1; enough to tell data apart by eye

Text::Argument count(std::size_t value) {
    return static_cast<std::int64_t>(value);
}

std::size_t scoredTrials(const std::vector<fit::AnimalScore>& scores) {
    std::size_t trials = 0;
    for (const fit::AnimalScore& score : scores) {
        trials += score.trials;
    }
    return trials;
}

Text fitLine(const fit::FitResult& fit) {
    if (!fit.spec.heldOutTrials.empty()) {
        return {QT_TRANSLATE_NOOP("core", "%1: log-likelihood %2 nats per trial on held-out trials of its "
                                          "animals, n = %3 {trial|trials}"),
            {fit.id, Number{fit.heldOutNatsPerTrial, 4}, count(scoredTrials(fit.heldOutScores))}};
    }
    if (fit.spec.heldOut.empty()) {
        return {QT_TRANSLATE_NOOP("core",
                    "%1: log-likelihood %2 nats per trial on its training animals, n = %3 {trial|trials}"),
            {fit.id, Number{fit.trainNatsPerTrial, 4}, count(scoredTrials(fit.trainScores))}};
    }
    return {QT_TRANSLATE_NOOP(
                "core", "%1: log-likelihood %2 nats per trial on held-out animals, n = %3 {trial|trials}"),
        {fit.id, Number{fit.heldOutNatsPerTrial, 4}, count(scoredTrials(fit.heldOutScores))}};
}

Text provenance(const data::Study& study) {
    std::string hashes;
    for (const data::AnimalPtr& animal : study.animals) {
        hashes += hashes.empty() ? "" : ", ";
        hashes += animal->name() + " " + animal->contentHash().substr(0, 5 + kHashDigits);
        if (hashes.size() > 300) {
            hashes += ", …";
            break;
        }
    }
    return {QT_TRANSLATE_NOOP("core", "Rulescope %1. Data: %2"),
        {QCoreApplication::applicationVersion().toStdString(), hashes}};
}

void say(const QString& line) {
    QTextStream(stderr) << "rulescope: " << line << Qt::endl;
}

base::Result<void> makeFolder(const QString& folder) {
    if (QDir().mkpath(folder)) {
        return {};
    }
    return base::failure(base::ErrorCode::NotWritable, QT_TRANSLATE_NOOP("core", "The folder can't be made."),
        folder.toStdString(), QT_TRANSLATE_NOOP("core", "Name a folder in a place where you may write."));
}

base::Result<QStringList> writeFigure(
    const figures::FigureSpec& figure, const QDir& folder, const base::StopToken& stop) {
    QStringList files;
    plots::ExportOptions options = plots::ExportOptions::journalPage();
    for (const plots::ExportFormat format : {plots::ExportFormat::Pdf, plots::ExportFormat::Csv}) {
        options.format = format;
        const QString path =
            folder.filePath(QString::fromStdString(figure.id) + QLatin1Char('.') + plots::suffixOf(format));
        if (auto written = plots::exportFigure(figure, path, options, stop); !written) {
            return tl::make_unexpected(written.error());
        }
        files.append(path);
    }
    return files;
}

} // namespace

plots::ReportCover reportCover(const io::StudyContents& contents, const QString& file) {
    const data::Study study = data::analysed(contents.study);
    const data::TrialCounts counts = study.counts();
    plots::ReportCover cover;
    const std::string stem = QFileInfo(file).completeBaseName().toStdString();
    cover.title = Text::verbatim(study.title.empty() ? stem : study.title);
    cover.subtitle = {QT_TRANSLATE_NOOP("core", "How %1 {animal learns|animals learn} · %2"),
        {count(study.animals.size()), QDate::currentDate().toString(Qt::ISODate).toStdString()}};
    cover.lines.push_back(
        {QT_TRANSLATE_NOOP(
             "core", "%1 {animal|animals}, %2 {session|sessions}, %3 {trial|trials}, %4 with a choice"),
            {count(study.animals.size()), count(study.sessionCount()), count(counts.trials),
                count(counts.choices)}});
    if (counts.judged > 0) {
        cover.lines.push_back(
            {QT_TRANSLATE_NOOP("core", "Accuracy %1 % over n = %2 {choice|choices} with a known outcome"),
                {Number{100 * counts.accuracy(), 1}, count(counts.judged)}});
    }
    for (const fit::FitResultPtr& fit : newestFits(contents)) {
        cover.lines.push_back(fitLine(*fit));
    }
    cover.footer = provenance(study);
    return cover;
}

base::Result<ReportFiles> writeStudyReport(const std::vector<figures::FigureSpec>& figures,
    const io::StudyContents& contents, const QString& file, const QString& folder,
    const base::ProgressCallback& onProgress, const base::StopToken& stop) {
    if (figures.empty()) {
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "The study has no trials that could be drawn."), file.toStdString(),
            QT_TRANSLATE_NOOP("core", "Import animals first."));
    }
    if (stop.stop_requested()) {
        return base::failure(
            base::ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "The report was stopped."));
    }
    if (auto made = makeFolder(folder); !made) {
        return tl::make_unexpected(made.error());
    }
    const QDir out(folder);
    ReportFiles files;
    files.report = out.filePath(QStringLiteral("report.pdf"));
    const double steps = 2.0 * static_cast<double>(figures.size()) + 1; // each as slide and as file
    double done = 0;
    const auto tell = [&](double stepsDone) {
        done = stepsDone;
        if (onProgress) {
            onProgress(done / steps);
        }
    };
    if (auto written = plots::writeReport(
            figures, reportCover(contents, file), files.report, [&](int pages, int) { tell(pages); }, stop);
        !written) {
        return tl::make_unexpected(written.error());
    }
    for (const figures::FigureSpec& figure : figures) {
        const auto written = writeFigure(figure, out, stop);
        if (!written) {
            return tl::make_unexpected(written.error());
        }
        files.figures += *written;
        tell(done + 1);
    }
    return files;
}

void removeUnfinishedReport(const std::vector<figures::FigureSpec>& figures, const QString& folder) {
    QDir out(folder);
    QStringList names = {QStringLiteral("report.pdf")};
    for (const figures::FigureSpec& figure : figures) {
        for (const plots::ExportFormat format : {plots::ExportFormat::Pdf, plots::ExportFormat::Csv}) {
            names.append(QString::fromStdString(figure.id) + QLatin1Char('.') + plots::suffixOf(format));
        }
    }
    for (const QString& name : names) {
        // With what QSaveFile had begun to write.
        for (const QString& file : out.entryList({name, name + QStringLiteral(".??????")}, QDir::Files)) {
            out.remove(file);
        }
    }
    QDir().rmdir(folder); // unless there is anything else in it
}

int runReport(const QString& study, const QString& folder) {
    const auto contents = io::openStudy(std::filesystem::path(study.toStdU16String()));
    if (!contents) {
        say(QString::fromStdString(base::english(contents.error())));
        return kBadInput;
    }
    const std::vector<figures::FigureSpec> figures = reportFigures(*contents,
        [](const std::string& id) { say(QStringLiteral("drawing ") + QString::fromStdString(id)); });
    const auto files = writeStudyReport(figures, *contents, study, folder);
    if (!files) {
        say(QString::fromStdString(base::english(files.error())));
        return kNoResult;
    }
    say(QStringLiteral("wrote %1 and %2 files beside it").arg(files->report).arg(files->figures.size()));
    return 0;
}

} // namespace rulescope::desktop
