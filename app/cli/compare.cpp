// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/compare.h"

#include "app/cli/command.h"
#include "app/cli/json_form.h"
#include "app/cli/progress_line.h"
#include "app/cli/spec_options.h"
#include "app/cli/study_access.h"
#include "app/cli/text_table.h"
#include "core/fit/checkpoint.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace rulescope::cli {

namespace {

/// "animals:5" taken apart.
struct Holdout {
    std::string unit, what;

    /// The number behind the unit, or 0 if names stand there.
    std::size_t count() const {
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(what.data(), what.data() + what.size(), number);
        return error == std::errc() && end == what.data() + what.size() ? number : 0;
    }
};

tl::expected<Holdout, Failure> parsedHoldout(const std::string& text) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const Holdout holdout{text.substr(0, colon), text.substr(std::min(colon + 1, text.size()))};
    const bool isNames = holdout.unit == "animals" && !splitList(holdout.what).empty() && holdout.what != "0";
    const bool isNumber = (holdout.unit == "future" || holdout.unit == "sessions") && holdout.count() > 0;
    if (!isNames && !isNumber) {
        return usage({"\"%1\" does not say what is held out.", {text}}, "--holdout",
            "Use animals:FOLDS, animals:NAME,NAME, future:TRIALS or sessions:FOLDS.");
    }
    return holdout;
}

Json toJson(const fit::RuleScore& score) {
    Json perAnimal = Json::array();
    for (const fit::HeldOutScore& animal : score.perAnimal) {
        perAnimal.push_back({{"animal", animal.animal}, {"trials", animal.trials},
            {"nats_per_trial", number(animal.natsPerTrial)}, {"bits_per_trial", number(animal.bitsPerTrial)},
            {"accuracy", number(animal.accuracy)}, {"seeds", animal.seeds}});
    }
    Json perSeed = Json::array();
    for (const double nats : score.perSeed) {
        perSeed.push_back(number(nats));
    }
    return {{"rule", score.rule}, {"animals", score.perAnimal.size()}, {"lost_animals", score.lostAnimals},
        {"nats_per_trial", number(score.natsPerTrial)}, {"bits_per_trial", number(score.bitsPerTrial)},
        {"accuracy", number(score.accuracy)}, {"per_animal", std::move(perAnimal)},
        {"per_seed", std::move(perSeed)},
        {"training", score.training ? Json::parse(fit::toJson(*score.training)) : Json()}};
}

Json toJson(const fit::PairedTest& test) {
    return {{"first", test.first}, {"second", test.second}, {"animals", test.animals},
        {"mean_difference", number(test.meanDifference)}, {"low", number(test.low)},
        {"high", number(test.high)}, {"t_p", number(test.tP)}, {"wilcoxon_p", number(test.wilcoxonP)},
        {"mean_difference_bits", number(test.meanDifference / std::log(2.0))},
        {"cohen_d", number(test.cohenD)}};
}

Json toJson(const fit::FoldFit& fit) {
    return {{"rule", fit.rule}, {"fold", fit.fold + 1}, {"seed", fit.seed},
        {"status", fit::toString(fit.status)}, {"epochs", fit.epochs}, {"overflown", !fit.overflown.empty()},
        {"lost_animals", fit.overflown}};
}

Json toJson(const fit::Comparison& comparison, const std::string& id) {
    Json rules = Json::array(), tests = Json::array();
    for (const fit::RuleScore& score : comparison.rules) {
        rules.push_back(toJson(score));
    }
    for (const fit::PairedTest& test : comparison.tests) {
        tests.push_back(toJson(test));
    }
    Json fits = Json::array();
    for (const fit::FoldFit& fit : comparison.fits) {
        fits.push_back(toJson(fit));
    }
    return {{"comparison", id}, {"unit", fit::toString(comparison.unit)}, {"holdout", comparison.holdout},
        {"folds", comparison.folds}, {"seeds", comparison.seeds}, {"seconds", number(comparison.seconds)},
        {"cancelled", comparison.isCancelled}, {"animals", fit::scoredAnimals(comparison)},
        {"pooled_animals", comparison.pooledAnimals}, {"rules", std::move(rules)},
        {"tests", std::move(tests)}, {"fits", std::move(fits)}};
}

/// "M1, M2"
std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

/// What a fit has no score for: "fold 1, seed 3", "fold 1, seed 3: M1"; empty if for nothing.
std::string lossOf(const fit::FoldFit& fit) {
    const std::string where = fmt::format("fold {}, seed {}", fit.fold + 1, fit.seed);
    if (fit.status == fit::FitStatus::Diverged) {
        return where;
    }
    return fit.overflown.empty() ? std::string() : where + ": " + joined(fit.overflown);
}

