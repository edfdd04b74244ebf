// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/column_map.h"
#include "core/io/column_samples.h"
#include "core/io/import_merge.h"
#include "core/io/import_report.h"

#include <QObject>
#include <QStringList>

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

class QTimer;

namespace rulescope::panels {
class LatestTask;
}

namespace rulescope::desktop {

/// What files hold and what becomes of the study with it; nothing of it is in the study yet.
struct PendingImport {
    std::shared_ptr<const io::ImportReport> report;
    io::JoinedImport joined;
};

/// Reads files to import, and joins them to the study, off the GUI thread; a newer request replaces an older
/// one.
class ImportReader : public QObject {
    Q_OBJECT

  public:
    explicit ImportReader(QObject* parent = nullptr);

    /// `study`: what they are to join. `columns`: what the user says about the files' columns; none:
    /// recognised.
    void read(const QStringList& paths, const data::Study& study = {},
        const std::optional<io::ColumnMap>& columns = {});
    /// Joins what was read to another study than before; ended() tells.
    void join(const std::shared_ptr<const io::ImportReport>& report, const data::Study& study);
    /// Looks into the files for what a mapping can name; sampled() or failed() tells.
    void sample(const QStringList& paths);
    void cancel();
    bool isBusy() const;

  signals:
    void progressed(double fraction);
    void ended(const std::shared_ptr<rulescope::desktop::PendingImport>& import);
    void sampled(const std::vector<rulescope::io::ColumnSample>& columns);
    void failed(const rulescope::base::Error& error);

  private:
    using Ended = base::Result<std::shared_ptr<PendingImport>>;
    void tell(const Ended& import);

    panels::LatestTask* m_task;
    QTimer* m_timer;
    std::shared_ptr<std::atomic<double>> m_progress; ///< of the newest request
};

} // namespace rulescope::desktop
