// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/regressors.h"
#include "core/engine/network_shape.h"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace rulescope::engine {

/// reference/rollout_dnn.json and rollout_rnn.json: inputs, parameters, loss, weights path and gradients
/// computed by an independent program. Columns are fed as given; trial 0 is not scored there.
struct RolloutFixture {
    NetworkShape shape;
    int truncation = 0;
    std::vector<data::RuleInputs> animals;
    std::vector<double> parameters;           ///< flat
    std::vector<double> gradient;             ///< flat, of `loss`
    double loss = 0;                          ///< mean over animals x (trials - 1)
    std::vector<std::vector<double>> weights; ///< per animal, (trials - 1) x 2: w_1, w_2, ...

    static std::string path(const std::string& kind) {
        return std::string(RULESCOPE_SHARED_DIR) + "/reference/rollout_" + kind + ".json";
    }
    static bool exists(const std::string& kind) { return std::ifstream(path(kind)).good(); }

    static RolloutFixture read(const std::string& kind) {
        std::ifstream file(path(kind));
        const nlohmann::json json = nlohmann::json::parse(file);
        RolloutFixture fixture;
        fixture.shape = {2, json.at("hidden").get<int>(), kind == "rnn"};
        fixture.truncation = json.at("truncation").get<int>();
        fixture.loss = json.at("loss").get<double>();
        for (std::size_t a = 0; a < json.at("animals").get<std::size_t>(); ++a) {
            fixture.animals.push_back(readAnimal(json, a));
            std::vector<double> path;
            for (const auto& row : json.at("weights").at(a)) {
                path.push_back(row.at(0).get<double>());
                path.push_back(row.at(1).get<double>());
            }
            fixture.weights.push_back(path);
        }
        fixture.parameters = flat(json.at("parameters"), fixture.shape);
        fixture.gradient = flat(json.at("gradients"), fixture.shape);
        return fixture;
    }

  private:
    static data::RuleInputs readAnimal(const nlohmann::json& json, std::size_t a) {
        data::RuleInputs inputs;
        inputs.trials = json.at("trials").get<std::size_t>();
        inputs.regressors = 2;
        for (std::size_t t = 0; t < inputs.trials; ++t) {
            const double stimulus = json.at("stimulus").at(a).at(t).get<double>();
            inputs.x.push_back(stimulus);
            inputs.x.push_back(1);
            inputs.choice.push_back(json.at("choice").at(a).at(t).get<double>());
            inputs.outcome.push_back(json.at("reward").at(a).at(t).get<double>());
            inputs.side.push_back(stimulus > 0 ? 1 : 0);
            inputs.answer.push_back(stimulus > 0 ? 1 : 0);
            inputs.sessionStart.push_back(json.at("session_start").at(a).at(t).get<double>());
            inputs.scored.push_back(t == 0 ? 0 : 1);
            inputs.trialIndex.push_back(t);
        }
        return inputs;
    }

    static std::vector<double> flat(const nlohmann::json& tensors, const NetworkShape& shape) {
        std::vector<double> values;
        for (const ParameterSlot& slot : parameterSlots(shape)) {
            std::vector<double> tensor(slot.size);
            std::size_t i = 0;
            const auto& nested = tensors.at(slot.name);
            for (const auto& row : nested) {
                if (row.is_array()) {
                    for (const auto& value : row) {
                        tensor.at(i++) = value.get<double>();
                    }
                } else {
                    tensor.at(i++) = row.get<double>();
                }
            }
            values.insert(values.end(), tensor.begin(), tensor.end());
        }
        return values;
    }
};

} // namespace rulescope::engine
