// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/fit_estimate.h"

#include "core/rules/registry.h"

#include <QStringList>

#include <algorithm>
#include <cmath>

namespace rulescope::panels {

namespace {

// Before the first fit: a two-core laptop, s per trial and epoch (or iteration and start of a textbook rule).
constexpr double kTypicalNetwork = 4e-7;
constexpr double kTypicalTextbook = 3e-7;
constexpr int kTypicalIterations = 60; ///< that a textbook fit needs of the many it may take

bool isNetwork(const std::string& rule) {
    const auto info = rules::findRule(rule);
    return info && (*info)->kind == rules::RuleInfo::Kind::Network;
}

double passes(const fit::FitSpec& spec) {
    if (isNetwork(spec.rule)) {
        return fit::withTrainingOfRule(spec).training.epochs;
    }
    return double(spec.training.starts) * std::min(kTypicalIterations, spec.training.maxIterations);
}

std::size_t trialsOf(const data::Animal& animal, std::size_t most) {
    const std::size_t choices = animal.counts().choices;
    return most == 0 ? choices : std::min(choices, most);
}

double trialsOf(const fit::FitSpec& spec, const data::Study& study) {
    std::size_t trials = 0;
    for (const data::AnimalPtr& animal : study.animals) {
        const auto has = [&animal](const std::vector<std::string>& names) {
            return std::find(names.begin(), names.end(), animal->name()) != names.end();
        };
        if (spec.animals.empty() || has(spec.animals) || has(spec.heldOut)) {
            trials += trialsOf(*animal, spec.trialsPerAnimal);
        }
    }
    return static_cast<double>(trials);
}

double fitSeconds(const fit::FitSpec& spec, const data::Study& study, const FitSpeed& speed) {
    return trialsOf(spec, study) * passes(spec) * speed.secondsPerTrialEpoch(spec.rule);
}

/// Folds of "animals:5" or "sessions:5"; one for everything else, also where 5 is an animal's name.
int foldsOf(const std::string& holdout, const std::vector<std::string>& animals) {
    const QString text = QString::fromStdString(holdout);
    const QString value = text.section(QLatin1Char(':'), 1);
    bool isNumber = false;
    const int count = value.toInt(&isNumber);
    const bool isName = text.startsWith(QLatin1String("animals")) &&
                        std::find(animals.begin(), animals.end(), value.toStdString()) != animals.end();
    return isNumber && !isName && !text.startsWith(QLatin1String("future")) ? std::max(1, count) : 1;
}

} // namespace

void FitSpeed::learn(const fit::FitResult& result) {
    double trials = 0;
    for (const auto* scores : {&result.trainScores, &result.heldOutScores}) {
        for (const fit::AnimalScore& score : *scores) {
            trials += static_cast<double>(score.trials);
        }
    }
    // A textbook fit that ends early costs less than its limit: what counts is the time it took as a whole.
    const double work = trials * (isNetwork(result.spec.rule) ? result.epochs : passes(result.spec));
    if (work > 0 && result.seconds > 0) {
        m_seconds[result.spec.rule] = result.seconds / work;
    }
}

double FitSpeed::secondsPerTrialEpoch(const std::string& rule) const {
    const auto it = m_seconds.find(rule);
    if (it != m_seconds.end()) {
        return it->second;
    }
    return isNetwork(rule) ? kTypicalNetwork : kTypicalTextbook;
}

QString FitSpeed::toText() const {
    QStringList parts;
    for (const auto& [rule, seconds] : m_seconds) {
        parts.append(QStringLiteral("%1=%2").arg(QString::fromStdString(rule)).arg(seconds, 0, 'g', 6));
    }
    return parts.join(QLatin1Char(' '));
}

FitSpeed FitSpeed::fromText(const QString& text) {
    FitSpeed speed;
    for (const QString& part : text.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const double seconds = part.section(QLatin1Char('='), 1).toDouble();
        const std::string rule = part.section(QLatin1Char('='), 0, 0).toStdString();
        if (std::isfinite(seconds) && seconds > 0 && rules::findRule(rule)) {
            speed.m_seconds[rule] = seconds;
        }
    }
    return speed;
}

bool isMeasured(const FitRequest& request, const FitSpeed& speed) {
    if (const auto* spec = std::get_if<fit::FitSpec>(&request)) {
        return speed.isKnown(spec->rule);
    }
    const auto& rules = std::get<fit::ComparisonRequest>(request).rules;
    return std::all_of(rules.begin(), rules.end(),
        [&speed](const std::string& rule) { return rule == fit::kBernoulli || speed.isKnown(rule); });
}

double estimatedSeconds(const FitRequest& request, const data::Study& study, const FitSpeed& speed) {
    if (const auto* spec = std::get_if<fit::FitSpec>(&request)) {
        return fitSeconds(*spec, study, speed);
    }
    const auto& comparison = std::get<fit::ComparisonRequest>(request);
    double seconds = 0;
    for (const std::string& rule : comparison.rules) {
        fit::FitSpec spec = comparison.spec;
        spec.rule = rule;
        const double seeds = isNetwork(rule) ? static_cast<double>(comparison.seeds.size()) : 1;
        seconds += rule == fit::kBernoulli ? 0 : seeds * fitSeconds(spec, study, speed);
    }
    return seconds * foldsOf(comparison.holdout, comparison.spec.animals);
}

} // namespace rulescope::panels
