// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "app/cli/json_form.h"
#include "core/data/study.h"
#include "core/fit/fit_spec.h"

#include <CLI/App.hpp>
#include <cstdint>
#include <optional>
#include <string>

namespace rulescope::cli {

/// The options that say which regressors a rule sees: --regressors, --stimulus-transform, --trials.
struct RegressorOptions {
    std::string regressors = "bias,stimulus";
    std::string transform = "tanh:5";
    std::optional<std::size_t> trials;

    void declare(CLI::App& options);
    /// Exit code 2 for names that no study has.
    tl::expected<data::RegressorSpec, Failure> spec() const;
};

/// The options that say how a rule is fitted; shared by `fit` and `compare`.
struct SpecOptions {
    RegressorOptions inputs;
    std::string preset = "default";
    std::string initialWeights = "zero";
    std::optional<int> epochs;
    std::string training; ///< "learning_rate=0.01,patience=20"
    std::uint64_t seed = 1;

    void declare(CLI::App& options);
    tl::expected<fit::FitSpec, Failure> spec(const std::string& rule) const;
};

/// Says on stderr which regressors of these animals (none: all) are far from the size of 1; for --json the
/// same as [{code, where, size}].
Json warnOfScale(const data::Study& study, const std::vector<std::string>& animals,
    const data::RegressorSpec& regressors, std::size_t trials);

/// Exit code 2 unless the registry has a rule of that name.
tl::expected<void, Failure> requireRule(const std::string& name, const std::string& option);

/// The names in the registry, for --help.
std::string ruleNames();
/// Of these, the rules with a formula.
std::string textbookNames();

/// Checks of option values: what is wrong, or nothing. Both refuse what is no number at all.
std::string fromOne(const std::string& text);     ///< a whole number, 1 or more
std::string notNegative(const std::string& text); ///< a finite number, 0 or more
std::string anySeed(const std::string& text);     ///< a whole number, 0 to 2^64 - 1, for every --seed

} // namespace rulescope::cli
