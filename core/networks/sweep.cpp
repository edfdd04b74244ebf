// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/sweep.h"

#include "core/base/first_error.h"
#include "core/base/parallel.h"
#include "core/networks/kept_file.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>

namespace rulescope::networks {

namespace fs = std::filesystem;

namespace {

base::Result<void> prepareFolder(const std::string& folder) {
    std::error_code failed;
    if (!folder.empty()) {
        fs::create_directories(folder, failed);
        if (failed || !fs::is_directory(folder, failed)) {
            return base::failure(base::ErrorCode::NotWritable,
                QT_TRANSLATE_NOOP("core", "The folder for the runs can't be made."), folder,
                QT_TRANSLATE_NOOP("core", "Choose another folder."));
        }
    }
    return {};
}

/// Fractions of runs in flight, added up under a lock.
class Tally {
  public:
    Tally(const std::vector<NetworkSpec>& specs, const SweepCallbacks& callbacks)
        : m_callbacks(callbacks)
        , m_steps(specs.size(), 0)
        , m_total(0) {
        for (const NetworkSpec& spec : specs) {
            m_total += spec.steps;
        }
    }

    void progress(std::size_t run, const RunProgress& running) {
        const std::lock_guard lock(m_mutex);
        m_steps[run] = running.step;
        report(run, running);
    }

    void finished(std::size_t index, const NetworkRun& run, bool isResumed) {
        const std::lock_guard lock(m_mutex);
        m_steps[index] = run.spec.steps;
        m_done += 1;
        m_resumed += isResumed ? 1 : 0;
        if (m_callbacks.onRun) {
            m_callbacks.onRun(index, run);
        }
        report(index, {run.steps, run.spec.steps, run.loss.last(), run.trainAccuracy.last(), run.seconds, 0});
    }

    std::size_t resumed() const { return m_resumed; }

  private:
    void report(std::size_t run, const RunProgress& running) {
        if (m_callbacks.onProgress) {
            double done = 0;
            for (const int steps : m_steps) {
                done += steps;
            }
            m_callbacks.onProgress(
                {run, m_done, m_steps.size(), m_resumed, m_total > 0 ? done / m_total : 1, running});
        }
    }

    const SweepCallbacks& m_callbacks;
    std::mutex m_mutex;
    std::vector<int> m_steps;
    double m_total;
    std::size_t m_done = 0, m_resumed = 0;
};

} // namespace

std::optional<NetworkRun> storedRun(const std::string& folder, const NetworkSpec& spec) {
    const auto text = keptFile((fs::path(folder) / runFileName(spec)).string());
    auto run = text ? networkRunFromJson(*text) : base::Result<NetworkRun>();
    if (!text || !run || !(run->spec == spec) || run->status == RunStatus::Cancelled) {
        return std::nullopt;
    }
    return std::move(*run);
}

std::string runFileName(const NetworkSpec& spec) {
    return keptFileName("run", toJson(spec));
}

base::Result<SweepResult> runSweep(const std::vector<NetworkSpec>& specs, const SweepOptions& options,
    const base::StopToken& stop, const SweepCallbacks& callbacks) {
    const int threads = options.threads > 0 ? options.threads : base::defaultThreads();
    const std::size_t atOnce = std::min<std::size_t>(static_cast<std::size_t>(threads), specs.size());
    for (const NetworkSpec& spec : specs) {
        if (const auto checked = checkSpec(spec, atOnce); !checked) {
            return tl::make_unexpected(checked.error());
        }
    }
    if (const auto prepared = prepareFolder(options.folder); !prepared) {
        return tl::make_unexpected(prepared.error());
    }
    const auto began = std::chrono::steady_clock::now();
    SweepResult result;
    result.runs.resize(specs.size());
    std::vector<std::optional<base::Error>> errors(specs.size());
    Tally tally(specs, callbacks);
    base::parallelFor(specs.size(), threads, [&](std::size_t i) {
        NetworkRun& slot = result.runs[i];
        slot.spec = specs[i];
        slot.status = RunStatus::Cancelled;
        if (!options.folder.empty()) {
            if (auto stored = storedRun(options.folder, specs[i])) {
                slot = std::move(*stored);
                tally.finished(i, slot, true);
                return;
            }
        }
        if (stop.stop_requested()) {
            return;
        }
        RunCallbacks each;
        each.isPaused = callbacks.isPaused;
        if (callbacks.onMeasured) {
            each.onMeasured = [&](const NetworkRun& run) { callbacks.onMeasured(i, run); };
        }
        each.onProgress = [&](const RunProgress& progress) { tally.progress(i, progress); };
        base::Result<NetworkRun> run = trainNetwork(specs[i], stop, each);
        if (!run) {
            errors[i] = run.error();
            return;
        }
        slot = std::move(*run);
        if (slot.status == RunStatus::Cancelled) {
            return;
        }
        if (!options.folder.empty()) {
            const std::string path = (fs::path(options.folder) / runFileName(slot.spec)).string();
            if (const auto stored = keepFile(path, toJson(slot)); !stored) {
                errors[i] = stored.error();
                return;
            }
        }
        tally.finished(i, slot, false);
    });
    if (const auto failed = base::firstError(errors)) {
        return tl::make_unexpected(*failed);
    }
    result.resumed = tally.resumed();
    result.isCancelled = std::any_of(result.runs.begin(), result.runs.end(),
        [](const NetworkRun& run) { return run.status == RunStatus::Cancelled; });
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return result;
}

} // namespace rulescope::networks
