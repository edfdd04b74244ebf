// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/network_learners.h"
#include "app/cli/network_options.h"
#include "app/cli/network_report.h"
#include "app/cli/progress_line.h"
#include "app/cli/text_table.h"
#include "core/networks/experiment.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace rulescope::cli {

namespace {

std::string toLine(const networks::SweepProgress& progress) {
    return fmt::format("{} of {} networks, {} %  (step {}, loss {}, accuracy {})", progress.done,
        progress.runs, fixed(100 * progress.fraction, 0), progress.running.step,
        fixed(progress.running.loss, 3), fixed(progress.running.trainAccuracy, 3));
}

class Network final : public Command {
  public:
    std::string name() const override { return "network"; }
    std::string description() const override {
        return "Train artificial networks: how connectivity and credit assignment shape learning.";
    }

    void declare(CLI::App& options) override {
        m_options.declare(options);
        m_learners.declare(options);
        options
            .add_option("--out", m_folder,
                "Folder in which finished networks are kept; an experiment that was stopped goes on from "
                "there")
            ->type_name("DIR");
        options.add_option("--threads", m_threads, "Networks trained at a time (default: all processors)")
            ->check(CLI::Range(0, 4096));
    }

    Answer run(const base::StopToken& stop) override {
        if (NetworkLearners::isRecipe(m_options.recipe)) {
            return m_learners.run(m_options, {m_threads, m_folder}, stop);
        }
        const auto refused = m_options.refuse({"--study", "--animal", "--infer", "--keep", "--epochs",
                                                  "--trials", "--own-speed", "--expected-reward"},
            "%1 is for the recipes learner and six-learners.",
            "Leave it out, or name one of them with --recipe.");
        if (!refused) {
            return tl::make_unexpected(refused.error());
        }
        return m_options.recipe == "theory" ? runTheory(stop) : runNetworks(stop);
    }

  private:
    Answer runTheory(const base::StopToken& stop) const {
        networks::LinearTheoryOptions options;
        options.seed = m_options.spec.seed;
        options.threads = m_threads;
        if (!m_options.ranks.empty()) {
            options.ranks = m_options.ranks;
        }
        const auto points = networks::linearTheory(options, stop);
        if (!points) {
            return failed(points.error());
        }
        const auto written = writeRequest();
        const auto kept = written && !m_folder.empty() ? networks::writeTheory(*points, m_folder) : written;
        if (!kept) {
            return failed(kept.error());
        }
        return Outcome{toJson(*points, options.inputs), toText(*points), ExitCode::Ok};
    }

    /// So that the window can show the folder.
    base::Result<void> writeRequest() const {
        if (m_options.recipe.empty() || m_folder.empty()) {
            return {};
        }
        networks::ExperimentRequest request;
        request.recipe = m_options.recipe;
        request.options = m_options.lists();
        return networks::writeRequest(request, m_folder);
    }

    Answer runNetworks(const base::StopToken& stop) const {
        const auto specs = m_options.specs();
        if (!specs) {
            return tl::make_unexpected(specs.error());
        }
        if (const auto written = writeRequest(); !written) {
            return failed(written.error());
        }
        ProgressLine line;
        networks::SweepCallbacks callbacks;
        callbacks.onProgress = [&](const networks::SweepProgress& progress) { line.show(toLine(progress)); };
        const auto sweep = networks::runSweep(*specs, {m_threads, m_folder}, stop, callbacks);
        if (!sweep) {
            return failed(sweep.error());
        }
        const bool isHopeless = std::all_of(sweep->runs.begin(), sweep->runs.end(),
            [](const networks::NetworkRun& each) { return each.status == networks::RunStatus::Diverged; });
        return Outcome{toJson(*sweep, m_options.recipe, m_folder), toText(*sweep),
            sweep->isCancelled ? ExitCode::Cancelled
            : isHopeless       ? ExitCode::NoResult
                               : ExitCode::Ok};
    }

    NetworkOptions m_options;
    NetworkLearners m_learners;
    std::string m_folder;
    int m_threads = 0;
};

} // namespace

CommandPtr makeNetwork() {
    return std::make_unique<Network>();
}

} // namespace rulescope::cli
