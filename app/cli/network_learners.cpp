// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/network_learners.h"

#include "app/cli/json_form.h"
#include "app/cli/progress_line.h"
#include "app/cli/study_access.h"
#include "app/cli/text_table.h"
#include "core/networks/experiment.h"
#include "core/networks/learner_series.h"
#include "core/networks/learner_speed.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace rulescope::cli {

namespace {

constexpr int kDefaultNetworks = 5;

Json reportOf(const networks::LearnerComparison& comparison) {
    Json learners = Json::array();
    for (const networks::LearnerDistance& learner : comparison.learners) {
        Json distances = Json::array();
        for (const double each : learner.distances) {
            distances.push_back(number(each));
        }
        learners.push_back({{"rule", learner.rule}, {"rank", learner.rank},
            {"distance", {{"value", number(learner.distance)}, {"low", number(learner.low)},
                             {"high", number(learner.high)}}},
            {"cosine", number(learner.cosine)}, {"scale", number(learner.scale)},
            {"overlap", number(learner.overlap)}, {"accuracy", number(learner.accuracy)},
            {"weight_change", number(learner.weightChange)}, {"rate", number(learner.rate)},
            {"speed_difference", number(learner.speedDifference)}, {"n", learner.count()},
            {"lost", learner.lost}, {"distances", std::move(distances)}});
    }
    Json nearest(nullptr);
    if (const auto found = networks::nearestLearner(comparison)) {
        const auto name = [&](std::size_t learner) {
            return fmt::format(
                "{}, rank {}", comparison.learners[learner].rule, comparison.learners[learner].rank);
        };
        nearest = {{"learner", name(found->learner)}, {"next", name(found->next)},
            {"margin", {{"value", number(found->margin)}, {"low", number(found->low)},
                           {"high", number(found->high)}}},
            {"is_clear", found->isClear()}};
    }
    return {{"recipe", "six-learners"}, {"animal", comparison.animal}, {"inferred_rule", comparison.rule},
        {"accuracy", number(comparison.accuracy)}, {"refit_distance", number(comparison.refitDistance)},
        {"nearest", std::move(nearest)}, {"learners", std::move(learners)}};
}

std::string conclusion(const networks::LearnerComparison& comparison) {
    const auto nearest = networks::nearestLearner(comparison);
    if (!nearest) {
        return "no learner can be called the nearest\n";
    }
    const networks::LearnerDistance& first = comparison.learners[nearest->learner];
    const networks::LearnerDistance& next = comparison.learners[nearest->next];
    return fmt::format("nearest: {}, rank {}; next: {}, rank {}, further by {} ({} to {}){}\n", first.rule,
        first.rank, next.rule, next.rank, fixed(nearest->margin, 3), fixed(nearest->low, 3),
        fixed(nearest->high, 3), nearest->isClear() ? "" : ": a tie");
}

std::string toText(const networks::LearnerComparison& comparison) {
    std::vector<std::vector<std::string>> rows = {
        {"learner", "n", "distance", "95 % interval", "scale", "overlap", "accuracy", "rate", "speed"}};
    for (const networks::LearnerDistance& learner : comparison.learners) {
        rows.push_back({fmt::format("{}, rank {}", learner.rule, learner.rank),
            fmt::format("{} of {}", learner.count(), comparison.networks), fixed(learner.distance, 3),
            fmt::format("{} to {}", fixed(learner.low, 3), fixed(learner.high, 3)),
            std::isfinite(learner.scale) ? fmt::format("{:.2g}", learner.scale) : "-",
            fixed(learner.overlap, 2), fixed(learner.accuracy, 3), fmt::format("{:.2g}", learner.rate),
            fixed(learner.speedDifference, 3)});
    }
    return fmt::format("{}: accuracy {}, fits that differ in their seed lie {} apart\n", comparison.animal,
               fixed(comparison.accuracy, 3), fixed(comparison.refitDistance, 3)) +
           table(rows) + conclusion(comparison);
}

base::ProgressCallback showing(ProgressLine& line) {
    return [&line](double fraction) {
        line.show(fmt::format("networks and fits: {} %", fixed(100 * fraction, 0)));
    };
}

} // namespace

bool NetworkLearners::isRecipe(const std::string& recipe) {
    return recipe == "learner" || recipe == "six-learners";
}

