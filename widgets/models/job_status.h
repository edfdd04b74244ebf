// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <QString>

#include <limits>
#include <vector>

namespace rulescope::models {

/// Where a background job stands. The last three are final.
enum class JobState { Queued, Running, Paused, Cancelling, Finished, Cancelled, Failed };

constexpr bool isFinal(JobState state) {
    return state >= JobState::Finished;
}

/// Everything that a view shows of one background job; a value, made by the job queue on the GUI thread.
struct JobStatus {
    int id = 0;
    QString title;  ///< "RNN rule"
    QString detail; ///< "12 animals, held out: A, B"
    JobState state = JobState::Queued;
    double fraction = 0;       ///< done, in [0, 1]
    int epoch = 0, epochs = 0; ///< 0 of 0: the job doesn't count epochs
    QString part;              ///< of a job that is many fits: the one that the curves are of
    double secondsElapsed = 0;
    double secondsLeft = std::numeric_limits<double>::quiet_NaN(); ///< NaN: not known yet
    std::vector<double> trainCurve;                                ///< nats per trial, one value per report
    std::vector<double> heldOutCurve; ///< the same length, or empty if nothing is held out
    std::vector<double> curveEpochs;  ///< epoch of each curve value
    QString message;                  ///< why it failed, or what it found
    bool isKeepable = false;          ///< cancelled with a usable best-so-far result
    bool isPausable = true;           ///< it can wait in the middle
};

} // namespace rulescope::models

Q_DECLARE_METATYPE(rulescope::models::JobStatus)
