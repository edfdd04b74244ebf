// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/animal_options.h"
#include "app/cli/command.h"
#include "app/cli/json_form.h"
#include "app/cli/psychometric_form.h"
#include "app/cli/text_table.h"
#include "core/behavior/training_status.h"

#include <fmt/format.h>

namespace rulescope::cli {

namespace {

Json reportJson(const behavior::TrainingReport& report) {
    Json easy = Json::array();
    for (const double share : report.easy) {
        easy.push_back(number(share));
    }
    Json json = {{"status", behavior::toString(report.status)}, {"failed", report.failed}, {"n", report.n},
        {"easy", std::move(easy)}, {"median_rt_zero_s", number(report.medianRtZeroS)},
        {"fit", fitJson(report.fit)}};
    if (report.fit20 && report.fit80) {
        json["fit_20"] = fitJson(*report.fit20);
        json["fit_80"] = fitJson(*report.fit80);
    }
    return json;
}

std::string toText(const behavior::TrainingReport& report) {
    std::string text = fmt::format("{}\n", behavior::toString(report.status));
    if (!report.failed.empty()) {
        text += fmt::format("not met for the next stage: {}\n", joined(report.failed));
    }
    for (std::size_t i = 0; i < report.n.size(); ++i) {
        text += fmt::format("session {} of {}: {} trials, {} correct on easy ones\n", i + 1, report.n.size(),
            report.n[i], fixed(report.easy[i], 3));
    }
    return text +
           fmt::format("median reaction time without a stimulus: {} s\n", fixed(report.medianRtZeroS, 2));
}

class Status final : public Command {
  public:
    std::string name() const override { return "status"; }
    std::string description() const override {
        return "Tell the training status of an animal from its last three sessions.";
    }
    void declare(CLI::App& options) override { m_animal.declare(options); }

    Answer run(const base::StopToken&) override {
        base::Result<SessionChoice> choice = m_animal.open();
        if (!choice) {
            return failed(choice.error());
        }
        const base::Result<behavior::TrainingReport> report =
            behavior::trainingStatus(*choice->animal, choice->sessions);
        if (!report) {
            return failed(report.error());
        }
        choice->sessions = report->sessions;
        Json json = toJson(*choice);
        json.update(reportJson(*report));
        return Outcome{std::move(json), toText(*report), ExitCode::Ok};
    }

  private:
    AnimalOptions m_animal;
};

} // namespace

CommandPtr makeStatus() {
    return std::make_unique<Status>();
}

} // namespace rulescope::cli
