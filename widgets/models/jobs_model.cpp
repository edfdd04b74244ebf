// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/jobs_model.h"

#include "widgets/text/translated.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace rulescope::models {

namespace {

QString likelihoodText(const JobStatus& job) {
    const QLocale locale;
    if (job.trainCurve.empty()) {
        return {};
    }
    const auto nats = [&locale](double value) { return text::withTrueMinus(locale.toString(value, 'f', 4)); };
    const QString train = nats(job.trainCurve.back());
    if (job.heldOutCurve.empty()) {
        return train;
    }
    return JobsModel::tr("%1 (held out %2)").arg(train, nats(job.heldOutCurve.back()));
}

QString progressText(const JobStatus& job) {
    const QLocale locale;
    if (job.state == JobState::Queued) {
        return {};
    }
    if (job.epochs > 0) {
        return JobsModel::tr("epoch %1 of %2").arg(locale.toString(job.epoch), locale.toString(job.epochs));
    }
    return JobsModel::tr("%1 %").arg(locale.toString(100 * job.fraction, 'f', 0));
}

QString timeText(const JobStatus& job) {
    switch (job.state) {
    case JobState::Queued:
    case JobState::Cancelling:
        return {};
    case JobState::Running:
    case JobState::Paused:
        return std::isnan(job.secondsLeft) ? QString()
                                           : JobsModel::tr("%1 left").arg(durationText(job.secondsLeft));
    default:
        return job.secondsElapsed > 0 ? durationText(job.secondsElapsed) : QString();
    }
}

} // namespace

QString durationText(double seconds) {
    const QLocale locale;
    const auto whole = static_cast<qlonglong>(std::llround(std::max(0.0, seconds)));
    if (whole < 60) {
        return JobsModel::tr("%1 s").arg(locale.toString(whole));
    }
    if (whole < 3600 && whole % 60 == 0) {
        return JobsModel::tr("%1 min").arg(locale.toString(whole / 60));
    }
    if (whole < 3600) {
        return JobsModel::tr("%1 min %2 s").arg(locale.toString(whole / 60), locale.toString(whole % 60));
    }
    return JobsModel::tr("%1 h %2 min")
        .arg(locale.toString(whole / 3600), locale.toString(whole % 3600 / 60));
}

QString stateText(JobState state) {
    switch (state) {
    case JobState::Queued:
        return JobsModel::tr("Waiting");
    case JobState::Running:
        return JobsModel::tr("Running");
    case JobState::Paused:
        return JobsModel::tr("Paused");
    case JobState::Cancelling:
        return JobsModel::tr("Cancelling…");
    case JobState::Finished:
        return JobsModel::tr("Done");
    case JobState::Cancelled:
        return JobsModel::tr("Cancelled");
    case JobState::Failed:
        return JobsModel::tr("Failed");
    }
    return {};
}

void JobsModel::setJob(const JobStatus& status) {
    const int row = rowOf(status.id);
    if (row >= 0) {
        m_jobs[static_cast<std::size_t>(row)] = status;
        emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
        return;
    }
    beginInsertRows({}, 0, 0);
    m_jobs.insert(m_jobs.begin(), status);
    endInsertRows();
}

void JobsModel::removeJob(int id) {
    const int row = rowOf(id);
    if (row < 0) {
        return;
    }
    beginRemoveRows({}, row, row);
    m_jobs.erase(m_jobs.begin() + row);
    endRemoveRows();
}

int JobsModel::rowOf(int id) const {
    const auto it =
        std::find_if(m_jobs.begin(), m_jobs.end(), [id](const JobStatus& job) { return job.id == id; });
    return it == m_jobs.end() ? -1 : static_cast<int>(it - m_jobs.begin());
}

int JobsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_jobs.size());
}

int JobsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant JobsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const JobStatus& status = job(index.row());
    switch (role) {
    case IdRole:
        return status.id;
    case FractionRole:
        return status.fraction;
    case StateRole:
        return static_cast<int>(status.state);
    case Qt::ToolTipRole:
        return status.message.isEmpty() ? status.title + QLatin1Char('\n') + status.detail : status.message;
    case Qt::DisplayRole:
        break;
    default:
        return {};
    }
    switch (index.column()) {
    case JobColumn:
        return status.detail.isEmpty() ? status.title : tr("%1: %2").arg(status.title, status.detail);
    case StateColumn:
        return stateText(status.state);
    case ProgressColumn:
        return progressText(status);
    case LikelihoodColumn:
        return likelihoodText(status);
    case TimeColumn:
        return timeText(status);
    }
    return {};
}

QVariant JobsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount) {
        return {};
    }
    const QString titles[] = {tr("Job"), tr("State"), tr("Progress"), tr("Nats per trial"), tr("Time")};
    return titles[section];
}

} // namespace rulescope::models
