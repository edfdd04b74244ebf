// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/experiment.h"

#include "core/fit/provenance.h"
#include "core/networks/json_text.h"
#include "core/networks/kept_file.h"
#include "core/networks/learner_series.h"
#include "core/networks/measures.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace rulescope::networks {

namespace fs = std::filesystem;

namespace {

const char* const kRequestFile = "experiment.json";
const char* const kTheoryFile = "theory.json";
const char* const kComparisonFile = "comparison.json";
const char* const kCreated = "created_utc";

std::string pathIn(const std::string& folder, const char* file) {
    return (fs::path(folder) / file).string();
}

std::vector<std::string> distinctRules(const std::vector<NetworkSpec>& specs) {
    std::vector<std::string> rules;
    for (const NetworkSpec& spec : specs) {
        if (std::find(rules.begin(), rules.end(), spec.rule) == rules.end()) {
            rules.push_back(spec.rule);
        }
    }
    return rules;
}

std::vector<std::size_t> distinctRanks(const std::vector<NetworkSpec>& specs) {
    std::vector<std::size_t> ranks;
    for (const NetworkSpec& spec : specs) {
        if (std::find(ranks.begin(), ranks.end(), spec.connectivity.rank) == ranks.end()) {
            ranks.push_back(spec.connectivity.rank);
        }
    }
    return ranks;
}

base::Result<ExperimentOutcome> runNetworks(const std::vector<NetworkSpec>& specs,
    const SweepOptions& options, const base::StopToken& stop, const ExperimentCallbacks& callbacks) {
    SweepCallbacks each;
    each.isPaused = callbacks.isPaused;
    each.onMeasured = callbacks.onMeasured;
    each.onProgress = [&](const SweepProgress& progress) {
        if (callbacks.onProgress) {
            callbacks.onProgress(progress.fraction);
        }
    };
    const auto sweep = runSweep(specs, options, stop, each);
    if (!sweep) {
        return tl::make_unexpected(sweep.error());
    }
    ExperimentOutcome outcome;
    outcome.isCancelled = sweep->isCancelled;
    for (const NetworkRun& run : sweep->runs) {
        outcome.networks += run.status == RunStatus::Cancelled ? 0 : 1;
        outcome.diverged += run.status == RunStatus::Diverged ? 1 : 0;
    }
    return outcome;
}

base::Result<ExperimentOutcome> runTheory(
    const ExperimentRequest& request, const SweepOptions& options, const base::StopToken& stop) {
    LinearTheoryOptions theory;
    theory.seed = request.options.firstSeed;
    theory.threads = options.threads;
    const auto points = linearTheory(theory, stop);
    if (!points) {
        return tl::make_unexpected(points.error());
    }
    if (const auto stored = writeTheory(*points, options.folder); !stored) {
        return tl::make_unexpected(stored.error());
    }
    return ExperimentOutcome{};
}

base::Result<ExperimentOutcome> runLearners(const ExperimentRequest& request,
    const std::vector<NetworkSpec>& specs, const data::Animal& model, const SweepOptions& options,
    const base::StopToken& stop, const ExperimentCallbacks& callbacks) {
    LearnerSeriesOptions asked;
    asked.networks = specs;
    asked.isSpeedMatched = request.isSpeedMatched;
    asked.threads = options.threads;
    asked.folder = options.folder;
    const auto series = runLearnerSeries(model, asked, stop, {callbacks.onProgress, callbacks.isPaused});
    if (!series) {
        return tl::make_unexpected(series.error());
    }
    ExperimentOutcome outcome;
    for (const SeriesLearner& each : *series) {
        if (each.loss) {
            ++outcome.diverged;
        } else {
            outcome.animals.push_back(each.artificial.animal);
        }
    }
    outcome.networks = specs.size();
    return outcome;
}

base::Result<ExperimentOutcome> runComparison(const ExperimentRequest& request,
    const std::vector<NetworkSpec>& specs, const data::Animal& model, const SweepOptions& options,
    const base::StopToken& stop, const ExperimentCallbacks& callbacks) {
    LearnerComparisonOptions asked;
    asked.rule = request.inferred;
    asked.epochs = request.epochs;
    asked.isSpeedMatched = request.isSpeedMatched;
    asked.creditRules = distinctRules(specs);
    asked.ranks = distinctRanks(specs);
    asked.learner.network = specs.front();
    asked.networks = static_cast<int>(specs.size() / (asked.creditRules.size() * asked.ranks.size()));
    asked.threads = options.threads;
    asked.folder = options.folder;
    asked.isPaused = callbacks.isPaused;
    const auto comparison = compareLearners(model, asked, stop, callbacks.onProgress);
    if (!comparison) {
        return tl::make_unexpected(comparison.error());
    }
    if (const auto stored = writeComparison(*comparison, options.folder); !stored) {
        return tl::make_unexpected(stored.error());
    }
    ExperimentOutcome outcome;
    outcome.networks = comparison->animals.size();
    for (const LearnerDistance& learner : comparison->learners) {
        outcome.diverged += learner.lost;
    }
    outcome.animals = firstAnimals(*comparison);
    return outcome;
}

/// Each task once: tasks that read files share what they have read as long as one of them lives.
std::vector<TaskPtr> tasksOf(const std::vector<NetworkSpec>& specs) {
    std::vector<TaskPtr> tasks;
    std::vector<std::string> names;
    for (const NetworkSpec& spec : specs) {
        const auto info = findTask(spec.task);
        if (!info || std::find(names.begin(), names.end(), spec.task) != names.end()) {
            continue;
        }
        names.push_back(spec.task);
        if (auto task = (*info)->make(spec.taskOptions)) {
            tasks.push_back(std::move(*task));
        }
    }
    return tasks;
}

} // namespace

