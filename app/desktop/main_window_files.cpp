// SPDX-License-Identifier: GPL-3.0-or-later
// The window's part about files: new, open, save, import, report, and what happens when a study is left.
#include "app/desktop/main_window.h"

#include "app/desktop/background.h"
#include "app/desktop/data_export.h"
#include "app/desktop/figure_commands.h"
#include "app/desktop/fresh_folder.h"
#include "app/desktop/window_actions.h"
#include "widgets/dialogs/mapping_dialog.h"
#include "widgets/panels/browser_panel.h"
#include "widgets/panels/import_preview.h"
#include "widgets/panels/notice_bar.h"
#include "widgets/panels/validation_page.h"
#include "widgets/text/translated.h"

#include <QAction>
#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>

#include <utility>

namespace rulescope::desktop {

namespace {

constexpr int kStatusTime = 6000; ///< ms
const QString kOpenNotice = QStringLiteral("openNotice");
const QString kSaveNotice = QStringLiteral("saveNotice");
const QString kReportNotice = QStringLiteral("reportNotice");
const QString kClosingNotice = QStringLiteral("closingNotice");
const QString kLockNotice = QStringLiteral("lockNotice");
const QString kNotesNotice = QStringLiteral("lostNotesNotice");
const QString kRecoveryNotice = QStringLiteral("recoveryNotice");
constexpr int kValidationPage = 4;
const QString kChangedNotice = QStringLiteral("changedOutsideNotice");

QString studyFilter() {
    return MainWindow::tr("Rulescope studies (*.rulescope)");
}

/// "Rulescope on rig-pc (process 4711, user anna)".
QString ownerText(const StudyLock::Owner& owner) {
    const QString user = owner.user.isEmpty() ? QString() : MainWindow::tr(", user %1").arg(owner.user);
    const QString process = MainWindow::tr("process %1").arg(owner.process) + user;
    return owner.isElsewhere ? MainWindow::tr("Rulescope on %1 (%2)").arg(owner.host, process)
                             : MainWindow::tr("Another window (%1)").arg(process);
}

QString sinceText(const StudyLock::Owner& owner) {
    return QLocale().toString(owner.since, QLocale::ShortFormat);
}

/// The first titles of a list, for a sentence.
QString shortened(const QStringList& titles) {
    constexpr int kShown = 6;
    const QString shown = titles.mid(0, kShown).join(QStringLiteral(", "));
    return titles.size() > kShown ? MainWindow::tr("%1 and others").arg(shown) : shown;
}

QString withStudySuffix(const QString& path) {
    const QString suffix = QStringLiteral(".rulescope");
    return path.endsWith(suffix, Qt::CaseInsensitive) ? path : path + suffix;
}

} // namespace

void MainWindow::connectFileActions() {
    connect(m_actions->newStudy, &QAction::triggered, this, [this] { m_file.startNew(); });
    connect(m_actions->open, &QAction::triggered, this, &MainWindow::chooseStudy);
    connect(m_actions->openDemo, &QAction::triggered, this, &MainWindow::openDemo);
    connect(m_actions->importFiles, &QAction::triggered, this, &MainWindow::chooseFiles);
    connect(m_actions->importFolder, &QAction::triggered, this, &MainWindow::chooseFolder);
    connect(m_actions->save, &QAction::triggered, this, [this] { m_file.save(); });
    connect(m_actions->saveAs, &QAction::triggered, this, [this] { m_file.saveAs(); });
    connect(m_actions->revert, &QAction::triggered, this, &MainWindow::revert);
    connect(m_actions->report, &QAction::triggered, this, &MainWindow::chooseReportFolder);
    connect(m_actions->quit, &QAction::triggered, this, &MainWindow::close);
}

void MainWindow::connectFiles() {
    connect(&m_file, &DocumentFile::reading, this, [this](const QString& path) {
        m_notices->close(kOpenNotice);
        statusBar()->showMessage(path.isEmpty() ? tr("Making the demo study…")
                                                : tr("Opening %1…").arg(QDir::toNativeSeparators(path)));
    });
    connect(&m_file, &DocumentFile::arrived, this, &MainWindow::onArrived);
    connect(&m_file, &DocumentFile::openFailed, this, [this](const base::Error& error) {
        statusBar()->clearMessage();
        m_notices->show(kOpenNotice, text::translated(error));
    });
    connect(&m_file, &DocumentFile::saving, this, [this] { statusBar()->showMessage(tr("Saving…")); });
    connect(&m_file, &DocumentFile::saved, this, &MainWindow::onSaved);
    connect(&m_file, &DocumentFile::saveFailed, this, [this](const base::Error& error) {
        statusBar()->clearMessage();
        m_notices->show(
            kSaveNotice, text::translated(error), {{tr("Save As…"), [this] { m_file.saveAs(); }}});
    });
    connect(&m_file, &DocumentFile::lockChanged, this, &MainWindow::showLock);
    connect(&m_file, &DocumentFile::saveRefused, this,
        [this](const QString& path, const StudyLock::Owner& owner) {
            statusBar()->clearMessage();
            m_notices->show(kSaveNotice,
                tr("“%1” was not replaced: %2 has had it open since %3. Close it there, or save under "
                   "another name.")
                    .arg(QFileInfo(path).fileName(), ownerText(owner), sinceText(owner)),
                {{tr("Save As…"), [this] { m_file.saveAs(); }}});
        });
    connect(&m_import, &ImportReader::progressed, m_importPreview, &panels::ImportPreview::setProgress);
    connect(&m_import, &ImportReader::ended, this, &MainWindow::onImportRead);
    connect(&m_import, &ImportReader::failed, this, [this](const base::Error& error) {
        if (m_stack->currentWidget() == m_importPreview) {
            m_importPreview->showError(error);
        }
    });
    connect(m_importPreview, &panels::ImportPreview::accepted, this, &MainWindow::acceptImport);
    connect(m_importPreview, &panels::ImportPreview::mappingWanted, this,
        [this] { m_import.sample(m_importPaths); });
    connect(&m_import, &ImportReader::sampled, this, &MainWindow::editMapping);
    connect(m_importPreview, &panels::ImportPreview::cancelled, this, &MainWindow::endImport);
    connect(m_actions->recentMenu, &QMenu::aboutToShow, this, &MainWindow::fillRecentMenu);
}

void MainWindow::chooseStudy() {
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open Study"), m_settings.lastFolder(), studyFilter());
    if (!path.isEmpty()) {
        m_settings.setLastFolder(QFileInfo(path).absolutePath());
        openStudy(path);
    }
}

void MainWindow::openStudy(const QString& path) {
    m_file.open(path);
}

void MainWindow::openDemo() {
    m_file.openDemo();
}

void MainWindow::onArrived(const QString& path, bool isChangedOutside) {
    statusBar()->clearMessage();
    if (m_pendingImport != nullptr) { // it is looked at
        joinImport(false);
    }
    if (m_document.isModified() && !m_recovered.file.isEmpty()) {
        for (const QString& notice : {kChangedNotice, kSaveNotice, kLockNotice, kNotesNotice}) {
            m_notices->close(notice); // of the study that was here before
        }
        m_autosave.writeThen([this, old = std::exchange(m_recovered, {})](bool isSafe) {
            if (isSafe) { // not before: the old copy was the only one
                runInBackground([old] { Autosave::discard(old); });
                offerRecovery(old.file); // there may be more
            }
        });
        return;
    }
    m_settings.setLastStudy(path);
    if (!path.isEmpty()) {
        m_settings.addRecentFile(path);
    }
    m_notices->close(kChangedNotice);
    m_notices->close(kSaveNotice);
    if (isChangedOutside) {
        m_notices->show(kChangedNotice, tr("Another program has changed this study file since Rulescope "
                                           "wrote it. Everything in it could be read; "
                                           "saving it accepts the changes."));
    }
    showLostNotes();
    showLock();
    offerInterruptedJobs();
}

void MainWindow::showLostNotes() {
    m_notices->close(kNotesNotice);
    const std::vector<base::Error>& lost = m_document.contents().notesLost;
    if (!lost.empty()) {
        m_notices->show(kNotesNotice,
            tr("%n note(s) in this file don't fit its animals and were left out; saving leaves them out for "
               "good. The first: %1",
                nullptr, static_cast<int>(lost.size()))
                .arg(text::translated(lost.front())));
    }
}

void MainWindow::showLock() {
    m_notices->close(kLockNotice);
    if (!m_file.lock().isHeldByOther()) {
        return;
    }
    const StudyLock::Owner& owner = m_file.lock().owner();
    std::vector<panels::NoticeBar::Choice> choices;
    QString sentence =
        tr("%1 has had this study open since %2. It is read-only here: saving asks for another place.")
            .arg(ownerText(owner), sinceText(owner));
    if (owner.isElsewhere) {
        sentence += QLatin1Char(' ') + tr("If Rulescope has crashed there, you can work on it all the same.");
        choices.push_back({tr("Work on It Anyway…"), [this] { takeOverLock(); }});
    }
    m_notices->show(kLockNotice, sentence, choices);
}

void MainWindow::takeOverLock() {
    const QString path = m_file.lock().path();
    const StudyLock::Owner owner = m_file.lock().owner();
    QMessageBox box(QMessageBox::Warning, tr("Work on It Anyway?"),
        tr("%1 has had “%2” open since %3, or has crashed.")
            .arg(ownerText(owner), m_document.displayName(), sinceText(owner)),
        QMessageBox::Cancel, this);
    box.setObjectName(QStringLiteral("takeOverGuard"));
    box.setInformativeText(
        tr("If that window is still open, two people change one file, and each may replace "
           "what the other has saved. Make sure that it is closed."));
    const QAbstractButton* anyway = box.addButton(tr("&Work on It Anyway"), QMessageBox::DestructiveRole);
    box.setDefaultButton(QMessageBox::Cancel);
    box.exec();
    if (m_file.lock().path() != path || m_file.lock().owner() != owner) {
        return; // another study has arrived meanwhile: the answer is not about that
    }
    if (box.clickedButton() != anyway) {
        showLock();
    } else if (m_file.takeOver()) {
        m_notices->close(kLockNotice);
        statusBar()->showMessage(tr("The study can be changed and saved here now"), kStatusTime);
    } else {
        m_notices->show(
            kLockNotice, tr("The lock could not be taken. Delete %1.lock if no window has the study open.")
                             .arg(QDir::toNativeSeparators(m_file.lock().path())));
    }
}

void MainWindow::offerRecovery(const QString& except) {
    std::vector<Autosave::Remains> remains = m_autosave.remains();
    std::erase_if(remains, [&](const Autosave::Remains& one) { return one.file == except; });
    if (remains.empty()) {
        return;
    }
    const Autosave::Remains& newest = remains.front();
    const QString when = QLocale().toString(newest.time, QLocale::ShortFormat);
    const QString study =
        newest.study.isEmpty() ? tr("a study without a file") : QFileInfo(newest.study).fileName();
    m_notices->show(kRecoveryNotice, tr("Rulescope ended with unsaved changes in %1 (%2).").arg(study, when),
        {{tr("Recover"),
             [this, newest] {
                 m_recovered = newest;
                 m_file.recover(newest.file);
             }},
            {tr("Discard"), [newest] { runInBackground([newest] { Autosave::discard(newest); }); }}});
}

void MainWindow::revert() {
    QMessageBox box(QMessageBox::Question, tr("Revert to Saved"),
        tr("Go back to “%1” as it was saved? What was changed since is lost.").arg(m_document.displayName()),
        QMessageBox::Cancel, this);
    box.setObjectName(QStringLiteral("revertGuard"));
    const QStringList running = m_jobs.openTitles();
    if (!running.isEmpty()) {
        box.setInformativeText(tr("This stops %n fit(s), which can be resumed afterwards: %1.", nullptr,
            static_cast<int>(running.size()))
                                   .arg(shortened(running)));
    }
    const QAbstractButton* revert = box.addButton(tr("&Revert"), QMessageBox::DestructiveRole);
    box.setDefaultButton(QMessageBox::Cancel);
    box.exec();
    if (box.clickedButton() == revert) {
        m_file.revert();
    }
}

void MainWindow::chooseFiles() {
    const QStringList paths = QFileDialog::getOpenFileNames(this, tr("Import Files"), m_settings.lastFolder(),
        tr("Trials (*.csv *.tsv *.txt *.nwb *.mat *.npy *.h5 *.hdf5 *.pqt *.parquet *.rulescope);;All files "
           "(*)"));
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
    m_pendingImport = nullptr;
    m_isImportAccepted = false;
    m_importPaths = paths;
    m_importMap.reset();
    m_importPreview->showReading(paths);
    m_stack->setCurrentWidget(m_importPreview);
    m_import.read(paths, m_document.contents().study);
}

void MainWindow::editMapping(const std::vector<io::ColumnSample>& columns) {
    dialogs::MappingDialog dialog(columns, m_settings.folder() + QStringLiteral("/mappings"), this);
    if (m_importMap) {
        dialog.setMap(*m_importMap);
    }
    if (dialog.exec() != QDialog::Accepted || m_stack->currentWidget() != m_importPreview) {
        return;
    }
    m_importMap = dialog.map();
    m_pendingImport = nullptr;
    m_importPreview->showReading(m_importPaths);
    m_import.read(m_importPaths, m_document.contents().study, m_importMap);
}

void MainWindow::joinImport(bool isAccepted) {
    m_isImportAccepted = isAccepted;
    m_importPreview->showReading(m_importPaths);
    m_import.join(m_pendingImport->report, m_document.contents().study);
}

void MainWindow::onImportRead(const std::shared_ptr<PendingImport>& import) {
    if (m_stack->currentWidget() != m_importPreview) {
        return; // cancelled meanwhile
    }
    m_pendingImport = import;
    m_importPreview->showReport(*import->report, import->joined.alreadyThere);
    if (std::exchange(m_isImportAccepted, false)) {
        acceptImport();
    }
}

void MainWindow::acceptImport() {
    if (m_pendingImport == nullptr) {
        return;
    }
    // The study may have changed while the preview was open; joining millions of trials takes its time.
    if (!m_pendingImport->joined.isFor(m_document.contents().study)) {
        joinImport(true);
        return;
    }
    const io::ImportReport& report = *m_pendingImport->report;
    if (const auto imported = m_document.importAnimals(report, &m_pendingImport->joined); !imported) {
        m_importPreview->showError(imported.error());
        m_pendingImport = nullptr;
        return;
    }
    statusBar()->showMessage(tr("Imported %n animal(s)", nullptr, int(report.animals.size())), kStatusTime);
    endImport();
}

void MainWindow::endImport() {
    m_import.cancel();
    m_isImportAccepted = false;
    m_pendingImport = nullptr;
    m_stack->setCurrentWidget(m_tabs);
}

void MainWindow::onSaved(const QString& path) {
    m_notices->close(kSaveNotice);
    if (!m_file.lock().isHeldByOther()) {
        m_notices->close(kLockNotice);
    }
    m_settings.addRecentFile(path);
    if (m_document.path() == path) {
        m_settings.setLastStudy(path);
    }
    statusBar()->showMessage(tr("Saved %1").arg(QDir::toNativeSeparators(path)), kStatusTime);
}

DocumentFile::Questions MainWindow::fileQuestions() {
    return {[this] { m_browser->commitTitle(); }, [this] { return askUnsavedChanges(); },
        [this] { return askStudyPath(); }, [this](const QString& path) { return askChangedFile(path); }};
}

QString MainWindow::askStudyPath() {
    const QFileInfo own(m_document.path());
    const QString proposal =
        m_document.path().isEmpty()
            ? QDir(m_settings.lastFolder()).filePath(m_document.displayName() + QStringLiteral(".rulescope"))
        : m_file.lock().isHeldByOther() // which keeps that name
            ? own.dir().filePath(tr("%1-copy.rulescope").arg(own.completeBaseName()))
            : m_document.path();
    const QString chosen = QFileDialog::getSaveFileName(this, tr("Save Study As"), proposal, studyFilter());
    const QString path = chosen.isEmpty() ? chosen : withStudySuffix(chosen);
    // The dialog has asked about the name that was typed, not about the one with the suffix.
    if (path != chosen && QFileInfo::exists(path) &&
        QMessageBox::question(this, tr("Replace Study?"),
            tr("“%1” exists already. Replace it?").arg(QFileInfo(path).fileName())) != QMessageBox::Yes) {
        return {};
    }
    if (!path.isEmpty()) {
        m_settings.setLastFolder(QFileInfo(path).absolutePath());
    }
    return path;
}

DocumentFile::ChangedAnswer MainWindow::askChangedFile(const QString& path) {
    QMessageBox box(QMessageBox::Warning, tr("File Changed"),
        tr("“%1” has changed on disk since this window read or saved it.").arg(QFileInfo(path).fileName()),
        QMessageBox::Cancel, this);
    box.setObjectName(QStringLiteral("changedFileGuard"));
    box.setInformativeText(
        tr("Another window or program has written it. Replacing it loses what that wrote."));
    const QAbstractButton* replace = box.addButton(tr("&Replace"), QMessageBox::DestructiveRole);
    QPushButton* elsewhere = box.addButton(tr("Save &As…"), QMessageBox::AcceptRole);
    box.setDefaultButton(elsewhere);
    box.exec();
    if (box.clickedButton() == replace) {
        return DocumentFile::ChangedAnswer::Replace;
    }
    return box.clickedButton() == elsewhere ? DocumentFile::ChangedAnswer::SaveAs
                                            : DocumentFile::ChangedAnswer::Cancel;
}

DocumentFile::Answer MainWindow::askUnsavedChanges() {
    QMessageBox box(QMessageBox::Question, tr("Unsaved Changes"),
        tr("Save the changes to “%1” before leaving it?").arg(m_document.displayName()),
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
    box.setObjectName(QStringLiteral("unsavedGuard"));
    box.setInformativeText(tr("Without saving, imported animals and fits are lost."));
    box.setDefaultButton(QMessageBox::Save);
    switch (box.exec()) {
    case QMessageBox::Save:
        return DocumentFile::Answer::Save;
    case QMessageBox::Discard:
        return DocumentFile::Answer::Discard;
    default:
        return DocumentFile::Answer::Cancel;
    }
}

int MainWindow::openWork() const {
    return openFiles() + m_jobs.openValidations();
}

int MainWindow::openFiles() const {
    return m_jobs.openReports() + m_figures->pending() + (m_dataExport->isBusy() ? 1 : 0);
}

bool MainWindow::mayLoseResults() {
    const int unwritten = m_validation->unwritten();
    if (unwritten == 0) {
        return true;
    }
    QMessageBox box(QMessageBox::Question, tr("Results in No File"),
        tr("%n result(s) of the Validation page are in no file.", nullptr, unwritten), QMessageBox::Cancel,
        this);
    box.setObjectName(QStringLiteral("resultsGuard"));
    box.setInformativeText(tr("They are about simulated animals and belong to no study: export the figure or "
                              "its data (Ctrl+E), or write a report, which holds them too."));
    const QAbstractButton* lose = box.addButton(tr("&Close Without Them"), QMessageBox::DestructiveRole);
    QPushButton* look = box.addButton(tr("&Show Them"), QMessageBox::RejectRole);
    box.setDefaultButton(look);
    box.exec();
    if (box.clickedButton() == look) {
        showPage(kValidationPage);
    }
    return box.clickedButton() == lose;
}

bool MainWindow::mayLoseWork() {
    const int open = openWork();
    if (open == 0) {
        return true;
    }
    QMessageBox box(QMessageBox::Question, tr("Still Writing"),
        tr("%n report(s), figure(s) or validation(s) are not finished yet.", nullptr, open),
        QMessageBox::Cancel, this);
    box.setObjectName(QStringLiteral("openWorkGuard"));
    box.setInformativeText(tr("Fits that run are offered again at the next start; these would be lost."));
    QPushButton* finish = box.addButton(tr("&Finish, Then Close"), QMessageBox::AcceptRole);
    const QAbstractButton* stop = box.addButton(tr("&Stop and Close"), QMessageBox::DestructiveRole);
    box.setDefaultButton(finish);
    box.exec();
    m_closesWhenDone = box.clickedButton() == finish && openWork() > 0; // they may have ended meanwhile
    if (m_closesWhenDone) {
        m_notices->show(kClosingNotice,
            tr("Rulescope closes when reports, figures and validations are finished."),
            {{tr("Stay Open"), [this] { stayOpen(); }}});
        return false;
    }
    return box.clickedButton() == stop || box.clickedButton() == finish;
}

void MainWindow::stayOpen() {
    if (m_isEnding) {
        return; // nobody is asked
    }
    m_closesWhenDone = false;
    m_notices->close(kClosingNotice);
}

void MainWindow::closeWhenDone() {
    if (m_isEnding && openFiles() == 0) {
        endNow();
    } else if (m_closesWhenDone && !m_isEnding && openWork() == 0) {
        stayOpen(); // or not: unsaved changes are asked about now
        close();
    }
}

void MainWindow::chooseReportFolder() {
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Folder for the Report"), m_settings.lastFolder());
    if (folder.isEmpty()) {
        return;
    }
    m_settings.setLastFolder(folder);
    reveal(m_jobsDock);
    m_jobs.startReport(
        freshFolder(folder, m_document.displayName(), QStringLiteral("report")), m_validation->results());
}

void MainWindow::onReportWritten(const ReportFiles& files) {
    for (const figures::FigureSpec& figure : files.further) {
        m_validation->setWritten(figure);
    }
    m_notices->show(kReportNotice, tr("The report is %1; each figure lies beside it as PDF and CSV.")
                                       .arg(QDir::toNativeSeparators(files.report)));
}

void MainWindow::fillRecentMenu() {
    QMenu* menu = m_actions->recentMenu;
    menu->clear();
    for (const QString& path : m_settings.recentFiles()) {
        QAction* action = menu->addAction(QDir::toNativeSeparators(path));
        action->setEnabled(QFileInfo::exists(path));
        connect(action, &QAction::triggered, this, [this, path] { openStudy(path); });
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
