// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/csv_file.h"
#include "app/cli/json_form.h"
#include "app/cli/progress_line.h"
#include "app/cli/simulation_options.h"
#include "app/cli/spec_options.h"
#include "app/cli/text_table.h"
#include "core/engine/network_shape.h"
#include "core/figures/recovery.h"
#include "core/rules/registry.h"
#include "core/simulate/recovery.h"
#include "core/simulate/teacher.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <optional>

namespace rulescope::cli {

namespace {

using simulate::Recovery;
using simulate::RecoveryCondition;

std::string presetList() {
    std::string text = "Presets:\n";
    for (const simulate::RecoveryPreset& preset : simulate::recoveryPresets()) {
        text += fmt::format("  {:<24}{}\n", preset.name, base::english(preset.description));
    }
    return text +
           "The fits of [LGP]'s presets differ from the published ones in this: both weights are predicted,\n"
           "and noise is independent between animals.\n";
}

std::string startName(simulate::StartKnowledge start) {
    return start == simulate::StartKnowledge::Known       ? "known"
           : start == simulate::StartKnowledge::Estimated ? "estimated"
                                                          : "trained";
}

Json conditionJson(const RecoveryCondition& condition) {
    const simulate::AnimalRecipe& recipe = condition.recipe;
    const fit::TrainingOptions training = fit::withTrainingOfRule(condition.spec).training;
    return {{"preset", condition.name}, {"rule", recipe.rule}, {"parameters", recipe.parameters},
        {"fitted", condition.spec.rule}, {"animals", condition.animals}, {"trials", recipe.trials},
        {"update_noise", recipe.updateNoise}, {"policy", simulate::toString(recipe.policy)},
        {"distractors", recipe.distractors}, {"rate_spread", condition.rateSpread},
        {"w0", startName(condition.start)}, {"w0_error", condition.startError}, {"epochs", training.epochs},
        {"learning_rate", training.learningRate}, {"hidden", training.hidden},
        {"hidden_layers", training.hiddenLayers}, {"truncation", training.truncation},
        {"one_animal_per_step", condition.isOneAnimalPerStep}, {"refits", condition.refits},
        {"seed", recipe.seed}};
}

/// What the error ratio's interval covers, in words.
std::string intervalText(const RecoveryCondition& condition) {
    return condition.refits == 0
               ? fmt::format("95 % bootstrap over the {} animals; one fit, taken as it is", condition.animals)
               : fmt::format(
                     "95 % bootstrap over the {} animals and over the fit and its {} refits to animals "
                     "drawn anew",
                     condition.animals, condition.refits);
}

Json toJson(const Recovery& recovery) {
    return {{"rmse", number(recovery.rmse)}, {"cosine", number(recovery.cosine)},
        {"rmse_visited", number(recovery.rmseVisited)}, {"cosine_visited", number(recovery.cosineVisited)},
        {"true_rms", number(recovery.trueRms)}, {"true_error_ratio", number(recovery.trueErrorRatio)},
        {"error_ratio", {{"value", number(recovery.errorRatio)}, {"low", number(recovery.errorRatioLow)},
                            {"high", number(recovery.errorRatioHigh)}}},
        {"intervals", intervalText(recovery.condition)},
        {"published_rmse",
            recovery.condition.publishedRmse > 0 ? Json(recovery.condition.publishedRmse) : Json(nullptr)},
        {"grid_points", recovery.gridPoints}, {"visited", recovery.visited},
        {"status", fit::toString(recovery.status)}, {"epochs", recovery.epochs},
        {"train_nats_per_trial", number(recovery.trainNatsPerTrial)},
        {"seconds", number(recovery.secondsSimulating + recovery.secondsFitting)},
        {"condition", conditionJson(recovery.condition)}};
}

std::string toText(const Recovery& recovery) {
    const RecoveryCondition& condition = recovery.condition;
    std::string text = fmt::format("{}: {} fitted to {} animals that learn by {} ({}), {} trials each\n",
        condition.name, condition.spec.rule, condition.animals, condition.recipe.rule,
        condition.recipe.parameters, condition.recipe.trials);
    text += table({{"", "RMSE of dw", "cosine"}, {"grid", fixed(recovery.rmse, 5), fixed(recovery.cosine, 4)},
        {"visited trials", fixed(recovery.rmseVisited, 5), fixed(recovery.cosineVisited, 4)}});
    if (condition.publishedRmse > 0) {
        text += fmt::format("published RMSE  {}\n", fixed(condition.publishedRmse, 3));
    }
    text += fmt::format("root mean square of the true update  {}\n", fixed(recovery.trueRms, 5));
    const bool isDefined = std::isfinite(recovery.errorRatio);
    text += fmt::format("error ratio  {} (true {})\n",
        isDefined ? fmt::format("{} [{}, {}]", fixed(recovery.errorRatio, 3),
                        fixed(recovery.errorRatioLow, 3), fixed(recovery.errorRatioHigh, 3))
                  : std::string("undefined"),
        fixed(recovery.trueErrorRatio, 3));
    if (isDefined) {
        text += "in brackets: " + intervalText(condition) + "\n";
    }
    if (condition.refits == 0 && isDefined) {
        text +=
            "The fit's own uncertainty is not in it, and RMSE and cosine have no interval: --refits 8, and "
            "further --seed.\n";
    }
    return text + fmt::format("{} after {} epochs; {} s to simulate, {} s to fit\n",
                      fit::toString(recovery.status), recovery.epochs, fixed(recovery.secondsSimulating, 1),
                      fixed(recovery.secondsFitting, 1));
}

class Recover final : public Command {
  public:
    std::string name() const override { return "recover"; }
    std::string description() const override {
        return "Simulate animals that learn by a known rule, fit a rule to them, and compare the two.";
    }

