// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/document.h"

#include <QThreadPool>

#include <functional>
#include <memory>

namespace rulescope::panels {
class LatestTask;
}

namespace rulescope::desktop {

/// The way of studies between document and disk: reads and writes off the GUI thread, and never lets another
/// study into the document while changes of the open one could be lost.
///
/// Leaving a study waits for a save that runs, then asks about unsaved changes; a study that arrives after
/// more changes were made asks again. All saves are carried out in order, and the destructor waits for them.
class DocumentFile : public QObject {
    Q_OBJECT

  public:
    enum class Answer { Save, Discard, Cancel };

    /// What only the user knows.
    struct Questions {
        std::function<void()> finishTyping;     ///< what is being typed belongs into the document
        std::function<Answer()> unsavedChanges; ///< asked before changes would be lost
        std::function<QString()> path;          ///< where to save a study without a file; empty: not at all
    };

    DocumentFile(Document& document, Questions questions, QObject* parent = nullptr);
    ~DocumentFile() override;

    /// Reads a study and puts it into the document, once the open one may be left.
    void open(const QString& path);
    /// The same with the demo study, which is simulated.
    void openDemo();
    /// The same with an empty study.
    void startNew();
    /// Calls `next` once nothing would be lost, at once if that is so now; never if the user refuses or a
    /// save fails.
    void leave(std::function<void()> next);

    /// Writes the document as it is now, in the background.
    void save(const QString& path);
    /// The same, but returns when it is written, e.g. because the desktop's session ends.
    base::Result<void> saveNow(const QString& path);
    bool isSaving() const { return m_lastSave > m_endedSave; }

  signals:
    void reading(const QString& path);                        ///< empty: the demo
    void arrived(const QString& path, bool isChangedOutside); ///< a study is in the document
    void openFailed(const rulescope::base::Error& error);
    void saving();
    void saved(const QString& path);
    void saveFailed(const rulescope::base::Error& error);

  private:
    struct Save {
        quint64 number = 0;
        models::StudySnapshot snapshot;
        QString path;
        quint64 generation = 0;
    };
    using Read = std::function<base::Result<io::StudyContents>()>;

    void read(const QString& path, bool isDemo, Read work);
    void arrive(const std::shared_ptr<io::StudyContents>& contents, const QString& path, bool isDemo);
    Save nextSave(const QString& path);
    void onSaved(const Save& save, const base::Result<void>& result);

    Document& m_document;
    Questions m_questions;
    panels::LatestTask* m_readTask;
    models::StudySnapshot m_left;    ///< the study as it was when it was agreed to leave it
    std::function<void()> m_onSaved; ///< what waits for the saves that run
    quint64 m_lastSave = 0, m_endedSave = 0;
    QThreadPool m_writer; ///< one thread: saves end in the order in which they were asked for
};

} // namespace rulescope::desktop
