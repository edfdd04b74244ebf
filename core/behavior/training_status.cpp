// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/behavior/training_status.h"

#include "core/behavior/learning_curve.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace rulescope::behavior {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Limits of one stage; all comparisons are strict.
struct Criteria {
    double lapse, bias, threshold;
    std::size_t n;
    double easy;
    double medianRtS; // infinity: not asked for
};
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Criteria kTrained1a{0.2, 16, 19, 200, 0.8, kInfinity};
constexpr Criteria kTrained1b{0.1, 10, 20, 400, 0.9, 2};
constexpr double kLeastBiasShift = 5; // percent contrast, between .2 and .8 blocks

double easyAccuracy(const data::Animal& animal, const data::Session& session) {
    const data::Trials& trials = animal.trials();
    std::size_t easy = 0, correct = 0;
    for (std::size_t t = session.begin; t < session.end; ++t) {
        if (!(std::abs(trials.stimulus[t]) >= 0.5 - 1e-9) || trials.isExcluded(t))
            continue;
        ++easy;
        correct += trials.choice[t] != data::kNone && trials.outcome[t] == 1 ? 1 : 0;
    }
    return easy ? static_cast<double>(correct) / static_cast<double>(easy) : kNan;
}

/// A session that annotations keep out as a whole.
bool isExcluded(const data::Animal& animal, std::size_t session) {
    return !animal.trials().excluded.empty() && session < animal.sessions().size() &&
           animal.sessionCounts(session).trials == 0;
}

bool isZeroContrast(double stimulus) {
    return std::abs(stimulus) < 1e-9;
}

void measure(const data::Animal& animal, TrainingReport& report, bool& hasZero) {
    const data::Trials& trials = animal.trials();
    std::vector<double> times;
    hasZero = false;
    for (const std::size_t index : report.sessions) {
        const data::Session& session = animal.sessions()[index];
        report.n.push_back(animal.sessionCounts(index).trials);
        report.easy.push_back(easyAccuracy(animal, session));
        for (std::size_t t = session.begin; t < session.end; ++t)
            if (isZeroContrast(trials.stimulus[t]) && !trials.isExcluded(t)) {
                hasZero = true;
                times.push_back(reactionTimeS(trials, t));
            }
    }
    report.medianRtZeroS = medianOfFinite(std::move(times));
}

void require(std::vector<std::string>& failed, bool isMet, const char* criterion) {
    if (!isMet && std::find(failed.begin(), failed.end(), criterion) == failed.end())
        failed.emplace_back(criterion);
}

/// What every stage asks of the sessions and of a fit's lapses.
std::vector<std::string> failedOf(const TrainingReport& report, bool hasZero, const Criteria& limits) {
    std::vector<std::string> failed;
    require(failed, report.sessions.size() >= 3, "sessions");
    require(failed, hasZero, "zero_contrast");
    for (const std::size_t n : report.n)
        require(failed, n > limits.n, "n");
    for (const double easy : report.easy)
        require(failed, easy > limits.easy, "easy");
    if (std::isfinite(limits.medianRtS))
        require(failed, report.medianRtZeroS < limits.medianRtS, "median_rt");
    return failed;
}

void requireLapses(std::vector<std::string>& failed, const PsychometricFit& fit, double limit) {
    require(failed, fit.parameters.lapseLow < limit, "lapse_low");
    require(failed, fit.parameters.lapseHigh < limit, "lapse_high");
}

std::vector<std::string> failedOfTraining(
    const TrainingReport& report, bool hasZero, const Criteria& limits) {
    std::vector<std::string> failed = failedOf(report, hasZero, limits);
    requireLapses(failed, report.fit, limits.lapse);
    require(failed, std::abs(report.fit.parameters.bias) < limits.bias, "bias");
    require(failed, report.fit.parameters.threshold < limits.threshold, "threshold");
    return failed;
}

std::vector<std::string> failedOfBlocks(const TrainingReport& report, bool hasZero) {
    std::vector<std::string> failed = failedOf(report, hasZero, kTrained1b);
    if (!report.fit20 || !report.fit80) {
        require(failed, false, "bias_shift");
        return failed;
    }
    requireLapses(failed, *report.fit20, kTrained1b.lapse);
    requireLapses(failed, *report.fit80, kTrained1b.lapse);
    require(failed, report.fit80->parameters.bias - report.fit20->parameters.bias > kLeastBiasShift,
        "bias_shift");
    return failed;
}

