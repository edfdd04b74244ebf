// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/formats.h"
#include "core/io/formats/hdf5_columns.h"
#include "core/io/formats/text_stream.h"
#include "core/io/source_name.h"
#include "core/io/untrusted_tables.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

namespace rulescope::io {

namespace {

using base::ErrorCode;
using hdf5::Handle;
using hdf5::NodeKind;

constexpr std::size_t kMostNodes = 20'000; ///< groups looked at for intervals
constexpr int kDeepest = 5;
constexpr std::size_t kMostParts = 8; ///< numbers per trial that become columns of their own

/// Lab, subject and day, as the file's own metadata say.
TableIdentity identityOf(const Handle& file) {
    TableIdentity identity;
    const std::string start = hdf5::textOr(file, "session_start_time");
    identity.date = isoDate(start.substr(0, 10));
    identity.startTime = timeOfDay(start);
    if (hdf5::kindOf(file, "general") != NodeKind::Group) {
        return identity;
    }
    const Handle general = hdf5::openGroup(file, "general");
    identity.lab = hdf5::textOr(general, "lab");
    identity.protocol = hdf5::textOr(general, "protocol");
    if (hdf5::kindOf(general, "subject") == NodeKind::Group) {
        identity.animal = asUtf8(hdf5::textOr(hdf5::openGroup(general, "subject"), "subject_id"));
    }
    return identity;
}

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
        [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Paths of the groups that hold intervals, from the root.
class IntervalSearch {
  public:
    explicit IntervalSearch(const Handle& file) { walk(file, "", 0); }

    /// The table called trials; else those with "trial" in their name; else all.
    std::vector<std::string> best() const {
        std::vector<std::string> named;
        for (const std::string& path : m_found) {
            const std::string name = lowered(path.substr(path.rfind('/') + 1));
            if (name == "trials") {
                return {path};
            }
            if (name.find("trial") != std::string::npos) {
                named.push_back(path);
            }
        }
        return named.empty() ? m_found : named;
    }

  private:
    void walk(const Handle& group, const std::string& path, int depth) {
        for (const std::string& name : hdf5::childNames(group)) {
            if (++m_nodes > kMostNodes) {
                return;
            }
            // Specifications are long and hold no data.
            if ((path.empty() && name == "specifications") || hdf5::kindOf(group, name) != NodeKind::Group) {
                continue;
            }
            const Handle child = hdf5::openGroup(group, name);
            const std::string type = hdf5::textAttributeOr(child, "neurodata_type");
            const bool isTable = path == "/intervals" && (type.empty() || type == "DynamicTable");
            if (type == "TimeIntervals" || isTable) {
                m_found.push_back(path + "/" + name);
            } else if (depth < kDeepest) {
                walk(child, path + "/" + name, depth + 1);
            }
        }
    }

    std::vector<std::string> m_found;
    std::size_t m_nodes = 0;
};

/// The columns of one table of intervals; ragged ones and those of another length are left out, counted.
class IntervalTable {
  public:
    IntervalTable(const Handle& file, const std::string& path, const std::string& where,
        const base::ProgressCallback& tell)
        : m_group(hdf5::openGroup(file, path))
        , m_table(where + ", " + path) {
        const std::vector<std::string> names = hdf5::childNames(m_group);
        m_names.insert(names.begin(), names.end());
        for (std::size_t i = 0; i < names.size(); ++i) {
            readChild(names[i]);
            tell(static_cast<double>(i + 1) / static_cast<double>(names.size()));
        }
    }

    Table take() {
        const std::size_t rows = rowCount();
        std::vector<std::string> others;
        for (auto& [name, values] : m_columns) {
            if (values.rows() == rows) {
                add(name, std::move(values));
            } else {
                others.push_back(name);
            }
        }
        warn(WarningCode::ColumnLengths, others);
        warn(WarningCode::ColumnsRagged, m_ragged);
        warn(WarningCode::ColumnsDamaged, m_damaged);
        return std::move(m_table);
    }

  private:
    /// A ragged column comes with an index; "x_index" says where the values of each row end.
    bool isRagged(const std::string& name) const { return m_names.count(name + "_index") > 0; }
    bool isIndex(const std::string& name) const {
        constexpr std::string_view kSuffix = "_index";
        return name.size() > kSuffix.size() &&
               name.compare(name.size() - kSuffix.size(), kSuffix.size(), kSuffix) == 0 &&
               m_names.count(name.substr(0, name.size() - kSuffix.size())) > 0;
    }

    void readChild(const std::string& name) {
        if (name == "id" || isIndex(name)) {
            return;
        }
        if (isRagged(name)) {
            m_ragged.push_back(name);
            return;
        }
        if (hdf5::kindOf(m_group, name) != NodeKind::Dataset) {
            return;
        }
        try {
            if (auto values = hdf5::readColumn(m_group, name)) {
                m_columns.emplace_back(asUtf8(hdf5::nameOfLink(name)), std::move(*values));
            } else {
                m_damaged.push_back(name);
            }
        } catch (const hdf5::Failure&) {
            m_damaged.push_back(name);
        }
    }

    /// That of the start times, which every table of intervals has, else that of most columns.
    std::size_t rowCount() const {
        std::map<std::size_t, std::size_t> counts;
        for (const auto& [name, values] : m_columns) {
            if (name == "start_time") {
                return values.rows();
            }
            ++counts[values.rows()];
        }
        const auto most = std::max_element(
            counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        return most == counts.end() ? 0 : most->first;
    }

    void add(const std::string& name, hdf5::ColumnValues values) {
        const std::size_t rows = values.rows();
        const std::size_t count = values.isText ? values.texts.size() : values.numbers.size();
        const std::size_t parts = rows == 0 ? 0 : count / rows;
        if (parts == 0 || parts > kMostParts || (parts > 1 && values.isText)) {
            m_ragged.push_back(name);
        } else if (values.isText) {
            for (std::string& text : values.texts) {
                text = asUtf8(text);
            }
            m_table.addTexts(name, values.texts);
        } else if (parts == 1) {
            m_table.addNumbers(name, std::move(values.numbers));
        } else {
            for (std::size_t part = 0; part < parts; ++part) {
                std::vector<double> column;
                for (std::size_t row = 0; row < rows; ++row) {
                    column.push_back(values.numbers[row * parts + part]);
                }
                m_table.addNumbers(name + "_" + std::to_string(part), std::move(column));
            }
        }
    }

    void warn(WarningCode code, const std::vector<std::string>& names) {
        std::string list;
        for (const std::string& name : names) {
            list += (list.empty() ? "" : ", ") + name;
        }
        if (!names.empty()) {
            m_table.warnings.push_back({code, names.size(), m_table.where() + ": " + list});
        }
    }

    Handle m_group;
    Table m_table;
    std::set<std::string> m_names;
    std::vector<std::pair<std::string, hdf5::ColumnValues>> m_columns;
    std::vector<std::string> m_ragged, m_damaged;
};

/// Runs in the child process.
base::Result<std::vector<Table>> readTables(const std::string& path, const base::ProgressCallback& tell) {
    ::setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1); // network file systems often can't lock
    try {
        const Handle file = hdf5::openOnDisk(path);
        const TableIdentity identity = identityOf(file);
        std::vector<Table> tables;
        const std::vector<std::string> found = IntervalSearch(file).best();
        for (std::size_t i = 0; i < found.size(); ++i) {
            const auto tellPart = [&, before = static_cast<double>(i)](double fraction) {
                tell((before + fraction) / static_cast<double>(found.size()));
            };
            Table table = IntervalTable(file, found[i], path, tellPart).take();
            table.identity = identity;
            if (table.rows() > 0) {
                tables.push_back(std::move(table));
            }
        }
        if (tables.empty()) {
            return base::failure(ErrorCode::BadFormat,
                QT_TRANSLATE_NOOP("core", "The file holds no table of trials."), path,
                QT_TRANSLATE_NOOP("core", "NWB files keep it in /intervals/trials."));
        }
        return tables;
    } catch (const hdf5::Failure& failed) {
        return base::failure(ErrorCode::BadFormat,
            {QT_TRANSLATE_NOOP("core", "The HDF5 file is damaged: %1."), {std::string(failed.what())}},
            path + (failed.object().empty() ? "" : ", " + failed.object()),
            QT_TRANSLATE_NOOP("core", "Fetch it again or use a backup copy."));
    }
}

/// Neurodata Without Borders: trials are a table of intervals in an HDF5 file. Any HDF5 file that has such a
/// table is read; the library works in a child process.
class NwbFormat : public TableFormat {
  public:
    std::string_view name() const override { return "nwb"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "NWB"); }
    bool recognises(const SourceFile& file) const override {
        return !file.isFolder && hdf5::hasSignature(file.head);
    }

    base::Result<FileContents> read(const SourceFile& file, const base::StopToken& stop,
        const base::ProgressCallback& onProgress) const override {
        const std::string path = file.path.string();
        return untrustedTables([&](const base::ProgressCallback& tell) { return readTables(path, tell); },
            path, stop, onProgress);
    }
};

} // namespace

const TableFormat& nwbFormat() {
    static const NwbFormat format;
    return format;
}

} // namespace rulescope::io
