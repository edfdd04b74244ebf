// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/task.h"

#include "core/networks/named_entry.h"

namespace rulescope::networks {

// Every task, one line each; each function lives in the file of its task.
#define RULESCOPE_TASKS(TASK)                                                                                \
    TASK(twoAlternativeTask)                                                                                 \
    TASK(delayedMatchTask)                                                                                   \
    TASK(contextTask)                                                                                        \
    TASK(patternTask)                                                                                        \
    TASK(imageRowsTask)                                                                                      \
    TASK(animalTask)

#define RULESCOPE_DECLARE(function) const TaskInfo& function();
RULESCOPE_TASKS(RULESCOPE_DECLARE)
#undef RULESCOPE_DECLARE

void Task::prepare(std::size_t trials, Batch<float>& batch) const {
    const auto columns = static_cast<Eigen::Index>(steps() * trials);
    const std::size_t lossColumns = (steps() - lossFrom()) * trials;
    batch.trials = trials;
    batch.steps = steps();
    batch.lossFrom = lossFrom();
    batch.loss = loss();
    batch.inputs.setZero(static_cast<Eigen::Index>(inputs()), columns);
    if (loss() == LossKind::CrossEntropy) {
        batch.classes.assign(lossColumns, 0);
    } else {
        batch.targets.setZero(static_cast<Eigen::Index>(outputs()), static_cast<Eigen::Index>(lossColumns));
    }
}

const std::vector<const TaskInfo*>& allTasks() {
#define RULESCOPE_ENTRY(function) &function(),
    static const std::vector<const TaskInfo*> tasks = {RULESCOPE_TASKS(RULESCOPE_ENTRY)};
#undef RULESCOPE_ENTRY
    return tasks;
}

base::Result<const TaskInfo*> findTask(std::string_view name) {
    return findNamed(allTasks(), name, QT_TRANSLATE_NOOP("core", "There is no network task named \"%1\"."));
}

} // namespace rulescope::networks
