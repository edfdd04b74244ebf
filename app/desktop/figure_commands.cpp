// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/figure_commands.h"

#include "app/desktop/guarded.h"
#include "app/desktop/settings.h"
#include "widgets/dialogs/export_dialog.h"
#include "widgets/plots/figure_plot.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>

#include <algorithm>
#include <utility>

namespace rulescope::desktop {

namespace {

const char* const kUsualPreset = "183mm";
constexpr int kSuitable = 0; ///< dots per inch: those of the size

QAction* makeAction(QObject* parent, const char* name, const QString& text, const QKeySequence& shortcut,
    const QString& toolTip) {
    auto* action = new QAction(text, parent);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(shortcut);
    action->setToolTip(toolTip);
    action->setStatusTip(toolTip);
    return action;
}

QStringList filterList() {
    return {FigureCommands::tr("PDF, vector (*.pdf)"), FigureCommands::tr("SVG, vector (*.svg)"),
        FigureCommands::tr("PNG, picture (*.png)"), FigureCommands::tr("CSV, the data behind it (*.csv)")};
}

QString filters() {
    return filterList().join(QStringLiteral(";;"));
}

QString filterOf(plots::ExportFormat format) {
    return filterList().filter(QStringLiteral("*.") + plots::suffixOf(format)).value(0);
}

/// Every size with its dots per inch.
QString suitableResolutions() {
    QStringList parts;
    for (const plots::ExportPreset& preset : plots::exportPresets()) {
        parts.append(FigureCommands::tr("%1: %2").arg(preset.label, QLocale().toString(preset.options.dpi)));
    }
    return parts.join(QStringLiteral(", "));
}

/// A name without a known suffix gets that of the chosen filter.
QString withSuffix(const QString& path, const QString& filter) {
    if (plots::formatFromPath(path)) {
        return path;
    }
    const QString suffix = filter.section(QStringLiteral("*."), 1).section(QLatin1Char(')'), 0, 0);
    return path + QLatin1Char('.') + (suffix.isEmpty() ? QStringLiteral("pdf") : suffix);
}

} // namespace

FigureCommands::FigureCommands(Settings& settings, QWidget* window)
    : QObject(window)
    , m_settings(settings)
    , m_window(window)
    , m_export(makeAction(this, "exportFigure", tr("&Export Figure…"), QKeySequence(Qt::CTRL | Qt::Key_E),
          tr("Write the figure as PDF, SVG, PNG or its data as CSV, 183 mm wide")))
    , m_preview(makeAction(this, "exportWithPreview", tr("Export with Pre&view…"),
          QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_E),
          tr("Choose size, text, format and resolution, and see what the file will hold")))
    , m_copy(
          makeAction(this, "copyFigure", tr("Copy &Figure"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C),
              tr("Put the figure on the clipboard, as picture and as vector drawing")))
    , m_copyData(
          makeAction(this, "copyData", tr("Copy &Data"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D),
              tr("Put the numbers behind the figure on the clipboard, as CSV")))
    , m_reset(makeAction(this, "resetView", tr("&Reset View"), QKeySequence(Qt::CTRL | Qt::Key_0),
          tr("Undo zooming and panning of the figure")))
    , m_outlines(makeAction(this, "textAsOutlines", tr("Text as &Outlines"),
          QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_O),
          tr("Letters become shapes, for programs without the font; text can then not be edited")))
    , m_resolutions(new QActionGroup(this)) {
    m_writer.setMaxThreadCount(1);
    m_outlines->setCheckable(true);
    int number = 0;
    for (const int dpi : {kSuitable, 150, 300, 600, 1200}) {
        QAction* action = m_resolutions->addAction(
            dpi == kSuitable ? tr("As Suits the Size") : tr("%1 dots per inch").arg(QLocale().toString(dpi)));
        action->setShortcut(QKeySequence(Qt::CTRL | Qt::ALT | Qt::SHIFT | Qt::Key(Qt::Key_0 + number++)));
        action->setObjectName(
            dpi == kSuitable ? QStringLiteral("pngSuitable") : QStringLiteral("png%1").arg(dpi));
        action->setToolTip(
            dpi == kSuitable
                ? tr("PNG pictures get the resolution of their size: %1").arg(suitableResolutions())
                : tr("PNG pictures of every size get this resolution"));
        action->setData(dpi);
        action->setCheckable(true);
        action->setChecked(dpi == kSuitable);
    }
    number = 0;
    for (const plots::ExportPreset& preset : plots::exportPresets()) {
        QAction* action = makeAction(this, nullptr, preset.label + QStringLiteral("…"),
            QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key(Qt::Key_1 + number++)),
            tr("Write the figure at exactly this size"));
        action->setObjectName(QStringLiteral("export_") + preset.name);
        connect(action, &QAction::triggered, this, [this, name = preset.name] { exportWith(name); });
        m_sizes.append(action);
    }
    connect(m_export, &QAction::triggered, this, [this] { exportWith(QLatin1String(kUsualPreset)); });
    connect(m_preview, &QAction::triggered, this, &FigureCommands::exportWithPreview);
    connect(m_copy, &QAction::triggered, this, [this] {
        if (const auto figure = targetFigure()) {
            copy(*figure, optionsFor(QLatin1String(kUsualPreset)));
        }
    });
    connect(m_copyData, &QAction::triggered, this, &FigureCommands::copyData);
    connect(m_reset, &QAction::triggered, this, [this] {
        if (plots::FigurePlot* plot = target()) {
            plot->resetView();
        }
    });
}

