// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/facts.h"

#include "core/behavior/learning_curve.h"
#include "core/data/analysed.h"
#include "widgets/models/jobs_model.h"
#include "widgets/panels/fit_request.h"
#include "widgets/text/translated.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QStringList>

#include <cmath>

namespace rulescope::panels {

namespace {

constexpr std::size_t kMostNames = 6; ///< beyond it a list of names says how many more

class Facts {
    Q_DECLARE_TR_FUNCTIONS(Facts)
};

QString toQt(const std::string& text) {
    return QString::fromStdString(text);
}

QString countText(std::size_t count) {
    return QLocale().toString(static_cast<qulonglong>(count));
}

QString percentText(double fraction) {
    return std::isnan(fraction) ? Facts::tr("unknown")
                                : Facts::tr("%1 %").arg(QLocale().toString(100 * fraction, 'f', 1));
}

QString natsText(double nats, const QString& suffix = {}) {
    return std::isnan(nats)
               ? QStringLiteral("–")
               : Facts::tr("%1 nats/trial").arg(text::withTrueMinus(QLocale().toString(nats, 'f', 4))) +
                     suffix;
}

QString namesText(const std::vector<std::string>& names, const QString& ifEmpty) {
    QStringList shown;
    for (std::size_t i = 0; i < names.size() && i < kMostNames; ++i) {
        shown.append(toQt(names[i]));
    }
    if (shown.isEmpty()) {
        return ifEmpty;
    }
    const QString list = shown.join(QStringLiteral(", "));
    return names.size() > kMostNames
               ? Facts::tr("%1 and %2 more").arg(list, countText(names.size() - kMostNames))
               : list;
}

void addCounts(FactGroup& group, const data::TrialCounts& counts) {
    group.facts.push_back({Facts::tr("Trials"), countText(counts.trials)});
    group.facts.push_back({Facts::tr("With a choice"), countText(counts.choices)});
    group.facts.push_back({Facts::tr("To the right"), percentText(counts.fractionRight())});
    group.facts.push_back({Facts::tr("Accuracy"),
        Facts::tr("%1 of %2").arg(percentText(counts.accuracy()), countText(counts.judged))});
}

/// What is noted about an animal, and what of it that keeps out of analyses.
void addNotes(FactGroup& group, const data::Animal& animal, const data::AnimalNotes& notes) {
    const data::ExclusionCounts leftOut = data::countExclusions(animal);
    if (leftOut.trials > 0) {
        QStringList reasons;
        for (const data::Exclusion& exclusion : notes.exclusions) {
            const QString session = toQt(exclusion.session);
            reasons.append(exclusion.reason.empty()
                               ? session
                               : Facts::tr("%1: %2").arg(session, toQt(exclusion.reason)));
        }
        group.facts.push_back({Facts::tr("Left out"),
            Facts::tr("%Ln trial(s), whole sessions: %1", nullptr, int(leftOut.trials))
                .arg(countText(leftOut.sessions)),
            reasons.join(QLatin1Char('\n'))});
    }
    if (!notes.phases.empty()) {
        QStringList phases;
        for (const data::Phase& phase : notes.phases) {
            phases.append(
                Facts::tr("%1 (%2 to %3)").arg(toQt(phase.name), toQt(phase.first), toQt(phase.last)));
        }
        group.facts.push_back({Facts::tr("Phases"), phases.join(QStringLiteral(", "))});
    }
    if (!notes.tags.empty()) {
        group.facts.push_back({Facts::tr("Tags"), namesText(notes.tags, {})});
    }
    if (!notes.note.empty()) {
        group.facts.push_back({Facts::tr("Note"), toQt(notes.note)});
    }
}

FactGroup cohortFacts(const std::vector<data::AnimalPtr>& animals, bool isSelection) {
    FactGroup group = {
        isSelection ? Facts::tr("%n selected animal(s)", nullptr, int(animals.size())) : Facts::tr("Cohort"),
        {}};
    data::Study part;
    part.animals = animals;
    group.facts.push_back({Facts::tr("Animals"), countText(animals.size())});
    group.facts.push_back({Facts::tr("Sessions"), countText(part.sessionCount())});
    addCounts(group, part.counts());
    const data::ExclusionCounts leftOut = data::countExclusions(animals);
    if (leftOut.trials > 0) {
        group.facts.push_back({Facts::tr("Left out"),
            Facts::tr("%Ln trial(s), animals: %1, whole sessions: %2", nullptr, int(leftOut.trials))
                .arg(countText(leftOut.animals), countText(leftOut.sessions))});
    }
    return group;
}

FactGroup animalFacts(
    const data::Animal& animal, const std::vector<std::size_t>& sessions, const data::AnimalNotes& notes) {
    FactGroup group = {toQt(animal.name()), {}};
    const std::vector<data::Session>& all = animal.sessions();
    if (!animal.lab().empty()) {
        group.facts.push_back({Facts::tr("Group"), toQt(animal.lab())});
    }
    group.facts.push_back({Facts::tr("Sessions"),
        sessions.size() == all.size()
            ? countText(all.size())
            : Facts::tr("%1 of %2").arg(countText(sessions.size()), countText(all.size()))});
    data::TrialCounts counts;
    std::vector<double> times;
    for (const std::size_t session : sessions) {
        const data::TrialCounts of = animal.sessionCounts(session);
        counts.trials += of.trials;
        counts.choices += of.choices;
        counts.right += of.right;
        counts.judged += of.judged;
        counts.correct += of.correct;
        for (std::size_t t = all[session].begin; t < all[session].end; ++t) {
            if (!animal.trials().isExcluded(t)) {
                times.push_back(behavior::reactionTimeS(animal.trials(), t));
            }
        }
    }
    addCounts(group, counts);
    const double median = behavior::medianOfFinite(std::move(times));
    if (!std::isnan(median)) {
        group.facts.push_back(
            {Facts::tr("Median reaction time"), Facts::tr("%1 s").arg(QLocale().toString(median, 'f', 2))});
    }
    if (!sessions.empty() && !all[sessions.front()].date.empty()) {
        group.facts.push_back({Facts::tr("Days"),
            Facts::tr("%1 to %2").arg(toQt(all[sessions.front()].date), toQt(all[sessions.back()].date))});
    }
    if (sessions.size() == 1) {
        const data::Session& session = all[sessions.front()];
        group.facts.push_back({Facts::tr("Session"), toQt(session.label)});
        group.facts.push_back(
            {Facts::tr("File"), session.source.empty() ? QStringLiteral("–") : toQt(session.source)});
    }
    group.facts.push_back(
        {Facts::tr("Stimulus"), animal.stimulusKind() == data::StimulusKind::Contrast ? Facts::tr("contrast")
                                : animal.stimulusUnit().empty() ? Facts::tr("as in the file")
                                                                : toQt(animal.stimulusUnit())});
    // A simulation's recipe is JSON: too long for a line, worth a tooltip.
    const QString provenance = toQt(animal.provenance());
    const bool isSimulated = provenance.startsWith(QLatin1Char('{'));
    group.facts.push_back(
        {Facts::tr("Origin"), isSimulated ? Facts::tr("simulated") : provenance, provenance});
    addNotes(group, animal, notes);
    return group;
}

QString fitStatusText(fit::FitStatus status) {
    switch (status) {
    case fit::FitStatus::Converged:
        return Facts::tr("converged");
    case fit::FitStatus::StoppedEarly:
        return Facts::tr("stopped early");
    case fit::FitStatus::Cancelled:
        return Facts::tr("cancelled, best so far");
    case fit::FitStatus::Diverged:
        return Facts::tr("diverged, last good parameters");
    case fit::FitStatus::Completed:
        return Facts::tr("all epochs done");
    case fit::FitStatus::NotConverged:
        return Facts::tr("not converged, best so far");
    case fit::FitStatus::Unbounded:
        return Facts::tr("unbounded: a parameter grew to its limit");
    }
    return {};
}

QString presetText(const fit::FitSpec& spec) {
    return spec.preset == "liu2025"   ? Facts::tr("Liu et al. 2025")
           : spec.preset == "default" ? Facts::tr("default")
                                      : toQt(spec.preset);
}

QString transformText(const data::StimulusTransform& transform) {
    return transform.kind == data::StimulusTransform::Kind::Tanh
               ? Facts::tr("tanh, steepness %1").arg(QLocale().toString(transform.steepness))
               : Facts::tr("none");
}

QString startText(fit::InitialWeights start) {
    switch (start) {
    case fit::InitialWeights::Zero:
        return Facts::tr("zero");
    case fit::InitialWeights::Psychometric:
        return Facts::tr("from the first 100 trials");
    case fit::InitialWeights::Shared:
        return Facts::tr("fitted, the same for all");
    case fit::InitialWeights::PerAnimal:
        return Facts::tr("fitted for each animal");
    }
    return {};
}

QString trialsText(const fit::FitSpec& spec) {
    return spec.trialsPerAnimal == 0
               ? Facts::tr("all with a choice")
               : Facts::tr("first %1 with a choice").arg(countText(spec.trialsPerAnimal));
}

template<class Score>
std::size_t trialsOf(const std::vector<Score>& scores) {
    std::size_t trials = 0;
    for (const Score& score : scores) {
        trials += score.trials;
    }
    return trials;
}

QString versionsText(const std::vector<std::pair<std::string, std::string>>& versions) {
    QStringList parts;
    for (const auto& [name, version] : versions) {
        parts.append(
            toQt(name).replace(QLatin1Char('_'), QLatin1Char(' ')) + QLatin1Char(' ') + toQt(version));
    }
    return parts.join(QStringLiteral(", "));
}

/// In the user's time and format; the tooltip keeps what is stored.
Fact madeFact(const std::string& createdUtc) {
    const QDateTime made = QDateTime::fromString(toQt(createdUtc), Qt::ISODate);
    const QString text =
        made.isValid() ? QLocale().toString(made.toLocalTime(), QLocale::ShortFormat) : toQt(createdUtc);
    return {Facts::tr("Made"), text, toQt(createdUtc)};
}

/// Of the rule that has a score for most of them.
std::size_t heldOutTrials(const fit::Comparison& comparison) {
    std::size_t most = 0;
    for (const fit::RuleScore& rule : comparison.rules) {
        most = std::max(most, trialsOf(rule.perAnimal));
    }
    return most;
}

/// Its score, and what was left out of it.
QString scoreText(const fit::Comparison& comparison, const fit::RuleScore& rule) {
    const QString bits =
        Facts::tr(", %1 bits/trial").arg(text::withTrueMinus(QLocale().toString(rule.bitsPerTrial, 'f', 4)));
    const std::size_t diverged = fit::fitsThat(comparison, rule.rule, fit::FitStatus::Diverged);
    QString score = natsText(rule.natsPerTrial, bits);
    if (diverged > 0) {
        score = Facts::tr("%1; %n fit(s) diverged and were left out", nullptr, int(diverged)).arg(score);
    }
    return rule.lostAnimals.empty()
               ? score
               : Facts::tr("%1; no score for %2").arg(score, namesText(rule.lostAnimals, {}));
}

} // namespace

FactGroup fitFacts(const fit::FitResult& fit) {
    const QLocale locale;
    const fit::FitSpec& spec = fit.spec;
    FactGroup group = {Facts::tr("Fit %1").arg(toQt(fit.id)), {}};
    group.facts = {{Facts::tr("Rule"), ruleTitle(spec.rule)}, {Facts::tr("Ended"), fitStatusText(fit.status)},
        {Facts::tr("Training"), Facts::tr("%1, n = %Ln trial(s)", nullptr, int(trialsOf(fit.trainScores)))
                                    .arg(natsText(fit.trainNatsPerTrial))}};
    if (!spec.heldOut.empty() || !spec.heldOutTrials.empty()) {
        group.facts.push_back({Facts::tr("Held out"),
            Facts::tr("%1, n = %Ln trial(s)", nullptr, int(trialsOf(fit.heldOutScores)))
                .arg(natsText(fit.heldOutNatsPerTrial))});
        group.facts.push_back(
            spec.heldOutTrials.empty()
                ? Fact{Facts::tr("Held-out animals"), namesText(spec.heldOut, Facts::tr("none"))}
                : Fact{Facts::tr("Held-out trials"), heldOutTrialsTitle(spec.heldOutTrials)});
    }
    group.facts.push_back({Facts::tr("Animals"), namesText(spec.animals, Facts::tr("all"))});
    QStringList regressors;
    for (const std::string& name : spec.regressors.names) {
        regressors.append(regressorTitle(name));
    }
    group.facts.push_back({Facts::tr("Regressors"), regressors.join(QStringLiteral(", "))});
    group.facts.push_back({Facts::tr("Stimulus transform"), transformText(spec.regressors.transform)});
    group.facts.push_back({Facts::tr("Trials each"), trialsText(spec)});
    if (spec.initialWeights != fit::InitialWeights::Zero) {
        group.facts.push_back({Facts::tr("First weights"), startText(spec.initialWeights)});
    }
    group.facts.push_back({Facts::tr("Preset"), presetText(spec)});
    group.facts.push_back({Facts::tr("Seed"), locale.toString(static_cast<qulonglong>(spec.seed))});
    group.facts.push_back({Facts::tr("Epochs"), locale.toString(fit.epochs)});
    group.facts.push_back({Facts::tr("Took"), models::durationText(fit.seconds)});
    return group;
}

FactGroup provenanceFacts(const fit::FitResult& fit) {
    FactGroup group = {Facts::tr("Provenance"), {}};
    group.facts.push_back(madeFact(fit.createdUtc));
    group.facts.push_back({Facts::tr("With"), versionsText(fit.versions)});
    QStringList hashes;
    for (const auto& [animal, hash] : fit.dataHashes) {
        hashes.append(QStringLiteral("%1: %2").arg(toQt(animal), toQt(hash)));
    }
    if (!hashes.isEmpty()) {
        const QString value =
            hashes.size() == 1
                ? hashes.front()
                : Facts::tr("hashes of %1 animals").arg(countText(static_cast<std::size_t>(hashes.size())));
        group.facts.push_back({Facts::tr("Data"), value, hashes.join(QLatin1Char('\n'))});
    }
    return group;
}

FactGroup comparisonFacts(const fit::Comparison& comparison) {
    FactGroup group = {Facts::tr("Comparison %1").arg(toQt(comparison.id)), {}};
    group.facts.push_back({Facts::tr("Scheme"), holdoutTitle(comparison)});
    group.facts.push_back({Facts::tr("Seeds"), countText(comparison.seeds.size())});
    group.facts.push_back({Facts::tr("Trials each"), trialsText(comparison.spec)});
    group.facts.push_back({Facts::tr("Preset"), presetText(comparison.spec)});
    if (!comparison.rules.empty()) {
        const std::size_t animals = fit::scoredAnimals(comparison);
        group.facts.push_back({Facts::tr("Held-out trials"), countText(heldOutTrials(comparison))});
        group.facts.push_back({Facts::tr("Animals scored"), countText(animals)});
        if (!comparison.pooledAnimals.empty() && comparison.pooledAnimals.size() < animals) {
            group.facts.push_back({Facts::tr("Likelihoods over"), namesText(comparison.pooledAnimals, {}),
                Facts::tr("The animals that all rules share; a rule with a score for fewer than half of the "
                          "animals has no likelihood over them and takes none away")});
        }
    }
    for (const fit::RuleScore& rule : comparison.rules) {
        group.facts.push_back({ruleTitle(rule.rule), scoreText(comparison, rule),
            Facts::tr("Mean log-likelihood of held-out choices, and its gain over bias only in bits")});
    }
    group.facts.push_back({Facts::tr("Took"), models::durationText(comparison.seconds)});
    group.facts.push_back(madeFact(comparison.createdUtc));
    return group;
}

std::vector<FactGroup> factsOf(const io::StudyContents& contents, const models::Selection& selection) {
    std::vector<FactGroup> groups;
    const std::vector<data::AnimalPtr> animals = models::selectedAnimals(selection, contents.study);
    if (selection.animals.size() == 1) {
        groups.push_back(animalFacts(*animals.front(), models::selectedSessions(selection, *animals.front()),
            contents.study.notes(animals.front()->name())));
    } else if (!animals.empty()) {
        groups.push_back(cohortFacts(animals, !selection.animals.empty()));
    }
    if (const auto fit = models::findFit(contents, selection.fit)) {
        groups.push_back(fitFacts(*fit));
        groups.push_back(provenanceFacts(*fit));
    }
    if (const auto comparison = models::findComparison(contents, selection.comparison)) {
        groups.push_back(comparisonFacts(*comparison));
    }
    return groups;
}

} // namespace rulescope::panels
