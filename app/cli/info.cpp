// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/json_form.h"
#include "app/cli/progress_line.h"
#include "app/cli/study_access.h"
#include "app/cli/text_table.h"

#include <fmt/format.h>

namespace rulescope::cli {

namespace {

Json animalJson(const data::Animal& animal) {
    const data::TrialCounts counts = animal.counts();
    return {{"name", animal.name()}, {"lab", animal.lab()}, {"sessions", animal.sessions().size()},
        {"trials", counts.trials}, {"choices", counts.choices}, {"accuracy", number(counts.accuracy())},
        {"fraction_right", number(counts.fractionRight())}, {"data_hash", animal.contentHash()},
        {"left_out_trials", animal.trialCount() - counts.trials}};
}

Json fitJson(const fit::FitResult& result) {
    return {{"fit", result.id}, {"rule", result.spec.rule}, {"status", fit::toString(result.status)},
        {"animals", result.spec.animals}, {"regressors", result.spec.regressors.names},
        {"train_nats_per_trial", number(result.trainNatsPerTrial)},
        {"heldout_nats_per_trial", number(result.heldOutNatsPerTrial)}, {"epochs", result.epochs},
        {"seconds", number(result.seconds)}, {"seed", result.spec.seed}, {"preset", result.spec.preset},
        {"created", result.createdUtc}};
}

Json comparisonJson(const fit::Comparison& comparison) {
    Json names = Json::array();
    for (const fit::RuleScore& score : comparison.rules) {
        names.push_back(score.rule);
    }
    return {{"comparison", comparison.id}, {"unit", fit::toString(comparison.unit)},
        {"holdout", comparison.holdout}, {"rules", std::move(names)}, {"created", comparison.createdUtc}};
}

Json toJson(const io::StudyContents& contents) {
    Json json = {{"title", contents.study.title}, {"animals", Json::array()}, {"fits", Json::array()},
        {"comparisons", Json::array()}, {"changed_outside", contents.isChangedOutside}};
    for (const data::AnimalPtr& animal : contents.study.animals) {
        json["animals"].push_back(animalJson(*animal));
    }
    for (const fit::FitResultPtr& result : contents.fits) {
        json["fits"].push_back(fitJson(*result));
    }
    for (const fit::ComparisonPtr& comparison : contents.comparisons) {
        json["comparisons"].push_back(comparisonJson(*comparison));
    }
    return json;
}

std::string toTables(const io::StudyContents& contents) {
    std::vector<std::vector<std::string>> animals = {{"animal", "sessions", "trials", "choices", "accuracy"}};
    for (const data::AnimalPtr& animal : contents.study.animals) {
        const data::TrialCounts counts = animal->counts();
        animals.push_back({animal->name(), std::to_string(animal->sessions().size()),
            std::to_string(counts.trials), std::to_string(counts.choices), fixed(counts.accuracy(), 3)});
    }
    std::string text = table(animals);
    if (!contents.fits.empty()) {
        std::vector<std::vector<std::string>> fits = {
            {"fit", "status", "animals", "train nats/trial", "held-out nats/trial"}};
        for (const fit::FitResultPtr& result : contents.fits) {
            fits.push_back(
                {result->id, fit::toString(result->status), std::to_string(result->spec.animals.size()),
                    fixed(result->trainNatsPerTrial, 4), fixed(result->heldOutNatsPerTrial, 4)});
        }
        text += '\n' + table(fits);
    }
    for (const fit::ComparisonPtr& comparison : contents.comparisons) {
        text += fmt::format(
            "\n{}: {} rules, held out {}\n", comparison->id, comparison->rules.size(), comparison->holdout);
    }
    return text;
}

class Info final : public Command {
  public:
    std::string name() const override { return "info"; }
    std::string description() const override { return "List the animals, fits and comparisons of a study."; }
    void declare(CLI::App& options) override { declareStudy(options, m_study); }

    Answer run(const base::StopToken&) override {
        const base::Result<io::StudyContents> contents = openForAnalysis(m_study);
        if (!contents) {
            return failed(contents.error());
        }
        if (contents->isChangedOutside) {
            remark(m_study + ": another program changed this file since Rulescope wrote it.");
        }
        return Outcome{toJson(*contents), toTables(*contents), ExitCode::Ok};
    }

  private:
    std::string m_study;
};

} // namespace

CommandPtr makeInfo() {
    return std::make_unique<Info>();
}

} // namespace rulescope::cli