FigureCommands::~FigureCommands() {
    m_stop.request_stop(); // what waits for the GUI thread would wait for ever
    m_writer.waitForDone();
}

void FigureCommands::addExportActions(QMenu& menu) {
    menu.addAction(m_export);
    menu.addAction(m_preview);
    QMenu* sizes = menu.addMenu(tr("Export at &Size"));
    sizes->setObjectName(QStringLiteral("exportSizes"));
    sizes->addActions(m_sizes);
    sizes->addSeparator();
    QMenu* resolution = sizes->addMenu(tr("PNG &Resolution"));
    resolution->addActions(m_resolutions->actions());
    sizes->addAction(m_outlines);
}

void FigureCommands::setMainPlot(plots::FigurePlot* plot) {
    m_mainPlot = plot;
}

plots::FigurePlot* FigureCommands::target() const {
    if (m_menuPlot != nullptr) {
        return m_menuPlot;
    }
    for (QWidget* widget = QApplication::focusWidget(); widget != nullptr; widget = widget->parentWidget()) {
        if (auto* plot = qobject_cast<plots::FigurePlot*>(widget)) {
            return plot;
        }
    }
    return m_mainPlot;
}

void FigureCommands::showMenu(plots::FigurePlot* plot, const QPoint& globalPosition) {
    QMenu menu(m_window);
    menu.setObjectName(QStringLiteral("figureMenu"));
    menu.addAction(m_copy);
    menu.addAction(m_copyData);
    menu.addSeparator();
    addExportActions(menu);
    menu.addSeparator();
    menu.addAction(m_reset);
    m_menuPlot = plot;
    menu.exec(globalPosition);
    m_menuPlot = nullptr;
}

plots::ExportOptions FigureCommands::optionsFor(const QString& preset) const {
    plots::ExportOptions options = plots::ExportOptions::journalPage();
    for (const plots::ExportPreset& candidate : plots::exportPresets()) {
        if (candidate.name == preset) {
            options = candidate.options;
        }
    }
    if (const int dpi = m_resolutions->checkedAction()->data().toInt(); dpi != kSuitable) {
        options.dpi = dpi;
    }
    options.textAsOutlines = m_outlines->isChecked();
    return options;
}

/// Runs `work` on the writer's thread and `onDone` with its value here.
template<class Work, class Done>
void FigureCommands::inBackground(const QString& sentence, Work work, Done onDone) {
    ++m_pending;
    emit started(sentence);
    m_writer.start([this, work = std::move(work), onDone = std::move(onDone), stop = m_stop.get_token()] {
        auto result = guarded({}, [&] { return work(stop); });
        // The destructor waits for this thread, so that there is somebody to tell.
        QMetaObject::invokeMethod(
            this,
            [this, onDone, result = std::move(result)] {
                if (!result) {
                    emit failed(result.error());
                } else {
                    onDone(result);
                }
                if (--m_pending == 0) {
                    emit idle();
                }
            },
            Qt::QueuedConnection);
    });
}

