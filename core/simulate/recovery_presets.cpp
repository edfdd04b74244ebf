// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/recovery.h"

#include <algorithm>
#include <cmath>

namespace rulescope::simulate {

namespace {

/// A row of METHOD.md section 6.
struct PublishedRow {
    std::size_t trials, animals;
    int hidden, truncation, epochs;
    double decay;
    int alphaPower;
    StartKnowledge start;
};

constexpr PublishedRow kShort{500, 1000, 64, 100, 8, 0.2, -4, StartKnowledge::Known};
constexpr PublishedRow kMiddle{2000, 300, 32, 500, 20, 0.5, -6, StartKnowledge::Trained};
constexpr PublishedRow kLong{8000, 1000, 64, 500, 40, 0.2, -8, StartKnowledge::Trained};

RecoveryCondition published(const PublishedRow& row) {
    RecoveryCondition condition;
    condition.recipe = liu2025Recipe(std::ldexp(1.0, row.alphaPower), row.trials + 1, 1, 0);
    condition.recipe.regressors.side = data::SideInput::StimulusSign;
    condition.animals = row.animals;
    condition.drawsBias = true;
    condition.isOneAnimalPerStep = true;
    condition.start = row.start;
    condition.spec.rule = "dnn";
    condition.spec.preset = "liu2025";
    condition.spec.regressors = condition.recipe.regressors;
    condition.spec.training.hiddenLayers = 3;
    condition.spec.training.hidden = row.hidden;
    condition.spec.training.truncation = row.truncation;
    condition.spec.training.epochs = row.epochs;
    condition.spec.training.learningRate = 0.003;
    condition.spec.training.decay = row.decay;
    condition.spec.training.decayEvery = 5;
    return condition;
}

RecoveryCondition shortOne(double publishedRmse = 0) {
    RecoveryCondition condition = published(kShort);
    condition.publishedRmse = publishedRmse;
    return condition;
}

RecoveryCondition startingAt(double weight, double publishedRmse) {
    RecoveryCondition condition = shortOne(publishedRmse);
    condition.recipe.initialWeights[1] = weight;
    return condition;
}

/// Noise in multiples of alpha.
RecoveryCondition noisy(double multiple, double publishedRmse) {
    RecoveryCondition condition = shortOne(publishedRmse);
    condition.recipe.updateNoise = multiple * std::ldexp(1.0, kShort.alphaPower);
    return condition;
}

RecoveryCondition misstarted(double error) {
    RecoveryCondition condition = shortOne();
    condition.startError = error;
    return condition;
}

RecoveryCondition distracted(std::size_t count) {
    RecoveryCondition condition = shortOne();
    addDistractors(condition, count);
    return condition;
}

RecoveryCondition deciding(Policy policy) {
    RecoveryCondition condition = shortOne();
    condition.recipe.policy = policy;
    return condition;
}

RecoveryCondition mixed() {
    RecoveryCondition condition = shortOne();
    condition.rateSpread = std::log(2.0);
    return condition;
}

/// Naive animals on the IBL contrasts, fitted as the window fits them.
RecoveryCondition quick(const char* rule, const char* parameters, const char* fitted, int refits) {
    RecoveryCondition condition;
    condition.animals = 24;
    condition.refits = refits;
    condition.recipe.rule = rule;
    condition.recipe.parameters = parameters;
    condition.recipe.trials = 2000;
    condition.spec.rule = fitted;
    condition.spec.regressors = condition.recipe.regressors;
    return condition;
}

struct Entry {
    const char* name;
    const char* description;
    RecoveryCondition (*make)();
};

constexpr Entry kEntries[] = {
    {"quick",
        QT_TRANSLATE_NOOP(
            "core", "24 naive animals, 2,000 trials, REINFORCE with baseline 1/2, textbook fit"),
        [] { return quick("reinforce-baseline", "alpha=0.08,offset=0.04", "reinforce-baseline", 8); }},
    {"quick-dnn", QT_TRANSLATE_NOOP("core", "The same animals, DNN rule"),
        [] { return quick("reinforce-baseline", "alpha=0.08,offset=0.04", "dnn", 0); }},
    {"quick-rnn", QT_TRANSLATE_NOOP("core", "24 naive animals, 2,000 trials, eligibility trace, RNN rule"),
        [] { return quick("eligibility", "alpha=0.008", "rnn", 0); }},
    {"liu2025-500", QT_TRANSLATE_NOOP("core", "1,000 animals, 500 trials, w from -2, w_0 known [LGP]"),
        [] { return shortOne(0.013); }},
    {"liu2025-2000", QT_TRANSLATE_NOOP("core", "300 animals, 2,000 trials, w_0 estimated and trained [LGP]"),
        [] { return published(kMiddle); }},
    {"liu2025-8000",
        QT_TRANSLATE_NOOP("core", "1,000 animals, 8,000 trials, w_0 estimated and trained [LGP]"),
        [] { return published(kLong); }},
    {"liu2025-start-0", QT_TRANSLATE_NOOP("core", "As liu2025-500, w from 0"),
        [] { return startingAt(0, 0.024); }},
    {"liu2025-start-2", QT_TRANSLATE_NOOP("core", "As liu2025-500, w from +2"),
        [] { return startingAt(2, 0.029); }},
    {"liu2025-noise-quarter", QT_TRANSLATE_NOOP("core", "As liu2025-500, update noise alpha/4"),
        [] { return noisy(0.25, 0.022); }},
    {"liu2025-noise-half", QT_TRANSLATE_NOOP("core", "As liu2025-500, update noise alpha/2"),
        [] { return noisy(0.5, 0.035); }},
    {"liu2025-noise-full", QT_TRANSLATE_NOOP("core", "As liu2025-500, update noise alpha"),
        [] { return noisy(1, 0.065); }},
    {"liu2025-w0-half", QT_TRANSLATE_NOOP("core", "As liu2025-500, the fit's w_0 wrong by +.5"),
        [] { return misstarted(0.5); }},
    {"liu2025-w0-one", QT_TRANSLATE_NOOP("core", "As liu2025-500, the fit's w_0 wrong by +1"),
        [] { return misstarted(1); }},
    {"liu2025-w0-two", QT_TRANSLATE_NOOP("core", "As liu2025-500, the fit's w_0 wrong by +2"),
        [] { return misstarted(2); }},
    {"liu2025-distractors-1", QT_TRANSLATE_NOOP("core", "As liu2025-500, 1 distractor regressor"),
        [] { return distracted(1); }},
    {"liu2025-distractors-10", QT_TRANSLATE_NOOP("core", "As liu2025-500, 10 distractor regressors"),
        [] { return distracted(10); }},
    {"liu2025-distractors-100", QT_TRANSLATE_NOOP("core", "As liu2025-500, 100 distractor regressors"),
        [] { return distracted(100); }},
    {"liu2025-policy-probit", QT_TRANSLATE_NOOP("core", "As liu2025-500, animals decide by a probit"),
        [] { return deciding(Policy::Probit); }},
    {"liu2025-policy-cauchit",
        QT_TRANSLATE_NOOP("core", "As liu2025-500, animals decide by a heavy-tailed rule"),
        [] { return deciding(Policy::Cauchit); }},
    {"liu2025-rates-mixed",
        QT_TRANSLATE_NOOP("core", "As liu2025-500, learning rates differ by a factor of 2 (one s.d.)"),
        mixed},
};

} // namespace

const std::vector<RecoveryPreset>& recoveryPresets() {
    static const std::vector<RecoveryPreset> presets = [] {
        std::vector<RecoveryPreset> all;
        for (const Entry& entry : kEntries) {
            all.push_back({entry.name, entry.description});
        }
        return all;
    }();
    return presets;
}

base::Result<RecoveryCondition> recoveryPreset(const std::string& name) {
    std::string names;
    for (const Entry& entry : kEntries) {
        if (entry.name == name) {
            RecoveryCondition condition = entry.make();
            condition.name = name;
            return condition;
        }
        names += (names.empty() ? "" : ", ") + std::string(entry.name);
    }
    return base::failure(base::ErrorCode::NotFound,
        {QT_TRANSLATE_NOOP("core", "There is no recovery preset named \"%1\"."), {name}}, "preset",
        {QT_TRANSLATE_NOOP("core", "Choose from %1."), {names}});
}

void addDistractors(RecoveryCondition& condition, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        condition.spec.regressors.names.push_back(
            "column:" + distractorName(condition.recipe.distractors + i));
    }
    condition.recipe.distractors += count;
}

} // namespace rulescope::simulate