void NetworkLearners::declare(CLI::App& options) {
    options.add_option("--study", study, "Of learner and six-learners: study file")->type_name("FILE");
    options.add_option("--animal", animal, "Of learner and six-learners: whose task is learned")
        ->type_name("A");
    options.add_option("--infer", inferred, "Of six-learners: rule inferred from choices")
        ->type_name("R")
        ->capture_default_str();
    options
        .add_option("--keep", keep,
            "Which networks become animals of the study: none, first (of six-learners: of each learner; of "
            "learner: all), all")
        ->check(CLI::IsMember({"none", "first", "all"}))
        ->capture_default_str();
    options.add_option("--epochs", epochs, "Of six-learners: epochs of each fit (default: the preset's)")
        ->check(CLI::Range(1, 1'000'000));
    options.add_option("--trials", trials, "Of six-learners: fit the first N trials with a choice")
        ->type_name("N");
    options.add_flag("--own-speed", hasOwnSpeed,
        "Leave networks at --rate; else each gets the rate at which it learns as fast as the animal");
    options.add_option("--expected-reward", expectedReward,
        "What a network expects of a trial, 0 to 1 (default: the running mean of its own outcomes)");
}

networks::LearnerSpec NetworkLearners::learnerSpec(const NetworkOptions& options) const {
    networks::LearnerSpec spec;
    const networks::RecipeOptions given = options.lists();
    const networks::LearnerSpec defaults;
    spec.network = options.spec;
    spec.network.task = defaults.network.task;
    spec.network.steps = defaults.network.steps;
    spec.network.batch = defaults.network.batch;
    spec.network.units = given.units > 0 ? given.units : defaults.network.units;
    spec.network.optimiser.momentum = defaults.network.optimiser.momentum;
    spec.network.optimiser.rate = given.rate > 0 ? given.rate : defaults.network.optimiser.rate;
    if (expectedReward >= 0) {
        spec.expectedReward = expectedReward;
    }
    return spec;
}

base::Result<void> NetworkLearners::addToStudy(const std::vector<data::AnimalPtr>& animals) const {
    if (animals.empty()) {
        return {};
    }
    return updateStudy(study, IfMissing::Refuse, [&](io::StudyContents& contents) -> base::Result<void> {
        auto joined = data::withAnimals(contents.study, animals);
        if (!joined) {
            return tl::make_unexpected(joined.error());
        }
        contents.study = std::move(*joined);
        return {};
    });
}

Answer NetworkLearners::run(
    const NetworkOptions& options, const networks::SweepOptions& where, const base::StopToken& stop) const {
    std::vector<const char*> pointless = {"--task", "--steps", "--batch", "--training-trials", "--momentum",
        "--curvature", "--kernels", "--images"};
    const std::vector<const char*> ofOther = options.recipe == "learner"
                                                 ? std::vector{"--infer", "--epochs", "--trials"}
                                                 : std::vector{"--connectivity"};
    pointless.insert(pointless.end(), ofOther.begin(), ofOther.end());
    const auto refused = options.refuse(pointless, "%1 means nothing to this recipe.", "Leave it out.");
    if (!refused) {
        return tl::make_unexpected(refused.error());
    }
    if (study.empty() || animal.empty()) {
        return usage("This recipe needs an animal.", study.empty() ? "--study" : "--animal",
            "Name the study file with --study and the animal with --animal.");
    }
    const base::Result<io::StudyContents> contents = openForAnalysis(study);
    if (!contents) {
        return failed(contents.error());
    }
    const auto model = contents->study.require(animal);
    if (!model) {
        return failed(model.error());
    }
    if (const auto written = writeRequest(options, where.folder); !written) {
        return failed(written.error());
    }
    return options.recipe == "learner" ? runLearners(**model, options, where, stop)
                                       : runComparison(**model, options, where, stop);
}

