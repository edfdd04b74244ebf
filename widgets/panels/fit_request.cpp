// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/fit_request.h"

#include "core/figures/figure_parts.h"
#include "core/rules/registry.h"
#include "widgets/text/translated.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

#include <algorithm>

namespace rulescope::panels {

namespace {

// A specification stays the text that core wrote: a detour over JSON numbers would round large seeds.
QString textOf(const fit::FitSpec& spec) {
    return QString::fromStdString(fit::toJson(spec));
}

base::Result<fit::FitSpec> specOf(const QJsonValue& value) {
    return fit::fitSpecFromJson(value.toString().toStdString());
}

QJsonArray arrayOf(const std::vector<std::string>& texts) {
    QJsonArray array;
    for (const std::string& text : texts) {
        array.append(QString::fromStdString(text));
    }
    return array;
}

std::optional<FitRequest> comparisonOf(const QJsonObject& object) {
    const auto spec = specOf(object[QLatin1String("spec")]);
    if (!spec) {
        return std::nullopt;
    }
    fit::ComparisonRequest request;
    request.spec = *spec;
    for (const QJsonValue& rule : object[QLatin1String("rules")].toArray()) {
        request.rules.push_back(rule.toString().toStdString());
    }
    request.holdout = object[QLatin1String("holdout")].toString().toStdString();
    request.seeds.clear();
    for (const QJsonValue& seed : object[QLatin1String("seeds")].toArray()) {
        request.seeds.push_back(seed.toString().toULongLong());
    }
    if (request.rules.empty() || request.holdout.empty() || request.seeds.empty()) {
        return std::nullopt;
    }
    return request;
}

class FitWords {
    Q_DECLARE_TR_FUNCTIONS(FitWords)
};

QString animalsText(const fit::FitSpec& spec) {
    if (spec.animals.empty()) {
        return FitWords::tr("all animals");
    }
    return FitWords::tr("%n animal(s)", nullptr, static_cast<int>(spec.animals.size()));
}

} // namespace

QString toJson(const FitRequest& request) {
    QJsonObject object;
    if (const auto* spec = std::get_if<fit::FitSpec>(&request)) {
        object[QLatin1String("fit")] = textOf(*spec);
    } else {
        const auto& comparison = std::get<fit::ComparisonRequest>(request);
        QJsonArray seeds;
        for (const std::uint64_t seed : comparison.seeds) {
            seeds.append(QString::number(seed));
        }
        object[QLatin1String("compare")] = QJsonObject{{QStringLiteral("spec"), textOf(comparison.spec)},
            {QStringLiteral("rules"), arrayOf(comparison.rules)},
            {QStringLiteral("holdout"), QString::fromStdString(comparison.holdout)},
            {QStringLiteral("seeds"), seeds}};
    }
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

std::optional<FitRequest> requestFromJson(const QString& json) {
    const QJsonObject object = QJsonDocument::fromJson(json.toUtf8()).object();
    if (object.contains(QLatin1String("compare"))) {
        return comparisonOf(object[QLatin1String("compare")].toObject());
    }
    const auto spec = specOf(object[QLatin1String("fit")]);
    return spec ? std::optional<FitRequest>(*spec) : std::nullopt;
}

QString holdoutTitle(const std::string& holdout, const std::vector<std::string>& animals) {
    const QString text = QString::fromStdString(holdout);
    const QString value = text.section(QLatin1Char(':'), 1);
    bool isCount = false;
    const int number = value.toInt(&isCount);
    const QString count = isCount ? QLocale().toString(number) : value;
    if (text.startsWith(QLatin1String("future:"))) {
        return FitWords::tr("last %1 trials held out").arg(count);
    }
    if (text.startsWith(QLatin1String("sessions:"))) {
        return FitWords::tr("sessions held out in %1 folds").arg(count);
    }
    const bool isName = std::find(animals.begin(), animals.end(), value.toStdString()) != animals.end();
    return isCount && !isName
               ? FitWords::tr("animals held out in %1 folds").arg(count)
               : FitWords::tr("held out: %1").arg(value.split(QLatin1Char(',')).join(QStringLiteral(", ")));
}

QString holdoutTitle(const fit::Comparison& comparison) {
    std::vector<std::string> heldOut;
    for (const std::vector<std::string>& fold : comparison.folds) {
        heldOut.insert(heldOut.end(), fold.begin(), fold.end());
    }
    return holdoutTitle(comparison.holdout, heldOut);
}

QString heldOutTrialsTitle(const std::string& heldOutTrials) {
    const QString text = QString::fromStdString(heldOutTrials);
    const QString value = text.section(QLatin1Char(':'), 1);
    bool isCount = false;
    const int number = value.toInt(&isCount);
    const QString count = isCount ? QLocale().toString(number) : value;
    return text.startsWith(QLatin1String("future:"))
               ? FitWords::tr("the last %1 of each animal").arg(count)
               : FitWords::tr("one of %1 parts of each animal's sessions").arg(count);
}

QString regressorTitle(const std::string& name) {
    return text::translated(figures::regressorTitle(name));
}

QString ruleTitle(const std::string& rule) {
    if (rule == fit::kBernoulli) {
        return FitWords::tr("Bias only");
    }
    const auto info = rules::findRule(rule);
    return info ? text::translated((*info)->title) : QString::fromStdString(rule);
}

QString titleOf(const FitRequest& request) {
    if (const auto* spec = std::get_if<fit::FitSpec>(&request)) {
        return ruleTitle(spec->rule);
    }
    const auto& comparison = std::get<fit::ComparisonRequest>(request);
    return FitWords::tr("Comparison of %n rule(s)", nullptr, static_cast<int>(comparison.rules.size()));
}

QString detailOf(const FitRequest& request) {
    const QLocale locale;
    if (const auto* spec = std::get_if<fit::FitSpec>(&request)) {
        QStringList parts = {animalsText(*spec)};
        if (!spec->heldOut.empty()) {
            parts.append(FitWords::tr("%n held out", nullptr, static_cast<int>(spec->heldOut.size())));
        }
        if (!spec->heldOutTrials.empty()) {
            parts.append(FitWords::tr("held out: %1").arg(heldOutTrialsTitle(spec->heldOutTrials)));
        }
        parts.append(FitWords::tr("seed %1").arg(locale.toString(static_cast<qulonglong>(spec->seed))));
        return parts.join(QStringLiteral(", "));
    }
    const auto& comparison = std::get<fit::ComparisonRequest>(request);
    return QStringList{animalsText(comparison.spec),
        holdoutTitle(comparison.holdout, comparison.spec.animals),
        FitWords::tr("%n seed(s)", nullptr, static_cast<int>(comparison.seeds.size()))}
        .join(QStringLiteral(", "));
}

} // namespace rulescope::panels
