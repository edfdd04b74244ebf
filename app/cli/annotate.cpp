// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/json_form.h"
#include "app/cli/study_access.h"
#include "app/cli/text_table.h"
#include "core/data/analysed.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <fmt/format.h>

namespace rulescope::cli {

namespace {

/// "first:last", counted from 1, as a half-open range counted from 0.
std::optional<std::pair<std::size_t, std::size_t>> trialRange(const std::string& text) {
    std::size_t first = 0, last = 0;
    const char* const end = text.data() + text.size();
    const auto a = std::from_chars(text.data(), end, first);
    if (a.ec != std::errc() || a.ptr == end || *a.ptr != ':') {
        return std::nullopt;
    }
    const auto b = std::from_chars(a.ptr + 1, end, last);
    if (b.ec != std::errc() || b.ptr != end || first == 0 || last < first) {
        return std::nullopt;
    }
    return std::pair(first - 1, last);
}

class Annotate final : public Command {
  public:
    std::string name() const override { return "annotate"; }
    std::string description() const override {
        return "Leave sessions or trials of an animal out of analyses, mark phases, write notes and tags.";
    }

    void declare(CLI::App& options) override {
        declareStudy(options, m_study);
        options.add_option("--animal", m_animal, "Its name in the study")->required()->type_name("A");
        options
            .add_option("--sessions", m_sessions,
                "all, last:N, phase:NAME, or a comma-separated list of labels, dates or positions")
            ->type_name("S")
            ->capture_default_str();
        CLI::Option* leaveOut = options.add_flag("--leave-out", m_leavesOut, "Keep them out of analyses");
        options.add_option("--trials", m_trials, "Only these trials of each session, counted from 1")
            ->needs(leaveOut)
            ->type_name("FIRST:LAST");
        options.add_option("--reason", m_reason, "Why they are left out")->needs(leaveOut);
        options.add_flag("--take-in", m_takesIn, "Let them enter analyses again")->excludes(leaveOut);
        options.add_option("--phase", m_phase, "Mark them as a phase of training; empty takes the mark away")
            ->type_name("NAME");
        options.add_option("--note", m_note, "What is known about the animal (replaces the note)");
        options.add_option("--tags", m_tags, "Comma-separated (replaces the tags)")->type_name("T,T");
        options.footer(
            "Nothing is deleted: trials that are left out stay in the study. Without an option the "
            "notes are printed.\n" +
            options.get_footer());
    }

    Answer run(const base::StopToken&) override {
        std::pair<std::size_t, std::size_t> range{0, 0};
        if (m_trials) {
            const auto parsed = trialRange(*m_trials);
            if (!parsed) {
                return usage({"\"%1\" is no range of trials.", {*m_trials}}, "--trials",
                    "Write the first and the last trial, counted from 1: --trials 1:30.");
            }
            range = *parsed;
        }
        if (!(m_leavesOut || m_takesIn || m_phase || m_note || m_tags)) {
            return io::openStudy(m_study)
                .and_then([&](const io::StudyContents& contents) { return told(contents.study); })
                .map_error([](const base::Error& error) { return Failure(error); });
        }
        Outcome outcome;
        const auto stored =
            updateStudy(m_study, IfMissing::Refuse, [&](io::StudyContents& contents) -> base::Result<void> {
                return change(contents.study, range)
                    .and_then([&] { return told(contents.study); })
                    .map([&](const Outcome& report) { outcome = report; });
            });
        return stored ? Answer(outcome) : failed(stored.error());
    }

  private:
    base::Result<void> change(data::Study& study, std::pair<std::size_t, std::size_t> range) const {
        const auto animal = study.require(m_animal);
        if (!animal) {
            return tl::make_unexpected(animal.error());
        }
        const auto sessions = data::selectSessions(*data::analysed(study).find(m_animal), m_sessions);
        if (!sessions) {
            return tl::make_unexpected(sessions.error());
        }
        data::AnimalNotes notes = study.notes(m_animal);
        for (const std::size_t session : *sessions) {
            const std::string& label = (*animal)->sessions()[session].label;
            if (m_leavesOut) {
                notes = data::withExclusion(notes, {label, range.first, range.second, m_reason});
            }
            if (m_takesIn) {
                notes = data::withoutExclusions(notes, label);
            }
            if (m_phase) {
                notes = data::withPhase(notes, **animal, session, session, *m_phase);
            }
        }
        notes.note = m_note.value_or(notes.note);
        notes.tags = m_tags ? splitList(*m_tags) : notes.tags;
        if (const auto checked = data::checkNotes(notes, **animal); !checked) {
            return checked;
        }
        study.annotations[m_animal] = notes;
        if (notes.isEmpty()) {
            study.annotations.erase(m_animal);
        }
        return {};
    }

    base::Result<Outcome> told(const data::Study& study) const {
        const auto animal = study.require(m_animal);
        if (!animal) {
            return tl::make_unexpected(animal.error());
        }
        const data::AnimalNotes& notes = study.notes(m_animal);
        const data::ExclusionCounts counts = data::countExclusions(*data::analysed(study).find(m_animal));
        Json exclusions = Json::array(), phases = Json::array();
        std::string text = fmt::format(
            "{}: {} trials left out ({} whole sessions)\n", m_animal, counts.trials, counts.sessions);
        for (const data::Exclusion& exclusion : notes.exclusions) {
            exclusions.push_back({{"session", exclusion.session}, {"begin", exclusion.begin},
                {"end", exclusion.end}, {"reason", exclusion.reason}});
            text += "left out: session " + exclusion.session;
            text += exclusion.isWholeSession() ? ""
                    : exclusion.end == 0
                        ? fmt::format(" from trial {}", exclusion.begin + 1)
                        : fmt::format(" trials {} to {}", exclusion.begin + 1, exclusion.end);
            text += (exclusion.reason.empty() ? "" : " (" + exclusion.reason + ")") + '\n';
        }
        for (const data::Phase& phase : notes.phases) {
            phases.push_back({{"name", phase.name}, {"first", phase.first}, {"last", phase.last}});
            text += fmt::format("phase {}: {} to {}\n", phase.name, phase.first, phase.last);
        }
        text += notes.tags.empty() ? "" : "tags: " + joined(notes.tags) + '\n';
        text += notes.note.empty() ? "" : notes.note + '\n';
        return Outcome{{{"animal", m_animal}, {"left_out_trials", counts.trials},
                           {"left_out_sessions", counts.sessions}, {"exclusions", std::move(exclusions)},
                           {"phases", std::move(phases)}, {"tags", notes.tags}, {"note", notes.note}},
            std::move(text), ExitCode::Ok};
    }

    std::string m_study, m_animal, m_sessions = "all", m_reason;
    std::optional<std::string> m_trials, m_phase, m_note, m_tags;
    bool m_leavesOut = false, m_takesIn = false;
};

} // namespace

CommandPtr makeAnnotate() {
    return std::make_unique<Annotate>();
}

} // namespace rulescope::cli
