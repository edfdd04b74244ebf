// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/annotations.h"

#include <string>
#include <vector>

namespace rulescope::io {

/// Annotations as the study file holds them: {animal: {note, tags, exclusions: [{session, begin, end,
/// reason}], phases: [{name, first, last}]}}. Trials are counted from 0 in their session; `end` is one past
/// the last, or 0 for the end of the session.
std::string annotationsToJson(const data::Annotations& annotations);

/// Annotations as far as they can be read.
struct ReadAnnotations {
    data::Annotations annotations;
    std::vector<base::Error> problems; ///< of what can't be read and was left out
};

/// What is of another form is left out, one entry at a time; whether sessions exist is for data::checkNotes
/// to say.
ReadAnnotations annotationsFromJson(const std::string& text);

} // namespace rulescope::io