double estimatedFlops(const NetworkSpec& spec) {
    const auto task = findTask(spec.task);
    const auto made = task ? (*task)->make(spec.taskOptions) : tl::make_unexpected(task.error());
    if (!made) {
        return 0;
    }
    const double n = static_cast<double>(spec.units), steps = static_cast<double>((*made)->steps());
    const double outside = static_cast<double>((*made)->inputs() + (*made)->outputs());
    const double perTrial = 6 * steps * n * (n + outside);
    const double tests = 3.0 * spec.measures.testTrials + static_cast<double>(kProbeTrials);
    const double curvature = spec.measures.curvature * 30.0 * 4 * spec.measures.curvatureTrials;
    const double training = static_cast<double>(spec.steps) * static_cast<double>(spec.batch);
    const double small = static_cast<double>(spec.steps) * 2e6; // what every step costs, however small
    return perTrial * (training + spec.measures.curves * tests / 3 + curvature) + small + 100 * n * n * n;
}

double measuredFlopsPerSecond(const std::vector<NetworkRun>& runs) {
    double flops = 0, seconds = 0;
    for (const NetworkRun& run : runs) {
        if (run.status == RunStatus::Completed) {
            flops += estimatedFlops(run.spec);
            seconds += run.seconds;
        }
    }
    return seconds > 0 && flops > 0 ? flops / seconds : processorFlopsPerSecond();
}

base::Result<std::vector<NetworkSpec>> specsOf(const ExperimentRequest& request) {
    const auto recipe = findNetworkRecipe(request.recipe);
    if (!recipe) {
        return tl::make_unexpected(recipe.error());
    }
    if ((*recipe)->needsAnimal() && request.animal.empty()) {
        return base::failure(base::ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "This experiment needs an animal whose task is learned."), "animal",
            QT_TRANSLATE_NOOP("core", "Import one, or open the demo study, and choose it."));
    }
    std::vector<NetworkSpec> specs = (*recipe)->specs(request.options);
    const std::vector<TaskPtr> held = tasksOf(specs);
    for (const NetworkSpec& spec : specs) {
        if (const auto checked = checkSpec(spec); !checked) {
            return tl::make_unexpected(checked.error());
        }
    }
    return specs;
}

base::Result<ExperimentEstimate> estimated(
    const ExperimentRequest& request, std::size_t trials, double flopsPerSecond) {
    const auto specs = specsOf(request);
    if (!specs) {
        return tl::make_unexpected(specs.error());
    }
    const std::vector<TaskPtr> held = tasksOf(*specs);
    ExperimentEstimate estimate;
    estimate.networks = specs->size();
    const RecipeKind kind = (*findNetworkRecipe(request.recipe))->kind;
    constexpr double theorySeconds = 3;        // measured
    constexpr double fitFlopsPerTrial = 2.5e6; // of the default preset, all epochs
    double flops = kind == RecipeKind::Theory ? theorySeconds * flopsPerSecond : 0;
    for (const NetworkSpec& spec : *specs) {
        const auto task = findTask(spec.task);
        const auto made = (*task)->make(spec.taskOptions);
        estimate.bytes = std::max(estimate.bytes, made ? estimatedBytes(spec, **made) : 0);
        const double n = static_cast<double>(spec.units);
        // One trial at a time, so products are with vectors: memory, not arithmetic, sets their pace.
        const double learner = static_cast<double>(trials) * (24 * n * n * 8 + 2e6);
        flops += kind == RecipeKind::Sweep      ? estimatedFlops(spec)
                 : kind == RecipeKind::Learners ? learner
                                                : learner + static_cast<double>(trials) * fitFlopsPerTrial;
    }
    if (request.isSpeedMatched && kind != RecipeKind::Sweep) {
        flops *= 2;
    }
    estimate.seconds = flops / flopsPerSecond;
    return estimate;
}

