// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/annotations.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QSpinBox;

namespace rulescope::dialogs {

/// Asks why sessions are kept out of analyses and, for a single session, which of its trials.
class ExclusionDialog : public QDialog {
    Q_OBJECT

  public:
    /// `what` names the sessions; `trials` of the single session, 0 for several; `reasons` given before.
    ExclusionDialog(const QString& what, int trials, const QStringList& reasons, QWidget* parent = nullptr);

    QString reason() const;
    /// The range in the session, as in data::Exclusion: begin 0 and end 0 is all of it.
    std::size_t begin() const;
    std::size_t end() const;

  private:
    QComboBox* m_reason;
    QCheckBox* m_isPart;
    QSpinBox *m_first, *m_last; ///< counted from 1
};

/// Asks for the name of a phase of training; an empty name takes the mark away.
class PhaseDialog : public QDialog {
    Q_OBJECT

  public:
    PhaseDialog(
        const QString& what, const QString& current, const QStringList& known, QWidget* parent = nullptr);

    QString phase() const;

  private:
    QComboBox* m_phase;
};

/// Note and tags of one animal.
class NotesDialog : public QDialog {
    Q_OBJECT

  public:
    NotesDialog(const QString& animal, const data::AnimalNotes& notes, QWidget* parent = nullptr);

    std::string note() const;
    /// Between commas, each once, without spaces around.
    std::vector<std::string> tags() const;
    /// Asks first if something would be lost.
    void reject() override;

  private:
    QLineEdit* m_tags;
    QPlainTextEdit* m_note;
    std::string m_shownNote; ///< as the dialog opened
    std::vector<std::string> m_shownTags;
};

} // namespace rulescope::dialogs
