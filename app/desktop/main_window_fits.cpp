// SPDX-License-Identifier: GPL-3.0-or-later
// The window's part about selection, fits and jobs.
#include "app/desktop/main_window.h"

#include "app/desktop/data_export.h"
#include "app/desktop/dock_layout.h"
#include "app/desktop/edits.h"
#include "app/desktop/figure_commands.h"
#include "app/desktop/window_actions.h"
#include "widgets/dialogs/help_viewer.h"
#include "widgets/panels/browser_panel.h"
#include "widgets/panels/fit_panel.h"
#include "widgets/panels/import_preview.h"
#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/notice_bar.h"
#include "widgets/panels/validation_page.h"
#include "widgets/text/translated.h"
#include "widgets/theme/desktop_appearance.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDockWidget>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace rulescope::desktop {

namespace {

constexpr int kStatusTime = 6000; ///< ms
const QString kResumeNotice = QStringLiteral("resumeNotice");
const QString kJournalNotice = QStringLiteral("journalNotice");
const QString kExportNotice = QStringLiteral("exportNotice");

/// "2 jobs running, 1 waiting": jobs that have not ended.
QString openJobsText(const JobQueue& queue) {
    int running = 0, waiting = 0, paused = 0;
    for (const int id : queue.ids()) {
        const models::JobState state = queue.status(id).state;
        running += state == models::JobState::Running || state == models::JobState::Cancelling ? 1 : 0;
        waiting += state == models::JobState::Queued ? 1 : 0;
        paused += state == models::JobState::Paused ? 1 : 0;
    }
    QStringList parts;
    if (running > 0) {
        parts.append(MainWindow::tr("%n job(s) running", nullptr, running));
    }
    if (waiting > 0) {
        parts.append(MainWindow::tr("%n job(s) waiting", nullptr, waiting));
    }
    if (paused > 0) {
        parts.append(MainWindow::tr("%n job(s) paused", nullptr, paused));
    }
    return parts.join(QStringLiteral(", "));
}

/// What the trials of interrupted jobs have become, in a sentence; empty if nothing.
QString changedDataText(const std::vector<InterruptedJob>& jobs) {
    int changed = 0, gone = 0;
    for (const InterruptedJob& job : jobs) {
        changed += job.data == InterruptedJob::Data::Changed ? 1 : 0;
        gone += job.data == InterruptedJob::Data::Gone ? 1 : 0;
    }
    QString text;
    if (changed > 0) {
        text +=
            QLatin1Char(' ') +
            MainWindow::tr("The trials of %n of them have changed since: what is started again is fitted to "
                           "the trials as they are now.",
                nullptr, changed);
    }
    if (gone > 0) {
        text +=
            QLatin1Char(' ') +
            MainWindow::tr("%n of them can't start: animals are not in the study any more.", nullptr, gone);
    }
    return text;
}

} // namespace

void MainWindow::connectEditActions() {
    models::StudyContext& context = m_document.context();
    connect(m_actions->find, &QAction::triggered, this, [this] {
        reveal(m_browserDock);
        m_browser->focusFilter();
    });
    connect(m_actions->rename, &QAction::triggered, this, [this] {
        reveal(m_browserDock);
        m_browser->editTitle();
    });
    connect(m_browser, &panels::BrowserPanel::titleEdited, this,
        [this](const QString& title) { m_document.rename(title); });
    connect(m_actions->selectNone, &QAction::triggered, this, [&context] {
        models::Selection selection = context.selection();
        selection.animals.clear();
        context.setSelection(selection);
    });
    connect(m_actions->removeAnimals, &QAction::triggered, this, [this, &context] {
        std::vector<std::string> names;
        for (const models::SelectedAnimal& selected : context.selection().animals) {
            names.push_back(selected.animal);
        }
        m_document.removeAnimals(names);
    });
    connect(m_actions->removeFit, &QAction::triggered, this,
        [this, &context] { m_document.removeFit(context.selection().fit); });
    connect(m_actions->removeComparison, &QAction::triggered, this,
        [this, &context] { m_document.removeComparison(context.selection().comparison); });
}

