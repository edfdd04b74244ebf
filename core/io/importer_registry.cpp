// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/dialects.h"
#include "core/io/importer.h"

namespace rulescope::io {

using base::ErrorCode;

std::string ImportSource::name() const {
    constexpr int kFolders = 3; // animal, date, number
    const bool isSessionFolder = m_path.filename() == "alf" || m_path.parent_path().filename() == "alf";
    std::filesystem::path name = m_path.filename();
    std::filesystem::path above = m_path.parent_path();
    for (int i = 0; isSessionFolder && i < kFolders && above.has_filename(); ++i) {
        name = above.filename() / name;
        above = above.parent_path();
    }
    return name.string();
}

const std::vector<const Importer*>& allImporters() {
    static const std::vector<const Importer*> importers = {
        &rulescopeCsvImporter(),
        &iblProcessedImporter(),
        &iblTrialsImporter(),
        &blockTaskImporter(),
        &auditoryComparisonImporter(),
        &mouseVisual2afcImporter(),
        &wheelWordsImporter(),
        &iblActionsImporter(),
        &bpodImporter(),
        &foragingImporter(),
        &twoSidedContrastsImporter(),
        &genericImporter(),
        &instructedImporter(),
    };
    return importers;
}

base::Result<const Importer*> findImporter(std::string_view name) {
    std::string names = "auto";
    for (const Importer* importer : allImporters()) {
        if (importer->name() == name) {
            return importer;
        }
        names += ", " + std::string(importer->name());
    }
    return base::failure(
        ErrorCode::NotFound, {QT_TRANSLATE_NOOP("core", "There is no dialect \u201c%1\u201d; there are %2."),
                                 {std::string(name), names}});
}

base::Result<const Importer*> recognise(const ImportSource& source) {
    const Importer* best = nullptr;
    int most = 0;
    for (const Importer* importer : allImporters()) {
        const int evidence = importer->recognises(source);
        if (evidence > most) {
            most = evidence;
            best = importer;
        }
    }
    if (best != nullptr) {
        return best;
    }
    std::string header;
    for (const std::string& name : source.table().header()) {
        header += (header.empty() ? "" : ", ") + name;
    }
    constexpr std::size_t kShown = 200;
    return base::failure(ErrorCode::BadFormat,
        {QT_TRANSLATE_NOOP("core",
             "No column is recognised as the choices beside stimuli or outcomes; the columns are: %1."),
            {header.size() > kShown ? header.substr(0, kShown) + "\u2026" : header}},
        source.table().where(), QT_TRANSLATE_NOOP("core", "Name the columns in a column map."));
}

} // namespace rulescope::io
