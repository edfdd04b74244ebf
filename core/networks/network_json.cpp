// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/json_fields.h"
#include "core/networks/json_text.h"
#include "core/networks/network_run.h"

#include <algorithm>

namespace rulescope::networks {

template<>
struct Fields<TaskOptions> {
    template<class Each, class Options>
    static void of(Each& each, Options& options) {
        each("noise", options.noise);
        each("test_noise", options.noisyTestNoise);
        each("images", options.imageFolder);
        each("stimuli", options.stimuli);
    }
};

template<>
struct Fields<ConnectivityOptions> {
    template<class Each, class Options>
    static void of(Each& each, Options& options) {
        each("kind", options.kind);
        each("gain", options.gain);
        each("rank", options.rank);
        each("spectrum", options.spectrum);
        each("decay", options.decay);
        each("excitatory", options.excitatory);
        each("chain_strength", options.chainStrength);
        each("chain_correlation", options.chainCorrelation);
        each("cell_types", options.cellTypes);
    }
};

template<>
struct Fields<OptimiserOptions> {
    template<class Each, class Options>
    static void of(Each& each, Options& options) {
        each("kind", options.kind);
        each("rate", options.rate);
        each("momentum", options.momentum);
        each("l2", options.l2);
        each("decay_at", options.decayAt);
        each("decay_factor", options.decayFactor);
    }
};

template<>
struct Fields<MeasureOptions> {
    template<class Each, class Options>
    static void of(Each& each, Options& options) {
        each("curves", options.curves);
        each("kernels", options.kernels);
        each("curvature", options.curvature);
        each("test_trials", options.testTrials);
        each("curvature_trials", options.curvatureTrials);
        each("spectra", options.spectra);
    }
};

template<>
struct Fields<NetworkSpec> {
    template<class Each, class Spec>
    static void of(Each& each, Spec& spec) {
        each("task", spec.task);
        each.part("task_options", spec.taskOptions);
        each.part("connectivity", spec.connectivity);
        each("rule", spec.rule);
        each("cell_types", spec.cellTypes);
        each("constant_slope", spec.constantSlope);
        each("units", spec.units);
        each("activation", spec.activation);
        each("leak", spec.leak);
        each("outer_init", spec.outerInit);
        each.part("optimiser", spec.optimiser);
        each("steps", spec.steps);
        each("batch", spec.batch);
        each.unlessDefault("training_trials", spec.trainingTrials);
        each("seed", spec.seed);
        each.part("measures", spec.measures);
    }
};

template<>
struct Fields<MeasureSeries> {
    template<class Each, class Series>
    static void of(Each& each, Series& series) {
        each("steps", series.steps);
        each("values", series.values);
    }
};

template<>
struct Fields<Spectrum> {
    template<class Each, class Values>
    static void of(Each& each, Values& spectrum) {
        each("singular", spectrum.singular);
        each("real", spectrum.real);
        each("imaginary", spectrum.imaginary);
        each("effective_rank", spectrum.effectiveRank);
    }
};

/// All of a run but its status.
template<>
struct Fields<NetworkRun> {
    template<class Each, class Run>
    static void of(Each& each, Run& run) {
        each.part("spec", run.spec);
        each("steps", run.steps);
        each("seconds", run.seconds);
        each.part("loss", run.loss);
        each.part("train_accuracy", run.trainAccuracy);
        each.part("test_accuracy", run.testAccuracy);
        each.part("noisy_test_accuracy", run.noisyTestAccuracy);
        each.part("weight_change", run.weightChange);
        each.part("representation_alignment", run.representationAlignment);
        each.part("kernel_alignment", run.kernelAlignment);
        each.part("curvature", run.curvature);
        each.part("rho", run.gradientShare);
        each("sign_similarity", run.signSimilarity);
        each.part("before", run.before);
        each.part("after", run.after);
    }
};

namespace {

const char* const kUnreadable = QT_TRANSLATE_NOOP("core", "a stored network run can't be read (%1).");

RunStatus statusFrom(const std::string& name) {
    for (const RunStatus status : {RunStatus::Completed, RunStatus::Cancelled}) {
        if (toString(status) == name) {
            return status;
        }
    }
    return RunStatus::Diverged;
}

/// Curves of a damaged file may differ in length: what has no partner goes.
void trim(NetworkRun& run) {
    for (MeasureSeries* series :
        {&run.loss, &run.trainAccuracy, &run.testAccuracy, &run.noisyTestAccuracy, &run.weightChange,
            &run.representationAlignment, &run.kernelAlignment, &run.curvature, &run.gradientShare}) {
        const std::size_t count = std::min(series->steps.size(), series->values.size());
        series->steps.resize(count);
        series->values.resize(count);
    }
}

} // namespace

std::string toJson(const NetworkSpec& spec) {
    return textOf(spec);
}

base::Result<NetworkSpec> networkSpecFromJson(const std::string& text) {
    return parsed(text, kUnreadable, [](const Json& json) {
        NetworkSpec spec;
        FieldReader reader{json};
        Fields<NetworkSpec>::of(reader, spec);
        return spec;
    });
}

std::string toJson(const NetworkRun& run) {
    FieldWriter writer;
    writer("status", toString(run.status));
    Fields<NetworkRun>::of(writer, run);
    return writer.json.dump();
}

base::Result<NetworkRun> networkRunFromJson(const std::string& text) {
    return parsed(text, kUnreadable, [](const Json& json) {
        NetworkRun run;
        FieldReader reader{json};
        Fields<NetworkRun>::of(reader, run);
        run.status = statusFrom(json.at("status").get<std::string>());
        trim(run);
        return run;
    });
}

} // namespace rulescope::networks
