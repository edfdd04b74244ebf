// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/alf_names.h"
#include "core/io/formats/formats.h"
#include "core/io/formats/npy.h"
#include "core/io/formats/parquet.h"

#include <algorithm>
#include <map>
#include <set>

namespace rulescope::io {

namespace {

using base::ErrorCode;
namespace fs = std::filesystem;

/// A file of the session's trials and the revision that it stands in ("" where it has none).
struct AlfFile {
    fs::path path;
    std::string revision;
    AlfName name;
};

struct AlfColumn {
    std::string name;
    std::vector<double> numbers;
    std::vector<std::string> texts;
    bool isText = false;
    std::size_t rows = 0;
    std::string revision;
};

/// Columns without which trials can't be understood: they are not left out, the session is.
const std::set<std::string> kEssential = {"choice", "contrastLeft", "contrastRight", "feedbackType"};

void listFolder(const fs::path& folder, const std::string& revision, std::vector<AlfFile>& files) {
    std::error_code error;
    std::vector<AlfFile> found;
    std::vector<fs::path> revisions;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        const fs::file_status status = entry->symlink_status(ignored);
        const std::string name = entry->path().filename().string();
        if (fs::is_regular_file(status) && isAlfTrialsFile(name)) {
            found.push_back({entry->path(), revision, *parseAlfName(name)});
        } else if (fs::is_directory(status) && revision.empty() && isAlfRevision(name)) {
            revisions.push_back(entry->path());
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    files.insert(files.end(), found.begin(), found.end());
    std::sort(revisions.begin(), revisions.end());
    for (const fs::path& path : revisions) {
        listFolder(path, path.filename().string(), files);
    }
}

/// One session's trials as the International Brain Laboratory stores them: a folder of columns, each a NumPy
/// file or part of a table, the newest revision of each.
class AlfFormat : public TableFormat {
  public:
    std::string_view name() const override { return "alf"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "IBL ALF folder"); }
    bool recognises(const SourceFile& file) const override { return file.isFolder; }

    base::Result<FileContents> read(const SourceFile& file, const base::StopToken& stop,
        const base::ProgressCallback& onProgress) const override {
        std::vector<ImportWarning> warnings;
        const std::string label = file.path.string();
        std::vector<AlfColumn> columns;
        std::size_t done = 0;
        const std::vector<AlfFile> files = newest(file.path, warnings);
        for (const AlfFile& part : files) {
            if (stop.stop_requested()) {
                return base::failure(
                    ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "Reading was stopped."), label);
            }
            if (auto read = readPart(part, columns, warnings); !read) {
                return tl::make_unexpected(read.error());
            }
            if (onProgress) {
                onProgress(static_cast<double>(++done) / static_cast<double>(files.size()));
            }
        }
        auto table = assembled(label, std::move(columns), warnings);
        if (!table) {
            return tl::make_unexpected(table.error());
        }
        table->identity = alfIdentity(file.path);
        table->warnings = std::move(warnings);
        FileContents contents;
        contents.tables.push_back(std::move(*table));
        return contents;
    }

  private:
    /// Of each attribute the newest revision; of several files (extra parts) the first one.
    static std::vector<AlfFile> newest(const fs::path& folder, std::vector<ImportWarning>& warnings) {
        std::vector<AlfFile> files;
        listFolder(folder, {}, files);
        std::map<std::string, AlfFile> chosen;
        std::set<std::string> doubles;
        for (AlfFile& file : files) {
            const auto known = chosen.find(file.name.attribute);
            if (known == chosen.end() || known->second.revision < file.revision) {
                chosen.insert_or_assign(file.name.attribute, std::move(file));
            } else if (known->second.revision == file.revision) {
                doubles.insert(file.path.filename().string());
            }
        }
        for (const std::string& name : doubles) {
            warnings.push_back({WarningCode::ColumnsIgnored, 1, folder.string() + ": " + name});
        }
        std::vector<AlfFile> result;
        for (auto& [attribute, file] : chosen) {
            result.push_back(std::move(file));
        }
        std::stable_partition(
            result.begin(), result.end(), [](const AlfFile& file) { return file.name.attribute != "table"; });
        return result;
    }

    static base::Result<void> readPart(
        const AlfFile& part, std::vector<AlfColumn>& columns, std::vector<ImportWarning>& warnings) {
        const auto source = openFile(part.path);
        if (source && part.name.attribute == "table" && part.name.extension != "npy") {
            return readTablePart(part, **source, columns, warnings);
        }
        auto array = source ? readNpy(**source, part.path.string())
                            : base::Result<NpyArray>(tl::make_unexpected(source.error()));
        if (!array && kEssential.count(part.name.attribute) == 0 &&
            array.error().code != ErrorCode::NotReadable) {
            warnings.push_back({WarningCode::ColumnsDamaged, 1, part.path.string()});
            return {};
        }
        if (!array) {
            return tl::make_unexpected(array.error());
        }
        addColumns(part, std::move(*array), columns, warnings);
        return {};
    }

