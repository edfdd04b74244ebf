// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/behavior/psychometric.h"

#include "app/cli/animal_options.h"
#include "app/cli/command.h"
#include "app/cli/json_form.h"
#include "app/cli/psychometric_form.h"
#include "app/cli/text_table.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace rulescope::cli {

namespace {

Json pointsJson(const std::vector<behavior::PsychometricPoint>& points) {
    Json list = Json::array();
    for (const behavior::PsychometricPoint& point : points) {
        list.push_back({{"x", number(point.x)}, {"n", point.n}, {"right", point.right},
            {"fraction_right", number(point.fractionRight)}, {"low", number(point.interval.low)},
            {"high", number(point.interval.high)}});
    }
    return list;
}

std::string toTable(const behavior::Psychometric& curve) {
    std::vector<std::vector<std::string>> rows = {{"stimulus", "n", "right", "95 % interval"}};
    for (const behavior::PsychometricPoint& point : curve.points) {
        rows.push_back({fmt::format("{:g}", point.x), std::to_string(point.n), fixed(point.fractionRight, 3),
            fixed(point.interval.low, 3) + " .. " + fixed(point.interval.high, 3)});
    }
    const behavior::PsychometricParameters& fitted = curve.fit.parameters;
    return table(rows) +
           fmt::format(
               "\nbias {}, threshold {}, lapses {} and {}; {} trials, log-likelihood {} nats ({})\n{}",
               fixed(fitted.bias, 2), fixed(fitted.threshold, 2), fixed(fitted.lapseLow, 3),
               fixed(fitted.lapseHigh, 3), curve.fit.n, fixed(curve.fit.logLikelihood, 2),
               behavior::toString(curve.variant),
               curve.fit.isIdentified ? ""
                                      : "These trials do not determine the curve: bias or threshold could be "
                                        "almost anything.\n");
}

class Psychometric final : public Command {
  public:
    std::string name() const override { return "psychometric"; }
    std::string description() const override { return "Fit a psychometric curve to sessions of one animal."; }

    void declare(CLI::App& options) override {
        m_animal.declare(options);
        options
            .add_option("--variant", m_variant,
                "Bounds, starts and no-gos of the fit: ibl-status, ibl-plot, paper or psychofit")
            ->check(CLI::IsMember({"ibl-status", "ibl-plot", "paper", "psychofit"}))
            ->capture_default_str();
        options.add_option("--block", m_block, "Only trials whose prior probability of a left stimulus is P")
            ->type_name("P")
            ->check(CLI::Range(0.0, 1.0));
    }

    Answer run(const base::StopToken&) override {
        const base::Result<behavior::PsychometricVariant> variant =
            behavior::psychometricVariantFromString(m_variant);
        if (!variant) {
            return usage(variant.error(), "--variant");
        }
        const base::Result<SessionChoice> choice = m_animal.open();
        if (!choice) {
            return failed(choice.error());
        }
        behavior::PsychometricOptions options;
        options.variant = *variant;
        options.block = m_block;
        const base::Result<behavior::Psychometric> curve =
            behavior::psychometric(*choice->animal, choice->sessions, options);
        if (!curve) {
            return failed(curve.error());
        }
        Json json = toJson(*choice);
        json["variant"] = m_variant;
        json.update(fitJson(curve->fit));
        json["stimulus"] = base::english(curve->stimulusLabel);
        json["binned"] = curve->isBinned;
        json["points"] = pointsJson(curve->points);
        return Outcome{std::move(json), toTable(*curve), ExitCode::Ok};
    }

  private:
    AnimalOptions m_animal;
    std::string m_variant = "ibl-status";
    std::optional<double> m_block;
};

} // namespace

CommandPtr makePsychometric() {
    return std::make_unique<Psychometric>();
}

} // namespace rulescope::cli
