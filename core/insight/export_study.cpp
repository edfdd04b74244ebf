// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/insight/export_study.h"

#include "core/base/version.h"
#include "core/data/analysed.h"
#include "core/fit/trainer.h"
#include "core/insight/fitted_inputs.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::insight {

namespace {

using io::ExportColumn;
using io::ExportTable;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kLogOdds = "log-odds per regressor unit";
constexpr const char* kNats = "nats per trial";

Pairs programPairs() {
    return {{"program", std::string("Rulescope ") + base::kVersion}};
}

void addHashes(Pairs& pairs, const Pairs& hashes) {
    for (const auto& [animal, hash] : hashes) {
        pairs.emplace_back("data " + animal, hash);
    }
}

Pairs provenanceOf(const fit::FitResult& fit) {
    Pairs pairs = programPairs();
    pairs.emplace_back("fit", fit.id);
    pairs.emplace_back("rule", fit.spec.rule);
    pairs.emplace_back("status", fit::toString(fit.status));
    pairs.emplace_back("specification", fit::toJson(fit.spec));
    pairs.emplace_back("created_utc", fit.createdUtc);
    pairs.insert(pairs.end(), fit.versions.begin(), fit.versions.end());
    addHashes(pairs, fit.dataHashes);
    return pairs;
}

Pairs provenanceOf(const fit::Comparison& comparison) {
    Pairs pairs = programPairs();
    pairs.emplace_back("comparison", comparison.id);
    pairs.emplace_back("holdout", comparison.holdout);
    pairs.emplace_back("specification", fit::toJson(comparison.spec));
    pairs.emplace_back("created_utc", comparison.createdUtc);
    pairs.insert(pairs.end(), comparison.versions.begin(), comparison.versions.end());
    addHashes(pairs, comparison.dataHashes);
    return pairs;
}

double known(std::int8_t code) {
    return code < 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(code);
}

double at(const std::vector<double>& values, std::size_t i) {
    return i < values.size() ? values[i] : std::numeric_limits<double>::quiet_NaN();
}

/// The names of every animal's further columns, each once.
std::vector<std::string> extraNames(const std::vector<data::AnimalPtr>& animals) {
    std::vector<std::string> names;
    for (const data::AnimalPtr& animal : animals) {
        for (const data::Column& column : animal->trials().extra) {
            if (std::find(names.begin(), names.end(), column.name) == names.end()) {
                names.push_back(column.name);
            }
        }
    }
    return names;
}

std::size_t sessionOf(const data::Animal& animal, std::size_t row) {
    const auto& sessions = animal.sessions();
    const auto after = std::upper_bound(sessions.begin(), sessions.end(), row,
        [](std::size_t trial, const data::Session& session) { return trial < session.end; });
    return static_cast<std::size_t>(after - sessions.begin());
}

/// Columns of a table by their order, filled row by row.
class Rows {
  public:
    explicit Rows(ExportTable& table)
        : m_table(table) {}
    Rows& text(const std::string& value) {
        m_table.columns[m_next++].addText(value);
        return *this;
    }
    Rows& number(double value) {
        m_table.columns[m_next++].numbers.push_back(value);
        return *this;
    }
    void end() { m_next = 0; }

  private:
    ExportTable& m_table;
    std::size_t m_next = 0;
};

} // namespace

ExportTable trialsTable(const data::Study& study, const std::vector<data::AnimalPtr>& animals) {
    const data::Study seen = data::analysed(study);
    ExportTable table{"trials", "Every trial of the animals", {}, programPairs()};
    table.columns = {{"animal", "", "Name of the animal"}, {"lab", "", "Lab or group"},
        {"session", "", "Label of the session"}, {"session_date", "", "Day of the session, ISO 8601"},
        {"phase", "", "Phase of training, as marked"}, {"trial", "1", "Number in the session, from 1"},
        {"stimulus", "1", "Signed, right positive; contrast as a fraction, else the source's unit"},
        {"choice", "1", "1 right, 0 left, missing: no choice"},
        {"answer", "1", "Rewarded side: 1 right, 0 left, missing: unknown"},
        {"outcome", "1", "1 correct or rewarded, 0 error, missing: unknown"},
        {"stimulus_onset_s", "s", "Stimulus onset"}, {"response_s", "s", "Response"},
        {"reaction_time_s", "s", "Reaction time"},
        {"probability_left", "1", "Block prior of a left stimulus"},
        {"left_out", "1", "1: annotations keep the trial out of analyses"}};
    const std::vector<std::string> extra = extraNames(animals);
    for (const std::string& name : extra) {
        table.columns.push_back({"column:" + name, "", "Further column of the source"});
    }
    std::size_t total = 0;
    for (const data::AnimalPtr& animal : animals) {
        total += animal->trialCount();
    }
    constexpr std::size_t kTextColumns = 5;
    for (std::size_t i = 0; i < table.columns.size();
         ++i) { // growing by doubling would take twice the memory
        ExportColumn& column = table.columns[i];
        i < kTextColumns ? column.codes.reserve(total) : column.numbers.reserve(total);
    }
    Rows rows(table);
    for (const data::AnimalPtr& animal : animals) {
        const data::Trials& trials = animal->trials();
        const data::AnimalPtr marked = seen.find(animal->name());
        table.provenance.emplace_back("data " + animal->name(), animal->contentHash());
        std::vector<const data::Column*> columns;
        for (const std::string& name : extra) {
            columns.push_back(trials.findExtra(name));
        }
        for (std::size_t s = 0; s < animal->sessions().size(); ++s) {
            const data::Session& session = animal->sessions()[s];
            for (std::size_t t = session.begin; t < session.end; ++t) {
                rows.text(animal->name()).text(animal->lab()).text(session.label).text(session.date);
                rows.text(marked->sessions()[s].phase).number(static_cast<double>(t - session.begin + 1));
                rows.number(trials.stimulus[t]).number(known(trials.choice[t]));
                rows.number(known(trials.answer[t])).number(known(trials.outcome[t]));
                rows.number(at(trials.stimulusOnsetS, t)).number(at(trials.responseS, t));
                rows.number(at(trials.reactionTimeS, t)).number(at(trials.probabilityLeft, t));
                rows.number(marked->trials().isExcluded(t) ? 1 : 0);
                for (const data::Column* column : columns) {
                    rows.number(column == nullptr ? std::nan("") : column->values[t]);
                }
                rows.end();
            }
        }
    }
    return table;
}

