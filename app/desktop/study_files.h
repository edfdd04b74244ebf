// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/import_report.h"
#include "widgets/models/study_context.h"

#include <QObject>
#include <QStringList>

#include <atomic>
#include <deque>
#include <memory>

class QTimer;

namespace rulescope::panels {
class LatestTask;
}

namespace rulescope::desktop {

/// Reads and writes files off the GUI thread; tells about the outcome on it. A newer request to read replaces
/// an older one; every request to save is carried out, in order.
class StudyFiles : public QObject {
    Q_OBJECT

  public:
    explicit StudyFiles(QObject* parent = nullptr);

    void open(const QString& path);
    void makeDemo();
    /// `generation` comes back with the outcome (Document::generation).
    void save(const models::StudySnapshot& snapshot, const QString& path, quint64 generation);
    /// Saves before it returns, e.g. because the program ends.
    base::Result<void> saveNow(const models::StudySnapshot& snapshot, const QString& path);
    void read(const QStringList& paths);
    void cancelReading();
    bool isBusy() const;

  signals:
    void opened(const std::shared_ptr<rulescope::io::StudyContents>& contents, const QString& path);
    void openFailed(const rulescope::base::Error& error);
    void demoMade(const std::shared_ptr<rulescope::io::StudyContents>& contents);
    void saved(const rulescope::models::StudySnapshot& snapshot, const QString& path, quint64 generation);
    void saveFailed(const rulescope::base::Error& error);
    void readingProgressed(double fraction);
    void readingEnded(const std::shared_ptr<rulescope::io::ImportReport>& report);
    void readingFailed(const rulescope::base::Error& error);

  private:
    struct SaveRequest {
        models::StudySnapshot snapshot;
        QString path;
        quint64 generation = 0;
    };
    void startNextSave();

    std::deque<SaveRequest> m_saves; ///< the first one is being written
    panels::LatestTask* m_openTask;
    panels::LatestTask* m_saveTask;
    panels::LatestTask* m_readTask;
    QTimer* m_progressTimer;
    std::shared_ptr<std::atomic<double>>
        m_progress; ///< shared with the reading thread, which may outlive this
};

} // namespace rulescope::desktop
