// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/autosave.h"
#include "app/desktop/document.h"
#include "app/desktop/document_file.h"
#include "app/desktop/import_reader.h"
#include "app/desktop/network_jobs.h"
#include "app/desktop/settings.h"
#include "app/desktop/study_jobs.h"

#include <QMainWindow>

class QLabel;
class QStackedWidget;
class QTabWidget;

namespace rulescope::panels {
class BrowserPanel;
class FitPanel;
class ImportPreview;
class InspectorPanel;
class JobsPanel;
class NetworkPanel;
class NetworksPage;
class NoticeBar;
class Page;
class ValidationPage;
} // namespace rulescope::panels

namespace rulescope::dialogs {
class HelpViewer;
}

namespace rulescope::desktop {

class AnnotationCommands;
class DataExport;
class DockLayout;
class FigureCommands;
class WindowActions;

/// The window: browser, pages, inspector, fit panel and jobs around one document and its one selection.
class MainWindow : public QMainWindow {
    Q_OBJECT

  public:
    /// Files of the settings and of the journal; tests name their own.
    struct StateFiles {
        QString settings;
        QString journal;
        QString autosave = {}; ///< folder for copies of unsaved changes; empty: beside the journal
    };

    explicit MainWindow(const StateFiles& files, QWidget* parent = nullptr);
    ~MainWindow() override;

    Document& document() { return m_document; }
    StudyJobs& jobs() { return m_jobs; }

    /// Opens a study if `paths` is one study file, else offers to import them; without paths the last study
    /// or the demo.
    void start(const QStringList& paths);
    void openStudy(const QString& path);
    void openDemo();
    void importPaths(const QStringList& paths);
    void setTheme(theme::Mode mode);
    /// Size asked for on the command line; the saved layout gives way.
    void setInitialSize(const QSize& size);
    /// The desktop's session ends: saves, asking what must be asked if the user may be asked now; else a
    /// study that has a file is saved unasked. False: the user wants to stay.
    bool commitSession(bool mayAsk);
    /// Ends without a question, for signals of the system: a changed study that has a file is saved, reports
    /// and exports get some seconds to finish, fits stop and stay in the journal. Emits closedNow().
    void closeNow();
    /// How long closeNow() waits for them.
    void setLastPatience(int milliseconds) { m_lastPatience = milliseconds; }

  signals:
    void closedNow();

  protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void buildPages();
    void buildDocks();
    QDockWidget* addDock(const char* name, const QString& title, QWidget* panel, Qt::DockWidgetArea area);
    void buildStatusBar();
    void connectFileActions();
    void connectEditActions();
    void connectViewActions();
    void connectFitActions();
    void connectDocument();
    void connectFiles();
    void connectJobs();
    void connectNetworks();

    void chooseStudy();
    void revert();
    void chooseFiles();
    void chooseFolder();
    void chooseReportFolder();
    void onReportWritten(const ReportFiles& files);
    void editMapping(const std::vector<io::ColumnSample>& columns);
    void onImportRead(const std::shared_ptr<PendingImport>& import);
    void acceptImport();
    /// Joins the pending import to the study that is here now, and accepts it then if the user did.
    void joinImport(bool isAccepted);
    void endImport();
    DocumentFile::Questions fileQuestions();
    DocumentFile::Answer askUnsavedChanges();
    DocumentFile::ChangedAnswer askChangedFile(const QString& path);
    /// Where to save; asks before an existing file is replaced. Empty: not at all.
    QString askStudyPath();
    void onArrived(const QString& path, bool isChangedOutside);
    void onSaved(const QString& path);
    void offerInterruptedJobs();
    void offerRecovery(const QString& except = {});
    void showLostNotes();
    void showLock();
    void takeOverLock();
    void startFit(const panels::FitRequest& request);
    void refit();
    void startNetworks(const networks::ExperimentRequest& request);
    void removeNetworks();
    void onNetworksEnded(const QString& folder, int animals, int diverged);
    void updateNetworkActions();
    void onJobChanged(const models::JobStatus& status);
    void showPage(int index);
    void showFitPanel(bool isComparing);
    /// Makes a panel visible that something happens in, wherever it is.
    static void reveal(QDockWidget* dock);
    void updateJobActions();
    /// Work that would be lost: asks whether to wait for it. False: the window stays for now.
    bool mayLoseWork();
    /// The same for results that are in no file.
    bool mayLoseResults();
    int openWork() const;
    /// Reports, figures and data that are being written: of openWork() what leaves something in a file.
    int openFiles() const;
    void closeWhenDone();
    void endNow();
    /// Saves without a question; what can't be saved is kept as a copy that the next start offers.
    void secureChanges();
    /// Gives up closing by itself, e.g. because something failed that must be read.
    void stayOpen();
    void fillRecentMenu();
    void updateTitle();
    void updateActions();
    void applyTheme();
    void restoreLayout();
    void showHelp(const QString& page);
    void about();

    Settings m_settings;
    Document m_document;
    DocumentFile m_file;
    ImportReader m_import;
    Autosave m_autosave;
    StudyJobs m_jobs;
    models::NetworkLibrary m_library;
    NetworkJobs m_networkJobs;
    bool m_mayClose = false;       ///< the study is safe, or given up
    bool m_isAsked = false;        ///< closeEvent waits for the answer
    bool m_isEnding = false;       ///< the system ends the program
    bool m_closesWhenDone = false; ///< it waits for reports and exports
    int m_lastPatience = 5000;     ///< ms
    theme::Mode m_themeMode;
    Autosave::Remains m_recovered; ///< the copy that is being read
    QStringList m_importPaths;
    std::optional<io::ColumnMap> m_importMap;       ///< what the user said about the columns of the files
    std::shared_ptr<PendingImport> m_pendingImport; ///< read, not yet accepted
    bool m_isImportAccepted = false;                ///< it is being joined once more

    FigureCommands* m_figures;
    AnnotationCommands* m_annotations;
    DataExport* m_dataExport;
    WindowActions* m_actions;
    QStackedWidget* m_stack;
    QTabWidget* m_tabs;
    std::vector<panels::Page*> m_pages;
    panels::ValidationPage* m_validation;
    panels::ImportPreview* m_importPreview;
    panels::NoticeBar* m_notices;
    panels::BrowserPanel* m_browser;
    panels::InspectorPanel* m_inspector;
    panels::FitPanel* m_fitPanel;
    panels::JobsPanel* m_jobsPanel;
    panels::NetworksPage* m_networksPage;
    panels::NetworkPanel* m_networkPanel;
    QDockWidget *m_browserDock, *m_inspectorDock, *m_fitDock, *m_networkDock, *m_jobsDock;
    DockLayout* m_dockLayout = nullptr;
    QLabel* m_jobsLabel;
    dialogs::HelpViewer* m_help = nullptr; ///< made when it is first asked for
};

} // namespace rulescope::desktop
