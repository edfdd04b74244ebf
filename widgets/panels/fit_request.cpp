// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/fit_request.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace rulescope::panels {

namespace {

// A specification stays the text that core wrote: a detour over JSON numbers would round large seeds.
QString textOf(const fit::FitSpec& spec) {
    return QString::fromStdString(fit::toJson(spec));
}

base::Result<fit::FitSpec> specOf(const QJsonValue& value) {
    return fit::fitSpecFromJson(value.toString().toStdString());
}

std::optional<FitRequest> comparisonOf(const QJsonObject& object) {
    ComparisonRequest request;
    const auto spec = specOf(object[QLatin1String("spec")]);
    if (!spec) {
        return std::nullopt;
    }
    request.spec = *spec;
    for (const QJsonValue& rule : object[QLatin1String("rules")].toArray()) {
        request.rules.push_back(rule.toString().toStdString());
    }
    request.holdout = object[QLatin1String("holdout")].toString().toStdString();
    request.seeds = object[QLatin1String("seeds")].toInt(1);
    if (request.rules.empty() || request.holdout.empty() || request.seeds < 1) {
        return std::nullopt;
    }
    return request;
}

} // namespace

QString toJson(const FitRequest& request) {
    QJsonObject object;
    if (const auto* spec = std::get_if<fit::FitSpec>(&request)) {
        object[QLatin1String("fit")] = textOf(*spec);
    } else {
        const auto& comparison = std::get<ComparisonRequest>(request);
        QJsonArray rules;
        for (const std::string& rule : comparison.rules) {
            rules.append(QString::fromStdString(rule));
        }
        object[QLatin1String("compare")] =
            QJsonObject{{QStringLiteral("spec"), textOf(comparison.spec)}, {QStringLiteral("rules"), rules},
                {QStringLiteral("holdout"), QString::fromStdString(comparison.holdout)},
                {QStringLiteral("seeds"), comparison.seeds}};
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

} // namespace rulescope::panels
