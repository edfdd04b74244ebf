// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/network_options.h"

#include "app/cli/spec_options.h"
#include "app/cli/text_table.h"
#include "core/networks/connectivity.h"
#include "core/networks/credit_rule.h"
#include "core/networks/task.h"

#include <CLI/CLI.hpp>

namespace rulescope::cli {

namespace {

template<class Entry>
std::string namesOf(const std::vector<const Entry*>& entries) {
    std::vector<std::string> names;
    for (const Entry* entry : entries) {
        names.emplace_back(entry->name);
    }
    return joined(names);
}

} // namespace

void NetworkOptions::declare(CLI::App& options) {
    m_app = &options;
    options
        .add_option("--recipe", recipe, "Ready-made experiment: " + namesOf(networks::allNetworkRecipes()))
        ->type_name("NAME");
    options.add_option("--task", tasks, "Comma-separated: " + namesOf(networks::allTasks()))
        ->type_name("T,T");
    options
        .add_option("--connectivity", connectivities,
            "Initial recurrent weights, comma-separated: " + namesOf(networks::allConnectivities()))
        ->type_name("K,K");
    options.add_option("--rank", ranks, "Ranks of low-rank connectivity, comma-separated")
        ->type_name("R,R")
        ->delimiter(',');
    options
        .add_option(
            "--rule", rules, "Credit assignment, comma-separated: " + namesOf(networks::allCreditRules()))
        ->type_name("R,R");
    options.add_option("--seeds", seeds, "Networks per condition, with seeds from --seed on")
        ->type_name("K")
        ->check(CLI::Range(1, 100000));
    options.add_option("--seed", spec.seed, "First seed; the same seed gives the same numbers")
        ->check(anySeed)
        ->capture_default_str();
    options.add_option("--steps", spec.steps, "Training steps")->capture_default_str();
    options.add_option("--units", spec.units, "Neurons")->capture_default_str();
    options.add_option("--batch", spec.batch, "Trials per step")->capture_default_str();
    options
        .add_option("--training-trials", spec.trainingTrials,
            "Draw training from this many trials, again and again; 0: new trials at every step")
        ->capture_default_str();
    options.add_option("--rate", spec.optimiser.rate, "Learning rate")->capture_default_str();
    options.add_option("--optimiser", spec.optimiser.kind, "sgd or adam")->capture_default_str();
    options.add_option("--momentum", spec.optimiser.momentum, "Of sgd")->capture_default_str();
    options.add_option("--l2", spec.optimiser.l2, "Weight decay")->capture_default_str();
    options
        .add_option("--decay-at", spec.optimiser.decayAt, "Fraction of the steps after which the rate falls")
        ->capture_default_str();
    options.add_option("--decay-factor", spec.optimiser.decayFactor, "Factor of the rate from there on")
        ->capture_default_str();
    options.add_option("--gain", spec.connectivity.gain, "Gain g of the recurrent weights")
        ->capture_default_str();
    options.add_option("--spectrum", spec.connectivity.spectrum, "Of soft-rank: power or exponential")
        ->capture_default_str();
    options.add_option("--decay", spec.connectivity.decay, "Of soft-rank: k of i^-k or exp(-i/k)")
        ->capture_default_str();
    options
        .add_option("--excitatory", spec.connectivity.excitatory, "Of dale: fraction of excitatory neurons")
        ->capture_default_str();
    options.add_option("--chain-strength", spec.connectivity.chainStrength, "Of chain: up to 0.5")
        ->capture_default_str();
    options.add_option("--chain-correlation", spec.connectivity.chainCorrelation, "Of chain: -1 to 1")
        ->capture_default_str();
    options
        .add_option("--cell-types", spec.connectivity.cellTypes,
            "Of cell-types: CSV or JSON file of connection probabilities (default: Potjans and Diesmann "
            "2014)")
        ->type_name("FILE");
    options.add_option("--types", spec.cellTypes, "Cell types that mdgl-types and modprop average over")
        ->capture_default_str();
    options.add_option("--activation", spec.activation, "relu, tanh or linear")->capture_default_str();
    options.add_option("--leak", spec.leak, "a = 1 - dt/tau")->capture_default_str();
    options.add_option("--noise", spec.taskOptions.noise, "Input noise per step (sd)")->capture_default_str();
    options
        .add_option("--images", spec.taskOptions.imageFolder,
            "Of image-rows: folder of the idx files (default: Debian's dataset-fashion-mnist)")
        ->type_name("DIR");
    options
        .add_option(
            "--curvature", spec.measures.curvature, "Points at which the Hessian is looked at; 0: never")
        ->capture_default_str();
    options.add_option("--kernels", spec.measures.kernels, "Points of tangent-kernel alignment; 0: never")
        ->capture_default_str();
}

bool NetworkOptions::isGiven(const char* option) const {
    return m_app != nullptr && m_app->count(option) > 0;
}

tl::expected<void, Failure> NetworkOptions::refuse(
    const std::vector<const char*>& pointless, const char* sentence, const char* remedy) const {
    for (const char* option : pointless) {
        if (isGiven(option)) {
            return usage({sentence, {std::string(option)}}, option, remedy);
        }
    }
    return {};
}

networks::RecipeOptions NetworkOptions::lists() const {
    networks::RecipeOptions lists;
    lists.tasks = splitList(tasks);
    lists.connectivities = splitList(connectivities);
    lists.rules = splitList(rules);
    lists.ranks = ranks;
    lists.seeds = seeds;
    lists.firstSeed = spec.seed;
    lists.imageFolder = spec.taskOptions.imageFolder;
    lists.steps = isGiven("--steps") ? spec.steps : 0;
    lists.units = isGiven("--units") ? spec.units : 0;
    lists.batch = isGiven("--batch") ? spec.batch : 0;
    lists.trainingTrials = isGiven("--training-trials") ? std::optional(spec.trainingTrials) : std::nullopt;
    lists.rate = isGiven("--rate") ? spec.optimiser.rate : 0;
    return lists;
}

tl::expected<std::vector<networks::NetworkSpec>, Failure> NetworkOptions::specs() const {
    if (recipe.empty()) {
        networks::RecipeOptions all = lists();
        all.steps = 0; // single values, zeros included, are in `spec` and are checked there
        all.units = all.batch = 0;
        all.rate = 0;
        all.trainingTrials.reset();
        return networks::crossed(spec, all);
    }
    const auto found = networks::findNetworkRecipe(recipe);
    if (!found) {
        return usage(found.error(), "--recipe");
    }
    const auto refused =
        refuse({"--optimiser", "--momentum", "--l2", "--decay-at", "--decay-factor", "--gain", "--spectrum",
                   "--decay", "--excitatory", "--chain-strength", "--chain-correlation", "--cell-types",
                   "--types", "--activation", "--leak", "--noise", "--curvature", "--kernels"},
            "A recipe decides %1 itself.", "Leave it out, or put the experiment together without --recipe.");
    if (!refused) {
        return tl::make_unexpected(refused.error());
    }
    return (*found)->specs(lists());
}

} // namespace rulescope::cli
