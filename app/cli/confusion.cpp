// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/confusion.h"
#include "app/cli/command.h"
#include "app/cli/csv_file.h"
#include "app/cli/json_form.h"
#include "app/cli/progress_line.h"
#include "app/cli/simulation_options.h"
#include "app/cli/spec_options.h"
#include "app/cli/text_table.h"
#include "core/simulate/confusion.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace rulescope::cli {

namespace {

using simulate::Confusion;

/// One row per cohort and fitted rule.
std::string toCsv(const Confusion& confusion) {
    std::string text = "simulated,cohort,fitted,heldout_nats_per_trial,bernoulli_nats_per_trial,wins\n";
    for (std::size_t i = 0; i < confusion.cohorts.size(); ++i) {
        const simulate::ConfusionCohort& cohort = confusion.cohorts[i];
        for (std::size_t f = 0; f < confusion.fitted.size(); ++f) {
            text += fmt::format("{},{},{},{},{},{}\n", confusion.simulated[cohort.simulated],
                i % confusion.request.cohorts + 1, confusion.fitted[f], cell(cohort.natsPerTrial[f]),
                cell(cohort.bernoulliNatsPerTrial), cohort.winner == f ? 1 : 0);
        }
    }
    return text;
}

Json rowJson(const Confusion& confusion, std::size_t row, bool isShare) {
    Json json = Json::object();
    for (std::size_t f = 0; f < confusion.fitted.size(); ++f) {
        json[confusion.fitted[f]] = number(isShare ? confusion.share(row, f) : confusion.meanDeficit(row, f));
    }
    return json;
}

/// Cohorts for which a fitted rule has no score.
Json lossesJson(const Confusion& confusion, std::size_t row) {
    Json json = Json::object();
    for (std::size_t f = 0; f < confusion.fitted.size(); ++f) {
        json[confusion.fitted[f]] = confusion.withoutScore(row, f);
    }
    return json;
}

Json toJson(const Confusion& confusion) {
    const simulate::ConfusionRequest& request = confusion.request;
    Json rows = Json::array();
    double found = 0, possible = 0;
    for (std::size_t s = 0; s < confusion.simulated.size(); ++s) {
        rows.push_back({{"simulated", confusion.simulated[s]}, {"parameters", request.simulated[s].second},
            {"wins", rowJson(confusion, s, true)},
            {"mean_deficit_nats_per_trial", rowJson(confusion, s, false)},
            {"without_winner", confusion.withoutWinner(s)}, {"without_score", lossesJson(confusion, s)}});
        for (std::size_t f = 0; f < confusion.fitted.size(); ++f) {
            found += confusion.fitted[f] == confusion.simulated[s] ? confusion.share(s, f) : 0;
            possible += confusion.fitted[f] == confusion.simulated[s] ? 1 : 0;
        }
    }
    return {{"cohorts", request.cohorts}, {"animals", request.animals}, {"heldout", request.heldOut},
        {"trials", request.trials}, {"seed", request.recipe.seed}, {"fitted", confusion.fitted},
        {"rows", std::move(rows)}, {"found", possible > 0 ? number(found / possible) : Json(nullptr)},
        {"seconds", number(confusion.seconds)}};
}

/// "reinforce: rnn has no score for 2 of 10 cohorts" for each pair; empty if all have one.
std::string lossesText(const Confusion& confusion) {
    std::string text;
    for (std::size_t s = 0; s < confusion.simulated.size(); ++s) {
        for (std::size_t f = 0; f < confusion.fitted.size(); ++f) {
            if (const std::size_t lost = confusion.withoutScore(s, f); lost > 0) {
                text +=
                    fmt::format("{}: {} has no score for {} of {} cohorts (its fit diverged or left every "
                                "range on a held-out animal)\n",
                        confusion.simulated[s], confusion.fitted[f], lost, confusion.request.cohorts);
            }
        }
    }
    return text;
}

std::string toText(const Confusion& confusion) {
    std::size_t undecided = 0;
    for (std::size_t s = 0; s < confusion.simulated.size(); ++s) {
        undecided += confusion.withoutWinner(s);
    }
    std::vector<std::vector<std::string>> rows = {{"simulated"}};
    rows.front().insert(rows.front().end(), confusion.fitted.begin(), confusion.fitted.end());
    if (undecided > 0) {
        rows.front().push_back("no winner");
    }
    for (std::size_t s = 0; s < confusion.simulated.size(); ++s) {
        rows.push_back({confusion.simulated[s]});
        for (std::size_t f = 0; f < confusion.fitted.size(); ++f) {
            rows.back().push_back(fixed(100 * confusion.share(s, f), 0));
        }
        if (undecided > 0) {
            rows.back().push_back(fixed(100.0 * static_cast<double>(confusion.withoutWinner(s)) /
                                            static_cast<double>(confusion.request.cohorts),
                0));
        }
    }
    return "Cohorts won (%), by held-out likelihood:\n" + table(rows) + lossesText(confusion) +
           fmt::format("{} cohorts of {} animals ({} held out), {} trials each; {} s\n",
               confusion.request.cohorts, confusion.request.animals, confusion.request.heldOut,
               confusion.request.trials, fixed(confusion.seconds, 1));
}

class ConfusionCommand final : public Command {
  public:
    std::string name() const override { return "confusion"; }
    std::string description() const override {
        return "Simulate cohorts under each rule, fit every rule to them, and tell which wins on held-out "
               "animals.";
    }

