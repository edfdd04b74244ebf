// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

namespace rulescope::cli {

ExitCode exitCodeOf(base::ErrorCode code) {
    switch (code) {
    case base::ErrorCode::NoData:
    case base::ErrorCode::Internal:
        return ExitCode::NoResult;
    case base::ErrorCode::Cancelled:
        return ExitCode::Cancelled;
    default:
        return ExitCode::BadInput;
    }
}

tl::unexpected<Failure> usage(base::Text what, std::string where, base::Text remedy) {
    base::Error error{base::ErrorCode::InvalidValue, std::move(what), std::move(where), std::move(remedy)};
    return tl::make_unexpected(Failure(std::move(error), ExitCode::Usage));
}

tl::unexpected<Failure> usage(const base::Error& error, const std::string& option) {
    base::Error told = error;
    told.where = told.where.empty() ? option : option + ": " + told.where;
    return tl::make_unexpected(Failure(std::move(told), ExitCode::Usage));
}

tl::unexpected<Failure> failed(base::Error error) {
    return tl::make_unexpected(Failure(std::move(error)));
}

std::vector<CommandPtr> allCommands() {
    std::vector<CommandPtr> commands;
    for (CommandPtr (*make)() : {makeDemo, makeImport, makeInfo, makeAnnotate, makePsychometric, makeStatus,
             makeTrack, makeFit, makeRule, makeSurface, makeGain, makeCompare, makeExport, makeSimulate,
             makeRecover, makeConfusion, makeNetwork}) {
        commands.push_back(make());
    }
    return commands;
}

} // namespace rulescope::cli
