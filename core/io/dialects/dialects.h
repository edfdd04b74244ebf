// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/importer.h"

/// One importer per format; listed in importer_registry.cpp.
namespace rulescope::io {

const Importer& rulescopeCsvImporter();
const Importer& iblProcessedImporter();
const Importer& iblTrialsImporter();
const Importer& blockTaskImporter();
const Importer& auditoryComparisonImporter();
const Importer& mouseVisual2afcImporter();
const Importer& wheelWordsImporter();
const Importer& iblActionsImporter();
const Importer& bpodImporter();
const Importer& foragingImporter();
const Importer& twoSidedContrastsImporter();
const Importer& instructedImporter();
const Importer& genericImporter();

} // namespace rulescope::io
