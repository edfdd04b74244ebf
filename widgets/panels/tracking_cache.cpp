// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/tracking_cache.h"

#include <algorithm>

namespace rulescope::panels {

namespace {

constexpr std::size_t kMostEntries = 48;    ///< a dozen animals under a few fits
constexpr std::size_t kMostTrials = 600000; ///< in all entries together, about 50 MB

base::Result<tracking::TrackedWeightsPtr> computed(
    const data::Animal& animal, const TrackingRequest& request, const base::StopToken& stop) {
    return data::ruleInputs(animal, request.regressors, request.trials)
        .and_then([&](const data::RuleInputs& inputs) {
            tracking::TrackingOptions options;
            // In a single session the drift between sessions has nothing to act on.
            options.optimisesSigmaDay = request.hasSessionDrift && std::count(inputs.sessionStart.begin(),
                                                                       inputs.sessionStart.end(), 1.0) > 1;
            return tracking::trackWeights(inputs, request.regressors.names, options, stop);
        })
        .map([](tracking::TrackedWeights weights) -> tracking::TrackedWeightsPtr {
            return std::make_shared<const tracking::TrackedWeights>(std::move(weights));
        });
}

} // namespace

base::Result<tracking::TrackedWeightsPtr> TrackingCache::tracked(
    const data::AnimalPtr& animal, const TrackingRequest& request, const base::StopToken& stop) {
    {
        const std::lock_guard lock(m_mutex);
        if (const Entry* entry = find(animal, request)) {
            return entry->answer;
        }
    }
    base::Result<tracking::TrackedWeightsPtr> answer = computed(*animal, request, stop);
    if (answer || answer.error().code != base::ErrorCode::Cancelled) {
        keep({animal, request, answer});
    }
    return answer;
}

bool TrackingCache::has(const data::AnimalPtr& animal, const TrackingRequest& request) const {
    const std::lock_guard lock(m_mutex);
    return find(animal, request) != nullptr;
}

const TrackingCache::Entry* TrackingCache::find(
    const data::AnimalPtr& animal, const TrackingRequest& request) const {
    const auto found = std::find_if(m_entries.begin(), m_entries.end(),
        [&](const Entry& entry) { return entry.animal.lock() == animal && entry.request == request; });
    return found == m_entries.end() ? nullptr : &*found;
}

void TrackingCache::keep(Entry entry) {
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_entries, [](const Entry& old) { return old.animal.expired(); });
    m_entries.push_back(std::move(entry));
    std::size_t trials = 0;
    for (const Entry& kept : m_entries) {
        trials += kept.answer ? (*kept.answer)->trials() : 0;
    }
    // The newest stays, however long its animal trained.
    while (m_entries.size() > 1 && (m_entries.size() > kMostEntries || trials > kMostTrials)) {
        const Entry& oldest = m_entries.front();
        trials -= oldest.answer ? (*oldest.answer)->trials() : 0;
        m_entries.pop_front();
    }
}

} // namespace rulescope::panels
