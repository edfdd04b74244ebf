// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/document_file.h"

#include "app/desktop/background.h"
#include "app/desktop/guarded.h"
#include "core/simulate/demo_study.h"
#include "widgets/panels/latest_task.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <filesystem>
#include <utility>

#ifdef Q_OS_UNIX
#include <sys/stat.h>
#endif

namespace rulescope::desktop {

namespace {

constexpr std::uint64_t kDemoSeed = 1;

std::filesystem::path toPath(const QString& path) {
    return std::filesystem::path(path.toStdU16String());
}

base::Result<void> write(const io::StudyContents& contents, const QString& path) {
    return guarded(path.toStdString(), [&] { return io::saveStudy(contents, toPath(path)); });
}

/// A free name beside a file: "mice (2).rulescope".
QString freeNameBeside(const QString& path) {
    const QFileInfo file(path);
    for (int number = 2;; ++number) {
        const QString name = file.dir().filePath(
            QStringLiteral("%1 (%2).%3").arg(file.completeBaseName()).arg(number).arg(file.suffix()));
        if (!QFileInfo::exists(name)) {
            return name;
        }
    }
}

} // namespace

DocumentFile::DocumentFile(Document& document, Questions questions, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_questions(std::move(questions))
    , m_readTask(new panels::LatestTask(runInBackground, this)) {
    m_writer.setMaxThreadCount(1);
}

DocumentFile::~DocumentFile() {
    m_writer.waitForDone();
}

void DocumentFile::open(const QString& path) {
    leave([this, path] { read(path, false, [path] { return io::openStudy(toPath(path)); }); });
}

void DocumentFile::recover(const QString& copy) {
    leave([this, copy] {
        read(
            {}, false, [copy] { return io::openStudy(toPath(copy)); }, true);
    });
}

void DocumentFile::revert() {
    const QString path = m_document.path();
    if (!path.isEmpty() && !isSaving()) {
        read(path, false, [path] { return io::openStudy(toPath(path)); });
    }
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
        ++m_lastRead;
        m_readTask->cancel();
        arrive(std::make_shared<io::StudyContents>(), {}, false, {});
    });
}

template<class Question>
auto DocumentFile::ask(const Question& question) {
    ++m_openQuestions;
    auto answer = question();
    if (--m_openQuestions == 0 && !m_waiting.empty()) {
        QMetaObject::invokeMethod(
            this,
            [this] {
                for (const auto& next : std::exchange(m_waiting, {})) {
                    afterQuestions(next);
                }
            },
            Qt::QueuedConnection);
    }
    return answer;
}

void DocumentFile::afterQuestions(std::function<void()> next) {
    if (m_openQuestions > 0) {
        m_waiting.push_back(std::move(next));
    } else {
        next();
    }
}

QString DocumentFile::path() const {
    const bool isOnItsWay = isSaving() && m_requestedGeneration == m_document.generation();
    return isOnItsWay ? m_requested : m_document.path();
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
    const quint64 generation = m_document.generation();
    const Answer answer = ask(m_questions.unsavedChanges);
    if (generation != m_document.generation()) {
        return; // the question was about another study
    }
    if (answer == Answer::Discard) {
        next();
    }
    if (answer != Answer::Save) {
        return;
    }
    const quint64 before = m_lastSave;
    save();
    if (m_lastSave != before) { // it has begun
        leave(std::move(next)); // waits, and asks again if there are more changes by then
    }
}

void DocumentFile::read(const QString& path, bool isDemo, Read work, bool isRecovered) {
    m_left = m_document.snapshot();
    const quint64 number = ++m_lastRead;
    emit reading(path);
    struct Value {
        Mark mark;
        base::Result<io::StudyContents> contents;
    };
    m_readTask->run(
        [work = std::move(work), path](const base::StopToken&) {
            const Mark mark = markOf(path); // before: a change while it is read counts as one
            return Value{mark, guarded(path.toStdString(), work)};
        },
        [this, path, isDemo, number, isRecovered](Value value) {
            using Shared = base::Result<std::shared_ptr<io::StudyContents>>;
            const Shared contents = std::move(value.contents).map([](io::StudyContents&& read) {
                return std::make_shared<io::StudyContents>(std::move(read));
            });
            afterQuestions([this, contents, path, isDemo, number, isRecovered, mark = value.mark] {
                if (number == m_lastRead) {
                    onRead(contents, path, isDemo, mark, isRecovered);
                }
            });
        });
}

void DocumentFile::onRead(const base::Result<std::shared_ptr<io::StudyContents>>& contents,
    const QString& path, bool isDemo, const Mark& mark, bool isRecovered) {
    if (!contents) {
        emit openFailed(contents.error());
    } else if (m_document.snapshot() == m_left) {
        arrive(*contents, path, isDemo, mark, isRecovered);
    } else { // a fit has ended or a title has changed since it was agreed
        leave([this, shared = *contents, path, isDemo, mark, isRecovered] {
            arrive(shared, path, isDemo, mark, isRecovered);
        });
    }
}

void DocumentFile::arrive(const std::shared_ptr<io::StudyContents>& contents, const QString& path,
    bool isDemo, const Mark& mark, bool isRecovered) {
    const bool isChangedOutside = contents->isChangedOutside;
    m_markedPath = path;
    m_mark = mark;
    m_lock.acquire(path);
    m_document.adopt(std::move(*contents), path, isDemo);
    if (isRecovered) {
        m_document.setUnsaved();
    }
    emit arrived(path, isChangedOutside);
}