base::Result<void> NetworkLearners::writeRequest(
    const NetworkOptions& options, const std::string& folder) const {
    const auto unchanged = options.refuse(
        {"--trials", "--expected-reward", "--optimiser", "--l2", "--decay-at", "--decay-factor", "--gain",
            "--spectrum", "--decay", "--excitatory", "--chain-strength", "--chain-correlation",
            "--cell-types", "--types", "--activation", "--leak", "--noise"},
        "%1", "");
    if (folder.empty() || !unchanged) { // a request has no place for these
        return {};
    }
    networks::ExperimentRequest request;
    request.recipe = options.recipe;
    request.options = options.lists();
    request.animal = animal;
    request.inferred = inferred;
    request.epochs = epochs;
    request.isSpeedMatched = !hasOwnSpeed;
    return networks::writeRequest(request, folder);
}

Answer NetworkLearners::runLearners(const data::Animal& model, const NetworkOptions& options,
    const networks::SweepOptions& where, const base::StopToken& stop) const {
    networks::LearnerSeriesOptions asked;
    asked.learner = learnerSpec(options);
    asked.networks = networks::crossed(asked.learner.network, options.lists());
    asked.isSpeedMatched = !hasOwnSpeed;
    asked.threads = where.threads;
    asked.folder = where.folder;
    ProgressLine line;
    const auto series = networks::runLearnerSeries(model, asked, stop, {showing(line), {}});
    if (!series) {
        return failed(series.error());
    }
    std::vector<data::AnimalPtr> animals;
    Json list = Json::array();
    std::string text;
    for (const networks::SeriesLearner& learner : *series) {
        const networks::NetworkSpec& network = learner.spec.network;
        if (learner.loss) {
            list.push_back({{"animal", learner.spec.name}, {"rule", network.rule},
                {"connectivity", network.connectivity.kind}, {"seed", network.seed},
                {"loss", base::english(learner.loss->what)}});
            text += fmt::format("{}: {}\n", learner.spec.name, base::english(learner.loss->what));
            continue;
        }
        const data::Animal& artificial = *learner.artificial.animal;
        const double accuracy = artificial.counts().accuracy();
        list.push_back({{"animal", artificial.name()}, {"rule", network.rule},
            {"connectivity", network.connectivity.kind}, {"seed", network.seed},
            {"rate", network.optimiser.rate},
            {"speed_difference", number(networks::speedDifference(artificial, model))},
            {"accuracy", number(accuracy)}, {"weight_change", number(learner.artificial.weightChange)},
            {"trials", artificial.trialCount()}});
        text += fmt::format("{}: accuracy {}\n", artificial.name(), fixed(accuracy, 3));
        animals.push_back(learner.artificial.animal);
    }
    if (keep != "none") {
        if (const auto added = addToStudy(animals); !added) {
            return failed(added.error());
        }
    }
    return Outcome{
        {{"recipe", "learner"}, {"model", model.name()}, {"learners", std::move(list)}}, text, ExitCode::Ok};
}

Answer NetworkLearners::runComparison(const data::Animal& model, const NetworkOptions& options,
    const networks::SweepOptions& where, const base::StopToken& stop) const {
    networks::LearnerComparisonOptions asked;
    asked.rule = inferred;
    asked.learner = learnerSpec(options);
    asked.threads = where.threads;
    asked.folder = where.folder;
    asked.isSpeedMatched = !hasOwnSpeed;
    asked.epochs = epochs;
    asked.trials = trials;
    asked.networks = options.seeds > 0 ? options.seeds : kDefaultNetworks;
    if (!options.ranks.empty()) {
        asked.ranks = options.ranks;
    }
    if (!options.rules.empty()) {
        asked.creditRules = splitList(options.rules);
    }
    ProgressLine line;
    const auto comparison = networks::compareLearners(model, asked, stop, showing(line));
    if (!comparison) {
        return failed(comparison.error());
    }
    if (!where.folder.empty()) {
        if (const auto written = networks::writeComparison(*comparison, where.folder); !written) {
            return failed(written.error());
        }
    }
    std::vector<data::AnimalPtr> kept;
    if (keep == "first") {
        kept = networks::firstAnimals(*comparison);
    } else if (keep == "all") {
        std::copy_if(comparison->animals.begin(), comparison->animals.end(), std::back_inserter(kept),
            [](const data::AnimalPtr& each) { return each != nullptr; }); // the others ran away
    }
    if (const auto added = addToStudy(kept); !added) {
        return failed(added.error());
    }
    return Outcome{reportOf(*comparison), toText(*comparison), ExitCode::Ok};
}

} // namespace rulescope::cli
