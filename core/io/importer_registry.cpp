// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/dialects.h"
#include "core/io/file_bytes.h"
#include "core/io/importer.h"

#include <algorithm>

namespace rulescope::io {

namespace {

using base::ErrorCode;

/// A film or a raw recording must not be read to its end to find out that it is no table.
constexpr std::size_t kHeadBytes = 65536;

base::Result<DelimitedTable> readTable(const std::filesystem::path& path, const base::StopToken& stop) {
    const auto head = readFileHead(path, kHeadBytes);
    if (!head) {
        return tl::make_unexpected(head.error());
    }
    const bool isUtf16 = head->size() >= 2 && ((*head)[0] == '\xff' || (*head)[0] == '\xfe');
    if (!isUtf16 && std::find(head->begin(), head->end(), '\0') != head->end()) {
        return base::failure(ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP("core", "This is a binary file, not a table in text form."), path.string());
    }
    auto bytes = readWholeFile(path, kLargestTableBytes);
    if (!bytes) {
        return tl::make_unexpected(bytes.error());
    }
    return DelimitedTable::parse(std::move(*bytes), path.string(), stop);
}

} // namespace

ImportSource::ImportSource(std::filesystem::path path, std::optional<ColumnMap> columns, base::StopToken stop)
    : m_path(std::move(path))
    , m_columns(std::move(columns))
    , m_stop(std::move(stop)) {}

const base::Result<DelimitedTable>& ImportSource::table() const {
    if (!m_table) {
        m_table = readTable(m_path, m_stop);
    }
    return *m_table;
}

const std::vector<const Importer*>& allImporters() {
    static const std::vector<const Importer*> importers = {
        &rulescopeCsvImporter(),
        &iblProcessedImporter(),
        &iblTrialsImporter(),
        &blockTaskImporter(),
        &auditoryComparisonImporter(),
        &mouseVisual2afcImporter(),
        &genericImporter(),
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
    if (!source.table()) {
        return tl::make_unexpected(source.table().error());
    }
    std::string header;
    for (const std::string& name : source.table()->header()) {
        header += (header.empty() ? "" : ", ") + name;
    }
    constexpr std::size_t kShown = 200;
    return base::failure(ErrorCode::BadFormat,
        {QT_TRANSLATE_NOOP("core",
             "No column is recognised as the choices beside stimuli or outcomes; the columns are: %1."),
            {header.size() > kShown ? header.substr(0, kShown) + "\u2026" : header}},
        source.path().string(), QT_TRANSLATE_NOOP("core", "Name the columns in a column map."));
}

} // namespace rulescope::io