    void declare(CLI::App& options) override {
        options.add_option("--preset", m_preset, "The experiment; what is given by name wins over it")
            ->type_name("NAME")
            ->capture_default_str();
        options.add_option("--rule", m_rule, "The rule that the animals learn by")->type_name("R");
        options.add_option("--parameters", m_parameters, "Its parameters: alpha=0.05,...")
            ->type_name("P=X,...");
        options.add_option("--fitted", m_fitted, "The rule that is fitted: " + ruleNames())->type_name("R");
        options.add_option("--animals", m_animals, "How many")->type_name("N")->check(CLI::Range(1, 100'000));
        options.add_option("--trials", m_trials, "Trials of each animal")
            ->type_name("T")
            ->check(CLI::Range(2, 1'000'000));
        options.add_option("--epochs", m_epochs, "Training epochs of a network")
            ->type_name("E")
            ->check(CLI::Range(1, std::numeric_limits<int>::max()));
        options.add_option("--hidden", m_hidden, "Units per hidden layer of a network")
            ->type_name("H")
            ->check(CLI::Range(1, 1024));
        options
            .add_option(
                "--hidden-layers", m_hiddenLayers, "Hidden layers of a network, an RNN's memory not counted")
            ->type_name("L")
            ->check(CLI::Range(1, engine::kMaxHiddenLayers));
        options.add_option("--w0", m_start, "What the fit knows of the first weights")
            ->check(CLI::IsMember({"known", "estimated", "trained"}));
        options
            .add_option("--w0-error", m_startError, "Added to the stimulus weight that the fit starts from")
            ->type_name("X");
        options
            .add_option("--rate-spread", m_rateSpread, "Standard deviation of the animals' log learning rate")
            ->type_name("SD")
            ->check(notNegative);
        options
            .add_option("--refits", m_refits,
                "Further fits to resampled animals: the error ratio's interval then holds "
                "the fit's uncertainty too; without, it is over animals only")
            ->type_name("N")
            ->check(CLI::Range(0, 1000));
        options.add_option("--seed", m_seed, "Of the animals and of the fit")
            ->check(anySeed)
            ->capture_default_str();
        options.add_option("--out", m_out, "Write the figure's data: true and inferred updates")
            ->type_name("CSV");
        m_options.declare(options);
        options.footer(presetList() + options.get_footer());
    }

    Answer run(const base::StopToken& stop) override {
        const auto condition = this->condition();
        if (!condition) {
            return tl::make_unexpected(condition.error());
        }
        if (static_cast<double>(condition->animals) * static_cast<double>(condition->recipe.trials) >
            kMostTrials) {
            return usage("These are more trials than fit into memory.", "--trials");
        }
        const base::Result<Recovery> recovery = [&] {
            ProgressLine line;
            simulate::RecoveryCallbacks callbacks;
            callbacks.onProgress = [&](double fraction, const base::Text& phase) {
                line.show(fmt::format("{:.0f} %  {}", 100 * fraction, base::english(phase)));
            };
            return simulate::recover(*condition, stop, callbacks);
        }();
        if (!recovery) {
            return failed(recovery.error());
        }
        if (recovery->status == fit::FitStatus::Unbounded) {
            return failed({base::ErrorCode::NoData, "The fit has no maximum: a parameter grew to its limit.",
                condition->name, "Simulate more trials or animals."});
        }
        if (recovery->status == fit::FitStatus::Diverged || !std::isfinite(recovery->rmse)) {
            return failed({base::ErrorCode::NoData, "The fit diverged: its weights left every range.",
                condition->name, "Try another seed or fewer epochs."});
        }
        if (!m_out.empty()) {
            const auto written = writeCsv(m_out, figures::toCsv(figures::recovery(*recovery)));
            if (!written) {
                return failed(written.error());
            }
        }
        return Outcome{toJson(*recovery), toText(*recovery), ExitCode::Ok};
    }

  private:
    tl::expected<RecoveryCondition, Failure> condition() const {
        auto condition = simulate::recoveryPreset(m_preset);
        if (!condition) {
            return usage(condition.error(), "--preset");
        }
        const std::size_t distractors = condition->recipe.distractors;
        auto recipe = m_options.applied(condition->recipe);
        if (!recipe) {
            return tl::make_unexpected(recipe.error());
        }
        if (!m_options.start.empty()) {
            condition->drawsBias = false;
        }
        condition->recipe = *recipe;
        condition->recipe.distractors = 0;
        condition->spec.regressors = condition->recipe.regressors;
        simulate::addDistractors(*condition, m_options.distractors.value_or(distractors));
        if (auto taught = setTeacher(*condition); !taught) {
            return tl::make_unexpected(taught.error());
        }
        if (auto sized = setSizes(*condition); !sized) {
            return tl::make_unexpected(sized.error());
        }
        return *condition;
    }

    tl::expected<void, Failure> setTeacher(RecoveryCondition& condition) const {
        if (!m_rule.empty()) {
            condition.recipe.rule = m_rule;
            condition.recipe.parameters = simulate::usualParameters(m_rule);
        }
        if (!m_parameters.empty()) {
            condition.recipe.parameters = m_parameters;
        }
        const auto rule = rules::findRule(condition.recipe.rule);
        if (!rule) {
            return usage(rule.error(), "--rule");
        }
        const auto teacher =
            simulate::teacherAmong(condition.recipe, condition.recipe.regressors.names.size());
        if (!teacher) {
            return usage(teacher.error(), (*rule)->textbook == nullptr ? "--rule" : "--parameters");
        }
        if (!m_fitted.empty()) {
            condition.spec.rule = m_fitted;
        }
        return requireRule(condition.spec.rule, "--fitted");
    }

    tl::expected<void, Failure> setSizes(RecoveryCondition& condition) const {
        simulate::AnimalRecipe& recipe = condition.recipe;
        condition.animals = m_animals.value_or(condition.animals);
        if (m_trials) { // the published rows leave the first trial out of the score
            recipe.trials = *m_trials + (condition.isOneAnimalPerStep ? 1 : 0);
            recipe.longestSession = std::min(recipe.longestSession, recipe.trials);
            if (condition.isOneAnimalPerStep) {
                recipe.longestSession = recipe.trials;
            }
            recipe.shortestSession = std::min(recipe.shortestSession, recipe.longestSession);
        }
        for (const auto& [option, value] : {std::pair("epochs", m_epochs), std::pair("hidden", m_hidden),
                 std::pair("hidden_layers", m_hiddenLayers)}) {
            auto spec = value ? fit::withOption(condition.spec, option, *value) : condition.spec;
            if (!spec) { // only of a value, which the options' own checks have seen
                return usage(spec.error(), option);
            }
            condition.spec = *std::move(spec);
        }
        condition.refits = m_refits.value_or(condition.refits);
        condition.rateSpread = m_rateSpread.value_or(condition.rateSpread);
        condition.startError = m_startError.value_or(condition.startError);
        if (!m_start.empty()) {
            condition.start = m_start == "known"       ? simulate::StartKnowledge::Known
                              : m_start == "estimated" ? simulate::StartKnowledge::Estimated
                                                       : simulate::StartKnowledge::Trained;
        }
        recipe.seed = condition.spec.seed = m_seed;
        return {};
    }

    std::string m_preset = "quick", m_rule, m_parameters, m_fitted, m_start, m_out;
    std::optional<std::size_t> m_animals, m_trials;
    std::optional<int> m_epochs, m_hidden, m_hiddenLayers, m_refits;
    std::optional<double> m_startError, m_rateSpread;
    std::uint64_t m_seed = 1;
    SimulationOptions m_options;
};

} // namespace

CommandPtr makeRecover() {
    return std::make_unique<Recover>();
}

} // namespace rulescope::cli
