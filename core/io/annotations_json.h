// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/annotations.h"

#include <string>

namespace rulescope::io {

/// Annotations as the study file holds them: {animal: {note, tags, exclusions: [{session, begin, end,
/// reason}], phases: [{name, first, last}]}}. Trials are counted from 0 in their session; `end` is one past
/// the last, or 0 for the end of the session.
std::string annotationsToJson(const data::Annotations& annotations);

/// BadFormat on anything else; whether sessions exist is for data::checkNotes to say.
base::Result<data::Annotations> annotationsFromJson(const std::string& text);

} // namespace rulescope::io
