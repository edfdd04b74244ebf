// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/delimited_text.h"
#include "core/io/formats/formats.h"

namespace rulescope::io {

namespace {

/// Delimited text in any of its forms; also what no other format knows, since text has no signature.
class TextFormat : public TableFormat {
  public:
    std::string_view name() const override { return "text"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "Delimited text (CSV, TSV)"); }
    bool recognises(const SourceFile& file) const override { return !file.isFolder; }

    base::Result<FileContents> read(const SourceFile& file, const base::StopToken& stop,
        const base::ProgressCallback& onProgress) const override {
        const auto source = openFile(file.path);
        if (!source) {
            return tl::make_unexpected(source.error());
        }
        auto table = readDelimitedText(**source, file.path.string(), stop, onProgress);
        if (!table) {
            return tl::make_unexpected(table.error());
        }
        FileContents contents;
        contents.tables.push_back(std::move(*table));
        return contents;
    }
};

} // namespace

const TableFormat& textFormat() {
    static const TextFormat format;
    return format;
}

} // namespace rulescope::io