    /// Columns of the table beside those of their own files: of each the newer revision, else the file.
    static base::Result<void> readTablePart(const AlfFile& part, ByteSource& source,
        std::vector<AlfColumn>& columns, std::vector<ImportWarning>& warnings) {
        const auto table = readParquet(source, part.path.string());
        if (!table) {
            return tl::make_unexpected(table.error());
        }
        warnings.insert(warnings.end(), table->warnings.begin(), table->warnings.end());
        for (std::size_t i = 0; i < table->columns(); ++i) {
            AlfColumn column{table->header()[i], {}, {}, table->isCoded(i) && !table->isNumeric(i),
                table->rows(), part.revision};
            for (std::size_t row = 0; row < table->rows() && column.isText; ++row) {
                column.texts.push_back(table->cell(row, i));
            }
            if (!column.isText) {
                column.numbers = *table->numbers(i);
            }
            const auto known = std::find_if(columns.begin(), columns.end(),
                [&](const AlfColumn& other) { return other.name == column.name; });
            if (known == columns.end()) {
                columns.push_back(std::move(column));
            } else if (known->revision < column.revision) {
                *known = std::move(column);
            }
        }
        return {};
    }

    /// intervals (n x 2) become intervals_0 and intervals_1.
    static void addColumns(const AlfFile& part, NpyArray array, std::vector<AlfColumn>& columns,
        std::vector<ImportWarning>& warnings) {
        const std::string& name = part.name.attribute;
        constexpr std::size_t kMostParts = 8;
        const std::size_t rows = array.shape.empty() ? 1 : array.shape[0];
        const std::size_t parts = rows == 0 ? 1 : array.count() / rows;
        if (parts > kMostParts || parts == 0) {
            warnings.push_back({WarningCode::ColumnsIgnored, 1, name});
            return;
        }
        for (std::size_t i = 0; i < parts; ++i) {
            AlfColumn column{parts == 1 ? name : name + "_" + std::to_string(i), {}, {}, array.isText, rows,
                part.revision};
            for (std::size_t row = 0; row < rows; ++row) {
                if (array.isText) {
                    column.texts.push_back(std::move(array.texts[row * parts + i]));
                } else {
                    column.numbers.push_back(array.numbers[row * parts + i]);
                }
            }
            columns.push_back(std::move(column));
        }
    }

    /// The number of trials is that of the choices, else that of most columns.
    static std::size_t rowsOf(const std::vector<AlfColumn>& columns) {
        std::map<std::size_t, std::size_t> counts;
        for (const AlfColumn& column : columns) {
            if (column.name == "choice") {
                return column.rows;
            }
            ++counts[column.rows];
        }
        const auto most = std::max_element(
            counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        return most == counts.end() ? 0 : most->first;
    }

    static base::Result<Table> assembled(
        const std::string& where, std::vector<AlfColumn> columns, std::vector<ImportWarning>& warnings) {
        const std::size_t rows = rowsOf(columns);
        Table table(where);
        std::string others;
        std::size_t otherCount = 0;
        for (AlfColumn& column : columns) {
            if (column.rows != rows && kEssential.count(column.name) > 0) {
                return base::failure(ErrorCode::BadFormat,
                    {QT_TRANSLATE_NOOP("core", "Column %1 has %2 values for %3 trials."),
                        {column.name, static_cast<std::int64_t>(column.rows),
                            static_cast<std::int64_t>(rows)}},
                    where, QT_TRANSLATE_NOOP("core", "A file may be missing or cut short; fetch it again."));
            }
            if (column.rows != rows) {
                others += (others.empty() ? "" : ", ") + column.name;
                ++otherCount;
            } else if (column.isText) {
                table.addTexts(std::move(column.name), column.texts);
            } else {
                table.addNumbers(std::move(column.name), std::move(column.numbers));
            }
        }
        if (otherCount > 0) {
            warnings.push_back({WarningCode::ColumnLengths, otherCount, where + ": " + others});
        }
        if (rows == 0) {
            return base::failure(
                ErrorCode::BadFormat, QT_TRANSLATE_NOOP("core", "The session has no trials."), where);
        }
        if (table.find("contrastLeft").has_value() != table.find("contrastRight").has_value()) {
            return base::failure(ErrorCode::BadFormat,
                QT_TRANSLATE_NOOP("core", "The contrasts of one side are missing."), where,
                QT_TRANSLATE_NOOP("core", "A file may be missing or cut short; fetch it again."));
        }
        return table;
    }
};

} // namespace

const TableFormat& alfFormat() {
    static const AlfFormat format;
    return format;
}

} // namespace rulescope::io
