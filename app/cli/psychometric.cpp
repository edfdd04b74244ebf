// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/behavior/psychometric.h"

#include "app/cli/animal_options.h"
#include "app/cli/command.h"
#include "app/cli/json_form.h"
#include "app/cli/psychometric_form.h"
#include "app/cli/spec_options.h"
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

Json intervalsJson(const behavior::PsychometricIntervals& intervals, const std::string& method) {
    const auto of = [](const behavior::Interval& interval) {
        return Json{{"low", number(interval.low)}, {"high", number(interval.high)}};
    };
    return {{"method", method}, {"bias", of(intervals.bias)}, {"threshold", of(intervals.threshold)},
        {"lapse_low", of(intervals.lapseLow)}, {"lapse_high", of(intervals.lapseHigh)}};
}

std::string toText(const behavior::PsychometricIntervals& intervals, const std::string& method) {
    const auto of = [](const behavior::Interval& interval, int decimals) {
        return fixed(interval.low, decimals) + " .. " + fixed(interval.high, decimals);
    };
    return fmt::format("95 % intervals ({}): bias {}, threshold {}, lapses {} and {}\n", method,
        of(intervals.bias, 2), of(intervals.threshold, 2), of(intervals.lapseLow, 3),
        of(intervals.lapseHigh, 3));
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
        options
            .add_option("--intervals", m_intervals,
                "95 % intervals of the parameters: none, profile (likelihood) or bootstrap (parametric)")
            ->check(CLI::IsMember({"none", "profile", "bootstrap"}))
            ->capture_default_str();
        options.add_option("--resamples", m_bootstrap.resamples, "Resamples of the bootstrap")
            ->check(CLI::Range(100, 1000000))
            ->capture_default_str();
        options.add_option("--seed", m_bootstrap.seed, "Seed of the bootstrap")
            ->check(anySeed)
            ->capture_default_str();
    }

    Answer run(const base::StopToken& stop) override {
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
        options.intervals = *behavior::intervalMethodFromString(m_intervals);
        options.bootstrap = m_bootstrap;
        const base::Result<behavior::Psychometric> curve =
            behavior::psychometric(*choice->animal, choice->sessions, options, stop);
        if (!curve) {
            return failed(curve.error());
        }
        Json json = toJson(*choice);
        json["variant"] = m_variant;
        json["block"] = m_block ? number(*m_block) : Json(nullptr);
        json.update(fitJson(curve->fit));
        json["stimulus"] = base::english(curve->stimulusLabel);
        json["binned"] = curve->isBinned;
        json["points"] = pointsJson(curve->points);
        std::string text = toTable(*curve);
        if (curve->intervals) {
            json["intervals"] = intervalsJson(*curve->intervals, m_intervals);
            text += toText(*curve->intervals, m_intervals);
        }
        return Outcome{std::move(json), std::move(text), ExitCode::Ok};
    }

  private:
    AnimalOptions m_animal;
    std::string m_variant = "ibl-status";
    std::string m_intervals = "none";
    std::optional<double> m_block;
    behavior::BootstrapOptions m_bootstrap;
};

} // namespace

CommandPtr makePsychometric() {
    return std::make_unique<Psychometric>();
}

} // namespace rulescope::cli
