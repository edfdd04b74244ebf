// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/network_state.h"

#include <string>

namespace rulescope::fit {

namespace {

using Numbers = std::vector<double>;

/// Name and member of the arrays of one network, those of P values first.
struct NetworkArray {
    const char* name;
    Numbers TrainingState::*member;
};
constexpr std::size_t kParameterArrays = 4;
constexpr NetworkArray kNetworkArrays[] = {{"parameters", &TrainingState::parameters},
    {"first_moments", &TrainingState::firstMoments}, {"second_moments", &TrainingState::secondMoments},
    {"average", &TrainingState::average}, {"train_curve", &TrainingState::trainCurve}};

std::string networkPrefix(const std::string& phase, std::size_t network) {
    return phase + "/" + std::to_string(network) + "/";
}

void addPhase(const std::string& name, const PhaseState& phase, StateArrays& arrays) {
    arrays[name + "/course"] = {static_cast<double>(phase.networks.size()), static_cast<double>(phase.epochs),
        phase.bestScore, static_cast<double>(phase.bestEpoch)};
    arrays[name + "/validation_curve"] = phase.validationCurve;
    arrays[name + "/heldout_curve"] = phase.heldOutCurve;
    arrays[name + "/best"] = phase.best;
    arrays[name + "/start_scores"] = phase.startScores;
    arrays[name + "/best_scores"] = phase.bestScores;
    for (std::size_t n = 0; n < phase.networks.size(); ++n) {
        for (const NetworkArray& array : kNetworkArrays) {
            arrays[networkPrefix(name, n) + array.name] = phase.networks[n].*array.member;
        }
    }
}

/// Reads arrays by name; a missing one is noted.
class ArrayReader {
  public:
    ArrayReader(const StateArrays& arrays, std::size_t parameters)
        : m_arrays(arrays)
        , m_parameters(parameters) {}

    Numbers take(const std::string& name) {
        const auto found = m_arrays.find(name);
        m_isWhole = m_isWhole && found != m_arrays.end();
        return m_isWhole ? found->second : Numbers();
    }
    /// `count` numbers, zeros if they are not there.
    Numbers take(const std::string& name, std::size_t count) {
        Numbers values = take(name);
        m_isWhole = m_isWhole && values.size() == count;
        values.resize(count, 0.0);
        return values;
    }

    PhaseState phase(const std::string& name) {
        PhaseState phase;
        const Numbers course = take(name + "/course", 4);
        phase.epochs = static_cast<int>(course[1]);
        phase.bestScore = course[2];
        phase.bestEpoch = static_cast<int>(course[3]);
        phase.validationCurve = take(name + "/validation_curve");
        phase.heldOutCurve = take(name + "/heldout_curve");
        phase.best = take(name + "/best");
        phase.startScores = take(name + "/start_scores");
        phase.bestScores = take(name + "/best_scores");
        const bool isEmpty = course[0] == 0;
        m_isWhole = m_isWhole && course[0] >= 0 && course[0] <= 1000 &&
                    phase.best.size() == (isEmpty ? 0 : m_parameters) &&
                    phase.startScores.size() == phase.bestScores.size();
        for (std::size_t n = 0; m_isWhole && n < static_cast<std::size_t>(course[0]); ++n) {
            phase.networks.push_back(network(networkPrefix(name, n), phase.epochs));
        }
        return phase;
    }

    bool isWhole() const { return m_isWhole; }

  private:
    TrainingState network(const std::string& prefix, int epochs) {
        TrainingState network;
        for (std::size_t i = 0; i < std::size(kNetworkArrays); ++i) {
            const NetworkArray& array = kNetworkArrays[i];
            network.*array.member =
                i < kParameterArrays ? take(prefix + array.name, m_parameters) : take(prefix + array.name);
        }
        m_isWhole = m_isWhole && (network.epochs() == epochs || network.epochs() == epochs + 1);
        return network;
    }

    const StateArrays& m_arrays;
    std::size_t m_parameters;
    bool m_isWhole = true;
};

} // namespace

StateArrays toArrays(const NetworkFitState& state) {
    StateArrays arrays;
    arrays["progress"] = {state.isSearchDone ? 1.0 : 0.0, state.hasStoppedEarly ? 1.0 : 0.0,
        static_cast<double>(state.chosenEpochs)};
    addPhase("search", state.search, arrays);
    addPhase("training", state.training, arrays);
    return arrays;
}

std::optional<NetworkFitState> networkFitState(const StateArrays& arrays, std::size_t parameters) {
    ArrayReader reader(arrays, parameters);
    NetworkFitState state;
    const Numbers progress = reader.take("progress", 3);
    state.isSearchDone = progress[0] != 0;
    state.hasStoppedEarly = progress[1] != 0;
    state.chosenEpochs = static_cast<int>(progress[2]);
    state.search = reader.phase("search");
    state.training = reader.phase("training");
    return reader.isWhole() ? std::optional(std::move(state)) : std::nullopt;
}

} // namespace rulescope::fit
