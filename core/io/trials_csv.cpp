// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/trials_csv.h"

#include "core/base/file_bytes.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace rulescope::io {

namespace {

using data::Animal;
using data::AnimalPtr;
using data::Trials;

struct OptionalColumn {
    const char* name;
    std::vector<double> Trials::*member;
};
constexpr OptionalColumn kOptional[] = {{"stimulus_onset_s", &Trials::stimulusOnsetS},
    {"response_s", &Trials::responseS}, {"reaction_time_s", &Trials::reactionTimeS},
    {"probability_left", &Trials::probabilityLeft}};
constexpr const char* kTrial = "trial";

std::string quoted(const std::string& text) {
    const bool needsQuotes = text.find_first_of(",\"\r\n;\t#") != std::string::npos ||
                             (!text.empty() && (text.front() == ' ' || text.back() == ' '));
    if (!needsQuotes) {
        return text;
    }
    std::string result = "\"";
    for (const char c : text) {
        result += c == '"' ? "\"\"" : std::string(1, c);
    }
    return result + '"';
}

void appendNumber(std::string& line, double value) {
    if (std::isnan(value)) {
        return;
    }
    char buffer[32];
    line.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void appendCode(std::string& line, std::int8_t code) {
    line += code == 1 ? "1" : code == 0 ? "0" : "";
}

/// The columns that the table has beside the fixed ones.
struct Layout {
    std::string stimulus;
    std::vector<OptionalColumn> optional;
    std::vector<std::string> extra;
};

std::string stimulusHeader(const Animal& animal) {
    return animal.stimulusKind() == data::StimulusKind::Contrast ? "signed_contrast"
                                                                 : "stimulus [" + animal.stimulusUnit() + "]";
}

base::Result<Layout> layoutOf(const std::vector<AnimalPtr>& animals) {
    Layout layout;
    for (const AnimalPtr& animal : animals) {
        const std::string stimulus = stimulusHeader(*animal);
        if (!layout.stimulus.empty() && layout.stimulus != stimulus) {
            return base::failure(base::ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "Stimuli of different kinds (%1, %2) can't share a column."),
                    {layout.stimulus, stimulus}},
                animal->name(), QT_TRANSLATE_NOOP("core", "Export these animals into files of their own."));
        }
        layout.stimulus = stimulus;
        for (const data::Column& column : animal->trials().extra) {
            const bool isKnown =
                std::find(layout.extra.begin(), layout.extra.end(), column.name) != layout.extra.end();
            if (!isKnown && column.name != kTrial) {
                layout.extra.push_back(column.name);
            }
        }
    }
    for (const OptionalColumn& column : kOptional) {
        if (std::any_of(animals.begin(), animals.end(),
                [&](const AnimalPtr& animal) { return !(animal->trials().*column.member).empty(); })) {
            layout.optional.push_back(column);
        }
    }
    return layout;
}

std::string header(const Layout& layout) {
    std::string line = "animal,lab,session,session_date,protocol,trial," + quoted(layout.stimulus) +
                       ",choice,answer,outcome";
    for (const OptionalColumn& column : layout.optional) {
        line += std::string(",") + column.name;
    }
    for (const std::string& name : layout.extra) {
        line += "," + quoted(name);
    }
    return line + "\r\n";
}

void appendTrial(std::string& text, const Layout& layout, const std::vector<const data::Column*>& extra,
    const Trials& trials, std::size_t t) {
    appendNumber(text, trials.stimulus[t]);
    for (const auto* column : {&trials.choice, &trials.answer, &trials.outcome}) {
        text += ',';
        appendCode(text, (*column)[t]);
    }
    for (const OptionalColumn& column : layout.optional) {
        text += ',';
        appendNumber(text, (trials.*column.member).empty() ? std::nan("") : (trials.*column.member)[t]);
    }
    for (const data::Column* column : extra) {
        text += ',';
        appendNumber(text, column == nullptr ? std::nan("") : column->values[t]);
    }
    text += "\r\n";
}

void appendAnimal(std::string& text, const Layout& layout, const Animal& animal) {
    const Trials& trials = animal.trials();
    const data::Column* const numbers = trials.findExtra(kTrial);
    std::vector<const data::Column*> extra;
    for (const std::string& name : layout.extra) {
        extra.push_back(trials.findExtra(name));
    }
    for (const data::Session& session : animal.sessions()) {
        const std::string start = quoted(animal.name()) + ',' + quoted(animal.lab()) + ',' +
                                  quoted(session.label) + ',' + quoted(session.date) + ',' +
                                  quoted(session.protocol) + ',';
        for (std::size_t t = session.begin; t < session.end; ++t) {
            text += start;
            appendNumber(text, numbers ? numbers->values[t] : static_cast<double>(t - session.begin + 1));
            text += ',';
            appendTrial(text, layout, extra, trials, t);
        }
    }
}

} // namespace

base::Result<std::string> trialsCsv(const std::vector<AnimalPtr>& animals) {
    const auto layout = layoutOf(animals);
    if (!layout) {
        return tl::make_unexpected(layout.error());
    }
    std::string text = header(*layout);
    for (const AnimalPtr& animal : animals) {
        appendAnimal(text, *layout, *animal);
    }
    return text;
}

base::Result<void> writeTrialsCsv(const std::vector<AnimalPtr>& animals, const std::filesystem::path& path) {
    return trialsCsv(animals).and_then([&](const std::string& text) {
        return base::replaceFile(path, {text.data(), text.size()});
    });
}

} // namespace rulescope::io