void MainWindow::connectViewActions() {
    connect(m_actions->pages, &QActionGroup::triggered, this,
        [this](const QAction* action) { showPage(action->data().toInt()); });
    connect(m_actions->themes, &QActionGroup::triggered, this, [this](const QAction* action) {
        setTheme(static_cast<theme::Mode>(action->data().toInt()));
        m_settings.setTheme(m_themeMode);
    });
    connect(new theme::DesktopAppearance(this), &theme::DesktopAppearance::changed, this, [this] {
        if (m_themeMode == theme::Mode::System) {
            applyTheme();
        }
    });
    connect(m_actions->columnsMenu, &QMenu::aboutToShow, this, [this] {
        m_actions->columnsMenu->clear();
        m_browser->fillColumnMenu(*m_actions->columnsMenu);
    });
    connect(m_actions->fullScreen, &QAction::triggered, this, [this](bool isFull) {
        setWindowState(isFull ? windowState() | Qt::WindowFullScreen : windowState() & ~Qt::WindowFullScreen);
    });
    connect(m_actions->floatPanel, &QAction::triggered, m_dockLayout, &DockLayout::floatPanel);
    connect(m_actions->resetLayout, &QAction::triggered, m_dockLayout, &DockLayout::arrange);
    connect(m_actions->about, &QAction::triggered, this, &MainWindow::about);
    connect(m_figures, &FigureCommands::started, this, [this](const QString& sentence) {
        m_notices->close(kExportNotice); // of an earlier attempt
        statusBar()->showMessage(sentence);
    });
    connect(m_figures, &FigureCommands::written, m_validation, &panels::ValidationPage::setWritten);
    connect(m_figures, &FigureCommands::idle, this, &MainWindow::closeWhenDone);
    connect(m_dataExport, &DataExport::started, this,
        [this](const QString& sentence) { statusBar()->showMessage(sentence); });
    connect(m_dataExport, &DataExport::ended, this, &MainWindow::closeWhenDone);
    connect(m_dataExport, &DataExport::done, this,
        [this](const QString& sentence) { statusBar()->showMessage(sentence, kStatusTime); });
    connect(&m_autosave, &Autosave::failed, this,
        [this](const base::Error& error) { m_notices->show(kExportNotice, text::translated(error)); });
    connect(m_dataExport, &DataExport::failed, this, [this](const base::Error& error) {
        statusBar()->clearMessage();
        m_notices->show(kExportNotice, text::translated(error));
    });
    connect(m_actions->help, &QAction::triggered, this,
        [this] { showHelp(m_help == nullptr ? QString() : m_help->currentPage()); });
    connect(
        m_actions->shortcuts, &QAction::triggered, this, [this] { showHelp(QStringLiteral("shortcuts")); });
    connect(m_actions->pageHelp, &QAction::triggered, this, [this] {
        const QString pages[] = {QStringLiteral("behaviour"), QStringLiteral("weights"),
            QStringLiteral("updates"), QStringLiteral("fits"), QStringLiteral("validation"),
            QStringLiteral("networks")};
        const bool isImporting = m_stack->currentWidget() == m_importPreview;
        showHelp(isImporting ? QStringLiteral("importing") : pages[m_tabs->currentIndex()]);
    });
    connect(m_figures, &FigureCommands::done, this,
        [this](const QString& sentence) { statusBar()->showMessage(sentence, kStatusTime); });
    connect(m_figures, &FigureCommands::failed, this, [this](const base::Error& error) {
        statusBar()->clearMessage();
        stayOpen();
        m_notices->show(kExportNotice, text::translated(error));
    });
}

