// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/network_report.h"

#include "app/cli/json_form.h"
#include "app/cli/text_table.h"
#include "core/networks/summary.h"

#include <fmt/format.h>

namespace rulescope::cli {

namespace {

using namespace networks;

bool hasRank(const NetworkSpec& spec) {
    return usesRank(spec.connectivity.kind);
}

Json conditionJson(const NetworkSpec& spec) {
    Json json = {{"task", spec.task}, {"connectivity", spec.connectivity.kind}, {"rule", spec.rule},
        {"units", spec.units}};
    json["rank"] = hasRank(spec) ? Json(spec.connectivity.rank) : Json(nullptr);
    return json;
}

Json seriesJson(const MeasureSeries& series) {
    return {{"steps", series.steps}, {"values", series.values}};
}

Json statisticsJson(const SeedStatistics& statistics) {
    return {{"mean", number(statistics.mean)}, {"sd", number(statistics.deviation)}, {"n", statistics.count}};
}

SeedStatistics gapStatistics(const std::vector<double>& gaps, const RunGroup& group) {
    std::vector<double> values;
    for (const std::size_t run : group.runs) {
        values.push_back(gaps[run]);
    }
    return seedStatistics(values);
}

std::string cell(const SeedStatistics& statistics, int decimals) {
    const std::string mean = fixed(statistics.mean, decimals);
    return statistics.count > 1 ? mean + " ± " + fixed(statistics.deviation, decimals) : mean;
}

} // namespace

Json runJson(const NetworkRun& run) {
    Json json = conditionJson(run.spec);
    json["seed"] = run.spec.seed;
    json["status"] = toString(run.status);
    json["steps"] = run.steps;
    json["seconds"] = number(run.seconds);
    Json measures = Json::object();
    for (const RunMeasure& measure : runMeasures()) {
        if (measure.name != "seconds") {
            measures[std::string(measure.name)] = number(measure.of(run));
        }
    }
    json["measures"] = std::move(measures);
    json["curves"] = {{"loss", seriesJson(run.loss)}, {"train_accuracy", seriesJson(run.trainAccuracy)},
        {"test_accuracy", seriesJson(run.testAccuracy)},
        {"noisy_test_accuracy", seriesJson(run.noisyTestAccuracy)},
        {"weight_change", seriesJson(run.weightChange)},
        {"representation_alignment", seriesJson(run.representationAlignment)},
        {"kernel_alignment", seriesJson(run.kernelAlignment)},
        {"hessian_eigenvalue", seriesJson(run.curvature)}, {"rho", seriesJson(run.gradientShare)}};
    return json;
}

Json toJson(const SweepResult& sweep, const std::string& recipe, const std::string& folder) {
    Json runs = Json::array();
    for (const NetworkRun& run : sweep.runs) {
        runs.push_back(runJson(run));
    }
    const std::vector<double> gaps = matchedGaps(sweep.runs, false);
    const std::vector<double> noisyGaps = matchedGaps(sweep.runs, true);
    Json groups = Json::array();
    for (const RunGroup& group : groupBySeed(sweep.runs)) {
        Json json = conditionJson(group.spec);
        for (const RunMeasure& measure : runMeasures()) {
            json[std::string(measure.name)] = statisticsJson(statisticsOf(sweep.runs, group, measure));
        }
        json["gap_at_matched_accuracy"] = statisticsJson(gapStatistics(gaps, group));
        json["noisy_gap_at_matched_accuracy"] = statisticsJson(gapStatistics(noisyGaps, group));
        groups.push_back(std::move(json));
    }
    return {{"recipe", recipe.empty() ? Json(nullptr) : Json(recipe)},
        {"out", folder.empty() ? Json(nullptr) : Json(folder)}, {"seconds", number(sweep.seconds)},
        {"resumed", sweep.resumed}, {"cancelled", sweep.isCancelled}, {"groups", std::move(groups)},
        {"runs", std::move(runs)}};
}

std::string toText(const SweepResult& sweep) {
    std::vector<std::vector<std::string>> rows = {{"network", "n", "dW", "RA", "KA", "lambda_1",
        "2(1+m)/(eta rho)", "rho", "train", "test", "noisy", "s a run"}};
    const auto add = [&](std::vector<std::string>& row, const RunGroup& group, const char* name,
                         int decimals) {
        row.push_back(cell(statisticsOf(sweep.runs, group, *findRunMeasure(name)), decimals));
    };
    for (const RunGroup& group : groupBySeed(sweep.runs)) {
        const NetworkSpec& spec = group.spec;
        const std::string rank = hasRank(spec) ? fmt::format(" {}", spec.connectivity.rank) : "";
        std::vector<std::string> row = {
            fmt::format("{} {}{} {}", spec.task, spec.connectivity.kind, rank, spec.rule),
            std::to_string(statisticsOf(sweep.runs, group, *findRunMeasure("loss")).count)};
        add(row, group, "weight_change", 2);
        add(row, group, "representation_alignment", 3);
        add(row, group, "kernel_alignment", 3);
        add(row, group, "hessian_eigenvalue", 1);
        add(row, group, "stability_bound", 0);
        add(row, group, "rho", 3);
        add(row, group, "train_accuracy", 3);
        add(row, group, "test_accuracy", 3);
        add(row, group, "noisy_test_accuracy", 3);
        add(row, group, "seconds", 1);
        rows.push_back(std::move(row));
    }
    std::string text = table(rows);
    for (const NetworkRun& run : sweep.runs) {
        if (run.status != RunStatus::Completed) {
            text += fmt::format("{} {} {} seed {}: {} at step {}\n", run.spec.task,
                run.spec.connectivity.kind, run.spec.rule, run.spec.seed, toString(run.status), run.steps);
        }
    }
    return text + fmt::format("{} runs ({} from the folder) in {} s\n", sweep.runs.size(), sweep.resumed,
                      fixed(sweep.seconds, 1));
}

Json toJson(const std::vector<LinearTheoryPoint>& points, std::size_t inputs) {
    Json list = Json::array();
    for (const LinearTheoryPoint& point : points) {
        list.push_back({{"rank", point.rank}, {"expected", number(point.expected)},
            {"mean", number(point.mean)}, {"standard_error", number(point.standardError)}});
    }
    return {{"recipe", "theory"}, {"inputs", inputs}, {"kernel_alignment", std::move(list)}};
}

std::string toText(const std::vector<LinearTheoryPoint>& points) {
    std::vector<std::vector<std::string>> rows = {{"rank", "E[KA] theory", "trained networks"}};
    for (const LinearTheoryPoint& point : points) {
        rows.push_back({std::to_string(point.rank), fixed(point.expected, 4),
            fixed(point.mean, 4) + " ± " + fixed(point.standardError, 4)});
    }
    return table(rows);
}

} // namespace rulescope::cli
