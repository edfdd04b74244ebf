// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/annotation_commands.h"

#include "widgets/dialogs/annotation_dialogs.h"

#include <algorithm>

namespace rulescope::desktop {

namespace {

QString toQt(const std::string& text) {
    return QString::fromStdString(text);
}

const data::Session& sessionAt(const data::Animal& animal, std::size_t index) {
    return animal.sessions()[index];
}

int sessionsIn(const models::Selection& selection, const data::Study& study) {
    std::size_t count = 0;
    for (const models::SelectedAnimal& selected : selection.animals) {
        count += models::selectedSessions(selection, *study.find(selected.animal)).size();
    }
    return static_cast<int>(count);
}

/// "Session 2020-01-03 of M12", "4 sessions of M12" or "12 sessions of 3 animals".
QString nameOf(const models::Selection& selection, const data::Study& study) {
    const int count = sessionsIn(selection, study);
    const std::string& animal = selection.animals.front().animal;
    if (selection.animals.size() > 1) {
        return AnnotationCommands::tr("%1 of %2")
            .arg(AnnotationCommands::tr("%n session(s)", nullptr, count),
                AnnotationCommands::tr("%n animal(s)", nullptr, int(selection.animals.size())));
    }
    const auto sessions = models::selectedSessions(selection, *study.find(animal));
    if (count == 1) {
        return AnnotationCommands::tr("Session %1 of %2")
            .arg(toQt(sessionAt(*study.find(animal), sessions.front()).label), toQt(animal));
    }
    return AnnotationCommands::tr("%1 of %2")
        .arg(AnnotationCommands::tr("%n session(s)", nullptr, count), toQt(animal));
}

template<class Get>
QStringList usedBefore(const data::Annotations& annotations, Get get) {
    QStringList texts;
    for (const auto& [animal, notes] : annotations) {
        for (const std::string& text : get(notes)) {
            if (!text.empty() && !texts.contains(toQt(text))) {
                texts.append(toQt(text));
            }
        }
    }
    return texts;
}

std::vector<std::string> reasonsOf(const data::AnimalNotes& notes) {
    std::vector<std::string> reasons;
    for (const data::Exclusion& exclusion : notes.exclusions) {
        reasons.push_back(exclusion.reason);
    }
    return reasons;
}

std::vector<std::string> phasesOf(const data::AnimalNotes& notes) {
    std::vector<std::string> names;
    for (const data::Phase& phase : notes.phases) {
        names.push_back(phase.name);
    }
    return names;
}

} // namespace

AnnotationCommands::AnnotationCommands(Document& document, QWidget* window)
    : QObject(window)
    , m_document(document)
    , m_window(window)
    , m_leaveOut(make("leaveOut", tr("&Leave Out of Analyses…"), QKeySequence(Qt::CTRL | Qt::Key_L),
          tr("Keep the selected sessions, or some trials of one, out of fits, figures and reports")))
    , m_takeIn(make("takeIn", tr("Take &In Again"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L),
          tr("Let the selected sessions enter analyses again, with all their trials")))
    , m_phase(make("markPhase", tr("Mark &Phase…"), QKeySequence(Qt::CTRL | Qt::Key_M),
          tr("Name the phase of training that the selected sessions belong to")))
    , m_notes(make("animalNotes", tr("Notes and Ta&gs…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N),
          tr("Write down what is known about the selected animal"))) {
    connect(m_leaveOut, &QAction::triggered, this, &AnnotationCommands::askLeaveOut);
    connect(m_takeIn, &QAction::triggered, this, &AnnotationCommands::takeIn);
    connect(m_phase, &QAction::triggered, this, &AnnotationCommands::askPhase);
    connect(m_notes, &QAction::triggered, this, &AnnotationCommands::askNotes);
    models::StudyContext& context = document.context();
    connect(&context, &models::StudyContext::selectionChanged, this, &AnnotationCommands::update);
    connect(&context, &models::StudyContext::contentsChanged, this, &AnnotationCommands::update);
    update();
}

QAction* AnnotationCommands::make(
    const char* name, const QString& text, const QKeySequence& shortcut, const QString& toolTip) {
    auto* action = new QAction(text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(shortcut);
    action->setToolTip(QStringLiteral("%1 (%2)").arg(toolTip, shortcut.toString(QKeySequence::NativeText)));
    action->setStatusTip(toolTip);
    return action;
}

void AnnotationCommands::update() {
    const models::Selection& selection = m_document.context().selection();
    const bool hasSelection = !selection.animals.empty();
    m_leaveOut->setEnabled(hasSelection);
    m_phase->setEnabled(hasSelection);
    m_notes->setEnabled(selection.animals.size() == 1);
    const data::Study& study = m_document.contents().study;
    m_takeIn->setEnabled(std::any_of(selection.animals.begin(), selection.animals.end(),
        [&](const auto& selected) { return !study.notes(selected.animal).exclusions.empty(); }));
}

template<class Change>
void AnnotationCommands::change(const QString& text, Change change) {
    const data::Study& study = m_document.contents().study;
    const models::Selection selection = m_document.context().selection();
    data::Annotations changed;
    for (const models::SelectedAnimal& selected : selection.animals) {
        if (const data::AnimalPtr animal = study.find(selected.animal)) {
            changed[selected.animal] =
                change(study.notes(selected.animal), *animal, models::selectedSessions(selection, *animal));
        }
    }
    m_document.annotate(text, changed);
}

void AnnotationCommands::leaveOut(const std::string& reason, std::size_t begin, std::size_t end) {
    const int count = sessionsIn(m_document.context().selection(), m_document.contents().study);
    change(tr("Leave out %n session(s)", nullptr, count),
        [&](data::AnimalNotes notes, const data::Animal& animal, const std::vector<std::size_t>& sessions) {
            for (const std::size_t session : sessions) {
                notes = data::withExclusion(
                    std::move(notes), {sessionAt(animal, session).label, begin, end, reason});
            }
            return notes;
        });
}

void AnnotationCommands::takeIn() {
    const int count = sessionsIn(m_document.context().selection(), m_document.contents().study);
    change(tr("Take in %n session(s)", nullptr, count),
        [](data::AnimalNotes notes, const data::Animal& animal, const std::vector<std::size_t>& sessions) {
            for (const std::size_t session : sessions) {
                notes = data::withoutExclusions(std::move(notes), sessionAt(animal, session).label);
            }
            return notes;
        });
}

void AnnotationCommands::markPhase(const std::string& name) {
    change(name.empty() ? tr("Clear phase") : tr("Mark phase %1").arg(toQt(name)),
        [&](data::AnimalNotes notes, const data::Animal& animal, const std::vector<std::size_t>& sessions) {
            for (const std::size_t session : sessions) {
                notes = data::withPhase(notes, animal, session, session, name);
            }
            return notes;
        });
}

void AnnotationCommands::askLeaveOut() {
    const models::Selection& selection = m_document.context().selection();
    const data::Study& study = m_document.contents().study;
    int trials = 0;
    if (sessionsIn(selection, study) == 1) {
        const data::AnimalPtr animal = study.find(selection.animals.front().animal);
        trials =
            static_cast<int>(sessionAt(*animal, models::selectedSessions(selection, *animal).front()).size());
    }
    dialogs::ExclusionDialog dialog(
        nameOf(selection, study), trials, usedBefore(study.annotations, reasonsOf), m_window);
    if (dialog.exec() == QDialog::Accepted) {
        leaveOut(dialog.reason().toStdString(), dialog.begin(), dialog.end());
    }
}

void AnnotationCommands::askPhase() {
    const models::Selection& selection = m_document.context().selection();
    const data::Study& study = m_document.contents().study;
    const data::AnimalPtr first = study.find(selection.animals.front().animal);
    const std::size_t session = models::selectedSessions(selection, *first).front();
    dialogs::PhaseDialog dialog(nameOf(selection, study),
        toQt(data::phaseOfSessions(study.notes(first->name()), *first)[session]),
        usedBefore(study.annotations, phasesOf), m_window);
    if (dialog.exec() == QDialog::Accepted) {
        markPhase(dialog.phase().toStdString());
    }
}

void AnnotationCommands::askNotes() {
    const std::string animal = m_document.context().selection().animals.front().animal;
    data::AnimalNotes notes = m_document.contents().study.notes(animal);
    dialogs::NotesDialog dialog(toQt(animal), notes, m_window);
    if (dialog.exec() == QDialog::Accepted) {
        notes.note = dialog.note();
        notes.tags = dialog.tags();
        m_document.annotate(tr("Note about %1").arg(toQt(animal)), {{animal, notes}});
    }
}

} // namespace rulescope::desktop