void MainWindow::connectFitActions() {
    connect(m_actions->fit, &QAction::triggered, this, [this] { showFitPanel(false); });
    connect(m_actions->compare, &QAction::triggered, this, [this] { showFitPanel(true); });
    connect(m_actions->startFit, &QAction::triggered, this, [this] {
        reveal(m_fitDock); // what can't be started says why there
        m_fitPanel->submit();
    });
    connect(m_actions->refit, &QAction::triggered, this, &MainWindow::refit);
    connect(m_actions->pauseJob, &QAction::triggered, this, [this] {
        const models::JobStatus status = m_jobs.queue().status(m_jobsPanel->currentJob());
        m_jobs.queue().setPaused(status.id, status.state != models::JobState::Paused);
    });
    connect(m_actions->cancelJob, &QAction::triggered, this,
        [this] { m_jobs.cancel(m_jobsPanel->currentJob()); });
    connect(m_actions->cancelAllJobs, &QAction::triggered, this, [this] {
        for (const int id : m_jobs.queue().ids()) {
            m_jobs.cancel(id);
        }
    });
    connect(m_actions->keepJob, &QAction::triggered, this,
        [this] { m_jobs.queue().keep(m_jobsPanel->currentJob()); });
    connect(m_actions->clearJob, &QAction::triggered, this,
        [this] { m_jobs.queue().remove(m_jobsPanel->currentJob()); });
    connect(m_actions->clearEndedJobs, &QAction::triggered, this, [this] {
        for (const int id : m_jobs.queue().ids()) {
            m_jobs.queue().remove(id); // only those that have ended
        }
    });
    connect(m_jobsPanel, &panels::JobsPanel::currentChanged, this, &MainWindow::updateJobActions);
    connect(m_fitPanel, &panels::FitPanel::requested, this, &MainWindow::startFit);
    using Check = panels::ValidationPage::Check;
    connect(
        m_actions->recoverRule, &QAction::triggered, this, [this] { m_validation->start(Check::Recovery); });
    connect(m_actions->tellRulesApart, &QAction::triggered, this,
        [this] { m_validation->start(Check::Confusion); });
    connect(m_validation, &panels::ValidationPage::requested, this,
        [this](const panels::ValidationRequest& request) {
            reveal(m_jobsDock);
            m_jobs.startValidation(request);
        });
}

void MainWindow::connectDocument() {
    models::StudyContext& context = m_document.context();
    for (const auto signal :
        {&models::StudyContext::contentsChanged, &models::StudyContext::selectionChanged}) {
        connect(&context, signal, this, &MainWindow::updateActions);
    }
    connect(&m_document, &Document::titleChanged, this, &MainWindow::updateTitle);
    connect(&m_document, &Document::pathChanged, this, &MainWindow::updateTitle);
    connect(&m_document, &Document::modifiedChanged, this, &MainWindow::updateTitle);
}

void MainWindow::connectJobs() {
    JobQueue& queue = m_jobs.queue();
    connect(&queue, &JobQueue::jobChanged, this, &MainWindow::onJobChanged);
    connect(&queue, &JobQueue::jobRemoved, m_jobsPanel, &panels::JobsPanel::removeJob);
    connect(m_jobsPanel, &panels::JobsPanel::pauseRequested, &queue, &JobQueue::setPaused);
    connect(m_jobsPanel, &panels::JobsPanel::cancelRequested, &m_jobs, &StudyJobs::cancel);
    connect(m_jobsPanel, &panels::JobsPanel::keepRequested, &queue, &JobQueue::keep);
    connect(m_jobsPanel, &panels::JobsPanel::removeRequested, &queue, &JobQueue::remove);
    connect(&m_jobs, &StudyJobs::fitAdded, this, [this](const fit::FitResultPtr& fit) {
        panels::FitSpeed speed = m_settings.fitSpeed();
        speed.learn(*fit);
        m_settings.setFitSpeed(speed);
        m_fitPanel->setSpeed(speed);
        statusBar()->showMessage(tr("The fit is in the study: see Weights and Updates."), kStatusTime);
    });
    connect(&m_jobs, &StudyJobs::reportWritten, this, &MainWindow::onReportWritten);
    connect(&m_jobs, &StudyJobs::validated, this, [this](const FigurePtr& figure) {
        m_validation->showResult(*figure);
        statusBar()->showMessage(tr("The simulated animals are fitted: see Validation."), kStatusTime);
    });
    connect(&m_jobs, &StudyJobs::interruptedChanged, this, &MainWindow::offerInterruptedJobs);
    connect(&m_jobs, &StudyJobs::comparisonAdded, this,
        [this] { statusBar()->showMessage(tr("The comparison is in the study: see Models."), kStatusTime); });
}

void MainWindow::onJobChanged(const models::JobStatus& status) {
    m_jobsPanel->setJob(status);
    if (status.state == models::JobState::Failed) {
        reveal(m_jobsDock);
        stayOpen();
    }
    m_jobsLabel->setText(openJobsText(m_jobs.queue()));
    updateJobActions();
    if (models::isFinal(status.state)) {
        QTimer::singleShot(0, this, &MainWindow::closeWhenDone); // the report's end is told after this
    }
}