base::Result<ExportTable> weightsTable(const data::Study& study, const fit::FitResult& fit) {
    std::vector<std::string> names;
    for (const auto* group : {&fit.spec.animals, &fit.spec.heldOut}) {
        std::copy_if(group->begin(), group->end(), std::back_inserter(names),
            [&](const std::string& name) { return study.find(name) != nullptr; });
    }
    const auto paths = fit::trajectories(study, fit, names);
    if (!paths) {
        return tl::make_unexpected(paths.error());
    }
    ExportTable table{"weights-" + fit.id,
        "Decision weights under the fitted rule, before the trial's update", {}, provenanceOf(fit)};
    table.columns = {{"animal", "", "Name of the animal"}, {"session", "", "Label of the session"},
        {"trial", "1", "Number in the session, from 1"}};
    for (const std::string& name : fit.spec.regressors.names) {
        table.columns.push_back({"w_" + name, kLogOdds, "Decision weight of " + name});
    }
    table.columns.push_back({"log_odds", "1", "Log-odds of a rightward choice"});
    table.columns.push_back({"probability_right", "1", "Probability of a rightward choice"});
    Rows rows(table);
    for (const fit::Trajectory& path : *paths) {
        const data::AnimalPtr animal = study.find(path.animal);
        const std::size_t weights = path.names.size();
        for (std::size_t t = 0; t < path.trialIndex.size(); ++t) {
            const data::Session& session = animal->sessions()[sessionOf(*animal, path.trialIndex[t])];
            rows.text(path.animal).text(session.label);
            rows.number(static_cast<double>(path.trialIndex[t] - session.begin + 1));
            for (std::size_t k = 0; k < weights; ++k) {
                rows.number(path.weights[t * weights + k]);
            }
            rows.number(path.logOdds[t]).number(path.probabilityRight[t]).end();
        }
    }
    return table;
}

base::Result<ExportTable> surfaceTable(
    const data::Study& study, const fit::FitResult& fit, const base::StopToken& stop) {
    if (const auto usable = requireUpdates(fit); !usable) {
        return tl::make_unexpected(usable.error());
    }
    const auto rule = fit::fittedRule(fit);
    if (!rule) {
        return tl::make_unexpected(rule.error());
    }
    std::vector<std::string> names;
    std::copy_if(fit.spec.animals.begin(), fit.spec.animals.end(), std::back_inserter(names),
        [&](const std::string& name) { return study.find(name) != nullptr; });
    const auto inputs = fittedInputs(study, fit, names);
    if (!inputs) {
        return tl::make_unexpected(inputs.error());
    }
    UpdateSurfaceOptions options;
    options.regressors = fit.spec.regressors;
    const auto& regressors = fit.spec.regressors.names;
    if (std::find(regressors.begin(), regressors.end(), options.component) == regressors.end()) {
        options.component = options.weight = regressors.front();
    }
    options.ensemble = ensembleRules(fit);
    const auto surface = updateSurface(**rule, *inputs, options, stop);
    if (!surface) {
        return tl::make_unexpected(surface.error());
    }
    ExportTable table{"surface-" + fit.id, "Change of the weight of " + options.component + " by one trial",
        {{"stimulus", "regressor units", "As the rule saw it, right positive"},
            {"weight", kLogOdds, "Decision weight of " + options.weight}},
        provenanceOf(fit)};
    struct Map {
        const char *name, *description;
        const std::vector<double>* values;
    };
    const Map maps[] = {{"dw_correct", "After a correct trial", &surface->correct},
        {"dw_error", "After an error", &surface->error},
        {"dw_difference", "dw_correct - dw_error", &surface->difference},
        {"dw_left", "After a leftward choice", &surface->left},
        {"dw_right", "After a rightward choice", &surface->right},
        {"visits_correct", "Correct trials spent in the cell", &surface->correctVisits},
        {"visits_error", "Errors there; where both are 0 the map extrapolates", &surface->errorVisits},
        {"dw_correct_low", "Lower end of the interval", &surface->correctLow},
        {"dw_correct_high", "Upper end", &surface->correctHigh},
        {"dw_error_low", "Lower end of the interval", &surface->errorLow},
        {"dw_error_high", "Upper end", &surface->errorHigh}};
    for (const Map& map : maps) {
        const bool isCount = std::string_view(map.name).substr(0, 6) == "visits";
        table.columns.push_back({map.name, isCount ? "1" : kLogOdds, map.description});
    }
    Rows rows(table);
    for (std::size_t i = 0; i < surface->rows() * surface->columns(); ++i) {
        rows.number(surface->stimulus[i % surface->columns()]);
        rows.number(surface->weightValues[i / surface->columns()]);
        for (const Map& map : maps) {
            rows.number(at(*map.values, i));
        }
        rows.end();
    }
    return table;
}

