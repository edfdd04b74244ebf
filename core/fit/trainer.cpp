// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/trainer.h"

#include "core/data/analysed.h"
#include "core/fit/ensemble_fit.h"
#include "core/fit/fit_scores.h"
#include "core/fit/provenance.h"
#include "core/fit/rule_fit.h"
#include "core/fit/splits.h"

#include <algorithm>

namespace rulescope::fit {

namespace {

/// The specification with its animals spelt out: an empty list means all that are not held out.
base::Result<FitSpec> resolved(const data::Study& study, FitSpec spec) {
    if (spec.animals.empty()) {
        for (const data::AnimalPtr& animal : study.animals) {
            const bool isHeldOut =
                std::find(spec.heldOut.begin(), spec.heldOut.end(), animal->name()) != spec.heldOut.end();
            if (!isHeldOut && !data::isExcludedWhole(*animal)) {
                spec.animals.push_back(animal->name());
            }
        }
    }
    for (const std::string& name : spec.heldOut) {
        if (std::find(spec.animals.begin(), spec.animals.end(), name) != spec.animals.end()) {
            return base::failure(base::ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "animal %1 is both trained on and held out."), {name}}, name,
                QT_TRANSLATE_NOOP("core", "Take it out of one of the two lists."));
        }
    }
    return withTrainingOfRule(std::move(spec));
}

/// What is trained on, and what is held out from that.
struct Sides {
    std::vector<data::RuleInputs> training, heldOut;
};

/// Both sides hold all trials of all animals, since held-out inputs still drive the state; the masks differ.
base::Result<Sides> sidesByTrial(std::vector<data::RuleInputs> animals, const FitSpec& spec) {
    const auto holdout = Holdout::parse(spec.heldOutTrials);
    if (!holdout) {
        return tl::make_unexpected(holdout.error());
    }
    if (holdout->unit == HeldOutUnit::Animals || !spec.heldOut.empty()) {
        return base::failure(base::ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "one fit holds out either animals or trials of its animals."),
            "holdout",
            QT_TRANSLATE_NOOP("core", "Name held-out animals, or hold out future:500 or sessions:5."));
    }
    const auto folds = makeFolds(animals, *holdout, spec.seed);
    if (!folds) {
        return tl::make_unexpected(folds.error());
    }
    FoldInputs inputs(std::move(animals), *folds);
    const auto training = inputs.training(0);
    Sides sides{{training.begin(), training.end()}, {}};
    const auto heldOut = inputs.test(0);
    sides.heldOut.assign(heldOut.begin(), heldOut.end());
    return sides;
}

base::Result<Sides> sidesOf(const data::Study& study, const FitSpec& spec) {
    auto training = inputsOf(study, spec, spec.animals);
    if (!training) {
        return tl::make_unexpected(training.error());
    }
    if (!spec.heldOutTrials.empty()) {
        return sidesByTrial(std::move(*training), spec);
    }
    auto heldOut = inputsOf(study, spec, spec.heldOut);
    if (!heldOut) {
        return tl::make_unexpected(heldOut.error());
    }
    return Sides{std::move(*training), std::move(*heldOut)};
}

std::vector<std::pair<std::string, std::string>> contentHashes(
    const data::Study& study, const FitSpec& spec) {
    std::vector<std::pair<std::string, std::string>> hashes;
    for (const std::vector<std::string>* names : {&spec.animals, &spec.heldOut}) {
        for (const std::string& name : *names) {
            hashes.emplace_back(name, study.find(name)->contentHash());
        }
    }
    return hashes;
}

/// What a checkpoint of this fit belongs to.
CheckpointIdentity identityOf(const data::Study& study, const FitSpec& spec) {
    return {"fit " + toJson(spec), identityText(contentHashes(study, spec)), programIdentity()};
}

base::Result<FitResult> fitPrepared(const FitSpec& spec, std::span<const data::RuleInputs> training,
    std::span<const data::RuleInputs> heldOut, const CheckpointIdentity& identity,
    const base::StopToken& stop, const FitCallbacks& callbacks) {
    if (spec.members != 1) {
        return fitEnsemble(spec, training, heldOut, identity, stop, callbacks);
    }
    FileStateStore store(
        callbacks.checkpoint, identity, callbacks.secondsBetweenCheckpoints, callbacks.onCheckpointFailure);
    const bool isKept = !callbacks.checkpoint.empty();
    if (const auto opened = isKept ? store.open() : base::Result<void>(); !opened) {
        return tl::make_unexpected(opened.error());
    }
    auto result = fitRule(spec, training, heldOut, stop, callbacks, isKept ? &store : nullptr);
    if (result) {
        if (const auto scored = addScores(*result, training, heldOut, callbacks.threads); !scored) {
            return tl::make_unexpected(scored.error());
        }
    }
    return result;
}

} // namespace

base::Result<FitResult> fit(
    const data::Study& whole, const FitSpec& requested, base::StopToken stop, const FitCallbacks& callbacks) {
    const data::Study study = data::analysed(whole);
    const auto spec = resolved(study, requested);
    if (!spec) {
        return tl::make_unexpected(spec.error());
    }
    const auto sides = sidesOf(study, *spec);
    if (!sides) {
        return tl::make_unexpected(sides.error());
    }
    auto result =
        fitPrepared(*spec, sides->training, sides->heldOut, identityOf(study, *spec), stop, callbacks);
    if (!result) {
        return result;
    }
    result->dataHashes = contentHashes(study, *spec);
    result->versions = programVersions();
    result->createdUtc = utcNow();
    return result;
}

} // namespace rulescope::fit