std::optional<PsychometricFit> blockFit(
    const data::Animal& animal, const TrainingReport& report, double block) {
    const auto curve =
        psychometric(animal, report.sessions, {.variant = PsychometricVariant::IblStatus, .block = block});
    if (!curve)
        return std::nullopt;
    return curve->fit;
}

/// Protocol strings name the task; "habituation" and the like tell nothing and fall through to the priors.
std::optional<bool> blockByProtocol(std::string protocol) {
    std::transform(protocol.begin(), protocol.end(), protocol.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const auto names = [&](const char* word) { return protocol.find(word) != std::string::npos; };
    if (names("biased") || names("ephys") || names("block"))
        return true;
    if (names("training"))
        return false;
    return std::nullopt;
}

void judge(const data::Animal& animal, bool hasZero, TrainingReport& report) {
    std::size_t blocks = 0;
    for (const std::size_t index : report.sessions)
        blocks += isBlockSession(animal, index) ? 1 : 0;
    if (report.sessions.size() < 3) {
        report.failed = failedOfTraining(report, hasZero, kTrained1a);
        return;
    }
    if (blocks == report.sessions.size()) {
        report.fit20 = blockFit(animal, report, 0.2);
        report.fit80 = blockFit(animal, report, 0.8);
        report.failed = failedOfBlocks(report, hasZero);
        report.status = report.failed.empty() ? TrainingStatus::ReadyForEphys : TrainingStatus::Trained1b;
        return;
    }
    if (blocks > 0) {
        report.status = TrainingStatus::Trained1b;
        report.failed = {"block_sessions"};
        return;
    }
    const std::vector<std::string> failed1a = failedOfTraining(report, hasZero, kTrained1a);
    const std::vector<std::string> failed1b = failedOfTraining(report, hasZero, kTrained1b);
    if (failed1b.empty())
        report.status = TrainingStatus::Trained1b;
    else if (failed1a.empty())
        report.status = TrainingStatus::Trained1a;
    report.failed = report.status == TrainingStatus::InTraining ? failed1a : failed1b;
}

} // namespace

std::string toString(TrainingStatus status) {
    switch (status) {
    case TrainingStatus::Trained1a:
        return "trained_1a";
    case TrainingStatus::Trained1b:
        return "trained_1b";
    case TrainingStatus::ReadyForEphys:
        return "ready4ephysrig";
    case TrainingStatus::InTraining:
        break;
    }
    return "in_training";
}

bool isBlockSession(const data::Animal& animal, std::size_t session) {
    const data::Session& place = animal.sessions()[session];
    if (const std::optional<bool> told = blockByProtocol(place.protocol))
        return *told;
    const std::vector<double>& priors = animal.trials().probabilityLeft;
    if (priors.empty())
        return false;
    bool hasBlock = false;
    for (std::size_t t = place.begin; t < place.end; ++t) {
        if (std::isnan(priors[t])) // an empty cell is no value
            continue;
        const auto is = [&](double prior) { return std::abs(priors[t] - prior) < 1e-6; };
        if (!is(0.2) && !is(0.5) && !is(0.8))
            return false;
        hasBlock = hasBlock || !is(0.5);
    }
    return hasBlock;
}

base::Result<TrainingReport> trainingStatus(
    const data::Animal& animal, std::span<const std::size_t> sessions) {
    if (animal.stimulusKind() != data::StimulusKind::Contrast)
        return base::failure(base::ErrorCode::Unsupported,
            QT_TRANSLATE_NOOP("core", "The training status needs visual contrasts."), animal.name(),
            QT_TRANSLATE_NOOP("core", "Use the learning curve for other stimuli."));
    TrainingReport report;
    std::copy_if(sessions.begin(), sessions.end(), std::back_inserter(report.sessions),
        [&](std::size_t index) { return !isExcluded(animal, index); });
    const std::size_t skipped = report.sessions.size() > 3 ? report.sessions.size() - 3 : 0;
    report.sessions.erase(
        report.sessions.begin(), report.sessions.begin() + static_cast<std::ptrdiff_t>(skipped));
    const auto curve = psychometric(animal, report.sessions, {.variant = PsychometricVariant::IblStatus});
    if (!curve)
        return tl::make_unexpected(curve.error());
    report.fit = curve->fit;
    bool hasZero = false;
    measure(animal, report, hasZero);
    judge(animal, hasZero, report);
    return report;
}

} // namespace rulescope::behavior
