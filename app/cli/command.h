// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace rulescope::cli {

using Json = nlohmann::ordered_json;

/// What the shell sees (DESIGN.md, Contracts).
enum class ExitCode : int { Ok = 0, Usage = 2, BadInput = 3, NoResult = 4, Cancelled = 130 };

ExitCode exitCodeOf(base::ErrorCode code);

/// What a subcommand hands back: `json` with --json, else `text`; never both.
struct Outcome {
    Json json = Json::object();
    std::string text; ///< for people, with its line ends
    ExitCode code = ExitCode::Ok;
};

/// Why a subcommand has no outcome. An error of core decides the exit code, unless the options were at fault.
struct Failure {
    base::Error error;
    ExitCode code = ExitCode::BadInput;

    Failure(base::Error cause)
        : error(std::move(cause))
        , code(exitCodeOf(error.code)) {}
    Failure(base::Error cause, ExitCode exit)
        : error(std::move(cause))
        , code(exit) {}
};

using Answer = tl::expected<Outcome, Failure>;

/// The options are at fault: exit code 2, with a hint to --help. `where` is the option.
tl::unexpected<Failure> usage(base::Text what, std::string where, base::Text remedy = {});
/// An error of core that stems from an option's text: exit code 2.
tl::unexpected<Failure> usage(const base::Error& error, const std::string& option);
/// Passes an error of core on.
tl::unexpected<Failure> failed(base::Error error);

/// One subcommand: declares its options, then runs once they are parsed.
class Command {
  public:
    virtual ~Command() = default;

    virtual std::string name() const = 0;
    virtual std::string description() const = 0; ///< one sentence for --help
    virtual void declare(CLI::App& options) = 0;
    /// `stop` is requested by Ctrl-C or SIGTERM; a second one ends the program at once.
    virtual Answer run(const base::StopToken& stop) = 0;
};

using CommandPtr = std::unique_ptr<Command>;

// One file each.
CommandPtr makeDemo();
CommandPtr makeImport();
CommandPtr makeInfo();
CommandPtr makeAnnotate();
CommandPtr makeExport();
CommandPtr makePsychometric();
CommandPtr makeStatus();
CommandPtr makeTrack();
CommandPtr makeFit();
CommandPtr makeRule();
CommandPtr makeSurface();
CommandPtr makeGain();
CommandPtr makeCompare();
CommandPtr makeSimulate();
CommandPtr makeRecover();
CommandPtr makeConfusion();
CommandPtr makeNetwork();

/// All subcommands, in the order in which --help lists them.
std::vector<CommandPtr> allCommands();

} // namespace rulescope::cli
