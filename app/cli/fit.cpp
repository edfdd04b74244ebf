// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/json_form.h"
#include "app/cli/progress_line.h"
#include "app/cli/spec_options.h"
#include "app/cli/study_access.h"
#include "app/cli/text_table.h"
#include "core/fit/checkpoint.h"
#include "core/fit/initial_weights.h"
#include "core/fit/keepable.h"
#include "core/fit/trainer.h"
#include "core/rules/registry.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <fmt/format.h>

namespace rulescope::cli {

namespace {

/// Larger arrays (networks) are in the study file, for h5py.
constexpr std::size_t kMostParametersInJson = 64;

/// Fitted w_0 by animal and weight.
Json startsJson(const fit::FitResult& result) {
    Json json = Json::object();
    for (const std::string& animal : result.spec.animals) {
        if (const auto start = fit::fittedStart(result, animal)) {
            json[animal] = byName(result.spec.regressors.names, *start);
        }
    }
    return json;
}

Json parametersJson(const fit::FitResult& result) {
    Json json = Json::object();
    std::size_t total = 0;
    for (const fit::NamedArray& array : result.parameters) {
        total += array.values.size();
        const bool isPerWeight =
            array.values.size() == result.spec.regressors.names.size() && array.shape.size() == 1;
        if (array.name == fit::kInitialWeightsArray) {
            json[array.name] = startsJson(result);
        } else if (array.values.size() == 1 && array.shape.empty()) {
            json[array.name] = number(array.values.front());
        } else if (isPerWeight) {
            json[array.name] = byName(result.spec.regressors.names, array.values);
        } else {
            json[array.name] = array.values;
        }
    }
    return total <= kMostParametersInJson ? json : Json::object();
}

Json scoresJson(const fit::FitResult& result) {
    Json list = Json::array();
    const auto append = [&](const std::vector<fit::AnimalScore>& scores, bool isHeldOut) {
        for (const fit::AnimalScore& score : scores) {
            list.push_back({{"animal", score.animal}, {"trials", score.trials},
                {"nats_per_trial", number(score.natsPerTrial)}, {"heldout", isHeldOut}});
        }
    };
    append(result.trainScores, false);
    append(result.heldOutScores, true);
    return list;
}

/// Held-out animals without a score.
std::vector<std::string> lostAnimals(const fit::FitResult& result) {
    std::vector<std::string> lost;
    for (const fit::AnimalScore& score : result.heldOutScores) {
        if (!std::isfinite(score.natsPerTrial)) {
            lost.push_back(score.animal);
        }
    }
    return lost;
}

Json membersJson(const fit::FitResult& result) {
    Json list = Json::array();
    for (const fit::FitMember& member : result.members) {
        list.push_back({{"seed", member.seed}, {"status", fit::toString(member.status)},
            {"epochs", member.epochs}, {"train_nats_per_trial", number(member.trainNatsPerTrial)},
            {"heldout_nats_per_trial", number(member.heldOutNatsPerTrial)}});
    }
    return list;
}

Json toJson(const fit::FitResult& result, const std::string& id) {
    return {{"fit", id}, {"rule", result.spec.rule}, {"status", fit::toString(result.status)},
        {"animals", result.spec.animals}, {"heldout", result.spec.heldOut},
        {"holdout", result.spec.heldOutTrials}, {"train_nats_per_trial", number(result.trainNatsPerTrial)},
        {"heldout_nats_per_trial", number(result.heldOutNatsPerTrial)}, {"epochs", result.epochs},
        {"seconds", number(result.seconds)}, {"seed", result.spec.seed}, {"preset", result.spec.preset},
        {"training", Json::parse(fit::toJson(result.spec.training))}, {"members", membersJson(result)},
        {"per_animal", scoresJson(result)}, {"lost_animals", lostAnimals(result)},
        {"parameters", parametersJson(result)}};
}

bool isNetwork(const fit::FitResult& result) {
    const auto rule = rules::findRule(result.spec.rule);
    return rule && (*rule)->network;
}

std::string toText(const fit::FitResult& result, const std::string& id) {
    const bool isByTrial = !result.spec.heldOutTrials.empty();
    std::string text = fmt::format("{}: {} after {} epochs, {} s\ntraining {}  {} nats/trial\n", id,
        fit::toString(result.status), result.epochs, fixed(result.seconds, 1),
        isByTrial ? "trials" : "animals", fixed(result.trainNatsPerTrial, 4));
    if (isByTrial) {
        text += fmt::format("held-out trials  {} nats/trial\n", fixed(result.heldOutNatsPerTrial, 4));
    }
    if (!result.spec.heldOut.empty()) {
        text += fmt::format("held-out animals  {} nats/trial\n", fixed(result.heldOutNatsPerTrial, 4));
    }
    if (result.status == fit::FitStatus::Diverged) {
        text += fmt::format("It ran away: stored are its last good parameters. Try {}other regressors or "
                            "another seed.\n",
            isNetwork(result) ? "a smaller learning rate (preset liu2025), " : "");
    }
    for (const std::string& animal : lostAnimals(result)) {
        text += fmt::format(
            "no score for {}: none of its trials counts, or the weights leave every range there\n", animal);
    }
    return text;
}

std::string toLine(const fit::FitProgress& progress) {
    if (std::isnan(progress.trainNatsPerTrial)) {
        return "fitting where the training starts";
    }
    std::string line = fmt::format("epoch {}/{}  training {} nats/trial", progress.epoch, progress.epochs,
        fixed(progress.trainNatsPerTrial, 4));
    if (std::isfinite(progress.heldOutNatsPerTrial)) {
        line += fmt::format("  held out {}", fixed(progress.heldOutNatsPerTrial, 4));
    }
    return line + fmt::format("  {} s left", fixed(progress.secondsLeft, 0));
}

class Fit final : public Command {
  public:
    std::string name() const override { return "fit"; }
    std::string description() const override {
        return "Fit a learning rule to animals and store it in the study.";
    }

