// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/network_jobs.h"

#include "core/data/analysed.h"
#include "widgets/text/translated.h"

#include <utility>

namespace rulescope::desktop {

namespace {

/// Networks at a time; the queue runs two jobs on two cores.
constexpr int kThreads = 1;

base::Result<JobResult> train(const networks::ExperimentRequest& request, const data::AnimalPtr& model,
    const QString& folder, const std::shared_ptr<models::LiveRuns>& live, JobControl& control) {
    networks::ExperimentCallbacks callbacks;
    callbacks.isPaused = [&control] { return control.isPaused(); };
    callbacks.onProgress = [&control](double fraction) { control.report({.fraction = fraction}); };
    callbacks.onMeasured = [&live](
                               std::size_t index, const networks::NetworkRun& run) { live->put(index, run); };
    auto outcome = networks::runExperiment(
        request, model, {kThreads, folder.toStdString()}, control.stopToken(), callbacks);
    if (!outcome) {
        return tl::make_unexpected(outcome.error());
    }
    return JobResult(std::make_shared<const networks::ExperimentOutcome>(std::move(*outcome)));
}

QString detailOf(const models::ExperimentEntry& entry) {
    return entry.networks > 0 ? NetworkJobs::tr("%n network(s)", nullptr, static_cast<int>(entry.networks))
                              : QString();
}

} // namespace

NetworkJobs::NetworkJobs(
    Document& document, JobQueue& queue, models::NetworkLibrary& library, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_queue(queue)
    , m_library(library) {
    connect(&queue, &JobQueue::jobChanged, this, &NetworkJobs::onJobChanged);
    connect(&queue, &JobQueue::jobFinished, this, &NetworkJobs::onFinished);
}

base::Result<QString> NetworkJobs::start(const networks::ExperimentRequest& request) {
    if (!request.animal.empty()) { // an experiment that can't begin leaves no folder
        if (const auto model = data::analysed(m_document.contents().study).require(request.animal); !model) {
            return tl::make_unexpected(model.error());
        }
    }
    auto folder = m_library.begin(request);
    if (!folder) {
        return folder;
    }
    if (const auto going = goOn(*folder); !going) {
        return tl::make_unexpected(going.error());
    }
    return folder;
}

base::Result<void> NetworkJobs::goOn(const QString& folder) {
    const models::ExperimentEntry* entry = m_library.find(folder);
    if (entry == nullptr || entry->isRunning()) {
        return {};
    }
    data::AnimalPtr model;
    if (!entry->request.animal.empty()) {
        const auto found = data::analysed(m_document.contents().study).require(entry->request.animal);
        if (!found) {
            return tl::make_unexpected(found.error());
        }
        model = *found;
    }
    auto live = std::make_shared<models::LiveRuns>();
    Job job;
    job.title = entry->title();
    job.detail = detailOf(*entry);
    const auto recipe = networks::findNetworkRecipe(entry->request.recipe);
    job.isOfStudy = model != nullptr || !recipe || (*recipe)->kind == networks::RecipeKind::Learners;
    job.work = [request = entry->request, model, folder, live](
                   JobControl& control) { return train(request, model, folder, live, control); };
    const int id = m_queue.add(std::move(job));
    m_folders.insert(id, folder);
    m_library.setRunning(folder, id, std::move(live));
    return {};
}

void NetworkJobs::onJobChanged(const models::JobStatus& status) {
    const QString folder = m_folders.value(status.id);
    if (folder.isEmpty()) {
        return;
    }
    if (!models::isFinal(status.state)) {
        m_library.setProgress(folder, status.fraction);
        return;
    }
    if (status.state != models::JobState::Finished) { // a finished one hands its result over next
        m_folders.remove(status.id);
        m_library.setEnded(folder);
    }
    if (status.state == models::JobState::Failed) {
        emit failed(folder, status.message);
    }
}

void NetworkJobs::onFinished(int id, const JobResult& result) {
    const QString folder = m_folders.take(id);
    const auto* outcome = std::get_if<networks::ExperimentOutcomePtr>(&result);
    if (folder.isEmpty() || outcome == nullptr) {
        return;
    }
    m_library.setEnded(folder);
    int animals = 0;
    if (!(*outcome)->animals.empty()) {
        if (const auto added = m_document.addArtificialAnimals((*outcome)->animals); !added) {
            emit failed(folder, text::translated(added.error()));
            return;
        }
        animals = static_cast<int>((*outcome)->animals.size());
    }
    const auto recipe = networks::findNetworkRecipe((*outcome)->request.recipe);
    if (recipe && (*recipe)->kind == networks::RecipeKind::Learners) {
        m_library.remove(folder); // its animals are in the study, with the recipe as their provenance
    }
    emit ended(folder, animals, static_cast<int>((*outcome)->diverged));
}

} // namespace rulescope::desktop
