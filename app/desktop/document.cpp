// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/document.h"

#include "app/desktop/commands.h"
#include "app/desktop/edits.h"

#include <QFileInfo>

namespace rulescope::desktop {

namespace {

QString toQt(const std::string& text) {
    return QString::fromStdString(text);
}

} // namespace

Document::Document(QObject* parent)
    : QObject(parent) {
    connect(&m_undoStack, &QUndoStack::cleanChanged, this,
        [this](bool isClean) { emit modifiedChanged(!isClean); });
    connect(&m_context, &models::StudyContext::contentsChanged, this, &Document::titleChanged);
}

QString Document::displayName() const {
    if (!contents().study.title.empty()) {
        return toQt(contents().study.title);
    }
    return m_path.isEmpty() ? tr("Untitled study") : QFileInfo(m_path).completeBaseName();
}

void Document::adopt(io::StudyContents contents, const QString& path, bool isDemo) {
    ++m_generation;
    m_undoStack.clear();
    m_path = path;
    m_isDemo = isDemo;
    m_context.setContents(std::make_shared<const io::StudyContents>(std::move(contents)));
    m_context.setSelection({});
    emit adopted();
    emit pathChanged();
    emit modifiedChanged(false);
}

void Document::setUnsaved() {
    m_undoStack.resetClean();
}

bool Document::setSaved(const models::StudySnapshot& snapshot, const QString& path, quint64 generation) {
    if (generation != m_generation) {
        return false;
    }
    m_path = path;
    m_isDemo = false;
    if (snapshot == this->snapshot()) {
        m_undoStack.setClean();
    } else {
        m_undoStack.resetClean(); // changed while it was written: no state in the history is the file's
    }
    emit pathChanged();
    emit saved(snapshot);
    return true;
}

void Document::push(const QString& text, io::StudyContents after) {
    m_undoStack.push(
        new ContentsCommand(text, m_context, std::make_shared<const io::StudyContents>(std::move(after))));
}

base::Result<void> Document::importAnimals(const io::ImportReport& report, const io::JoinedImport* joined) {
    const bool isReady = joined != nullptr && joined->isFor(contents().study);
    const auto study = isReady ? joined->after : io::withImported(contents().study, report);
    if (!study) {
        return tl::make_unexpected(study.error());
    }
    io::StudyContents after = contents();
    after.study = *study;
    push(tr("Import %n animal(s)", nullptr, static_cast<int>(report.animals.size())), std::move(after));
    return {};
}

base::Result<void> Document::addArtificialAnimals(const std::vector<data::AnimalPtr>& animals) {
    auto after = withArtificialAnimals(contents(), animals);
    if (!after) {
        return tl::make_unexpected(after.error());
    }
    push(tr("Add %n artificial animal(s)", nullptr, static_cast<int>(animals.size())), std::move(*after));
    return {};
}

void Document::removeAnimals(const std::vector<std::string>& names) {
    push(tr("Remove %n animal(s)", nullptr, static_cast<int>(names.size())),
        withoutAnimals(contents(), names));
}

void Document::addFit(const fit::FitResult& fit) {
    io::StudyContents after = withFit(contents(), fit);
    const std::string id = after.fits.back()->id;
    push(tr("Add fit %1").arg(toQt(id)), std::move(after));
    m_context.selectFit(id);
}

void Document::removeFit(const std::string& id) {
    push(tr("Remove fit %1").arg(toQt(id)), withoutFit(contents(), id));
}

void Document::addComparison(const fit::Comparison& comparison) {
    io::StudyContents after = withComparison(contents(), comparison);
    const std::string id = after.comparisons.back()->id;
    push(tr("Add comparison %1").arg(toQt(id)), std::move(after));
    m_context.selectComparison(id);
}

void Document::removeComparison(const std::string& id) {
    push(tr("Remove comparison %1").arg(toQt(id)), withoutComparison(contents(), id));
}

void Document::annotate(const QString& text, const data::Annotations& notes) {
    io::StudyContents after = withNotes(contents(), notes);
    if (after.study.annotations != contents().study.annotations) {
        push(text, std::move(after));
    }
}

void Document::rename(const QString& title) {
    if (title.toStdString() != contents().study.title) {
        push(tr("Rename study"), withTitle(contents(), title.toStdString()));
    }
}

} // namespace rulescope::desktop
