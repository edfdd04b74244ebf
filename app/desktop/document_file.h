// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/document.h"
#include "app/desktop/study_lock.h"

#include <QThreadPool>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace rulescope::panels {
class LatestTask;
}

namespace rulescope::desktop {

/// The way of studies between document and disk: reads and writes off the GUI thread, and never lets another
/// study into the document while changes of the open one could be lost.
///
/// Leaving a study waits for a save that runs, then asks about unsaved changes; a study that arrives after
/// more changes were made asks again, and none arrives while a question is open. All saves are carried out in
/// order, and the destructor waits for them. A file that another program has written since it was read or
/// saved is not replaced unasked.
class DocumentFile : public QObject {
    Q_OBJECT

  public:
    enum class Answer { Save, Discard, Cancel };
    enum class ChangedAnswer { Replace, SaveAs, Cancel };

    /// What only the user knows.
    struct Questions {
        std::function<void()> finishTyping;     ///< what is being typed belongs into the document
        std::function<Answer()> unsavedChanges; ///< asked before changes would be lost
        std::function<QString()> path;          ///< where to save a study; empty: not at all
        /// Asked before a file is replaced that another program has written since; Cancel if there is none.
        std::function<ChangedAnswer(const QString& path)> changedFile = {};
    };

    DocumentFile(Document& document, Questions questions, QObject* parent = nullptr);
    ~DocumentFile() override;

    /// Reads a study and puts it into the document, once the open one may be left.
    void open(const QString& path);
    /// Reads a copy of unsaved changes; it becomes an unsaved study without a file.
    void recover(const QString& copy);
    /// Reads the open study's file again; what was changed since is lost, without a question.
    void revert();
    /// Set while another window or machine works on the study's file: it is read-only here, and saving asks
    /// for another place.
    const StudyLock& lock() const { return m_lock; }
    /// Takes the lock of a window on another machine, which may have crashed. False if that failed.
    bool takeOver() { return m_lock.takeOver(); }
    /// The same with the demo study, which is simulated.
    void openDemo();
    /// The same with an empty study.
    void startNew();
    /// Calls `next` once nothing would be lost, at once if that is so now; never if the user refuses or a
    /// save fails.
    void leave(std::function<void()> next);

    /// Writes the document as it is now, in the background.
    void save(const QString& path);
    /// The same to its own file, or to where the user says.
    void save();
    /// The same to where the user says.
    void saveAs();
    /// Where the study belongs: its file, or the one that a running "Save as" makes its file. Empty: nowhere
    /// yet.
    QString path() const;
    /// Asks about unsaved changes and saves before it returns, because the desktop's session ends. False: the
    /// user wants to stay, or nothing could be saved.
    bool leaveNow();
    /// Writes a modified study that has a file before it returns, without a question: beside the file if
    /// another program has written that since.
    base::Result<void> saveNow();
    bool isSaving() const { return m_lastSave > m_endedSave; }

  signals:
    void reading(const QString& path);                        ///< empty: the demo
    void arrived(const QString& path, bool isChangedOutside); ///< a study is in the document
    void openFailed(const rulescope::base::Error& error);
    void saving();
    void saved(const QString& path);
    void saveFailed(const rulescope::base::Error& error);
    void lockChanged(); ///< lock() says something else than before
    /// Nothing was written: another window works on the file that was named.
    void saveRefused(const QString& path, const rulescope::desktop::StudyLock::Owner& owner);

  private:
    struct Save {
        quint64 number = 0;
        models::StudySnapshot snapshot;
        QString path;
        quint64 generation = 0;
    };
    /// Tells whether a file is the one that was read or written here.
    struct FileMark {
        qint64 size = 0, modified = 0; ///< bytes; ms since 1970
        quint64 inode = 0;
        bool operator==(const FileMark&) const = default;
    };
    using Mark = std::optional<FileMark>;
    using Read = std::function<base::Result<io::StudyContents>()>;

    void read(const QString& path, bool isDemo, Read work, bool isRecovered = false);
    void onRead(const base::Result<std::shared_ptr<io::StudyContents>>& contents, const QString& path,
        bool isDemo, const Mark& mark, bool isRecovered);
    void arrive(const std::shared_ptr<io::StudyContents>& contents, const QString& path, bool isDemo,
        const Mark& mark, bool isRecovered = false);
    Save nextSave(const QString& path);
    base::Result<void> writeNow(const QString& path);
    void onSaved(const Save& save, const base::Result<void>& result, const Mark& mark);
    void onAllSaved(bool isGood);
    /// Where to save instead of at `path`: the same unless the file there is another program's; empty: not at
    /// all.
    QString agreedPath(const QString& path);
    QString askedPath();
    bool holdsLockOf(const QString& path);
    bool isChangedSince(const QString& path) const;
    static Mark markOf(const QString& path);
    /// Asks; what would happen meanwhile waits.
    template<class Question>
    auto ask(const Question& question);
    void afterQuestions(std::function<void()> next);

    Document& m_document;
    Questions m_questions;
    panels::LatestTask* m_readTask;
    models::StudySnapshot m_left;    ///< the study as it was when it was agreed to leave it
    std::function<void()> m_onSaved; ///< what waits for the saves that run
    quint64 m_lastSave = 0, m_endedSave = 0;
    models::StudySnapshot m_discarded; ///< changes that the user gave up as the session ended
    QString m_requested;               ///< where the last save went
    quint64 m_requestedGeneration = 0;
    QString m_markedPath; ///< the file that m_mark is of
    Mark m_mark;
    StudyLock m_lock;
    int m_openQuestions = 0;
    quint64 m_lastRead = 0;
    std::vector<std::function<void()>> m_waiting; ///< for the questions to be answered
    QThreadPool m_writer; ///< one thread: saves end in the order in which they were asked for
};

} // namespace rulescope::desktop