/// "dnn: 14 stopped-early, 2 diverged (no score from fold 1, seed 3; fold 2, seed 3: M1)" for each rule;
/// empty if there were no fits.
std::string endingsText(const fit::Comparison& comparison) {
    std::string text;
    for (const fit::RuleScore& score : comparison.rules) {
        std::map<std::string, int> counts;
        std::string losses;
        for (const fit::FoldFit& fit : comparison.fits) {
            if (fit.rule != score.rule) {
                continue;
            }
            ++counts[fit::toString(fit.status)];
            const std::string loss = lossOf(fit);
            losses += (losses.empty() || loss.empty() ? "" : "; ") + loss;
        }
        std::string line;
        for (const auto& [status, count] : counts) {
            line += fmt::format("{}{} {}", line.empty() ? "" : ", ", count, status);
        }
        if (!line.empty()) {
            text += fmt::format(
                "{}: {}{}\n", score.rule, line, losses.empty() ? "" : " (no score from " + losses + ")");
        }
    }
    return text.empty() ? text : "\nhow the fits ended\n" + text;
}

/// What pooled numbers are over, where a rule has no score for some animals.
std::string lossesText(const fit::Comparison& comparison) {
    std::string text;
    const std::size_t animals = fit::scoredAnimals(comparison);
    for (const fit::RuleScore& score : comparison.rules) {
        if (!score.lostAnimals.empty()) {
            text += fmt::format("{} has no score for {}\n", score.rule, joined(score.lostAnimals));
        }
        if (!score.perAnimal.empty() && !std::isfinite(score.natsPerTrial)) {
            text += fmt::format("{} has no nats, bits and accuracy: it {}\n", score.rule,
                2 * score.perAnimal.size() < animals ? "has a score for fewer than half of the animals"
                                                     : "shares no animal with the rules that have");
        }
    }
    if (comparison.pooledAnimals.size() < animals && !comparison.pooledAnimals.empty()) {
        text +=
            fmt::format("nats, bits and accuracy are over the {} of {} animals that every rule with a number "
                        "has a score for\n",
                comparison.pooledAnimals.size(), animals);
    }
    return text;
}

std::string toText(const fit::Comparison& comparison, const std::string& id) {
    std::vector<std::vector<std::string>> rows = {
        {"rule", "nats/trial", "bits/trial", "accuracy", "animals"}};
    for (const fit::RuleScore& score : comparison.rules) {
        rows.push_back(
            {score.rule, fixed(score.natsPerTrial, 4), fixed(score.bitsPerTrial, 4), fixed(score.accuracy, 3),
                fmt::format("{} of {}", score.perAnimal.size(), fit::scoredAnimals(comparison))});
    }
    std::vector<std::vector<std::string>> tests = {
        {"difference", "nats/trial", "95 % interval", "effect size d", "t test p", "Wilcoxon p", "animals"}};
    for (const fit::PairedTest& test : comparison.tests) {
        tests.push_back({test.first + " - " + test.second, fixed(test.meanDifference, 4),
            fixed(test.low, 4) + " .. " + fixed(test.high, 4), fixed(test.cohenD, 2), significant(test.tP),
            significant(test.wilcoxonP), std::to_string(test.animals)});
    }
    std::string text =
        fmt::format("{}: held out {}, {} s\n", id, comparison.holdout, fixed(comparison.seconds, 1));
    text += table(rows) + lossesText(comparison);
    if (!comparison.tests.empty()) {
        text += "\nover animals, above 0 if the first is better\n" + table(tests);
    }
    return text + endingsText(comparison);
}

std::string toLine(const fit::ComparisonProgress& progress) {
    return fmt::format("{} of {} fits done, {:.0f} %, {} s left", progress.fitsDone, progress.fits,
        100 * progress.fraction, fixed(progress.secondsLeft, 0));
}

class Compare final : public Command {
  public:
    std::string name() const override { return "compare"; }
    std::string description() const override {
        return "Compare rules on trials that they were not fitted to, and store the comparison.";
    }

    void declare(CLI::App& options) override {
        declareStudy(options, m_study);
        options
            .add_option(
                "--rules", m_rules, std::string("Comma-separated: ") + fit::kBernoulli + ", " + ruleNames())
            ->required()
            ->type_name("R,R");
        options
            .add_option("--holdout", m_holdout,
                "animals:FOLDS, animals:A,B (these held out), future:TRIALS (the last of each animal) or "
                "sessions:FOLDS")
            ->required()
            ->type_name("UNIT:N");
        options.add_option("--animals", m_animals, "Animals that take part, comma-separated (default all)")
            ->type_name("A,B");
        options.add_option("--seeds", m_seeds, "Seeds per network rule, whose scores are averaged")
            ->type_name("K")
            ->check(CLI::Range(1, 1000))
            ->capture_default_str();
        m_options.declare(options);
        options
            .add_option("--checkpoint", m_checkpoint,
                "File that keeps finished fits: a comparison that was stopped or killed goes on from it, to "
                "the "
                "same numbers; deleted once the comparison is stored")
            ->type_name("FILE");
    }

