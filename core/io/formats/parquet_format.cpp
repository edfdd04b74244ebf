// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/alf_names.h"
#include "core/io/formats/formats.h"
#include "core/io/formats/parquet.h"

namespace rulescope::io {

namespace {

/// Flat Parquet tables, among them the aggregates of IBL subjects.
class ParquetFormat : public TableFormat {
  public:
    std::string_view name() const override { return "parquet"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "Parquet"); }
    bool recognises(const SourceFile& file) const override {
        return !file.isFolder && file.head.compare(0, 4, "PAR1") == 0;
    }

    base::Result<FileContents> read(const SourceFile& file, const base::StopToken& stop,
        const base::ProgressCallback& onProgress) const override {
        const auto source = openFile(file.path);
        if (!source) {
            return tl::make_unexpected(source.error());
        }
        auto table = readParquet(**source, file.path.string(), stop, onProgress);
        if (!table) {
            return tl::make_unexpected(table.error());
        }
        // _ibl_subjectTrials.table.pqt lies in the subject's folder.
        const auto alf = parseAlfName(file.path.filename().string());
        if (alf && alf->attribute == "table") {
            table->identity = alfIdentity(file.path.parent_path());
        }
        FileContents contents;
        contents.tables.push_back(std::move(*table));
        return contents;
    }
};

} // namespace

const TableFormat& parquetFormat() {
    static const ParquetFormat format;
    return format;
}

} // namespace rulescope::io