void MainWindow::updateJobActions() {
    const models::JobStatus job = m_jobsPanel->current();
    const bool isOpen = job.id != 0 && !models::isFinal(job.state);
    const bool canWait = job.isPausable && job.state == models::JobState::Running;
    m_actions->pauseJob->setEnabled(isOpen && (canWait || job.state == models::JobState::Paused));
    m_actions->cancelJob->setEnabled(isOpen && job.state != models::JobState::Cancelling);
    m_actions->keepJob->setEnabled(job.isKeepable);
    m_actions->clearJob->setEnabled(job.id != 0 && !isOpen);
    m_actions->cancelAllJobs->setEnabled(!m_jobs.queue().isIdle());
    const std::vector<int> ids = m_jobs.queue().ids();
    m_actions->clearEndedJobs->setEnabled(std::any_of(
        ids.begin(), ids.end(), [this](int id) { return models::isFinal(m_jobs.queue().status(id).state); }));
}

void MainWindow::startFit(const panels::FitRequest& request) {
    reveal(m_jobsDock);
    m_jobs.start(request);
}

void MainWindow::refit() {
    const auto fit = models::findFit(m_document.contents(), m_document.context().selection().fit);
    if (fit != nullptr) {
        startFit(fit->spec);
    }
}

void MainWindow::showFitPanel(bool isComparing) {
    m_fitPanel->setComparing(isComparing);
    reveal(m_fitDock);
    m_fitPanel->setFocus();
}

void MainWindow::reveal(QDockWidget* dock) {
    dock->show();
    dock->raise();
}

void MainWindow::offerInterruptedJobs() {
    m_notices->close(kResumeNotice);
    m_notices->close(kJournalNotice);
    const std::vector<InterruptedJob> jobs = m_jobs.interrupted();
    if (const QString problem = m_jobs.journalProblem(); !problem.isEmpty()) {
        m_notices->show(kJournalNotice, problem);
    }
    if (jobs.empty()) {
        return;
    }
    QStringList titles;
    for (const InterruptedJob& interrupted : jobs) {
        titles.append(interrupted.job.title);
    }
    std::vector<panels::NoticeBar::Choice> choices;
    const bool canStart = std::any_of(jobs.begin(), jobs.end(),
        [](const InterruptedJob& job) { return job.data != InterruptedJob::Data::Gone; });
    if (canStart) {
        choices.emplace_back(tr("Start Again"), [this] {
            reveal(m_jobsDock);
            m_jobs.resume();
        });
    }
    choices.emplace_back(tr("Forget"), [this] { m_jobs.forget(); });
    m_notices->show(kResumeNotice,
        tr("Rulescope ended while %n job(s) of this study ran: %1.", nullptr, int(jobs.size()))
                .arg(titles.join(QStringLiteral(", "))) +
            changedDataText(jobs),
        choices);
}

void MainWindow::showHelp(const QString& page) {
    if (m_help == nullptr) {
        m_help = new dialogs::HelpViewer(this);
        std::vector<dialogs::HelpViewer::ActionGroup> groups;
        for (const auto& [title, actions] : m_actions->byMenu()) {
            groups.push_back({title, actions});
        }
        m_help->setActions(std::move(groups));
    }
    m_help->showPage(page);
    m_help->show();
    m_help->raise();
    m_help->activateWindow();
}

void MainWindow::about() {
    auto* dialog = new QDialog(this);
    dialog->setObjectName(QStringLiteral("aboutDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("About Rulescope"));
    auto* label = new QLabel(tr("<h3>Rulescope %1</h3><p>See how an animal learns: from its choices to the "
                                "rule that moves them.</p>"
                                "<p>Free software under the GNU General Public License, version 3 or later, "
                                "without any warranty.</p>"
                                "<p>Methods: Liu, Geadah &amp; Pillow 2025; Ashwood et al. 2020; "
                                "International Brain Laboratory 2021.</p>")
                                 .arg(QCoreApplication::applicationVersion()),
        dialog);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextBrowserInteraction);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
    auto* layout = new QVBoxLayout(dialog);
    layout->addWidget(label);
    layout->addWidget(buttons);
    dialog->show();
}

} // namespace rulescope::desktop
