// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/learner_series.h"

#include "core/base/first_error.h"
#include "core/base/parallel.h"
#include "core/networks/learner_store.h"
#include "core/networks/progress_count.h"

#include <algorithm>
#include <atomic>
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
    const std::vector<std::size_t> firsts = firstOfConditions(options.networks);
    std::vector<SeriesLearner> learners(options.networks.size());
    for (std::size_t i = 0; i < learners.size(); ++i) {
        learners[i].spec = options.learner;
        learners[i].spec.network = options.networks[i];
        learners[i].spec.name = learnerName(model.name(), options.networks[i]);
    }
    for (const std::size_t first : firsts) {
        if (const auto checked = checkSpec(options.networks[first]); !checked) {
            return tl::make_unexpected(checked.error()); // what fails later has run away
        }
    }
    ProgressCount count((options.isSpeedMatched ? firsts.size() : 0) + learners.size(), callbacks.onProgress);
    std::vector<std::optional<base::Error>> errors(learners.size());
    std::atomic<bool> hasFailed = false;
    const auto endedBy = [&](std::size_t i, const base::Error& error) {
        if (error.code == base::ErrorCode::InvalidValue) {
            learners[i].loss = error;
            return;
        }
        errors[i] = error;
        hasFailed = true;
    };
    const LearnerCallbacks pausing{{}, callbacks.isPaused};
    base::parallelFor(
        options.isSpeedMatched ? firsts.size() : 0, options.threads, [&](std::size_t condition) {
            const std::size_t first = firsts[condition];
            if (hasFailed) {
                return;
            }
            const auto matched = store.matchedRate(learners[first].spec, model, stop, pausing);
            for (std::size_t i = first; i < learners.size(); ++i) { // nobody else writes to this condition
                NetworkSpec same = options.networks[i];
                same.seed = options.networks[first].seed;
                if (!(same == options.networks[first])) {
                    continue;
                }
                if (matched) {
                    learners[i].spec.network.optimiser.rate = matched->rate;
                } else {
                    endedBy(i, matched.error());
                }
            }
            count.add();
        });
    base::parallelFor(learners.size(), options.threads, [&](std::size_t i) {
        if (hasFailed || learners[i].loss) {
            return;
        }
        auto learner = store.runLearner(learners[i].spec, model, stop, pausing);
        if (!learner) {
            endedBy(i, learner.error());
            return;
        }
        learners[i].artificial = std::move(*learner);
        count.add();
    });
    if (const auto failed = base::firstError(errors)) {
        return tl::make_unexpected(*failed);
    }
    if (std::all_of(learners.begin(), learners.end(), [](const SeriesLearner& each) { return each.loss; })) {
        return tl::make_unexpected(*learners.front().loss);
    }
    return learners;
}

} // namespace rulescope::networks
