// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/network_run.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace rulescope::networks {

namespace {

using Json = nlohmann::ordered_json;

/// Runs `parse` on the text; JSON exceptions become a BadFormat error.
template<class Parse>
auto parsed(const std::string& text, Parse parse) -> base::Result<decltype(parse(Json()))> {
    try {
        return parse(Json::parse(text));
    } catch (const nlohmann::json::exception& error) {
        return base::failure(base::ErrorCode::BadFormat,
            {QT_TRANSLATE_NOOP("core", "a stored network run can't be read (%1)."),
                {std::string(error.what())}});
    }
}

Json toJson(const ConnectivityOptions& options) {
    return {{"kind", options.kind}, {"gain", options.gain}, {"rank", options.rank},
        {"spectrum", options.spectrum}, {"decay", options.decay}, {"excitatory", options.excitatory},
        {"chain_strength", options.chainStrength}, {"chain_correlation", options.chainCorrelation},
        {"cell_types", options.cellTypes}};
}

ConnectivityOptions connectivityFrom(const Json& json) {
    ConnectivityOptions options;
    json.at("kind").get_to(options.kind);
    json.at("gain").get_to(options.gain);
    json.at("rank").get_to(options.rank);
    json.at("spectrum").get_to(options.spectrum);
    json.at("decay").get_to(options.decay);
    json.at("excitatory").get_to(options.excitatory);
    json.at("chain_strength").get_to(options.chainStrength);
    json.at("chain_correlation").get_to(options.chainCorrelation);
    json.at("cell_types").get_to(options.cellTypes);
    return options;
}

Json toJson(const OptimiserOptions& options) {
    return {{"kind", options.kind}, {"rate", options.rate}, {"momentum", options.momentum},
        {"l2", options.l2}, {"decay_at", options.decayAt}, {"decay_factor", options.decayFactor}};
}

OptimiserOptions optimiserFrom(const Json& json) {
    OptimiserOptions options;
    json.at("kind").get_to(options.kind);
    json.at("rate").get_to(options.rate);
    json.at("momentum").get_to(options.momentum);
    json.at("l2").get_to(options.l2);
    json.at("decay_at").get_to(options.decayAt);
    json.at("decay_factor").get_to(options.decayFactor);
    return options;
}

Json toJson(const MeasureOptions& options) {
    return {{"curves", options.curves}, {"kernels", options.kernels}, {"curvature", options.curvature},
        {"test_trials", options.testTrials}, {"curvature_trials", options.curvatureTrials},
        {"spectra", options.spectra}};
}

MeasureOptions measuresFrom(const Json& json) {
    MeasureOptions options;
    json.at("curves").get_to(options.curves);
    json.at("kernels").get_to(options.kernels);
    json.at("curvature").get_to(options.curvature);
    json.at("test_trials").get_to(options.testTrials);
    json.at("curvature_trials").get_to(options.curvatureTrials);
    json.at("spectra").get_to(options.spectra);
    return options;
}

Json specToJson(const NetworkSpec& spec) {
    return {{"task", spec.task},
        {"task_options",
            {{"noise", spec.taskOptions.noise}, {"test_noise", spec.taskOptions.noisyTestNoise},
                {"images", spec.taskOptions.imageFolder}, {"stimuli", spec.taskOptions.stimuli}}},
        {"connectivity", toJson(spec.connectivity)}, {"rule", spec.rule}, {"cell_types", spec.cellTypes},
        {"constant_slope", spec.constantSlope}, {"units", spec.units}, {"activation", spec.activation},
        {"leak", spec.leak}, {"outer_init", spec.outerInit}, {"optimiser", toJson(spec.optimiser)},
        {"steps", spec.steps}, {"batch", spec.batch}, {"seed", spec.seed},
        {"measures", toJson(spec.measures)}};
}

NetworkSpec specFrom(const Json& json) {
    NetworkSpec spec;
    json.at("task").get_to(spec.task);
    json.at("task_options").at("noise").get_to(spec.taskOptions.noise);
    json.at("task_options").at("test_noise").get_to(spec.taskOptions.noisyTestNoise);
    json.at("task_options").at("images").get_to(spec.taskOptions.imageFolder);
    json.at("task_options").at("stimuli").get_to(spec.taskOptions.stimuli);
    spec.connectivity = connectivityFrom(json.at("connectivity"));
    json.at("rule").get_to(spec.rule);
    json.at("cell_types").get_to(spec.cellTypes);
    json.at("constant_slope").get_to(spec.constantSlope);
    json.at("units").get_to(spec.units);
    json.at("activation").get_to(spec.activation);
    json.at("leak").get_to(spec.leak);
    json.at("outer_init").get_to(spec.outerInit);
    spec.optimiser = optimiserFrom(json.at("optimiser"));
    json.at("steps").get_to(spec.steps);
    json.at("batch").get_to(spec.batch);
    json.at("seed").get_to(spec.seed);
    spec.measures = measuresFrom(json.at("measures"));
    return spec;
}

Json toJson(const MeasureSeries& series) {
    return {{"steps", series.steps}, {"values", series.values}};
}

MeasureSeries seriesFrom(const Json& json) {
    MeasureSeries series;
    json.at("steps").get_to(series.steps);
    json.at("values").get_to(series.values);
    const std::size_t count = std::min(series.steps.size(), series.values.size());
    series.steps.resize(count);
    series.values.resize(count);
    return series;
}

Json toJson(const Spectrum& spectrum) {
    return {{"singular", spectrum.singular}, {"real", spectrum.real}, {"imaginary", spectrum.imaginary},
        {"effective_rank", spectrum.effectiveRank}};
}

Spectrum spectrumFrom(const Json& json) {
    Spectrum spectrum;
    json.at("singular").get_to(spectrum.singular);
    json.at("real").get_to(spectrum.real);
    json.at("imaginary").get_to(spectrum.imaginary);
    json.at("effective_rank").get_to(spectrum.effectiveRank);
    return spectrum;
}

RunStatus statusFrom(const std::string& name) {
    for (const RunStatus status : {RunStatus::Completed, RunStatus::Cancelled}) {
        if (toString(status) == name) {
            return status;
        }
    }
    return RunStatus::Diverged;
}

/// The series of a run under their names in JSON.
template<class Run, class Each>
void forEachSeries(Run& run, Each each) {
    each("loss", run.loss);
    each("train_accuracy", run.trainAccuracy);
    each("test_accuracy", run.testAccuracy);
    each("noisy_test_accuracy", run.noisyTestAccuracy);
    each("weight_change", run.weightChange);
    each("representation_alignment", run.representationAlignment);
    each("kernel_alignment", run.kernelAlignment);
    each("curvature", run.curvature);
    each("rho", run.gradientShare);
}

} // namespace

