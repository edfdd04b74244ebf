// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/csv_file.h"
#include "app/cli/json_form.h"
#include "app/cli/progress_line.h"
#include "app/cli/spec_options.h"
#include "app/cli/study_access.h"
#include "app/cli/text_table.h"
#include "core/tracking/weight_tracking.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <optional>

namespace rulescope::cli {

namespace {

using tracking::TrackedWeights;
using tracking::TrackingOptions;
using tracking::TrackingValidation;

constexpr const char* kFooter =
    "Without --sigma the drift of each weight is chosen by evidence, as with --optimise sigma; without a "
    "day\n"
    "option the first trial of a session is a trial like any other.\n"
    "The CSV has one row per trial with a choice: trial (as numbered in the study), session, then for each\n"
    "weight its value and its standard error (NAME, NAME_se); 1.96 standard errors either side cover 95 %.\n";

/// Drifts between commas, whatever the locale; nothing if one is out of the range that core takes.
std::optional<std::vector<double>> drifts(const std::string& text) {
    std::vector<double> numbers;
    for (const std::string& entry : splitList(text)) {
        double value = 0;
        const char* const end = entry.data() + entry.size();
        const auto [stop, error] = std::from_chars(entry.data(), end, value);
        if (error != std::errc() || stop != end || !(value >= 1e-6 && value <= 1e6)) {
            return std::nullopt;
        }
        numbers.push_back(value);
    }
    return numbers.empty() ? std::nullopt : std::optional(numbers);
}

/// What was asked about the drift, apart from the rest.
struct DriftOptions {
    std::string sigma, sigmaDay, optimise, learning = "none";

    void declare(CLI::App& options) {
        options
            .add_option("--sigma", sigma,
                "Drift of the weights per trial (standard deviation): one number for all, or one per "
                "regressor, comma-separated")
            ->type_name("X");
        options.add_option("--sigma-day", sigmaDay, "Drift into each later session, in place of sigma")
            ->type_name("Y");
        options
            .add_option("--optimise", optimise, "Choose by evidence, per weight: sigma, or sigma,sigma_day")
            ->type_name("WHAT");
        options
            .add_option("--learning", learning,
                "What moves the weights beside noise: none, rf1 (REINFORCE, one rate), rfk (a rate per "
                "weight), rfbeta (a rate and an offset per weight)")
            ->check(CLI::IsMember({"none", "rf1", "rfk", "rfbeta"}))
            ->capture_default_str();
    }

