// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/rule.h"

#include "app/cli/command.h"
#include "app/cli/json_form.h"
#include "app/cli/spec_options.h"
#include "app/cli/study_access.h"
#include "app/cli/text_table.h"
#include "core/fit/trainer.h"
#include "core/rules/parameters.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <fmt/format.h>

namespace rulescope::cli {

namespace {

/// A rule at given parameters, run over one animal.
struct Evaluation {
    double logLikelihood = 0; ///< nats, all scored trials
    std::size_t trials = 0;
    std::vector<double> lastWeights; ///< after the last update
};

Evaluation evaluate(
    const rules::TextbookRule& rule, const std::vector<double>& parameters, const data::RuleInputs& inputs) {
    Evaluation evaluation;
    evaluation.logLikelihood = rule.logLikelihood(inputs, parameters, {});
    for (const unsigned char isScored : inputs.scored) {
        evaluation.trials += isScored;
    }
    const std::vector<double> start = rule.ownsInitialWeights() ? parameters : std::vector<double>();
    evaluation.lastWeights = fit::rollOut(*rule.at(parameters, inputs.regressors), inputs, start).lastWeights;
    return evaluation;
}

class Rule final : public Command {
  public:
    std::string name() const override { return "rule"; }
    std::string description() const override {
        return "Evaluate a textbook rule at given parameters on one animal, starting from zero weights.";
    }

    void declare(CLI::App& options) override {
        declareStudy(options, m_study);
        options.add_option("--animal", m_animal, "Its name in the study")->required()->type_name("A");
        options.add_option("--rule", m_rule, "A rule with a formula: " + textbookNames())
            ->required()
            ->type_name("R");
        options
            .add_option("--parameters", m_parameters,
                "alpha=X sets all weights' learning rates, alpha.stimulus=X one; comma-separated")
            ->required()
            ->type_name("P=X,...");
        m_inputs.declare(options);
    }

    Answer run(const base::StopToken&) override {
        const auto spec = m_inputs.spec();
        if (!spec) {
            return tl::make_unexpected(spec.error());
        }
        const auto info = rules::findRule(m_rule);
        if (!info) {
            return usage(info.error(), "--rule");
        }
        if ((*info)->textbook == nullptr) {
            return usage({"\"%1\" is a network: it has no parameters to give.", {m_rule}}, "--rule",
                "Fit it with rulescope-cli fit.");
        }
        const base::Result<std::vector<double>> parameters =
            rules::parseParameters(**info, spec->names, m_parameters);
        if (!parameters) {
            return usage(parameters.error(), "--parameters");
        }
        const base::Result<data::RuleInputs> inputs = openInputs(*spec);
        if (!inputs) {
            return failed(inputs.error());
        }
        return told(evaluate(*(*info)->textbook, *parameters, *inputs), spec->names);
    }

  private:
    base::Result<data::RuleInputs> openInputs(const data::RegressorSpec& spec) const {
        return openForAnalysis(m_study)
            .and_then([&](const io::StudyContents& contents) { return contents.study.require(m_animal); })
            .and_then([&](const data::AnimalPtr& animal) {
                return data::ruleInputs(*animal, spec, m_inputs.trials.value_or(0));
            });
    }

    Answer told(const Evaluation& evaluation, const std::vector<std::string>& names) const {
        if (!std::isfinite(evaluation.logLikelihood)) {
            return failed({base::ErrorCode::NoData, "The weights overflow at these parameters.",
                "--parameters " + m_parameters, "Try a smaller learning rate."});
        }
        const double perTrial = evaluation.logLikelihood / static_cast<double>(evaluation.trials);
        Json json = {{"animal", m_animal}, {"rule", m_rule},
            {"log_likelihood", number(evaluation.logLikelihood)}, {"nats_per_trial", number(perTrial)},
            {"trials", evaluation.trials}, {"w_last", byName(names, evaluation.lastWeights)}};
        std::string text = fmt::format("log-likelihood {} nats over {} trials ({} nats/trial)\n",
            fixed(evaluation.logLikelihood, 4), evaluation.trials, fixed(perTrial, 4));
        for (std::size_t k = 0; k < names.size(); ++k) {
            text += fmt::format("last weight of {}: {}\n", names[k], fixed(evaluation.lastWeights[k], 4));
        }
        return Outcome{std::move(json), std::move(text), ExitCode::Ok};
    }

    std::string m_study, m_animal, m_rule, m_parameters;
    RegressorOptions m_inputs;
};

} // namespace

CommandPtr makeRule() {
    return std::make_unique<Rule>();
}

} // namespace rulescope::cli
