// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/json_form.h"
#include "app/cli/simulation_options.h"
#include "app/cli/spec_options.h"
#include "app/cli/study_access.h"
#include "app/cli/text_table.h"
#include "core/base/parallel.h"
#include "core/data/analysed.h"
#include "core/fit/trainer.h"
#include "core/rules/parameters.h"
#include "core/simulate/simulation.h"
#include "core/simulate/teacher.h"
#include "core/simulate/twins.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

namespace rulescope::cli {

namespace {

constexpr std::array<const char*, 2> kOfTheFit = {"--regressors", "--stimulus-transform"};
constexpr std::array<const char*, 10> kOfTheOriginal = {"--trials", "--name", "--task", "--noise", "--policy",
    "--lapse-left", "--lapse-right", "--misses", "--distractors", "--session-trials"};

constexpr const char* kTeachers =
    "Animals learn by a textbook rule at given parameters (--rule, --parameters), or by a rule that was\n"
    "fitted in this study, networks included (--fit). With --twins-of, each meets the very trials of an\n"
    "animal of the study: only its choices and outcomes are new. Every animal keeps its recipe.\n";

/// The fit as a teacher's provenance: enough to find it again and to see that it is the same.
std::string teacherText(const fit::FitResult& result) {
    Json json = {{"fit", result.id}, {"rule", result.spec.rule}, {"created", result.createdUtc},
        {"seed", result.spec.seed}, {"train_nats_per_trial", number(result.trainNatsPerTrial)}};
    return json.dump();
}

class Simulate final : public Command {
  public:
    std::string name() const override { return "simulate"; }
    std::string description() const override {
        return "Simulate animals that learn by a known rule, and add them to a study.";
    }

