// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/spec_options.h"
#include "app/cli/study_access.h"
#include "core/simulate/demo_study.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace rulescope::cli {

namespace {

class Demo final : public Command {
  public:
    std::string name() const override { return "demo"; }
    std::string description() const override {
        return "Write the demo study: twelve simulated animals with known learning rules.";
    }

    void declare(CLI::App& options) override {
        declareStudy(options, m_study);
        options.add_option("--seed", m_seed, "The same seed gives the same animals")
            ->check(anySeed)
            ->capture_default_str();
    }

    Answer run(const base::StopToken&) override {
        const data::Study study = simulate::demoStudy(m_seed);
        const base::Result<void> stored = updateStudy(
            m_study, IfMissing::Create, [&](io::StudyContents& contents) { return fill(contents, study); });
        if (!stored) {
            return failed(stored.error());
        }
        const data::TrialCounts counts = study.counts();
        Json json = {{"study", m_study}, {"animals", study.animals.size()},
            {"sessions", study.sessionCount()}, {"trials", counts.trials}, {"choices", counts.choices},
            {"seed", m_seed}};
        std::string text = fmt::format("{}: {} simulated animals, {} sessions, {} trials\n", m_study,
            study.animals.size(), study.sessionCount(), counts.trials);
        return Outcome{std::move(json), std::move(text), ExitCode::Ok};
    }

  private:
    /// Never writes over work: real animals, or what was fitted to simulated ones.
    base::Result<void> fill(io::StudyContents& contents, const data::Study& demo) const {
        const std::vector<data::AnimalPtr>& animals = contents.study.animals;
        const bool isSimulated = std::none_of(animals.begin(), animals.end(),
            [](const data::AnimalPtr& animal) { return animal->provenance().starts_with("imported"); });
        if (!isSimulated || !contents.fits.empty() || !contents.comparisons.empty()) {
            return base::failure(base::ErrorCode::InvalidValue,
                "This study holds imported animals or fits, which the demo would replace.", m_study,
                "Name a new file for the demo study.");
        }
        contents = io::StudyContents{demo, {}, {}, false};
        return {};
    }

    std::string m_study;
    std::uint64_t m_seed = 1;
};

} // namespace

CommandPtr makeDemo() {
    return std::make_unique<Demo>();
}

} // namespace rulescope::cli
