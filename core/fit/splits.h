// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/regressors.h"
#include "core/fit/comparison.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace rulescope::fit {

/// 0 .. count-1 in an order drawn from the seed's stream.
std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed, std::uint64_t stream);

/// The animals' places in the order of their names: what is drawn at random is drawn over this order, so that
/// it does not depend on the order in which animals are listed.
std::vector<std::size_t> orderByName(std::span<const data::RuleInputs> animals);

/// What "animals:5", "animals:A,B", "future:500" or "sessions:5" asks for.
struct Holdout {
    HeldOutUnit unit = HeldOutUnit::Animals;
    std::size_t count = 0; ///< folds of animals or sessions, or last trials; 0 if `animals` are named
    std::vector<std::string>
        animals; ///< named held-out animals; of "animals:5", the animal "5" if there is one

    static base::Result<Holdout> parse(const std::string& text);
};

/// A division of all trials into folds: small beside the trials themselves, however many folds there are.
/// Every scored trial is held out in at most one fold (exactly one, where folds cover all), by animal or by
/// trial.
struct Folds {
    static constexpr std::uint16_t kNever = 0xFFFF; ///< trained on in every fold

    HeldOutUnit unit = HeldOutUnit::Animals;
    std::size_t count = 0;
    std::vector<std::uint16_t> ofAnimal;             ///< unit Animals: the fold that holds each animal out
    std::vector<std::vector<std::uint16_t>> ofTrial; ///< else: per animal, the fold that holds each trial out
    std::vector<std::vector<std::string>> heldOut;   ///< names of held-out animals per fold; empty lists else
};

/// All folds over prepared animals; which animal or session falls into which fold is drawn from `seed`.
/// Errors: more folds than animals or sessions, fewer than two folds, an unknown name, nothing left to train
/// on.
base::Result<Folds> makeFolds(
    const std::vector<data::RuleInputs>& animals, const Holdout& holdout, std::uint64_t seed);

/// The two sides of one fold at a time, without a copy of any trial: animals change places, masks change.
/// One thread at a time; several take a copy each.
class FoldInputs {
  public:
    FoldInputs(std::vector<data::RuleInputs> animals, const Folds& folds);

    /// What a fold trains on, or is tested on; valid until the next call. In future and session folds both
    /// hold all trials of all animals, since held-out inputs still drive the state; the masks differ.
    std::span<const data::RuleInputs> training(std::size_t fold) { return side(fold, false); }
    std::span<const data::RuleInputs> test(std::size_t fold) { return side(fold, true); }

  private:
    std::span<const data::RuleInputs> side(std::size_t fold, bool isTest);
    void arrange(std::size_t fold);
    void mask(std::size_t fold, bool isTest);

    const Folds* m_folds;
    std::vector<data::RuleInputs> m_animals;
    std::vector<std::size_t> m_places;                ///< original index of each animal
    std::vector<std::vector<unsigned char>> m_scored; ///< as prepared, by original index
    std::size_t m_trainingAnimals = 0;                ///< at the front; the others are test animals
};

} // namespace rulescope::fit
