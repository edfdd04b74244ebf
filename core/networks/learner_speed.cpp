// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/learner_speed.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace rulescope::networks {

namespace {

constexpr int kNetworks = 2; ///< per rate tried

/// Tries rates on a grid of half octaves around the first one, each once.
class RateSearch {
  public:
    RateSearch(const LearnerSpec& spec, const data::Animal& model, const base::StopToken& stop,
        const LearnerCallbacks& callbacks)
        : m_spec(spec)
        , m_model(model)
        , m_stop(stop) {
        m_callbacks.isPaused = callbacks.isPaused;
    }

    double rateAt(int halfOctave) const {
        return m_spec.network.optimiser.rate * std::pow(2.0, halfOctave / 2.0);
    }

    /// Infinite where a network runs away; an error for anything else.
    base::Result<double> differenceAt(int halfOctave) {
        if (const auto known = m_tried.find(halfOctave); known != m_tried.end()) {
            return known->second;
        }
        double sum = 0;
        for (int network = 0; network < kNetworks; ++network) {
            LearnerSpec spec = m_spec;
            spec.network.optimiser.rate = rateAt(halfOctave);
            spec.network.seed += static_cast<std::uint64_t>(network);
            const auto learner = runLearner(spec, m_model, m_stop, m_callbacks);
            if (!learner) {
                if (learner.error().code != base::ErrorCode::InvalidValue) {
                    return tl::make_unexpected(learner.error());
                }
                m_failure = learner.error();
            }
            sum += learner ? speedDifference(*learner->animal, m_model) / kNetworks
                           : std::numeric_limits<double>::infinity();
        }
        m_tried[halfOctave] = sum;
        return sum;
    }

    /// Why a network could not be had at some rate.
    const base::Error& failure() const { return m_failure; }

  private:
    const LearnerSpec& m_spec;
    const data::Animal& m_model;
    base::Error m_failure;
    base::StopToken m_stop;
    LearnerCallbacks m_callbacks;
    std::map<int, double> m_tried;
};

/// Walks from `from` by `step` while it gets better, at least `least` steps; returns the best place.
base::Result<int> walk(RateSearch& search, int from, int step, int least, int most) {
    int best = from;
    for (int i = 1; i <= most; ++i) {
        const auto here = search.differenceAt(from + i * step);
        const auto lowest = search.differenceAt(best);
        if (!here || !lowest) {
            return tl::make_unexpected(here ? lowest.error() : here.error());
        }
        if (*here < *lowest) {
            best = from + i * step;
        } else if (i >= least) {
            break;
        }
    }
    return best;
}

} // namespace

std::vector<double> learningCurve(const data::Animal& animal, std::size_t blocks) {
    std::vector<double> judged;
    for (const std::int8_t outcome : animal.trials().outcome) {
        if (outcome != data::kUnknown) {
            judged.push_back(outcome);
        }
    }
    std::vector<double> curve;
    for (std::size_t block = 0; block < blocks && judged.size() >= blocks; ++block) {
        const std::size_t begin = block * judged.size() / blocks, end = (block + 1) * judged.size() / blocks;
        double sum = 0;
        for (std::size_t t = begin; t < end; ++t) {
            sum += judged[t];
        }
        curve.push_back(sum / static_cast<double>(end - begin));
    }
    return curve;
}

double speedDifference(const data::Animal& first, const data::Animal& second) {
    const std::vector<double> a = learningCurve(first), b = learningCurve(second);
    if (a.empty() || a.size() != b.size()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    double squares = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return std::sqrt(squares / static_cast<double>(a.size()));
}

base::Result<MatchedRate> matchedRate(const LearnerSpec& spec, const data::Animal& model,
    const base::StopToken& stop, const LearnerCallbacks& callbacks) {
    if (learningCurve(model).empty()) {
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP(
                "core", "The animal has too few trials with a known outcome to match its speed."),
            model.name(), QT_TRANSLATE_NOOP("core", "Choose another animal, or a learning rate."));
    }
    RateSearch search(spec, model, stop, callbacks);
    constexpr int octave = 2;
    int best = 0;
    for (const int step : {octave, -octave}) {
        const auto found = walk(search, best, step, step > 0 ? 2 : 1, kMostDoublings);
        if (!found) {
            return tl::make_unexpected(found.error());
        }
        best = *found;
    }
    for (const int step : {1, -1}) {
        const auto found = walk(search, best, step, 1, 1);
        if (!found) {
            return tl::make_unexpected(found.error());
        }
        best = *found;
    }
    const auto difference = search.differenceAt(best);
    if (!difference || !std::isfinite(*difference)) {
        return tl::make_unexpected(difference ? search.failure() : difference.error());
    }
    return MatchedRate{search.rateAt(best), *difference};
}

} // namespace rulescope::networks