DocumentFile::Mark DocumentFile::markOf(const QString& path) {
    const QFileInfo info(path);
    if (path.isEmpty() || !info.exists()) {
        return std::nullopt;
    }
    FileMark mark = {info.size(), info.lastModified().toMSecsSinceEpoch(), 0};
#ifdef Q_OS_UNIX
    struct stat status = {};
    if (::stat(QFile::encodeName(path).constData(), &status) == 0) {
        mark.inode = status.st_ino;
    }
#endif
    return mark;
}

bool DocumentFile::isChangedSince(const QString& path) const {
    if (isSaving() || path != m_markedPath || !m_mark) {
        return false; // it is being replaced by us, or the user has just chosen it
    }
    const Mark now = markOf(path);
    return now && now != m_mark; // one that is gone is simply written again
}

/// What the user names; nothing if another window works on that.
QString DocumentFile::askedPath() {
    const QString chosen = ask(m_questions.path);
    const auto owner = chosen.isEmpty() ? std::nullopt : m_lock.otherOwnerOf(chosen);
    if (owner) {
        emit saveRefused(chosen, *owner);
    }
    return owner ? QString() : chosen;
}

/// Looks again: another window may have closed the file meanwhile, or taken it from this one.
bool DocumentFile::holdsLockOf(const QString& path) {
    if (path != m_lock.path()) {
        return true;
    }
    const bool was = !m_lock.isHeldByOther();
    const bool is = m_lock.acquire(path);
    if (was != is) {
        emit lockChanged();
    }
    return is;
}

QString DocumentFile::agreedPath(const QString& path) {
    if (!holdsLockOf(path)) {
        return askedPath();
    }
    if (!isChangedSince(path)) {
        return path;
    }
    const auto answer =
        m_questions.changedFile ? ask([&] { return m_questions.changedFile(path); }) : ChangedAnswer::Cancel;
    if (answer == ChangedAnswer::SaveAs) {
        return askedPath();
    }
    return answer == ChangedAnswer::Replace ? path : QString();
}

DocumentFile::Save DocumentFile::nextSave(const QString& path) {
    m_questions.finishTyping();
    m_requested = path;
    m_requestedGeneration = m_document.generation();
    return {++m_lastSave, m_document.snapshot(), path, m_document.generation()};
}

void DocumentFile::save() {
    const QString own = path();
    const QString agreed = own.isEmpty() ? askedPath() : agreedPath(own);
    if (!agreed.isEmpty()) {
        save(agreed);
    }
}

void DocumentFile::saveAs() {
    const QString chosen = askedPath();
    if (!chosen.isEmpty()) {
        save(chosen);
    }
}

void DocumentFile::save(const QString& path) {
    const Save next = nextSave(path);
    emit saving();
    m_writer.start([this, next] {
        const base::Result<void> result = write(*next.snapshot, next.path);
        const Mark mark = markOf(next.path);
        // The destructor waits for this thread, so that there is somebody to tell.
        QMetaObject::invokeMethod(
            this, [this, next, result, mark] { onSaved(next, result, mark); }, Qt::QueuedConnection);
    });
}

base::Result<void> DocumentFile::writeNow(const QString& path) {
    m_writer.waitForDone(); // one writer at a time, the newest study last
    const Save next = nextSave(path);
    const base::Result<void> result = write(*next.snapshot, next.path);
    onSaved(next, result, markOf(path));
    return result;
}

base::Result<void> DocumentFile::saveNow() {
    m_questions.finishTyping();
    const QString own = path();
    const bool isWanted = m_document.snapshot() != m_discarded && (m_document.isModified() || isSaving());
    if (own.isEmpty() || !isWanted) {
        return {};
    }
    return writeNow(!holdsLockOf(own) || isChangedSince(own) ? freeNameBeside(own) : own);
}

bool DocumentFile::leaveNow() {
    m_questions.finishTyping();
    if (!m_document.isModified()) {
        return true;
    }
    const Answer answer = ask(m_questions.unsavedChanges);
    if (answer == Answer::Discard) {
        m_discarded = m_document.snapshot();
    }
    if (answer != Answer::Save) {
        return answer == Answer::Discard;
    }
    const QString own = path();
    const QString agreed = own.isEmpty() ? askedPath() : agreedPath(own);
    return !agreed.isEmpty() && writeNow(agreed).has_value();
}

void DocumentFile::onSaved(const Save& save, const base::Result<void>& result, const Mark& mark) {
    if (save.number <= m_endedSave) {
        return; // a later one has told already
    }
    m_endedSave = save.number;
    if (result) {
        if (m_document.setSaved(save.snapshot, save.path, save.generation)) {
            m_markedPath = save.path;
            m_mark = mark;
            m_lock.acquire(save.path);
        }
        emit saved(save.path);
    } else {
        emit saveFailed(result.error());
    }
    if (!isSaving() && m_onSaved) {
        afterQuestions([this, isGood = result.has_value()] { onAllSaved(isGood); });
    }
}

void DocumentFile::onAllSaved(bool isGood) {
    const std::function<void()> next = std::exchange(m_onSaved, nullptr);
    if (isGood && next) {
        next();
    }
}

} // namespace rulescope::desktop