    Answer run(const base::StopToken& stop) override {
        const auto holdout = parsedHoldout(m_holdout);
        if (!holdout) {
            return tl::make_unexpected(holdout.error());
        }
        auto request = this->request();
        if (!request) {
            return tl::make_unexpected(request.error());
        }
        const base::Result<io::StudyContents> contents = openForAnalysis(m_study);
        if (!contents) {
            return failed(contents.error());
        }
        if (holdout->unit == "animals") {
            const std::size_t animals =
                request->spec.animals.empty() ? contents->study.animals.size() : request->spec.animals.size();
            if (animals < 2) {
                return failed({base::ErrorCode::NoData, "Holding out animals takes at least two of them.",
                    m_study, "Hold out trials instead: --holdout future:500."});
            }
            if (holdout->count() > 0 && contents->study.find(holdout->what) != nullptr) {
                remark(fmt::format("{} is the name of an animal: it alone is held out.", holdout->what));
            }
        }
        return compared(contents->study, *request, stop);
    }

  private:
    tl::expected<fit::ComparisonRequest, Failure> request() const {
        fit::ComparisonRequest request;
        request.rules = splitList(m_rules);
        for (const std::string& rule : request.rules) {
            const auto isKnown =
                rule == fit::kBernoulli ? tl::expected<void, Failure>() : requireRule(rule, "--rules");
            if (!isKnown) {
                return tl::make_unexpected(isKnown.error());
            }
        }
        if (request.rules.empty()) {
            return usage("At least one rule is needed.", "--rules");
        }
        const auto spec = m_options.spec(request.rules.back());
        if (!spec) {
            return tl::make_unexpected(spec.error());
        }
        request.spec = *spec;
        request.spec.animals = splitList(m_animals);
        request.holdout = m_holdout;
        request.seeds.clear();
        for (std::uint64_t k = 0; k < static_cast<std::uint64_t>(m_seeds); ++k) {
            request.seeds.push_back(m_options.seed + k);
        }
        return request;
    }

    Answer compared(
        const data::Study& study, const fit::ComparisonRequest& request, const base::StopToken& stop) const {
        const Json warnings =
            warnOfScale(study, request.spec.animals, request.spec.regressors, request.spec.trialsPerAnimal);
        base::Result<fit::Comparison> comparison = [&] {
            ProgressLine line;
            fit::ComparisonCallbacks callbacks;
            callbacks.checkpoint = m_checkpoint;
            callbacks.onCheckpointFailure = [](const base::Error& error) { remark(base::english(error)); };
            callbacks.onProgress = [&](const fit::ComparisonProgress& progress) {
                line.show(toLine(progress));
            };
            return fit::compareRules(study, request, stop, callbacks);
        }();
        if (!comparison) {
            return failed(comparison.error());
        }
        if (hasNoScore(*comparison)) {
            return failed({base::ErrorCode::NoData,
                "None of these rules has a score: their fits diverged, or left every range on the held-out "
                "animals.",
                m_rules, "Try a smaller learning rate (preset liu2025), other regressors or another seed."});
        }
        std::string id;
        const base::Result<void> stored =
            updateStudy(m_study, IfMissing::Refuse, [&](io::StudyContents& contents) -> base::Result<void> {
                id = storeComparison(contents, *comparison);
                return {};
            });
        if (!stored) {
            return failed(stored.error());
        }
        if (!m_checkpoint.empty()) {
            fit::removeCheckpoint(m_checkpoint);
        }
        Json json = toJson(*comparison, id);
        json["warnings"] = warnings;
        return Outcome{std::move(json), toText(*comparison, id), ExitCode::Ok};
    }

    /// True if rules were asked for and not one of them has a score for any animal.
    static bool hasNoScore(const fit::Comparison& comparison) {
        return comparison.rules.size() > 1 &&
               std::none_of(comparison.rules.begin() + 1, comparison.rules.end(),
                   [](const fit::RuleScore& rule) { return !rule.perAnimal.empty(); });
    }

    std::string m_study, m_rules, m_holdout, m_animals, m_checkpoint;
    int m_seeds = 1;
    SpecOptions m_options;
};

} // namespace

CommandPtr makeCompare() {
    return std::make_unique<Compare>();
}

} // namespace rulescope::cli
