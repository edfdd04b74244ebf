// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/training_text.h"

#include "core/behavior/training_status.h"
#include "widgets/text/translated.h"

#include <QCoreApplication>
#include <QHash>
#include <QStringList>

namespace rulescope::panels {

namespace {

using behavior::TrainingStatus;

class TrainingWords {
    Q_DECLARE_TR_FUNCTIONS(TrainingWords)
};

QString statusText(TrainingStatus status) {
    switch (status) {
    case TrainingStatus::InTraining:
        return TrainingWords::tr("In training");
    case TrainingStatus::Trained1a:
        return TrainingWords::tr("Trained 1a");
    case TrainingStatus::Trained1b:
        return TrainingWords::tr("Trained 1b");
    case TrainingStatus::ReadyForEphys:
        return TrainingWords::tr("Ready for ephys");
    }
    return {};
}

QString criterionText(const std::string& criterion) {
    static const QHash<QString, const char*> texts = {
        {QStringLiteral("sessions"), QT_TRANSLATE_NOOP("TrainingWords", "three sessions")},
        {QStringLiteral("zero_contrast"), QT_TRANSLATE_NOOP("TrainingWords", "trials at 0 % contrast")},
        {QStringLiteral("n"), QT_TRANSLATE_NOOP("TrainingWords", "enough trials in each session")},
        {QStringLiteral("easy"),
            QT_TRANSLATE_NOOP("TrainingWords", "accuracy on easy trials in each session")},
        {QStringLiteral("lapse_low"), QT_TRANSLATE_NOOP("TrainingWords", "lapse rate on the left")},
        {QStringLiteral("lapse_high"), QT_TRANSLATE_NOOP("TrainingWords", "lapse rate on the right")},
        {QStringLiteral("bias"), QT_TRANSLATE_NOOP("TrainingWords", "bias")},
        {QStringLiteral("threshold"), QT_TRANSLATE_NOOP("TrainingWords", "threshold")},
        {QStringLiteral("median_rt"),
            QT_TRANSLATE_NOOP("TrainingWords", "median reaction time at 0 % contrast")},
        {QStringLiteral("bias_shift"), QT_TRANSLATE_NOOP("TrainingWords", "bias shift between blocks")},
        {QStringLiteral("block_sessions"), QT_TRANSLATE_NOOP("TrainingWords", "three sessions with blocks")},
    };
    const QString name = QString::fromStdString(criterion);
    const auto it = texts.find(name);
    return it == texts.end() ? name : TrainingWords::tr(*it);
}

} // namespace

TrainingText trainingText(const data::Animal& animal) {
    const auto report = behavior::trainingStatus(animal, behavior::allSessions(animal));
    if (!report) {
        return {QStringLiteral("–"), text::translated(report.error())};
    }
    QStringList lines = {
        TrainingWords::tr("%1 by the last three sessions (IBL criteria).").arg(statusText(report->status))};
    if (!report->failed.empty()) {
        QStringList failed;
        for (const std::string& criterion : report->failed) {
            failed.append(criterionText(criterion));
        }
        lines.append(
            TrainingWords::tr("Not yet met for the next stage: %1.").arg(failed.join(QStringLiteral(", "))));
    }
    return {statusText(report->status), lines.join(QLatin1Char('\n'))};
}

} // namespace rulescope::panels
