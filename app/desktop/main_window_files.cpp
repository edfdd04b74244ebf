// SPDX-License-Identifier: GPL-3.0-or-later
// The window's part about files: new, open, save, import, report, and what happens when a study is left.
#include "app/desktop/main_window.h"

#include "app/desktop/report_figures.h"
#include "app/desktop/report_mode.h"
#include "app/desktop/window_actions.h"
#include "widgets/panels/import_preview.h"
#include "widgets/panels/latest_task.h"
#include "widgets/panels/notice_bar.h"
#include "widgets/text/translated.h"

#include <QAction>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>

namespace rulescope::desktop {

namespace {

constexpr int kStatusTime = 6000; ///< ms
const QString kOpenNotice = QStringLiteral("openNotice");
const QString kSaveNotice = QStringLiteral("saveNotice");
const QString kReportNotice = QStringLiteral("reportNotice");
const QString kChangedNotice = QStringLiteral("changedOutsideNotice");

QString studyFilter() {
    return MainWindow::tr("Rulescope studies (*.rulescope)");
}

QString withStudySuffix(const QString& path) {
    const QString suffix = QStringLiteral(".rulescope");
    return path.endsWith(suffix, Qt::CaseInsensitive) ? path : path + suffix;
}

} // namespace

void MainWindow::connectFileActions() {
    connect(m_actions->newStudy, &QAction::triggered, this, &MainWindow::newStudy);
    connect(m_actions->open, &QAction::triggered, this, &MainWindow::chooseStudy);
    connect(m_actions->openDemo, &QAction::triggered, this, [this] {
        if (mayLeaveStudy()) {
            openDemo();
        }
    });
    connect(m_actions->importFiles, &QAction::triggered, this, &MainWindow::chooseFiles);
    connect(m_actions->importFolder, &QAction::triggered, this, &MainWindow::chooseFolder);
    connect(m_actions->save, &QAction::triggered, this, &MainWindow::save);
    connect(m_actions->saveAs, &QAction::triggered, this, &MainWindow::saveAs);
    connect(m_actions->report, &QAction::triggered, this, &MainWindow::chooseReportFolder);
    connect(m_actions->quit, &QAction::triggered, this, &MainWindow::close);
}

void MainWindow::connectFiles() {
    connect(&m_files, &StudyFiles::opened, this,
        [this](const std::shared_ptr<io::StudyContents>& contents, const QString& path) {
            if (mayStillLeave()) {
                adopt(std::move(*contents), path, false);
            }
        });
    connect(
        &m_files, &StudyFiles::demoMade, this, [this](const std::shared_ptr<io::StudyContents>& contents) {
            if (mayStillLeave()) {
                adopt(std::move(*contents), {}, true);
            }
        });
    connect(&m_files, &StudyFiles::openFailed, this, [this](const base::Error& error) {
        statusBar()->clearMessage();
        m_notices->show(kOpenNotice, text::translated(error));
    });
    connect(&m_files, &StudyFiles::saved, this,
        [this](const models::StudySnapshot& snapshot, const QString& path, quint64 generation) {
            m_notices->close(kSaveNotice);
            m_settings.addRecentFile(path);
            if (m_document.setSaved(snapshot, path, generation)) {
                m_settings.setLastStudy(path);
            }
            statusBar()->showMessage(tr("Saved %1").arg(QDir::toNativeSeparators(path)), kStatusTime);
        });
    connect(&m_files, &StudyFiles::saveFailed, this, [this](const base::Error& error) {
        statusBar()->clearMessage();
        m_notices->show(kSaveNotice, text::translated(error), {{tr("Save As…"), [this] { saveAs(); }}});
    });
    connect(&m_files, &StudyFiles::readingProgressed, m_importPreview, &panels::ImportPreview::setProgress);
    connect(&m_files, &StudyFiles::readingEnded, this, &MainWindow::onImportRead);
    connect(&m_files, &StudyFiles::readingFailed, this, [this](const base::Error& error) {
        if (m_stack->currentWidget() == m_importPreview) {
            m_importPreview->showError(error);
        }
    });
    connect(m_importPreview, &panels::ImportPreview::accepted, this, &MainWindow::acceptImport);
    connect(m_importPreview, &panels::ImportPreview::cancelled, this, &MainWindow::endImport);
    connect(m_actions->recentMenu, &QMenu::aboutToShow, this, &MainWindow::fillRecentMenu);
}

void MainWindow::newStudy() {
    if (mayLeaveStudy()) {
        adopt({}, {}, false);
    }
}

void MainWindow::chooseStudy() {
    if (!mayLeaveStudy()) {
        return;
    }
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open Study"), m_settings.lastFolder(), studyFilter());
    if (!path.isEmpty()) {
        m_settings.setLastFolder(QFileInfo(path).absolutePath());
        openStudy(path);
    }
}

void MainWindow::openStudy(const QString& path) {
    statusBar()->showMessage(tr("Opening %1…").arg(QDir::toNativeSeparators(path)));
    m_notices->close(kOpenNotice);
    m_leaving = m_document.snapshot();
    m_files.open(path);
}

void MainWindow::openDemo() {
    statusBar()->showMessage(tr("Making the demo study…"));
    m_leaving = m_document.snapshot();
    m_files.makeDemo();
}

void MainWindow::adopt(io::StudyContents contents, const QString& path, bool isDemo) {
    statusBar()->clearMessage();
    const bool isChangedOutside = contents.isChangedOutside;
    endImport();
    m_document.adopt(std::move(contents), path, isDemo);
    m_settings.setLastStudy(path);
    if (!path.isEmpty()) {
        m_settings.addRecentFile(path);
    }
    m_notices->close(kChangedNotice);
    if (isChangedOutside) {
        m_notices->show(kChangedNotice, tr("Another program has changed this study file since Rulescope "
                                           "wrote it. Everything in it could be read; "
                                           "saving it accepts the changes."));
    }
    offerInterruptedJobs();
}

void MainWindow::chooseFiles() {
    const QStringList paths = QFileDialog::getOpenFileNames(this, tr("Import Files"), m_settings.lastFolder(),
        tr("Tables of trials (*.csv *.tsv *.txt);;All files (*)"));
    if (!paths.isEmpty()) {
        m_settings.setLastFolder(QFileInfo(paths.first()).absolutePath());
        importPaths(paths);
    }
}

void MainWindow::chooseFolder() {
    const QString path =
        QFileDialog::getExistingDirectory(this, tr("Import Folder"), m_settings.lastFolder());
    if (!path.isEmpty()) {
        m_settings.setLastFolder(path);
        importPaths({path});
    }
}

void MainWindow::importPaths(const QStringList& paths) {
    m_importReport = nullptr;
    m_importPreview->showReading(paths);
    m_stack->setCurrentWidget(m_importPreview);
    m_files.read(paths);
}

void MainWindow::onImportRead(const std::shared_ptr<io::ImportReport>& report) {
    if (m_stack->currentWidget() != m_importPreview) {
        return; // cancelled meanwhile
    }
    m_importReport = report;
    m_importPreview->showReport(*report, m_document.contents().study);
}

void MainWindow::acceptImport() {
    if (m_importReport == nullptr) {
        return;
    }
    if (const auto imported = m_document.importAnimals(m_importReport->animals); !imported) {
        m_importPreview->showError(imported.error());
        m_importReport = nullptr;
        return;
    }
    statusBar()->showMessage(
        tr("Imported %n animal(s)", nullptr, int(m_importReport->animals.size())), kStatusTime);
    endImport();
}

void MainWindow::endImport() {
    m_files.cancelReading();
    m_importReport = nullptr;
    m_stack->setCurrentWidget(m_tabs);
}

void MainWindow::save() {
    if (m_document.path().isEmpty()) {
        saveAs();
        return;
    }
    statusBar()->showMessage(tr("Saving…"));
    m_files.save(m_document.snapshot(), m_document.path(), m_document.generation());
}

QString MainWindow::askStudyPath(const QString& proposal) {
    const QString chosen = QFileDialog::getSaveFileName(this, tr("Save Study As"), proposal, studyFilter());
    const QString path = chosen.isEmpty() ? chosen : withStudySuffix(chosen);
    // The dialog has asked about the name that was typed, not about the one with the suffix.
    if (path != chosen && QFileInfo::exists(path) &&
        QMessageBox::question(this, tr("Replace Study?"),
            tr("“%1” exists already. Replace it?").arg(QFileInfo(path).fileName())) != QMessageBox::Yes) {
        return {};
    }
    return path;
}

bool MainWindow::saveAs() {
    const QString proposal =
        m_document.path().isEmpty()
            ? QDir(m_settings.lastFolder()).filePath(m_document.displayName() + QStringLiteral(".rulescope"))
            : m_document.path();
    const QString path = askStudyPath(proposal);
    if (path.isEmpty()) {
        return false;
    }
    m_settings.setLastFolder(QFileInfo(path).absolutePath());
    statusBar()->showMessage(tr("Saving…"));
    m_files.save(m_document.snapshot(), path, m_document.generation());
    return true;
}

bool MainWindow::saveBeforeLeaving() {
    QString path = m_document.path();
    if (path.isEmpty()) {
        path = askStudyPath(
            QDir(m_settings.lastFolder()).filePath(m_document.displayName() + QStringLiteral(".rulescope")));
        if (path.isEmpty()) {
            return false;
        }
    }
    const models::StudySnapshot snapshot = m_document.snapshot();
    if (const auto saved = m_files.saveNow(snapshot, path); !saved) {
        m_notices->show(kSaveNotice, text::translated(saved.error()));
        return false;
    }
    m_document.setSaved(snapshot, path, m_document.generation());
    m_settings.addRecentFile(path);
    m_settings.setLastStudy(path);
    return true;
}

bool MainWindow::mayLeaveStudy() {
    if (!m_document.isModified()) {
        return true;
    }
    QMessageBox box(QMessageBox::Question, tr("Unsaved Changes"),
        tr("Save the changes to “%1” before leaving it?").arg(m_document.displayName()),
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
    box.setObjectName(QStringLiteral("unsavedGuard"));
    box.setInformativeText(tr("Without saving, imported animals and fits are lost."));
    box.setDefaultButton(QMessageBox::Save);
    switch (box.exec()) {
    case QMessageBox::Save:
        return saveBeforeLeaving();
    case QMessageBox::Discard:
        return true;
    default:
        return false;
    }
}

bool MainWindow::mayStillLeave() {
    // The guard was passed when the file was asked for; a fit may have finished or a title changed since.
    return m_document.snapshot() == m_leaving || mayLeaveStudy();
}

void MainWindow::chooseReportFolder() {
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Folder for the Report"), m_settings.lastFolder());
    if (folder.isEmpty()) {
        return;
    }
    m_settings.setLastFolder(folder);
    statusBar()->showMessage(tr("Drawing the report…"));
    const models::StudySnapshot snapshot = m_document.snapshot();
    m_reportTask->run([snapshot](const base::StopToken&) { return reportFigures(*snapshot); },
        [this, snapshot, folder](
            const std::vector<figures::FigureSpec>& figures) { writeReport(figures, snapshot, folder); });
}

void MainWindow::writeReport(const std::vector<figures::FigureSpec>& figures,
    const models::StudySnapshot& snapshot, const QString& folder) {
    const auto files = writeStudyReport(figures, *snapshot, m_document.displayName(), folder);
    statusBar()->clearMessage();
    m_notices->show(kReportNotice, files ? tr("The report is %1; each figure lies beside it as PDF and CSV.")
                                               .arg(QDir::toNativeSeparators(files->report))
                                         : text::translated(files.error()));
}

void MainWindow::fillRecentMenu() {
    QMenu* menu = m_actions->recentMenu;
    menu->clear();
    for (const QString& path : m_settings.recentFiles()) {
        QAction* action = menu->addAction(QDir::toNativeSeparators(path));
        action->setEnabled(QFileInfo::exists(path));
        connect(action, &QAction::triggered, this, [this, path] {
            if (mayLeaveStudy()) {
                openStudy(path);
            }
        });
    }
    if (menu->isEmpty()) {
        menu->addAction(tr("No study yet"))->setEnabled(false);
        return;
    }
    menu->addSeparator();
    connect(menu->addAction(tr("Clear List")), &QAction::triggered, this,
        [this] { m_settings.clearRecentFiles(); });
}

} // namespace rulescope::desktop