void FigureCommands::write(const figures::FigureSpec& figure, const QString& path, const QString& preset) {
    write(figure, path, optionsFor(preset));
}

void FigureCommands::write(
    const figures::FigureSpec& figure, const QString& path, plots::ExportOptions options) {
    const auto format = plots::formatFromPath(path);
    if (!format) {
        emit failed({base::ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "The name tells no format that figures can be written in."),
            path.toStdString(), QT_TRANSLATE_NOOP("core", "Let it end in .pdf, .svg, .png or .csv.")});
        return;
    }
    options.format = *format;
    const QString name = QDir::toNativeSeparators(path);
    inBackground(
        tr("Writing %1…").arg(name),
        [figure, path, options](
            const base::StopToken& stop) { return plots::exportFigure(figure, path, options, stop); },
        [this, name, figure](const base::Result<void>&) {
            emit written(figure);
            emit done(tr("Wrote %1").arg(name));
        });
}

std::optional<figures::FigureSpec> FigureCommands::targetFigure() {
    const plots::FigurePlot* plot = target();
    if (plot == nullptr || plot->figure().panels.empty()) {
        emit done(tr("There is no figure on this page yet."));
        return std::nullopt;
    }
    return plot->figure(); // a copy: the page may change while a dialog is open
}

void FigureCommands::exportWith(const QString& preset) {
    if (const auto figure = targetFigure()) {
        saveAs(*figure, optionsFor(preset));
    }
}

void FigureCommands::exportWithPreview() {
    const auto figure = targetFigure();
    if (!figure) {
        return;
    }
    const QString preset = QLatin1String(kUsualPreset);
    auto* dialog = new dialogs::ExportDialog(*figure, preset, optionsFor(preset), m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &dialogs::ExportDialog::saveRequested, this,
        [this, dialog] { saveAs(dialog->figure(), dialog->options()); });
    connect(dialog, &dialogs::ExportDialog::copyRequested, this, [this, dialog] {
        dialog->options().format == plots::ExportFormat::Csv ? copyNumbers(dialog->figure())
                                                             : copy(dialog->figure(), dialog->options());
    });
    dialog->show();
}

void FigureCommands::saveAs(const figures::FigureSpec& figure, const plots::ExportOptions& options) {
    const QString name =
        QString::fromStdString(figure.id) + QLatin1Char('.') + plots::suffixOf(options.format);
    const QString proposal = QDir(m_settings.lastFolder()).filePath(name);
    QString filter = filterOf(options.format);
    const QString chosen =
        QFileDialog::getSaveFileName(m_window, tr("Export Figure"), proposal, filters(), &filter);
    if (chosen.isEmpty()) {
        return;
    }
    const QString path = withSuffix(chosen, filter);
    // The dialog has asked about the name that was typed, not about the one with the suffix.
    if (path != chosen && QFileInfo::exists(path) &&
        QMessageBox::question(m_window, tr("Replace File?"),
            tr("“%1” exists already. Replace it?").arg(QFileInfo(path).fileName())) != QMessageBox::Yes) {
        return;
    }
    m_settings.setLastFolder(QFileInfo(path).absolutePath());
    write(figure, path, options);
}

void FigureCommands::copy(const figures::FigureSpec& figure, const plots::ExportOptions& options) {
    inBackground(
        tr("Drawing the figure for the clipboard…"),
        [figure, options](
            const base::StopToken& stop) { return plots::renderForClipboard(figure, options, stop); },
        [this](const base::Result<plots::RenderedFigure>& rendered) {
            QApplication::clipboard()->setMimeData(plots::mimeData(*rendered).release());
            emit done(tr("The figure is on the clipboard."));
        });
}

void FigureCommands::copyData() {
    if (plots::FigurePlot* plot = target()) {
        copyNumbers(plot->figure());
    }
}

void FigureCommands::copyNumbers(const figures::FigureSpec& figure) {
    inBackground(
        tr("Collecting the numbers…"),
        [figure](const base::StopToken&) -> base::Result<QString> {
            return QString::fromStdString(figures::toCsv(figure));
        },
        [this](const base::Result<QString>& numbers) {
            QApplication::clipboard()->setText(*numbers);
            emit done(tr("The numbers behind the figure are on the clipboard."));
        });
}

} // namespace rulescope::desktop
