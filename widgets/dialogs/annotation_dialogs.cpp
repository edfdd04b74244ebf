// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/annotation_dialogs.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>

#include <algorithm>

namespace rulescope::dialogs {

namespace {

constexpr int kFieldWidth = 320; ///< px

/// A form with a sentence above, to be completed by addButtons().
QFormLayout* formOf(QDialog& dialog, const QString& sentence) {
    auto* form = new QFormLayout(&dialog);
    auto* label = new QLabel(sentence, &dialog);
    label->setWordWrap(true);
    form->addRow(label);
    return form;
}

void addButtons(QDialog& dialog, QFormLayout& form) {
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, &dialog);
    QObject::connect(buttons, &QDialogButtonBox::accepted, &dialog, &QDialog::accept);
    QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    form.addRow(buttons);
}

QComboBox* editableBox(QDialog& dialog, const char* name, const QStringList& choices, const QString& text) {
    auto* box = new QComboBox(&dialog);
    box->setObjectName(QLatin1String(name));
    box->setEditable(true);
    box->addItems(choices);
    box->setCurrentText(text);
    box->setMinimumWidth(kFieldWidth);
    return box;
}

} // namespace

ExclusionDialog::ExclusionDialog(const QString& what, int trials, const QStringList& reasons, QWidget* parent)
    : QDialog(parent)
    , m_isPart(new QCheckBox(tr("Only the &trials"), this))
    , m_first(new QSpinBox(this))
    , m_last(new QSpinBox(this)) {
    setObjectName(QStringLiteral("exclusionDialog"));
    setWindowTitle(tr("Leave Out of Analyses"));
    QFormLayout* form = formOf(*this,
        tr("%1 will not enter fits, figures and reports. The trials stay in the study, and every figure says "
           "how many were left out.")
            .arg(what));
    m_reason = editableBox(*this, "exclusionReason", reasons, {});
    m_reason->lineEdit()->setPlaceholderText(tr("Rig fault, illness, another protocol…"));
    form->addRow(tr("&Reason"), m_reason);
    m_isPart->setObjectName(QStringLiteral("exclusionIsPart"));
    for (QSpinBox* box : {m_first, m_last}) {
        box->setRange(1, std::max(1, trials));
        box->setEnabled(false);
        connect(m_isPart, &QCheckBox::toggled, box, &QWidget::setEnabled);
    }
    m_first->setObjectName(QStringLiteral("exclusionFirst"));
    m_last->setObjectName(QStringLiteral("exclusionLast"));
    m_first->setAccessibleName(tr("First trial left out"));
    m_last->setAccessibleName(tr("Last trial left out"));
    m_last->setValue(trials);
    // A range that ends before it begins can't be asked for.
    connect(m_first, &QSpinBox::valueChanged, m_last, &QSpinBox::setMinimum);
    auto* range = new QWidget(this);
    auto* row = new QHBoxLayout(range);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_isPart);
    row->addWidget(m_first);
    row->addWidget(new QLabel(tr("to"), range));
    row->addWidget(m_last);
    row->addStretch(1);
    form->addRow(QString(), range);
    range->setVisible(trials > 0);
    addButtons(*this, *form);
    m_reason->setFocus();
}

QString ExclusionDialog::reason() const {
    return m_reason->currentText().trimmed();
}

std::size_t ExclusionDialog::begin() const {
    return m_isPart->isChecked() ? static_cast<std::size_t>(m_first->value() - 1) : 0;
}

std::size_t ExclusionDialog::end() const {
    const bool isWhole = m_first->value() == 1 && m_last->value() == m_last->maximum();
    return m_isPart->isChecked() && !isWhole ? static_cast<std::size_t>(m_last->value()) : 0;
}

PhaseDialog::PhaseDialog(
    const QString& what, const QString& current, const QStringList& known, QWidget* parent)
    : QDialog(parent) {
    setObjectName(QStringLiteral("phaseDialog"));
    setWindowTitle(tr("Mark Phase"));
    QFormLayout* form = formOf(*this, tr("Name the phase of training that %1 belong to. The learning curve "
                                         "shows where it begins. Leave the "
                                         "name empty to take the mark away.")
                                          .arg(what));
    QStringList names = known;
    for (const QString& usual : {tr("shaping"), tr("training"), tr("blocks")}) {
        if (!names.contains(usual)) {
            names.append(usual);
        }
    }
    m_phase = editableBox(*this, "phaseName", names, current);
    form->addRow(tr("&Phase"), m_phase);
    addButtons(*this, *form);
    m_phase->setFocus();
}

QString PhaseDialog::phase() const {
    return m_phase->currentText().trimmed();
}

NotesDialog::NotesDialog(const QString& animal, const data::AnimalNotes& notes, QWidget* parent)
    : QDialog(parent)
    , m_tags(new QLineEdit(this))
    , m_note(new QPlainTextEdit(this)) {
    setObjectName(QStringLiteral("notesDialog"));
    setWindowTitle(tr("Notes and Tags"));
    QFormLayout* form = formOf(*this, tr("What is known about %1; kept in the study file.").arg(animal));
    QStringList tags;
    for (const std::string& tag : notes.tags) {
        tags.append(QString::fromStdString(tag));
    }
    m_tags->setObjectName(QStringLiteral("animalTags"));
    m_tags->setText(tags.join(QStringLiteral(", ")));
    m_tags->setPlaceholderText(tr("lesion, female, second cohort"));
    m_note->setObjectName(QStringLiteral("animalNote"));
    m_note->setPlainText(QString::fromStdString(notes.note));
    m_note->setMinimumSize(kFieldWidth, 120);
    m_note->setTabChangesFocus(true);
    form->addRow(tr("&Tags"), m_tags);
    form->addRow(tr("&Note"), m_note);
    addButtons(*this, *form);
    m_shownNote = note();
    m_shownTags = this->tags();
    m_tags->setFocus();
}

void NotesDialog::reject() {
    if (note() != m_shownNote || tags() != m_shownTags) {
        QMessageBox box(QMessageBox::Question, tr("Discard What Was Written?"),
            tr("The note and tags were changed and are not kept yet."), QMessageBox::NoButton, this);
        box.setObjectName(QStringLiteral("notesGuard"));
        const QAbstractButton* leave = box.addButton(tr("&Discard"), QMessageBox::DestructiveRole);
        box.setDefaultButton(box.addButton(tr("Keep &Writing"), QMessageBox::RejectRole));
        box.exec();
        if (box.clickedButton() != leave) {
            return;
        }
    }
    QDialog::reject();
}

std::string NotesDialog::note() const {
    return m_note->toPlainText().trimmed().toStdString();
}

std::vector<std::string> NotesDialog::tags() const {
    QStringList kept;
    for (const QString& part : m_tags->text().split(QLatin1Char(','))) {
        const QString tag = part.trimmed();
        if (!tag.isEmpty() && !kept.contains(tag)) {
            kept.append(tag);
        }
    }
    std::vector<std::string> tags;
    for (const QString& tag : kept) {
        tags.push_back(tag.toStdString());
    }
    return tags;
}

} // namespace rulescope::dialogs