    void declare(CLI::App& options) override {
        declareStudy(options, m_study);
        options.add_option("--rule", m_rule, "One of: " + ruleNames())->required()->type_name("R");
        options.add_option("--animals", m_animals, "Animals to fit, comma-separated (default all)")
            ->type_name("A,B");
        options.add_option("--heldout", m_heldOut, "Animals to score without fitting them")->type_name("A,B");
        options
            .add_option("--holdout", m_holdout,
                "Trials of the fitted animals to score without fitting them: future:N (the last N of each) "
                "or "
                "sessions:N (one of N parts of each one's sessions)")
            ->type_name("S");
        m_options.declare(options);
        options
            .add_option("--members", m_members,
                "Fits in the ensemble: this one and N - 1 more from further seeds, for intervals")
            ->type_name("N")
            ->check(CLI::Range(1, 1000))
            ->capture_default_str();
        options
            .add_option("--resample", m_resampling,
                "What the further members are fitted to: none (all trials, only the seed differs), animals "
                "(drawn "
                "with replacement) or sessions (a random half)")
            ->check(CLI::IsMember({"none", "animals", "sessions"}))
            ->capture_default_str();
        options
            .add_option("--checkpoint", m_checkpoint,
                "File that keeps a network fit's state: a fit that was stopped or killed goes on from it, to "
                "the "
                "same numbers; deleted once the fit is stored")
            ->type_name("FILE");
    }

    Answer run(const base::StopToken& stop) override {
        const auto isKnown = requireRule(m_rule, "--rule");
        if (!isKnown) {
            return tl::make_unexpected(isKnown.error());
        }
        auto spec = m_options.spec(m_rule);
        if (!spec) {
            return tl::make_unexpected(spec.error());
        }
        spec->animals = splitList(m_animals);
        spec->heldOut = splitList(m_heldOut);
        spec->heldOutTrials = m_holdout;
        spec->members = m_members;
        spec->resampling = m_resampling == "animals"    ? fit::Resampling::Animals
                           : m_resampling == "sessions" ? fit::Resampling::Sessions
                                                        : fit::Resampling::None;
        const base::Result<io::StudyContents> contents = openForAnalysis(m_study);
        if (!contents) {
            return failed(contents.error());
        }
        std::vector<std::string> shown = spec->animals;
        shown.insert(
            shown.end(), shown.empty() ? spec->heldOut.end() : spec->heldOut.begin(), spec->heldOut.end());
        const Json warnings = warnOfScale(contents->study, shown, spec->regressors, spec->trialsPerAnimal);
        base::Result<fit::FitResult> result = fitted(contents->study, *spec, stop);
        return result ? store(*result, warnings) : failed(result.error());
    }

  private:
    base::Result<fit::FitResult> fitted(
        const data::Study& study, const fit::FitSpec& spec, const base::StopToken& stop) const {
        ProgressLine line;
        fit::FitCallbacks callbacks;
        callbacks.checkpoint = m_checkpoint;
        callbacks.onCheckpointFailure = [](const base::Error& error) { remark(base::english(error)); };
        callbacks.onProgress = [&](const fit::FitProgress& progress) { line.show(toLine(progress)); };
        return fit::fit(study, spec, stop, callbacks);
    }

    /// A fit that ran away is stored with its last good parameters; one that was stopped is not, but its
    /// checkpoint stays.
    Answer store(const fit::FitResult& result, const Json& warnings) const {
        if (result.status == fit::FitStatus::Cancelled) {
            return failed({base::ErrorCode::Cancelled,
                QT_TRANSLATE_NOOP("core", "The fit was stopped; the study is as it was."), result.spec.rule,
                {}});
        }
        if (const auto checked = fit::checkKeepable(result); !checked) {
            return failed(checked.error());
        }
        std::string id;
        const base::Result<void> stored =
            updateStudy(m_study, IfMissing::Refuse, [&](io::StudyContents& contents) -> base::Result<void> {
                id = storeFit(contents, result);
                return {};
            });
        if (!stored) {
            return failed(stored.error());
        }
        if (!m_checkpoint.empty()) {
            fit::removeCheckpoint(m_checkpoint);
        }
        const bool isAsked = result.status != fit::FitStatus::Diverged;
        Json json = toJson(result, id);
        json["warnings"] = warnings;
        return Outcome{std::move(json), toText(result, id), isAsked ? ExitCode::Ok : ExitCode::NoResult};
    }

    std::string m_study, m_rule, m_animals, m_heldOut, m_holdout, m_checkpoint;
    std::string m_resampling = "none";
    int m_members = 1;
    SpecOptions m_options;
};

} // namespace

CommandPtr makeFit() {
    return std::make_unique<Fit>();
}

} // namespace rulescope::cli
