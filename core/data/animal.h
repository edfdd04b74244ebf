// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/trials.h"

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace rulescope::data {

/// One session: a run of trials of its animal.
struct Session {
    std::string label; ///< as the file names it ("1", "2020-08-21", "2020-08-21/002"); unique in its animal
    std::string date;  ///< ISO 8601 day, or empty
    std::string protocol;   ///< task protocol, or empty
    std::string source;     ///< file name it came from (no folder)
    std::size_t begin = 0;  ///< first trial
    std::size_t end = 0;    ///< one past the last trial
    std::string phase = {}; ///< phase of training by the animal's annotations; set by analysed() alone

    std::size_t size() const { return end - begin; }
    bool operator==(const Session&) const = default;
};

/// What the stimulus column holds: only a contrast may be transformed.
enum class StimulusKind {
    Contrast, ///< fraction in [-1, 1]
    Raw,      ///< any other quantity, used as it is (identity)
};

/// Counts that every view shows; accuracy is over trials with a known outcome and a choice.
struct TrialCounts {
    std::size_t trials = 0;  ///< that no annotation excludes
    std::size_t choices = 0; ///< trials with a choice
    std::size_t right = 0;   ///< rightward choices
    std::size_t judged = 0;  ///< choices with a known outcome
    std::size_t correct = 0; ///< choices with outcome 1

    double fractionRight() const; ///< NaN without choices
    double accuracy() const;      ///< NaN without judged trials
};

/// An animal with all its sessions: immutable once made, shared by views and workers.
class Animal {
  public:
    struct Content {
        std::string name;
        std::string lab; ///< lab or group, may be empty
        StimulusKind stimulusKind = StimulusKind::Contrast;
        std::string stimulusUnit; ///< axis unit of a Raw stimulus ("z-scored loudness"), empty for contrasts
        std::string
            provenance; ///< where the animal came from: "imported (dialect)", or a simulation recipe as JSON
        std::vector<Session> sessions;
        Trials trials;
    };

    /// Checks that columns are equally long, codes in range, contrasts within +-1, names and labels unique
    /// and not empty, and that sessions tile the trials in order; else an InvalidValue error that names the
    /// column or session.
    static base::Result<std::shared_ptr<const Animal>> create(Content content);

    const std::string& name() const { return m_content.name; }
    const std::string& lab() const { return m_content.lab; }
    StimulusKind stimulusKind() const { return m_content.stimulusKind; }
    const std::string& stimulusUnit() const { return m_content.stimulusUnit; }
    const std::string& provenance() const { return m_content.provenance; }
    const std::vector<Session>& sessions() const { return m_content.sessions; }
    const Trials& trials() const { return m_content.trials; }
    const Content& content() const { return m_content; }
    std::size_t trialCount() const { return m_content.trials.size(); }

    TrialCounts counts() const { return m_counts; }
    TrialCounts sessionCounts(std::size_t session) const;

    /// "sha1:<40 hex>" over name, sessions and every column; the same trials give the same hash in any file
    /// format. Computed when first asked for (about 5 ms per 10,000 trials); safe from several threads.
    const std::string& contentHash() const;

  private:
    explicit Animal(Content content);

    Content m_content;
    TrialCounts m_counts;
    mutable std::once_flag m_hashOnce;
    mutable std::string m_hash;
};

using AnimalPtr = std::shared_ptr<const Animal>;

/// Counts of the trials [begin, end).
TrialCounts countTrials(const Trials& trials, std::size_t begin, std::size_t end);

/// Joins sessions of two imports of one animal: sessions ordered by date, else by number, else as they came.
/// A session label in both with identical trials is kept once; with different trials it is an InvalidValue
/// error.
base::Result<AnimalPtr> mergeAnimals(const Animal& first, const Animal& second);
/// The same for any number of imports of one animal, in one pass; `imports` is not empty.
base::Result<AnimalPtr> mergeAnimals(const std::vector<AnimalPtr>& imports);

/// Session indices of a selection "all", "last:3", "phase:NAME", or a comma-separated list of tokens; a token
/// matches a label or a date first, then the 1-based order (DESIGN.md, Contracts). "last:" counts sessions
/// that are not excluded as a whole. Unknown tokens are a NotFound error.
base::Result<std::vector<std::size_t>> selectSessions(const Animal& animal, const std::string& selection);

} // namespace rulescope::data