std::string toJson(const NetworkSpec& spec) {
    return specToJson(spec).dump();
}

base::Result<NetworkSpec> networkSpecFromJson(const std::string& json) {
    return parsed(json, specFrom);
}

std::string toJson(const NetworkRun& run) {
    Json json = {{"spec", specToJson(run.spec)}, {"status", toString(run.status)}, {"steps", run.steps},
        {"seconds", run.seconds}};
    forEachSeries(run, [&](const char* name, const MeasureSeries& series) { json[name] = toJson(series); });
    json["sign_similarity"] = run.signSimilarity;
    json["before"] = toJson(run.before);
    json["after"] = toJson(run.after);
    return json.dump();
}

base::Result<NetworkRun> networkRunFromJson(const std::string& text) {
    return parsed(text, [](const Json& json) {
        NetworkRun run;
        run.spec = specFrom(json.at("spec"));
        run.status = statusFrom(json.at("status").get<std::string>());
        json.at("steps").get_to(run.steps);
        json.at("seconds").get_to(run.seconds);
        forEachSeries(
            run, [&](const char* name, MeasureSeries& series) { series = seriesFrom(json.at(name)); });
        json.at("sign_similarity").get_to(run.signSimilarity);
        run.before = spectrumFrom(json.at("before"));
        run.after = spectrumFrom(json.at("after"));
        return run;
    });
}

} // namespace rulescope::networks
