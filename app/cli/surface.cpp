// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/csv_file.h"
#include "app/cli/fitted_animals.h"
#include "app/cli/json_form.h"
#include "core/insight/fitted_inputs.h"
#include "core/insight/update_surface.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <limits>

namespace rulescope::cli {

namespace {

constexpr const char* kColumns =
    "The CSV has one row per cell of the map, with the columns\n"
    "  stimulus          as the rule saw it (regressor units, right positive)\n"
    "  weight            the decision weight of that cell\n"
    "  dw_correct        change of the weight after a correct trial\n"
    "  dw_error          after an error\n"
    "  dw_difference     dw_correct - dw_error\n"
    "  visits_correct    correct trials that the animals spent in the cell\n"
    "  visits_error      errors there; where both are 0 the map extrapolates\n"
    "  dw_left, dw_right after a choice of that side\n"
    "  dw_correct_low, dw_correct_high, dw_error_low, dw_error_high\n"
    "                    10-90 % over histories, or 95 % over fits; empty for one fit without memory\n"
    "  textbook_correct, textbook_error\n"
    "                    the closest textbook rule, with --textbook; else empty\n";

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double at(const std::vector<double>& map, std::size_t i) {
    return i < map.size() ? map[i] : kNone;
}

std::string toCsv(const insight::UpdateSurface& surface) {
    std::string text =
        "stimulus,weight,dw_correct,dw_error,dw_difference,visits_correct,visits_error,dw_left,"
        "dw_right,dw_correct_low,dw_correct_high,dw_error_low,dw_error_high,textbook_correct,"
        "textbook_error\n";
    for (std::size_t i = 0; i < surface.rows() * surface.columns(); ++i) {
        text += cell(surface.stimulus[i % surface.columns()]);
        text += ',' + cell(surface.weightValues[i / surface.columns()]);
        for (const std::vector<double>* map : {&surface.correct, &surface.error, &surface.difference,
                 &surface.correctVisits, &surface.errorVisits, &surface.left, &surface.right,
                 &surface.correctLow, &surface.correctHigh, &surface.errorLow, &surface.errorHigh,
                 &surface.textbookCorrect, &surface.textbookError}) {
            text += ',' + cell(at(*map, i));
        }
        text += '\n';
    }
    return text;
}

Json textbookJson(const insight::UpdateSurface& surface) {
    if (!surface.textbook) {
        return nullptr;
    }
    const insight::TextbookOverlay& overlay = *surface.textbook;
    return {{"rule", overlay.rule}, {"parameters", byName(overlay.parameterNames, overlay.parameters)},
        {"explained", number(overlay.explained)}};
}

class Surface final : public Command {
  public:
    std::string name() const override { return "surface"; }
    std::string description() const override {
        return "Write how a fitted rule changes a weight, against stimulus and weight, as a CSV file.";
    }

    void declare(CLI::App& options) override {
        m_fit.declare(options);
        options.add_option("--out", m_out, "The CSV file to write")->required()->type_name("CSV");
        options.add_option("--component", m_surface.component, "The weight whose update is shown")
            ->type_name("NAME")
            ->capture_default_str();
        options.add_option("--weight", m_surface.weight, "The weight along the map's vertical axis")
            ->type_name("NAME")
            ->capture_default_str();
        options
            .add_option("--histories", m_histories,
                "Histories that a rule with memory is averaged over: the animals' own (data), or all "
                "four-trial "
                "ones (published)")
            ->check(CLI::IsMember({"data", "published"}))
            ->capture_default_str();
        options.add_flag("--textbook", m_surface.hasTextbook,
            "Also the textbook rule that comes closest to the fitted one on the animals' trials");
        options.footer(kColumns + options.get_footer());
    }

    Answer run(const base::StopToken& stop) override {
        const base::Result<FittedAnimals> fitted = m_fit.open();
        if (!fitted) {
            return failed(fitted.error());
        }
        if (const auto usable = insight::requireUpdates(*fitted->result); !usable) {
            return failed(usable.error());
        }
        insight::UpdateSurfaceOptions options = m_surface;
        options.ensemble = insight::ensembleRules(*fitted->result);
        options.regressors = fitted->result->spec.regressors;
        options.histories =
            m_histories == "published" ? insight::HistorySource::Published : insight::HistorySource::Data;
        for (const auto& [option, component] :
            {std::pair("--component", options.component), std::pair("--weight", options.weight)}) {
            if (options.regressors.indexOf(component) == options.regressors.names.size()) {
                return usage({"The fit has no weight named \"%1\".", {component}}, option);
            }
        }
        const base::Result<insight::UpdateSurface> surface =
            insight::updateSurface(*fitted->rule, fitted->animals, options, stop);
        if (!surface) {
            return failed(surface.error());
        }
        const base::Result<void> written = writeCsv(m_out, toCsv(*surface));
        return written ? told(*fitted, *surface) : failed(written.error());
    }

  private:
    Answer told(const FittedAnimals& fitted, const insight::UpdateSurface& surface) const {
        Json json = {{"fit", fitted.result->id}, {"rule", fitted.result->spec.rule}, {"out", m_out},
            {"component", surface.component}, {"weight", surface.weight}, {"stimuli", surface.columns()},
            {"weights", surface.rows()}, {"cells", surface.columns() * surface.rows()},
            {"reference_weights", byName(fitted.result->spec.regressors.names, surface.referenceWeights)},
            {"histories", surface.historyCount}, {"animals", surface.animals}, {"trials", surface.trials},
            {"fits", surface.fits}, {"textbook", textbookJson(surface)}};
        std::string text =
            fmt::format("{}: the update of {} over {} stimuli and {} weights, from {} trials of {} animals\n",
                m_out, surface.component, surface.columns(), surface.rows(), surface.trials, surface.animals);
        return Outcome{std::move(json), std::move(text), ExitCode::Ok};
    }

    FitOptions m_fit;
    std::string m_out;
    std::string m_histories = "data";
    insight::UpdateSurfaceOptions m_surface;
};

} // namespace

CommandPtr makeSurface() {
    return std::make_unique<Surface>();
}

} // namespace rulescope::cli
