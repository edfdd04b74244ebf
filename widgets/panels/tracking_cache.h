// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/animal.h"
#include "core/tracking/weight_tracking.h"

#include <deque>
#include <memory>
#include <mutex>

namespace rulescope::panels {

/// What is tracked of an animal: the regressors of a fit, so that both can be laid over each other.
struct TrackingRequest {
    data::RegressorSpec regressors;
    std::size_t trials = 0;       ///< first trials with a choice; 0: all
    bool hasSessionDrift = false; ///< a drift of its own between sessions
    bool operator==(const TrackingRequest&) const = default;
};

/// Tracked weights are computed when they are looked at and kept for a while, never stored in a study: a
/// second or so per animal brings them back. Safe from several threads.
class TrackingCache {
  public:
    /// The animal's tracked weights, drifts chosen by evidence. Errors: as trackWeights.
    base::Result<tracking::TrackedWeightsPtr> tracked(
        const data::AnimalPtr& animal, const TrackingRequest& request, const base::StopToken& stop);
    /// Whether tracked() would answer at once.
    bool has(const data::AnimalPtr& animal, const TrackingRequest& request) const;

  private:
    struct Entry {
        std::weak_ptr<const data::Animal> animal; ///< animals never change, so the object is the key
        TrackingRequest request;
        base::Result<tracking::TrackedWeightsPtr> answer;
    };
    const Entry* find(const data::AnimalPtr& animal, const TrackingRequest& request) const;
    void keep(Entry entry);

    mutable std::mutex m_mutex;
    std::deque<Entry> m_entries; ///< oldest first
};

} // namespace rulescope::panels