    tl::expected<TrackingOptions, Failure> read(std::size_t weights) const {
        TrackingOptions read;
        for (const auto& [text, target, option] : {std::tuple(&sigma, &read.sigma, "--sigma"),
                 std::tuple(&sigmaDay, &read.sigmaDay, "--sigma-day")}) {
            if (text->empty()) {
                continue;
            }
            const std::optional<std::vector<double>> numbers = drifts(*text);
            if (!numbers || (numbers->size() != 1 && numbers->size() != weights)) {
                return usage(
                    {"\"%1\" is not a number from 0.000001 to 1000000, nor one for each regressor.", {*text}},
                    option);
            }
            *target = *numbers;
        }
        for (const std::string& what : splitList(optimise)) {
            if (what != "sigma" && what != "sigma_day") {
                return usage(
                    {"\"%1\" can't be optimised.", {what}}, "--optimise", "Use sigma or sigma,sigma_day.");
            }
            if (!(what == "sigma" ? read.sigma : read.sigmaDay).empty()) {
                return usage({"%1 is both given and to be optimised.", {what}}, "--optimise");
            }
            read.optimisesSigmaDay = read.optimisesSigmaDay || what == "sigma_day";
        }
        read.learning = *tracking::learningTermFromString(learning);
        return read;
    }
};

std::vector<double> rowOf(const std::vector<double>& values, std::size_t t, std::size_t weights) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(t * weights);
    return {first, first + static_cast<std::ptrdiff_t>(weights)};
}

Json namedOrNull(const std::vector<std::string>& names, const std::vector<double>& values) {
    return values.empty() ? Json(nullptr) : byName(names, values);
}

Json toJson(const TrackedWeights& tracked) {
    const std::size_t weights = tracked.names.size(), last = tracked.trials() - 1;
    return {{"animal", tracked.animal}, {"trials", tracked.trials()},
        {"log_evidence", number(tracked.logEvidence)}, {"sigma", byName(tracked.names, tracked.sigma)},
        {"sigma_day", namedOrNull(tracked.names, tracked.sigmaDay)},
        {"w_first", byName(tracked.names, rowOf(tracked.weights, 0, weights))},
        {"w_last", byName(tracked.names, rowOf(tracked.weights, last, weights))},
        {"w_std_last", byName(tracked.names, rowOf(tracked.standardErrors, last, weights))},
        {"learning", tracking::toString(tracked.learning)},
        {"rate", namedOrNull(tracked.names, tracked.rate)},
        {"offset", namedOrNull(tracked.names, tracked.offset)}, {"free_parameters", tracked.freeParameters},
        {"aic", number(tracked.aic())}, {"without_drift", tracked.withoutDrift},
        {"log_likelihood_at_path", number(tracked.logLikelihood)},
        {"status", tracking::toString(tracked.status)}, {"evaluations", tracked.evaluations}};
}

Json toJson(const TrackingValidation& validation) {
    Json folds = Json::array();
    for (const double fold : validation.foldNatsPerTrial) {
        folds.push_back(number(fold));
    }
    return {{"unit", "trials"}, {"folds", validation.folds}, {"trials", validation.trials},
        {"unsettled_folds", validation.unsettledFolds},
        {"heldout_nats_per_trial", number(validation.natsPerTrial)}, {"per_fold", std::move(folds)}};
}

std::string toText(const TrackedWeights& tracked, const std::optional<TrackingValidation>& validation) {
    const std::size_t weights = tracked.names.size();
    const std::vector<double> first = rowOf(tracked.weights, 0, weights);
    const std::vector<double> last = rowOf(tracked.weights, tracked.trials() - 1, weights);
    const std::vector<double> error = rowOf(tracked.standardErrors, tracked.trials() - 1, weights);
    std::vector<std::vector<std::string>> rows = {
        {"weight", "first trial", "last trial", "s.e.", "sigma", "sigma_day", "rate", "offset"}};
    const auto entry = [](const std::vector<double>& values, std::size_t k) {
        return values.empty() ? std::string("-") : significant(values[k]);
    };
    for (std::size_t k = 0; k < weights; ++k) {
        rows.push_back({tracked.names[k], fixed(first[k], 3), fixed(last[k], 3), fixed(error[k], 3),
            entry(tracked.sigma, k), entry(tracked.sigmaDay, k), entry(tracked.rate, k),
            entry(tracked.offset, k)});
    }
    std::string text =
        fmt::format("{}: {} trials with a choice, log evidence {} nats, AIC {}\n", tracked.animal,
            tracked.trials(), fixed(tracked.logEvidence, 3), fixed(tracked.aic(), 3)) +
        table(rows);
    if (validation) {
        text += fmt::format("held-out trials ({} folds): {} nats/trial\n", validation->folds,
            fixed(validation->natsPerTrial, 4));
        if (tracked.learning != tracking::LearningTerm::None) {
            text +=
                "Their choices and outcomes still moved the weights; only their likelihood was left out.\n";
        }
    }
    if (!tracked.withoutDrift.empty()) {
        text += fmt::format(
            "The drift from trial to trial of {} can't be told from none.\n", joined(tracked.withoutDrift));
    }
    if (tracked.status != tracking::TrackingStatus::Converged) {
        text += "The search had not settled when it reached its limit of iterations.\n";
    }
    return text;
}

base::Result<void> writePath(
    const std::string& path, const data::Animal& animal, const TrackedWeights& tracked) {
    CsvFile file(path);
    std::string text = "trial,session";
    for (const std::string& name : tracked.names) {
        text += ',' + cell(name) + ',' + cell(name + "_se");
    }
    const std::size_t weights = tracked.names.size();
    std::size_t session = 0;
    for (std::size_t t = 0; t < tracked.trials(); ++t) {
        const std::size_t row = tracked.trialIndex[t];
        while (row >= animal.sessions()[session].end) {
            ++session;
        }
        text += fmt::format("\n{},{}", row + 1, cell(animal.sessions()[session].label));
        for (std::size_t k = 0; k < weights; ++k) {
            text += ',' + cell(tracked.weights[t * weights + k]) + ',' +
                    cell(tracked.standardErrors[t * weights + k]);
        }
        if (text.size() > 1 << 20) {
            file.append(text);
            text.clear();
        }
    }
    file.append(text + '\n');
    return file.close();
}

class Track final : public Command {
  public:
    std::string name() const override { return "track"; }
    std::string description() const override {
        return "Track the decision weights of one animal over trials, without a learning rule (PsyTrack).";
    }

