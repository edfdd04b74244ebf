// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/job_status.h"

#include <QAbstractTableModel>

#include <vector>

namespace rulescope::models {

/// "12 s", "3 min 20 s", "1 h 5 min": a duration as people say it.
QString durationText(double seconds);

/// What a state is called on screen, e.g. "Cancelling…".
QString stateText(JobState state);

/// Background jobs, newest first, one row each.
class JobsModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Column { JobColumn, StateColumn, ProgressColumn, LikelihoodColumn, TimeColumn, ColumnCount };
    enum Role {
        IdRole = Qt::UserRole,
        FractionRole, ///< done, in [0, 1]
        StateRole,    ///< JobState as int
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// Adds the job or updates its row.
    void setJob(const JobStatus& status);
    void removeJob(int id);

    /// Status in a row; the row must exist.
    const JobStatus& job(int row) const { return m_jobs[static_cast<std::size_t>(row)]; }
    int rowOf(int id) const; ///< -1 if there is none

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

  private:
    std::vector<JobStatus> m_jobs;
};

} // namespace rulescope::models
