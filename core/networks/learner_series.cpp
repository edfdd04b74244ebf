// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/learner_series.h"

#include "core/base/first_error.h"
#include "core/base/parallel.h"
#include "core/networks/learner_store.h"

#include <algorithm>
#include <mutex>
#include <optional>

namespace rulescope::networks {

namespace {

/// Places of `specs` whose condition is met there first.
std::vector<std::size_t> firstOfConditions(const std::vector<NetworkSpec>& specs) {
    std::vector<std::size_t> firsts;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const bool isKnown = std::any_of(firsts.begin(), firsts.end(), [&](std::size_t first) {
            NetworkSpec same = specs[i];
            same.seed = specs[first].seed;
            return same == specs[first];
        });
        if (!isKnown) {
            firsts.push_back(i);
        }
    }
    return firsts;
}

/// Counts what is finished for the caller's progress.
class Count {
  public:
    Count(std::size_t total, const base::ProgressCallback& onProgress)
        : m_total(total)
        , m_onProgress(onProgress) {}

    void add() {
        const std::lock_guard lock(m_mutex);
        ++m_done;
        if (m_onProgress) {
            m_onProgress(static_cast<double>(m_done) / static_cast<double>(m_total));
        }
    }

  private:
    std::mutex m_mutex;
    std::size_t m_done = 0, m_total;
    const base::ProgressCallback& m_onProgress;
};

} // namespace

std::string learnerName(const std::string& model, const NetworkSpec& spec) {
    const std::string rank =
        usesRank(spec.connectivity.kind) ? " " + std::to_string(spec.connectivity.rank) : std::string();
    return model + " network, " + spec.rule + ", " + spec.connectivity.kind + rank + ", " +
           std::to_string(spec.seed);
}

base::Result<std::vector<SeriesLearner>> runLearnerSeries(const data::Animal& model,
    const LearnerSeriesOptions& options, const base::StopToken& stop, const LearnerCallbacks& callbacks) {
    const LearnerStore store(options.folder);
    const std::vector<std::size_t> firsts =
        options.isSpeedMatched ? firstOfConditions(options.networks) : std::vector<std::size_t>();
    std::vector<SeriesLearner> learners(options.networks.size());
    for (std::size_t i = 0; i < learners.size(); ++i) {
        learners[i].spec = options.learner;
        learners[i].spec.network = options.networks[i];
        learners[i].spec.name = learnerName(model.name(), options.networks[i]);
    }
    Count count(firsts.size() + learners.size(), callbacks.onProgress);
    std::vector<std::optional<base::Error>> errors(learners.size());
    const LearnerCallbacks pausing{{}, callbacks.isPaused};
    base::parallelFor(firsts.size(), options.threads, [&](std::size_t condition) {
        const std::size_t first = firsts[condition];
        const auto matched = store.matchedRate(learners[first].spec, model, stop, pausing);
        if (!matched) {
            errors[first] = matched.error();
            return;
        }
        for (std::size_t i = first; i < learners.size(); ++i) { // nobody else writes to this condition
            NetworkSpec same = options.networks[i];
            same.seed = options.networks[first].seed;
            if (same == options.networks[first]) {
                learners[i].spec.network.optimiser.rate = matched->rate;
            }
        }
        count.add();
    });
    if (const auto failed = base::firstError(errors)) {
        return tl::make_unexpected(*failed);
    }
    base::parallelFor(learners.size(), options.threads, [&](std::size_t i) {
        auto learner = store.runLearner(learners[i].spec, model, stop, pausing);
        if (!learner) {
            errors[i] = learner.error();
            return;
        }
        learners[i].artificial = std::move(*learner);
        count.add();
    });
    if (const auto failed = base::firstError(errors)) {
        return tl::make_unexpected(*failed);
    }
    return learners;
}

} // namespace rulescope::networks
