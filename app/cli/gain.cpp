// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/fitted_animals.h"
#include "app/cli/json_form.h"
#include "app/cli/spec_options.h"
#include "app/cli/text_table.h"
#include "core/insight/fitted_inputs.h"
#include "core/insight/learning_gain.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <fmt/format.h>

namespace rulescope::cli {

namespace {

Json toJson(const insight::Estimate& estimate) {
    return {
        {"value", number(estimate.value)}, {"low", number(estimate.low)}, {"high", number(estimate.high)}};
}

Json toJson(const insight::GainEstimates& gains) {
    const insight::Estimate undefined{std::nan(""), std::nan(""), std::nan("")};
    return {{"name", gains.name}, {"trials", gains.trials}, {"errors", gains.errors},
        {"gain_correct", toJson(gains.gainCorrect)}, {"gain_error", toJson(gains.gainError)},
        {"reinforcement_correct", toJson(gains.reinforcementCorrect)},
        {"reinforcement_error", toJson(gains.reinforcementError)},
        {"error_ratio", toJson(gains.hasErrorRatio ? gains.errorRatio : undefined)},
        {"error_ratio_defined", gains.hasErrorRatio}};
}

Json toJson(const std::vector<insight::GainEstimates>& list) {
    Json json = Json::array();
    for (const insight::GainEstimates& gains : list) {
        json.push_back(toJson(gains));
    }
    return json;
}

std::string toText(const insight::Estimate& estimate) {
    return fixed(estimate.value, 4) + " [" + fixed(estimate.low, 4) + ", " + fixed(estimate.high, 4) + ']';
}

std::vector<std::string> row(const insight::GainEstimates& gains) {
    return {gains.name, std::to_string(gains.trials), toText(gains.gainCorrect), toText(gains.gainError),
        gains.hasErrorRatio ? toText(gains.errorRatio) : "undefined"};
}

/// What the intervals cover, in words: they are easily taken for more than they hold.
std::string intervalsText(std::size_t animals, std::size_t fits, int resamples) {
    const std::string over =
        animals == 1 ? fmt::format("95 % bootstrap ({} resamples) over the animal's sessions", resamples)
                     : fmt::format("95 % bootstrap ({} resamples); pooled: over the {} animals, each animal: "
                                   "over its sessions",
                           resamples, animals);
    return fits > 1 ? fmt::format("{}; and over the {} fits of the ensemble", over, fits)
                    : over + "; one fit, taken as it is";
}

class Gain final : public Command {
  public:
    std::string name() const override { return "gain"; }
    std::string description() const override {
        return "Tell what a correct trial and what an error teaches under a fitted rule.";
    }

    void declare(CLI::App& options) override {
        m_fit.declare(options);
        options.add_option("--resamples", m_resamples, "Bootstrap resamples behind the 95 % intervals")
            ->check(CLI::Range(100, 1000000))
            ->capture_default_str();
        options.add_option("--seed", m_seed, "Seed of the bootstrap")->check(anySeed)->capture_default_str();
        options.footer(
            "Intervals are over animals (of one animal: over its sessions, or blocks of 100 trials if "
            "these are few).\nOf a single fit they take the fitted rule as it is and are too narrow "
            "for what the fit itself\nleaves open: fit an ensemble (rulescope-cli fit --members 8 "
            "--resample animals) and ask for its gain.\n" +
            options.get_footer());
    }

    Answer run(const base::StopToken& stop) override {
        const base::Result<FittedAnimals> fitted = m_fit.open();
        if (!fitted) {
            return failed(fitted.error());
        }
        insight::LearningGainOptions options;
        options.regressors = fitted->result->spec.regressors;
        options.ensemble = insight::ensembleRules(*fitted->result);
        options.resamples = m_resamples;
        options.seed = m_seed;
        const base::Result<insight::LearningGain> gain =
            insight::learningGain(*fitted->rule, fitted->animals, options, stop);
        return gain ? told(*fitted, *gain, options.ensemble.size() + 1) : failed(gain.error());
    }

  private:
    Answer told(const FittedAnimals& fitted, const insight::LearningGain& gain, std::size_t fits) const {
        const std::string intervals =
            intervalsText(fitted.animals.size() - gain.lostAnimals.size(), fits, m_resamples);
        Json json = {{"fit", fitted.result->id}, {"rule", fitted.result->spec.rule},
            {"pooled", toJson(gain.pooled)}, {"per_animal", toJson(gain.perAnimal)},
            {"by_choice_side", toJson(gain.byChoiceSide)}, {"by_answer_side", toJson(gain.byAnswerSide)},
            {"fits", fits}, {"intervals", intervals}, {"lost_animals", gain.lostAnimals},
            {"partly_lost_animals", gain.partlyLostAnimals}};
        std::vector<std::vector<std::string>> rows = {
            {"", "trials", "gain after correct", "gain after error", "error ratio"}, row(gain.pooled)};
        for (const insight::GainEstimates& animal : gain.perAnimal) {
            rows.push_back(row(animal));
        }
        std::string text = table(rows) + "in brackets: " + intervals + "\n";
        for (const std::string& animal : gain.lostAnimals) {
            text += fmt::format("{} is not in it: the rule's weights leave every range there\n", animal);
        }
        for (const std::string& animal : gain.partlyLostAnimals) {
            text += fmt::format(
                "{} is in it without the fits of the ensemble whose weights leave every range there\n",
                animal);
        }
        if (fits == 1) {
            text += "The fit's own uncertainty is not in them: rulescope-cli fit --members 8 --resample "
                    "animals, then "
                    "gain.\n";
        }
        return Outcome{std::move(json), std::move(text), ExitCode::Ok};
    }

    FitOptions m_fit;
    int m_resamples = 2000;
    std::uint64_t m_seed = 1;
};

} // namespace

CommandPtr makeGain() {
    return std::make_unique<Gain>();
}

} // namespace rulescope::cli