    void declare(CLI::App& options) override {
        declareStudy(options, m_study);
        options.add_option("--animal", m_animal, "Its name in the study")->required()->type_name("A");
        m_inputs.declare(options);
        m_drift.declare(options);
        options
            .add_option("--folds", m_folds,
                "Also predict held-out single trials in K folds; with a learning term their choices and "
                "outcomes still move the weights")
            ->type_name("K")
            ->check(CLI::Range(2, 1000));
        options.add_option("--seed", m_seed, "Seed that deals trials to folds")
            ->check(anySeed)
            ->capture_default_str();
        options.add_option("--out", m_out, "A CSV file to write the path to")->type_name("CSV");
        options.footer(kFooter + options.get_footer());
    }

    Answer run(const base::StopToken& stop) override {
        const auto spec = m_inputs.spec();
        if (!spec) {
            return tl::make_unexpected(spec.error());
        }
        const auto drift = m_drift.read(spec->names.size());
        if (!drift) {
            return tl::make_unexpected(drift.error());
        }
        const auto contents = openForAnalysis(m_study);
        if (!contents) {
            return failed(contents.error());
        }
        const auto animal = contents->study.require(m_animal);
        if (!animal) {
            return failed(animal.error());
        }
        const auto inputs = data::ruleInputs(**animal, *spec, m_inputs.trials.value_or(0));
        if (!inputs) {
            return failed(inputs.error());
        }
        return tracked(**animal, *inputs, *spec, *drift, stop);
    }

  private:
    Answer tracked(const data::Animal& animal, const data::RuleInputs& inputs,
        const data::RegressorSpec& spec, const TrackingOptions& drift, const base::StopToken& stop) const {
        ProgressLine line;
        const auto tell = [&](double fraction) {
            line.show(fmt::format("tracking  {} %", static_cast<int>(100 * fraction)));
        };
        const auto path = tracking::trackWeights(inputs, spec.names, drift, stop, tell);
        if (!path) {
            return failed(path.error());
        }
        std::optional<TrackingValidation> validation;
        if (m_folds) {
            const auto held =
                tracking::crossValidate(inputs, spec.names, drift, *m_folds, m_seed, stop, tell);
            if (!held) {
                return failed(held.error());
            }
            validation = *held;
        }
        Json json = toJson(*path);
        if (validation) {
            json["cross_validation"] = toJson(*validation);
        }
        if (!m_out.empty()) {
            const base::Result<void> written = writePath(m_out, animal, *path);
            if (!written) {
                return failed(written.error());
            }
            json["out"] = m_out;
        }
        return Outcome{std::move(json), toText(*path, validation), ExitCode::Ok};
    }

    std::string m_study, m_animal, m_out;
    RegressorOptions m_inputs;
    DriftOptions m_drift;
    std::optional<std::size_t> m_folds;
    std::uint64_t m_seed = 1;
};

} // namespace

CommandPtr makeTrack() {
    return std::make_unique<Track>();
}

} // namespace rulescope::cli
