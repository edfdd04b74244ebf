// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/import_merge.h"
#include "widgets/models/study_context.h"

#include <QObject>
#include <QUndoStack>

#include <string>
#include <vector>

namespace rulescope::desktop {

/// Keeps track of a study, its file and its undo history. The study changes through undo commands only.
class Document : public QObject {
    Q_OBJECT

  public:
    explicit Document(QObject* parent = nullptr);

    models::StudyContext& context() { return m_context; }
    const models::StudySnapshot& snapshot() const { return m_context.snapshot(); }
    const io::StudyContents& contents() const { return m_context.contents(); }
    QUndoStack& undoStack() { return m_undoStack; }

    /// Absolute path of the study file; empty while it has none.
    const QString& path() const { return m_path; }
    /// The study's title, else the file's name, else "Untitled study".
    QString displayName() const;
    bool isModified() const { return !m_undoStack.isClean(); }
    /// True for the demo study as long as it is unchanged: it can be had again, so nobody is asked to save
    /// it.
    bool isDemo() const { return m_isDemo; }

    /// Takes over another study; forgets the undo history.
    void adopt(io::StudyContents contents, const QString& path, bool isDemo = false);
    /// The study is in no file, although nothing can be undone: it was recovered.
    void setUnsaved();
    /// Changes whenever another study is adopted: tells whether late news still concern this one.
    quint64 generation() const { return m_generation; }
    /// Tells that `snapshot` of that generation is what the file at `path` holds now. False: it was a study
    /// that has been left since, and nothing changes here.
    bool setSaved(const models::StudySnapshot& snapshot, const QString& path, quint64 generation);

    // Undoable changes.
    /// `joined`: the same worked out before; used if it is for the study as it is now.
    base::Result<void> importAnimals(
        const io::ImportReport& report, const io::JoinedImport* joined = nullptr);
    base::Result<void> addArtificialAnimals(const std::vector<data::AnimalPtr>& animals);
    void removeAnimals(const std::vector<std::string>& names);
    void addFit(const fit::FitResult& fit);
    void removeFit(const std::string& id);
    void addComparison(const fit::Comparison& comparison);
    void removeComparison(const std::string& id);
    void rename(const QString& title);
    /// `text` names the change in the Edit menu ("Leave out 2 sessions").
    void annotate(const QString& text, const data::Annotations& notes);

  signals:
    void adopted(); ///< another study took the place of the last one
    void saved(const rulescope::models::StudySnapshot& snapshot); ///< a file holds this state of the study
    void pathChanged();
    void modifiedChanged(bool isModified);
    void titleChanged();

  private:
    void push(const QString& text, io::StudyContents after);

    models::StudyContext m_context;
    QString m_path;
    bool m_isDemo = false;
    quint64 m_generation = 0;
    QUndoStack m_undoStack; ///< last: it tells of its end, and what is asked then must still be there
};

} // namespace rulescope::desktop
