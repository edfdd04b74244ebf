// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/text.h"
#include "core/networks/network.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rulescope::networks {

struct TaskOptions {
    double noise = 0.1;          ///< standard deviation added to every stimulus input on every step
    double noisyTestNoise = 0.3; ///< the same in the noisy test; of pixels on top of clean ones
    std::string imageFolder;     ///< of the image task; empty: where Debian's package puts them
    /// Of the animal's task: signed strengths in [-1, 1] that come equally often, right positive; empty:
    /// those of the IBL task.
    std::vector<double> stimuli;
    bool operator==(const TaskOptions&) const = default;
};

/// Which trials are asked for.
enum class TrialSource {
    Training,
    Test,      ///< trials of the same kind that training never sees
    NoisyTest, ///< test trials with more noise
};

/// A task that a network learns: draws trials as inputs and what the outputs should be (METHOD.md section
/// 10).
class Task {
  public:
    virtual ~Task() = default;
    virtual std::size_t inputs() const = 0;
    virtual std::size_t outputs() const = 0;
    virtual std::size_t steps() const = 0;
    virtual std::size_t lossFrom() const { return 0; }
    virtual LossKind loss() const { return LossKind::CrossEntropy; }
    /// `trials` new trials into `batch` (overwritten), from the stream's next numbers.
    virtual void draw(
        TrialSource source, std::size_t trials, base::RandomStream& random, Batch<float>& batch) const = 0;

  protected:
    /// Sizes and zeros of a batch of this task.
    void prepare(std::size_t trials, Batch<float>& batch) const;
};
using TaskPtr = std::shared_ptr<const Task>;

/// What the registry says about a task.
struct TaskInfo {
    std::string_view name; ///< contract name: "two-alternative"
    base::Text title;
    base::Text description;
    base::Result<TaskPtr> (*make)(const TaskOptions& options);
};

/// All tasks, in the order in which menus and figures list them.
const std::vector<const TaskInfo*>& allTasks();
/// The task of that name, or a NotFound error that lists the names.
base::Result<const TaskInfo*> findTask(std::string_view name);

} // namespace rulescope::networks