    void declare(CLI::App& options) override {
        declareStudy(options, m_study);
        auto* rule = options.add_option("--rule", m_rule, "The rule to learn by: " + ruleNames());
        rule->type_name("R");
        auto* fit = options.add_option("--fit", m_fit, "A fit of the study to learn by")->type_name("ID");
        rule->excludes(fit);
        options
            .add_option("--parameters", m_parameters,
                "alpha=X for all weights, alpha.stimulus=X for one; comma-separated (default: usual ones)")
            ->type_name("P=X,...")
            ->excludes(fit);
        options.add_option("--animals", m_animals, "How many (with --twins-of: twins of each animal)")
            ->type_name("N")
            ->check(CLI::Range(1, 100'000))
            ->capture_default_str();
        options.add_option("--trials", m_trials, "Trials of each animal")
            ->type_name("T")
            ->check(CLI::Range(1, 10'000'000))
            ->capture_default_str();
        options.add_option("--seed", m_seed, "The same seed gives the same animals")
            ->check(anySeed)
            ->capture_default_str();
        options.add_option("--name", m_name, "Names are NAME 1, NAME 2, ...")->capture_default_str();
        options.add_option("--twins-of", m_twinsOf, "Animals of the study, comma-separated, or all")
            ->type_name("A,B");
        m_options.declare(options);
        m_given = &options;
        options.footer(kTeachers + options.get_footer());
    }

    Answer run(const base::StopToken& stop) override {
        if (m_rule.empty() == m_fit.empty()) {
            return usage("Give either --rule or --fit.", "--rule");
        }
        if (m_twinsOf.empty() &&
            static_cast<double>(m_animals) * static_cast<double>(m_trials) > kMostTrials) {
            return tooMany();
        }
        if (const auto useful = requireUse(); !useful) {
            return tl::make_unexpected(useful.error());
        }
        SimulationOptions options = m_options;
        if (!m_fit.empty()) { // their names are the fit's, which is not known yet
            options.start.clear();
            options.fixed.clear();
        }
        auto recipe = options.applied({});
        if (!recipe) {
            return tl::make_unexpected(recipe.error());
        }
        if (!m_rule.empty()) {
            if (auto known = withTeacher(*recipe); !known) {
                return tl::make_unexpected(known.error());
            }
        }
        std::optional<Failure> refusal;
        std::vector<data::AnimalPtr> made;
        const IfMissing ifMissing =
            m_fit.empty() && m_twinsOf.empty() ? IfMissing::Create : IfMissing::Refuse;
        const base::Result<void> stored =
            updateStudy(m_study, ifMissing, [&](io::StudyContents& contents) -> base::Result<void> {
                auto animals = simulated(contents, *recipe, stop);
                if (!animals) {
                    refusal = animals.error();
                    return tl::make_unexpected(animals.error().error);
                }
                made = std::move(*animals);
                return add(contents, made);
            });
        if (refusal) {
            return tl::make_unexpected(*refusal);
        }
        return stored ? told(made, *recipe) : failed(stored.error());
    }

  private:
    static tl::unexpected<Failure> tooMany() {
        return usage("These are more trials than fit into memory.", "--trials", "Simulate fewer animals.");
    }

    /// An option that the teacher or the original decides is refused, not ignored.
    tl::expected<void, Failure> requireUse() const {
        for (const char* option : kOfTheFit) {
            if (!m_fit.empty() && m_given->count(option) > 0) {
                return usage("The fit decides this: the option can't be given with --fit.", option);
            }
        }
        for (const char* option : kOfTheOriginal) {
            if (!m_twinsOf.empty() && m_given->count(option) > 0) {
                return usage("The original decides this: the option can't be given with --twins-of.", option);
            }
        }
        for (const char* option : {"--start", "--fixed"}) {
            if (!m_fit.empty() && !m_twinsOf.empty() && m_given->count(option) > 0) {
                return usage("Twins under a fit start and learn as the fit says.", option);
            }
        }
        return {};
    }

    /// --start and --fixed by the names of the fit.
    tl::expected<void, Failure> addNamed(simulate::AnimalRecipe& recipe) const {
        SimulationOptions named;
        named.start = m_options.start;
        named.fixed = m_options.fixed;
        auto filled = named.applied(std::move(recipe));
        if (!filled) {
            return tl::make_unexpected(filled.error());
        }
        recipe = *std::move(filled);
        return {};
    }

    tl::expected<void, Failure> withTeacher(simulate::AnimalRecipe& recipe) const {
        const auto rule = rules::findRule(m_rule);
        if (!rule) {
            return usage(rule.error(), "--rule");
        }
        if ((*rule)->textbook == nullptr) {
            return usage({"\"%1\" is a network: it has no parameters to give.", {m_rule}}, "--rule",
                "Fit it, then simulate under the fit: --fit ID.");
        }
        recipe.rule = m_rule;
        recipe.parameters = m_parameters.empty() ? simulate::usualParameters(m_rule) : m_parameters;
        const auto teacher = simulate::teacherAmong(recipe, recipe.regressors.names.size());
        if (!teacher) {
            return usage(teacher.error(), "--parameters");
        }
        if ((*rule)->textbook->ownsInitialWeights()) {
            recipe.initialWeights =
                *rules::parseParameters(**rule, recipe.regressors.names, recipe.parameters);
        }
        return {};
    }

    using Animals = tl::expected<std::vector<data::AnimalPtr>, Failure>;

    Animals simulated(const io::StudyContents& contents, const simulate::AnimalRecipe& recipe,
        const base::StopToken& stop) const {
        fit::FitResultPtr fitted;
        if (!m_fit.empty()) {
            const auto found = requireFit(contents, m_fit);
            if (!found) {
                return tl::make_unexpected(Failure(found.error()));
            }
            fitted = *found;
        }
        base::Result<rules::LearningRulePtr> teacher =
            fitted ? fit::fittedRule(*fitted)
                   : simulate::teacherAmong(recipe, recipe.regressors.names.size());
        if (!teacher) {
            return tl::make_unexpected(Failure(teacher.error()));
        }
        return m_twinsOf.empty() ? cohort(**teacher, fitted, recipe, stop)
                                 : twins(contents.study, **teacher, fitted, recipe, stop);
    }

    /// All of them in parallel, in order.
    template<class Make>
    static Animals inParallel(std::size_t count, const base::StopToken& stop, Make make) {
        std::vector<std::optional<base::Result<simulate::SimulatedAnimal>>> made(count);
        base::parallelFor(count, 0, [&](std::size_t i) {
            if (!stop.stop_requested()) {
                made[i] = make(i);
            }
        });
        std::vector<data::AnimalPtr> animals;
        for (auto& animal : made) {
            if (!animal) {
                return failed({base::ErrorCode::Cancelled, "The simulation was stopped.", {}, {}});
            }
            if (!*animal) {
                return failed(animal->error());
            }
            animals.push_back((*animal)->animal);
        }
        return animals;
    }

    std::string nameOf(std::size_t i) const { return m_name + ' ' + std::to_string(i + 1); }

    Animals cohort(const rules::LearningRule& teacher, const fit::FitResultPtr& fitted,
        const simulate::AnimalRecipe& given, const base::StopToken& stop) const {
        simulate::AnimalRecipe recipe = given;
        if (fitted) {
            recipe.regressors = fitted->spec.regressors;
            recipe.rule = fitted->spec.rule;
            recipe.parameters = teacherText(*fitted);
            if (const auto named = addNamed(recipe); !named) {
                return tl::make_unexpected(named.error());
            }
        }
        recipe.trials = m_trials;
        recipe.longestSession = std::min(recipe.longestSession, std::max<std::size_t>(1, m_trials));
        recipe.shortestSession = std::min(recipe.shortestSession, recipe.longestSession);
        recipe.seed = m_seed;
        recipe.lab = m_rule.empty() ? m_fit : m_rule;
        return inParallel(m_animals, stop, [&](std::size_t i) {
            simulate::AnimalRecipe own = recipe;
            own.name = nameOf(i);
            own.stream = i;
            return simulate::simulateAnimal(teacher, started(own, fitted));
        });
    }

    static bool isStatic(const fit::FitResult& fitted) {
        const auto rule = rules::findRule(fitted.spec.rule);
        return rule && (*rule)->kind == rules::RuleInfo::Kind::Static;
    }

    /// A static fit's weights are its parameters: animals start there.
    static simulate::AnimalRecipe started(simulate::AnimalRecipe recipe, const fit::FitResultPtr& fitted) {
        if (fitted && recipe.initialWeights.empty() && isStatic(*fitted)) {
            recipe.initialWeights = fitted->parameters.front().values;
        }
        return recipe;
    }

    Animals twins(const data::Study& whole, const rules::LearningRule& teacher,
        const fit::FitResultPtr& fitted, const simulate::AnimalRecipe& recipe,
        const base::StopToken& stop) const {
        const data::Study study = data::analysed(whole);
        std::vector<data::AnimalPtr> originals = m_twinsOf == "all" ? study.animals : decltype(originals)();
        for (const std::string& name : splitList(m_twinsOf == "all" ? "" : m_twinsOf)) {
            const auto animal = study.require(name);
            if (!animal) {
                return failed(animal.error());
            }
            originals.push_back(*animal);
        }
        double trials = 0;
        for (const data::AnimalPtr& original : originals) {
            trials += static_cast<double>(original->trialCount());
        }
        if (trials * static_cast<double>(m_animals) > kMostTrials) {
            return tooMany();
        }
        return inParallel(originals.size() * m_animals, stop, [&](std::size_t i) {
            const data::Animal& original = *originals[i / m_animals];
            simulate::TwinRecipe twin;
            twin.regressors = fitted ? fitted->spec.regressors : recipe.regressors;
            twin.teacher = fitted ? teacherText(*fitted) : recipe.rule + ' ' + recipe.parameters;
            twin.initialWeights = fitted ? startOf(*fitted, original) : recipe.initialWeights;
            twin.seed = m_seed;
            twin.stream = i;
            twin.name = fmt::format("{} twin {}", original.name(), i % m_animals + 1);
            return simulate::simulateTwin(teacher, original, twin);
        });
    }

    /// Where the fit starts that animal; zeros if it can't tell.
    static std::vector<double> startOf(const fit::FitResult& fitted, const data::Animal& animal) {
        const auto inputs = data::ruleInputs(animal, fitted.spec.regressors, fitted.spec.trialsPerAnimal);
        if (!inputs) {
            return {};
        }
        return fit::initialWeights(fitted, *inputs).value_or(std::vector<double>());
    }

    base::Result<void> add(io::StudyContents& contents, const std::vector<data::AnimalPtr>& animals) const {
        for (const data::AnimalPtr& animal : animals) {
            if (contents.study.find(animal->name()) != nullptr) {
                return base::failure(base::ErrorCode::InvalidValue,
                    {"The study already has an animal named \"%1\".", {animal->name()}}, m_study,
                    "Give the new ones another name: --name NAME.");
            }
        }
        contents.study.animals.insert(contents.study.animals.end(), animals.begin(), animals.end());
        return {};
    }

    Answer told(const std::vector<data::AnimalPtr>& animals, const simulate::AnimalRecipe& recipe) const {
        data::Study added;
        added.animals = animals;
        const data::TrialCounts counts = added.counts();
        Json names = Json::array();
        for (const data::AnimalPtr& animal : animals) {
            names.push_back(animal->name());
        }
        Json json = {{"study", m_study}, {"rule", m_fit.empty() ? m_rule : m_fit},
            {"parameters", m_fit.empty() ? Json(recipe.parameters) : Json(nullptr)},
            {"animals", animals.size()}, {"sessions", added.sessionCount()}, {"trials", counts.trials},
            {"choices", counts.choices}, {"accuracy", number(counts.accuracy())}, {"seed", m_seed},
            {"names", std::move(names)}};
        std::string text = fmt::format("{}: {} simulated animals, {} sessions, {} trials, {} % correct\n",
            m_study, animals.size(), added.sessionCount(), counts.trials, fixed(100 * counts.accuracy(), 1));
        return Outcome{std::move(json), std::move(text), ExitCode::Ok};
    }

    std::string m_study, m_rule, m_fit, m_parameters, m_twinsOf;
    std::string m_name = "Simulated";
    std::size_t m_animals = 8, m_trials = 5000;
    std::uint64_t m_seed = 1;
    SimulationOptions m_options;
    const CLI::App* m_given = nullptr; ///< knows which options were given
};

} // namespace

CommandPtr makeSimulate() {
    return std::make_unique<Simulate>();
}

} // namespace rulescope::cli
