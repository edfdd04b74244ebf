// SPDX-License-Identifier: GPL-3.0-or-later
// rulescope-cli: the command line over core, for scripts and for cluster nodes without Qt.
#include "app/cli/command.h"
#include "app/cli/json_form.h"
#include "app/cli/stop_on_signal.h"
#include "core/base/version.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <string_view>

namespace {

using namespace rulescope;
using cli::ExitCode;

constexpr const char* kFooter =
    "Exit codes: 0 ok, 2 usage, 3 bad input, 4 no result, 130 cancelled.\n"
    "With --json one object goes to stdout and nothing else; the log is on stderr.";

int report(const cli::Failure& failure, bool isJson) {
    if (isJson) {
        fmt::print("{}", cli::toText(cli::errorJson(failure.error)));
    }
    fmt::print(stderr, "rulescope-cli: {}\n", base::english(failure.error));
    return static_cast<int>(failure.code);
}

int runCommand(cli::Command& command, bool isJson) {
    cli::StopOnSignal signals;
    const cli::Answer answer = command.run(signals.token());
    if (!answer) {
        return report(answer.error(), isJson);
    }
    fmt::print("{}", isJson ? cli::toText(answer->json) : answer->text);
    return static_cast<int>(answer->code);
}

/// A fault that no Result foresaw (memory, disk full in a library): still a sentence and an exit code.
int runGuarded(cli::Command& command, bool isJson) {
    try {
        return runCommand(command, isJson);
    } catch (const std::bad_alloc&) {
        return report({{base::ErrorCode::TooLarge, "There is not enough memory for this.", {}, {}}}, isJson);
    } catch (const std::exception& fault) {
        return report({{base::ErrorCode::Internal,
                          base::Text("This should not have happened (%1).", {std::string(fault.what())}), {},
                          "Please report it with the command that you gave."}},
            isJson);
    }
}

/// --help and --version end well; every other parse error is a usage error.
int exitAfterParsing(const CLI::App& app, const CLI::ParseError& error, bool isJson) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
        return app.exit(error);
    }
    return report(cli::Failure({base::ErrorCode::InvalidValue, base::Text::verbatim(error.what()), {},
                                   "See rulescope-cli --help, or --help of the subcommand."},
                      ExitCode::Usage),
        isJson);
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Rulescope: see how an animal learns.", "rulescope-cli");
    app.footer(kFooter);
    app.set_version_flag("--version", std::string("rulescope-cli ") + base::kVersion);
    app.require_subcommand(1);
    app.get_formatter()->column_width(34);

    bool isJson = std::any_of(argv, argv + argc, [](std::string_view text) { return text == "--json"; });
    const std::vector<cli::CommandPtr> commands = cli::allCommands();
    for (const cli::CommandPtr& command : commands) {
        CLI::App* options = app.add_subcommand(command->name(), command->description());
        options->footer(kFooter);
        options->add_flag("--json", isJson, "Print one JSON object");
        command->declare(*options);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return exitAfterParsing(app, error, isJson);
    }
    const auto chosen = std::find_if(commands.begin(), commands.end(),
        [&](const cli::CommandPtr& command) { return app.got_subcommand(command->name()); });
    return runGuarded(**chosen, isJson);
}