    void declare(CLI::App& options) override {
        m_simulated = m_fitted = joinedRules();
        options.add_option("--rules", m_simulated, "Rules that the animals learn by, comma-separated")
            ->type_name("R,R")
            ->capture_default_str();
        options.add_option("--fitted", m_fitted, "Rules that are fitted: " + ruleNames())
            ->type_name("R,R")
            ->capture_default_str();
        options.add_option("--cohorts", m_request.cohorts, "Cohorts per simulated rule")
            ->type_name("N")
            ->check(CLI::Range(1, 10'000))
            ->capture_default_str();
        options.add_option("--animals", m_request.animals, "Animals per cohort")
            ->type_name("N")
            ->check(CLI::Range(2, 1'000))
            ->capture_default_str();
        options.add_option("--heldout", m_request.heldOut, "Of these, held out from every fit")
            ->type_name("N")
            ->check(CLI::Range(1, 999))
            ->capture_default_str();
        options.add_option("--trials", m_request.trials, "Trials of each animal")
            ->type_name("T")
            ->check(CLI::Range(1, 1'000'000))
            ->capture_default_str();
        options.add_option("--preset", m_preset, "How networks are trained: default or liu2025")
            ->check(CLI::IsMember({"default", "liu2025"}))
            ->capture_default_str();
        options.add_option("--seed", m_seed, "The same seed gives the same matrix")
            ->check(anySeed)
            ->capture_default_str();
        options.add_option("--out", m_out, "Write every cohort's held-out likelihoods")->type_name("CSV");
        options.add_option("--figure", m_figure, "Write the matrix as its figure draws it")->type_name("CSV");
        m_options.declare(options);
    }

    Answer run(const base::StopToken& stop) override {
        auto request = this->request();
        if (!request) {
            return tl::make_unexpected(request.error());
        }
        const base::Result<Confusion> confusion = [&] {
            ProgressLine line;
            simulate::ConfusionCallbacks callbacks;
            callbacks.onProgress = [&](double fraction, double secondsLeft) {
                line.show(fmt::format("{:.0f} %  {} s left", 100 * fraction, fixed(secondsLeft, 0)));
            };
            return simulate::confusionMatrix(*request, stop, callbacks);
        }();
        if (!confusion) {
            return failed(confusion.error());
        }
        for (const auto& [path, text] : {std::pair(m_out, toCsv(*confusion)),
                 std::pair(m_figure, figures::toCsv(figures::confusion(*confusion)))}) {
            if (path.empty()) {
                continue;
            }
            if (const auto written = writeCsv(path, text); !written) {
                return failed(written.error());
            }
        }
        return Outcome{toJson(*confusion), toText(*confusion), ExitCode::Ok};
    }

  private:
    static std::string joinedRules() {
        std::string text;
        for (const std::string& rule : simulate::usualConfusionRules()) {
            text += (text.empty() ? "" : ",") + rule;
        }
        return text;
    }

    tl::expected<simulate::ConfusionRequest, Failure> request() const {
        simulate::ConfusionRequest request = m_request;
        for (const std::string& rule : splitList(m_simulated)) {
            if (const auto known = requireRule(rule, "--rules"); !known) {
                return tl::make_unexpected(known.error());
            }
            request.simulated.emplace_back(rule, std::string());
        }
        request.fitted = splitList(m_fitted);
        for (const std::string& rule : request.fitted) {
            if (const auto known = requireRule(rule, "--fitted"); !known) {
                return tl::make_unexpected(known.error());
            }
        }
        auto recipe = m_options.applied(request.recipe);
        if (!recipe) {
            return tl::make_unexpected(recipe.error());
        }
        request.recipe = *recipe;
        request.recipe.seed = m_seed;
        request.spec = *fit::withPreset({}, m_preset);
        request.spec.seed = m_seed;
        return request;
    }

    std::string m_simulated, m_fitted, m_out, m_figure;
    std::string m_preset = "default";
    std::uint64_t m_seed = 1;
    simulate::ConfusionRequest m_request;
    SimulationOptions m_options;
};

} // namespace

CommandPtr makeConfusion() {
    return std::make_unique<ConfusionCommand>();
}

} // namespace rulescope::cli