base::Result<void> writeRequest(const ExperimentRequest& request, const std::string& folder) {
    const bool isNew = !keptFile(pathIn(folder, kRequestFile));
    const std::string created = isNew ? fit::utcNowInMilliseconds() : readCreatedUtc(folder);
    auto json = nlohmann::ordered_json::parse(toJson(request));
    if (!created.empty()) {
        json[kCreated] = created;
    }
    return keepFile(pathIn(folder, kRequestFile), json.dump());
}

std::string readCreatedUtc(const std::string& folder) {
    const auto text = keptFile(pathIn(folder, kRequestFile));
    if (!text) {
        return {};
    }
    const auto created = parsed(
        *text, "", [](const nlohmann::ordered_json& json) { return json.value(kCreated, std::string()); });
    return created.value_or(std::string());
}

base::Result<void> writeTheory(const std::vector<LinearTheoryPoint>& points, const std::string& folder) {
    return keepFile(pathIn(folder, kTheoryFile), toJson(points));
}

base::Result<void> writeComparison(const LearnerComparison& comparison, const std::string& folder) {
    return keepFile(pathIn(folder, kComparisonFile), toJson(comparison));
}

base::Result<ExperimentRequest> readRequest(const std::string& folder) {
    const auto text = keptFile(pathIn(folder, kRequestFile));
    if (!text) {
        return base::failure(base::ErrorCode::NotFound,
            QT_TRANSLATE_NOOP("core", "The folder holds no network experiment."), folder);
    }
    return experimentRequestFromJson(*text);
}

base::Result<Experiment> readExperiment(const std::string& folder) {
    const auto request = readRequest(folder);
    if (!request) {
        return tl::make_unexpected(request.error());
    }
    Experiment experiment;
    experiment.request = *request;
    experiment.createdUtc = readCreatedUtc(folder);
    const auto recipe = findNetworkRecipe(request->recipe);
    if (!recipe) {
        return tl::make_unexpected(recipe.error());
    }
    if ((*recipe)->kind == RecipeKind::Sweep) {
        const std::vector<NetworkSpec> specs = (*recipe)->specs(request->options);
        experiment.networks = specs.size();
        for (const NetworkSpec& spec : specs) {
            if (auto run = storedRun(folder, spec)) {
                experiment.runs.push_back(std::move(*run));
            }
        }
        experiment.isComplete = experiment.runs.size() == specs.size();
    }
    if (const auto text = keptFile(pathIn(folder, kTheoryFile))) {
        auto points = theoryFromJson(*text);
        if (!points) {
            return tl::make_unexpected(points.error());
        }
        experiment.theory = std::move(*points);
        experiment.isComplete = true;
    }
    if (const auto text = keptFile(pathIn(folder, kComparisonFile))) {
        auto comparison = learnerComparisonFromJson(*text);
        if (!comparison) {
            return tl::make_unexpected(comparison.error());
        }
        experiment.comparison = std::move(*comparison);
        experiment.networks = experiment.comparison->networks * experiment.comparison->learners.size();
        experiment.isComplete = true;
    }
    return experiment;
}

base::Result<ExperimentOutcome> runExperiment(const ExperimentRequest& request, const data::AnimalPtr& model,
    const SweepOptions& options, const base::StopToken& stop, const ExperimentCallbacks& callbacks) {
    const auto specs = specsOf(request);
    if (!specs) {
        return tl::make_unexpected(specs.error());
    }
    const NetworkRecipe& recipe = **findNetworkRecipe(request.recipe);
    if (recipe.needsAnimal() && model == nullptr) {
        return base::failure(base::ErrorCode::NotFound,
            QT_TRANSLATE_NOOP("core", "The animal whose task is learned is not in the study."),
            request.animal);
    }
    auto outcome = [&] {
        switch (recipe.kind) {
        case RecipeKind::Theory:
            return runTheory(request, options, stop);
        case RecipeKind::Learners:
            return runLearners(request, *specs, *model, options, stop, callbacks);
        case RecipeKind::Comparison:
            return runComparison(request, *specs, *model, options, stop, callbacks);
        case RecipeKind::Sweep:
            break;
        }
        return runNetworks(*specs, options, stop, callbacks);
    }();
    if (outcome) {
        outcome->folder = options.folder;
        outcome->request = request;
    }
    return outcome;
}

} // namespace rulescope::networks
