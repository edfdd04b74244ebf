// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/study_file.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>

namespace rulescope::testing_io {

inline data::AnimalPtr studyAnimal(const std::string& name, std::size_t trials, int seed) {
    data::Animal::Content content;
    content.name = name;
    content.lab = "Ünïversity";
    content.provenance = R"({"rule": "reinforce"})";
    data::Trials& columns = content.trials;
    for (std::size_t t = 0; t < trials; ++t) {
        const int k = seed + static_cast<int>(t);
        columns.stimulus.push_back(k % 7 == 0 ? std::nan("") : (k % 9 - 4) / 4.0);
        columns.choice.push_back(static_cast<std::int8_t>(k % 11 == 0 ? -1 : k % 2));
        columns.answer.push_back(static_cast<std::int8_t>(k % 3 - 1));
        columns.outcome.push_back(static_cast<std::int8_t>((k + 1) % 3 - 1));
        columns.reactionTimeS.push_back(0.1 + std::sin(k) * std::sin(k));
    }
    columns.extra = {{"a/b %", std::vector<double>(trials, 1.5)}, {".", columns.reactionTimeS}};
    content.sessions = {{"2020-01-01/001", "2020-01-01", "training", "x.csv", 0, trials / 2},
        {"zweite Sitzung", "", "", "", trials / 2, trials}};
    auto animal = data::Animal::create(std::move(content));
    EXPECT_TRUE(animal) << base::english(animal.error());
    return animal.value_or(nullptr);
}

inline fit::FitResultPtr smallFit(const std::string& id) {
    auto fit = std::make_shared<fit::FitResult>();
    fit->id = id;
    fit->spec.rule = "dnn";
    fit->spec.animals = {"M1", "M/2"};
    fit->spec.seed = std::numeric_limits<std::uint64_t>::max();
    fit->status = fit::FitStatus::StoppedEarly;
    fit->parameters = {{"layer.0/weight", {2, 3}, {1, 2, 3, 4, 5, 6}}, {"scale", {}, {1e-3}},
        {"empty", {0}, {}}, {"large", {40, 50}, std::vector<double>(2000, 1.0 / 3)}};
    fit->trainCurve = {-0.69, -0.6, -0.5};
    fit->trainScores = {{"M1", 100, -0.5}, {"M/2", 50, -0.6}};
    fit->trainNatsPerTrial = -0.53;
    fit->heldOutNatsPerTrial = std::nan("");
    fit->epochs = 3;
    fit->seconds = 1.25;
    fit->dataHashes = {{"M1", "sha1:00"}, {"M/2", "sha1:ff"}};
    fit->versions = {{"rulescope", "0.1.0"}, {"instruction set", "AVX2"}};
    fit->createdUtc = "2025-01-01T00:00:00Z";
    return fit;
}

/// With early stopping and an ensemble, which older files don't have.
inline fit::FitResultPtr ensembleFit(const std::string& id) {
    auto fit = std::make_shared<fit::FitResult>(*smallFit(id));
    fit->validationCurve = {-0.7, -0.65};
    fit->spec.members = 12;
    for (std::uint64_t i = 0; i < 11; ++i) { // more than nine: their order must not be that of text
        fit->members.push_back(
            {i, fit::FitStatus::Converged, {{"scale", {}, {0.5 + double(i)}}}, 7, -0.6, -0.7});
    }
    return fit;
}

/// Two animals, two fits, a comparison; `trials` per animal.
inline io::StudyContents smallStudy(std::size_t trials = 40, int seed = 1) {
    io::StudyContents contents;
    contents.study.title = "Lernen über Nacht";
    contents.study.animals = {studyAnimal("M1", trials, seed), studyAnimal("M/2", trials, seed + 3)};
    contents.study.annotations["M1"] = {"trinkt wenig", {"lesion", "Kohorte 2"},
        {{"zweite Sitzung", 0, 1, "rig fault"}}, {{"shaping", "2020-01-01/001", "zweite Sitzung"}}};
    contents.fits = {smallFit("dnn-1"), ensembleFit("dnn-2")};
    auto comparison = std::make_shared<fit::Comparison>();
    comparison->id = "comparison-1";
    comparison->holdout = "animals:2";
    comparison->folds = {{"M1"}, {"M/2"}};
    comparison->seeds = {1, 2};
    comparison->rules = {{"dnn", -0.5, 0.1, 0.7, {{"M1", 100, -0.5, 0.1, 0.7}}, {}, {-0.5, -0.51}, {}}};
    contents.comparisons = {comparison};
    return contents;
}

inline void expectSameAnimal(const data::Animal& a, const data::Animal& b) {
    EXPECT_EQ(a.contentHash(), b.contentHash());
    EXPECT_EQ(a.sessions(), b.sessions());
    EXPECT_EQ(a.lab(), b.lab());
    EXPECT_EQ(a.provenance(), b.provenance());
    EXPECT_EQ(a.stimulusUnit(), b.stimulusUnit());
    EXPECT_EQ(a.trials().reactionTimeS, b.trials().reactionTimeS);
    EXPECT_EQ(a.trials().extra, b.trials().extra);
    EXPECT_EQ(a.trials().responseS, b.trials().responseS);
}

inline void expectSameFit(const fit::FitResult& a, const fit::FitResult& b) {
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.spec, b.spec);
    EXPECT_EQ(a.status, b.status);
    EXPECT_EQ(a.parameters, b.parameters);
    EXPECT_EQ(a.trainCurve, b.trainCurve);
    EXPECT_EQ(a.heldOutCurve, b.heldOutCurve);
    EXPECT_EQ(a.trainScores, b.trainScores);
    EXPECT_EQ(a.heldOutScores, b.heldOutScores);
    EXPECT_EQ(a.trainNatsPerTrial, b.trainNatsPerTrial);
    EXPECT_EQ(std::isnan(a.heldOutNatsPerTrial), std::isnan(b.heldOutNatsPerTrial));
    EXPECT_EQ(a.epochs, b.epochs);
    EXPECT_EQ(a.seconds, b.seconds);
    EXPECT_EQ(a.dataHashes, b.dataHashes);
    EXPECT_EQ(a.versions, b.versions);
    EXPECT_EQ(a.createdUtc, b.createdUtc);
    EXPECT_EQ(a.validationCurve, b.validationCurve);
    EXPECT_EQ(a.members, b.members);
}

inline void expectSameStudy(const io::StudyContents& a, const io::StudyContents& b) {
    EXPECT_EQ(a.study.title, b.study.title);
    EXPECT_EQ(a.study.annotations, b.study.annotations);
    ASSERT_EQ(a.study.animals.size(), b.study.animals.size());
    ASSERT_EQ(a.fits.size(), b.fits.size());
    ASSERT_EQ(a.comparisons.size(), b.comparisons.size());
    for (std::size_t i = 0; i < a.study.animals.size(); ++i) {
        expectSameAnimal(*a.study.animals[i], *b.study.animals[i]);
    }
    for (std::size_t i = 0; i < a.fits.size(); ++i) {
        expectSameFit(*a.fits[i], *b.fits[i]);
    }
    for (std::size_t i = 0; i < a.comparisons.size(); ++i) {
        EXPECT_EQ(fit::toJson(*a.comparisons[i]), fit::toJson(*b.comparisons[i]));
    }
}

} // namespace rulescope::testing_io
