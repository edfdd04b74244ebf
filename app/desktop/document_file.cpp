// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/document_file.h"

#include "app/desktop/guarded.h"
#include "core/simulate/demo_study.h"
#include "widgets/panels/latest_task.h"

#include <filesystem>
#include <utility>

namespace rulescope::desktop {

namespace {

constexpr std::uint64_t kDemoSeed = 1;

std::filesystem::path toPath(const QString& path) {
    return std::filesystem::path(path.toStdU16String());
}

base::Result<void> write(const io::StudyContents& contents, const QString& path) {
    return guarded(path.toStdString(), [&] { return io::saveStudy(contents, toPath(path)); });
}

} // namespace

DocumentFile::DocumentFile(Document& document, Questions questions, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_questions(std::move(questions))
    , m_readTask(new panels::LatestTask(this)) {
    m_writer.setMaxThreadCount(1);
}

DocumentFile::~DocumentFile() {
    m_writer.waitForDone();
}

void DocumentFile::open(const QString& path) {
    leave([this, path] { read(path, false, [path] { return io::openStudy(toPath(path)); }); });
}

void DocumentFile::openDemo() {
    leave([this] {
        read({}, true, []() -> base::Result<io::StudyContents> {
            io::StudyContents contents;
            contents.study = simulate::demoStudy(kDemoSeed);
            return contents;
        });
    });
}

void DocumentFile::startNew() {
    leave([this] {
        m_readTask->cancel();
        arrive(std::make_shared<io::StudyContents>(), {}, false);
    });
}

void DocumentFile::leave(std::function<void()> next) {
    if (isSaving()) {
        m_onSaved = [this, next = std::move(next)] { leave(next); };
        emit saving();
        return;
    }
    m_questions.finishTyping();
    if (!m_document.isModified()) {
        next();
        return;
    }
    const Answer answer = m_questions.unsavedChanges();
    if (answer == Answer::Discard) {
        next();
    }
    if (answer != Answer::Save) {
        return;
    }
    const QString path = m_document.path().isEmpty() ? m_questions.path() : m_document.path();
    if (!path.isEmpty()) {
        save(path);
        leave(std::move(next)); // waits, and asks again if there are more changes by then
    }
}

void DocumentFile::read(const QString& path, bool isDemo, Read work) {
    m_left = m_document.snapshot();
    emit reading(path);
    m_readTask->run([work = std::move(work), where = path.toStdString()](
                        const base::StopToken&) { return guarded(where, work); },
        [this, path, isDemo](base::Result<io::StudyContents> contents) {
            if (!contents) {
                emit openFailed(contents.error());
                return;
            }
            const auto shared = std::make_shared<io::StudyContents>(std::move(*contents));
            if (m_document.snapshot() == m_left) {
                arrive(shared, path, isDemo);
            } else { // a fit has ended or a title has changed since it was agreed
                leave([this, shared, path, isDemo] { arrive(shared, path, isDemo); });
            }
        });
}

void DocumentFile::arrive(
    const std::shared_ptr<io::StudyContents>& contents, const QString& path, bool isDemo) {
    const bool isChangedOutside = contents->isChangedOutside;
    m_document.adopt(std::move(*contents), path, isDemo);
    emit arrived(path, isChangedOutside);
}

DocumentFile::Save DocumentFile::nextSave(const QString& path) {
    m_questions.finishTyping();
    return {++m_lastSave, m_document.snapshot(), path, m_document.generation()};
}

void DocumentFile::save(const QString& path) {
    const Save next = nextSave(path);
    emit saving();
    m_writer.start([this, next] {
        const base::Result<void> result = write(*next.snapshot, next.path);
        // The destructor waits for this thread, so that there is somebody to tell.
        QMetaObject::invokeMethod(
            this, [this, next, result] { onSaved(next, result); }, Qt::QueuedConnection);
    });
}

base::Result<void> DocumentFile::saveNow(const QString& path) {
    m_writer.waitForDone(); // one writer at a time, the newest study last
    const Save next = nextSave(path);
    const base::Result<void> result = write(*next.snapshot, next.path);
    onSaved(next, result);
    return result;
}

void DocumentFile::onSaved(const Save& save, const base::Result<void>& result) {
    if (save.number <= m_endedSave) {
        return; // a later one has told already
    }
    m_endedSave = save.number;
    if (result) {
        m_document.setSaved(save.snapshot, save.path, save.generation);
        emit saved(save.path);
    } else {
        emit saveFailed(result.error());
    }
    if (!isSaving() && m_onSaved) {
        const std::function<void()> next = std::exchange(m_onSaved, nullptr);
        if (result) {
            next();
        }
    }
}

} // namespace rulescope::desktop