ExportTable scoresTable(const fit::Comparison& comparison) {
    ExportTable table{comparison.id + "-scores", "Held-out scores of each rule on each animal",
        {{"rule", "", "Learning rule"}, {"animal", "", "Name of the animal; empty: pooled"},
            {"trials", "1", "Held-out trials scored"},
            {"log_likelihood", kNats, "Mean over trials; higher is better"},
            {"bits", "bits per trial", "Over a coin with the training trials' bias"},
            {"accuracy", "1", "Share of choices predicted"}},
        provenanceOf(comparison)};
    Rows rows(table);
    for (const fit::RuleScore& rule : comparison.rules) {
        const auto& pooled = comparison.pooledAnimals; // empty: each rule's own animals
        double trials = 0;
        for (const fit::HeldOutScore& score : rule.perAnimal) {
            const bool isPooled =
                pooled.empty() || std::find(pooled.begin(), pooled.end(), score.animal) != pooled.end();
            trials += isPooled ? static_cast<double>(score.trials) : 0;
        }
        rows.text(rule.rule).text("").number(trials).number(rule.natsPerTrial).number(rule.bitsPerTrial);
        rows.number(rule.accuracy).end();
        for (const fit::HeldOutScore& score : rule.perAnimal) {
            rows.text(rule.rule).text(score.animal).number(static_cast<double>(score.trials));
            rows.number(score.natsPerTrial).number(score.bitsPerTrial).number(score.accuracy).end();
        }
    }
    return table;
}

ExportTable testsTable(const fit::Comparison& comparison) {
    ExportTable table{comparison.id + "-tests", "Paired differences over animals; positive: first is better",
        {{"first", "", "Learning rule"}, {"second", "", "Learning rule"}, {"animals", "1", "Pairs"},
            {"difference", kNats, "Mean of first - second"},
            {"low", kNats, "95 % bootstrap interval over animals"}, {"high", kNats, "Its upper end"},
            {"t_p", "1", "Paired t test, two-sided"}, {"wilcoxon_p", "1", "Signed rank test, two-sided"},
            {"cohen_d", "1", "Effect size"}},
        provenanceOf(comparison)};
    Rows rows(table);
    for (const fit::PairedTest& test : comparison.tests) {
        rows.text(test.first).text(test.second).number(static_cast<double>(test.animals));
        rows.number(test.meanDifference).number(test.low).number(test.high);
        rows.number(test.tP).number(test.wilcoxonP).number(test.cohenD).end();
    }
    return table;
}

base::Result<std::vector<ExportTable>> exportTables(const io::StudyContents& contents,
    const base::StopToken& stop, const base::ProgressCallback& onProgress) {
    std::vector<ExportTable> tables = {trialsTable(contents.study, contents.study.animals)};
    const double steps = 1.0 + static_cast<double>(contents.fits.size());
    for (std::size_t i = 0; i < contents.fits.size(); ++i) {
        if (onProgress) {
            onProgress((static_cast<double>(i) + 1) / steps);
        }
        if (stop.stop_requested()) {
            return base::failure(base::ErrorCode::Cancelled,
                QT_TRANSLATE_NOOP("core", "The export was cancelled."), contents.study.title);
        }
        const fit::FitResult& fit = *contents.fits[i];
        // Not every rule has weights or moves them, and animals may have gone: then there is no table.
        if (auto weights = weightsTable(contents.study, fit); weights && !weights->columns[0].texts.empty()) {
            tables.push_back(std::move(*weights));
        }
        if (auto surface = surfaceTable(contents.study, fit, stop)) {
            tables.push_back(std::move(*surface));
        }
    }
    for (const fit::ComparisonPtr& comparison : contents.comparisons) {
        tables.push_back(scoresTable(*comparison));
        tables.push_back(testsTable(*comparison));
    }
    return tables;
}

} // namespace rulescope::insight
