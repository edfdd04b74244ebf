// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/mat_node.h"

#include "core/io/table_trials.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <map>
#include <regex>
#include <set>

namespace rulescope::io {

namespace {

constexpr std::size_t kMostParts = 8; ///< values a trial that become columns of their own
constexpr int kDeepest = 12;

/// A vector on its way into a table.
struct Vector {
    std::string name;
    std::vector<double> numbers;
    std::vector<std::string> texts;
    bool isText = false;
    std::size_t size() const { return isText ? texts.size() : numbers.size(); }
};

/// A table in the making: vectors of one length, with what scalars beside them say about the whole.
struct Draft {
    std::string name; ///< of the structure, for messages and to tell drafts apart
    std::vector<Vector> vectors;
    std::vector<Vector> scalars;
    std::size_t rows() const { return vectors.empty() ? 0 : vectors.front().size(); }
    bool has(const std::string& wanted) const {
        return std::any_of(
            vectors.begin(), vectors.end(), [&](const Vector& vector) { return vector.name == wanted; });
    }
};

/// Vectors are one column; a matrix with few columns gives several (or few rows, if it lies on its side).
std::vector<Vector> vectorsOf(const MatNode& node) {
    std::vector<Vector> vectors;
    const bool isText = node.kind == MatNode::Kind::Texts;
    if (node.length() > 0) {
        vectors.push_back({node.name, node.numbers, node.texts, isText});
        return vectors;
    }
    const bool isLying = node.rows < node.columns;
    const std::size_t parts = std::min(node.rows, node.columns);
    const std::size_t rows = std::max(node.rows, node.columns);
    if (isText || parts < 2 || parts > kMostParts || rows <= kMostParts) {
        return vectors;
    }
    for (std::size_t part = 0; part < parts; ++part) {
        Vector vector{node.name + "_" + std::to_string(part), {}, {}, false};
        for (std::size_t row = 0; row < rows; ++row) {
            vector.numbers.push_back(node.numbers[isLying ? row * node.rows + part : part * node.rows + row]);
        }
        vectors.push_back(std::move(vector));
    }
    return vectors;
}

/// Elements that each hold one value a field: one trial an element.
bool isOneTrialEach(const MatNode& list) {
    if (list.children.empty() || list.children.front().kind != MatNode::Kind::Struct) {
        return false;
    }
    return std::all_of(list.children.begin(), list.children.end(), [](const MatNode& element) {
        return std::all_of(element.children.begin(), element.children.end(), [](const MatNode& field) {
            const bool isValue = field.kind == MatNode::Kind::Numbers || field.kind == MatNode::Kind::Texts;
            return !isValue || field.length() <= 1;
        });
    });
}

Draft draftOfElements(const MatNode& list) {
    Draft draft{list.name, {}, {}};
    for (const MatNode& field : list.children.front().children) {
        Vector vector{field.name, {}, {}, false};
        bool isUsable = true;
        for (const MatNode& element : list.children) {
            const MatNode* const value = element.field(field.name);
            isUsable = isUsable && value != nullptr &&
                       (value->kind == MatNode::Kind::Numbers || value->kind == MatNode::Kind::Texts);
            vector.isText = vector.isText || (isUsable && value->kind == MatNode::Kind::Texts);
        }
        for (const MatNode& element : list.children) {
            const MatNode* const value = isUsable ? element.field(field.name) : nullptr;
            if (value == nullptr) {
                break;
            }
            if (vector.isText) {
                vector.texts.push_back(!value->texts.empty()     ? value->texts.front()
                                       : !value->numbers.empty() ? numberText(value->numbers.front())
                                                                 : std::string());
            } else {
                vector.numbers.push_back(value->numbers.empty() ? std::numeric_limits<double>::quiet_NaN()
                                                                : value->numbers.front());
            }
        }
        if (isUsable) {
            draft.vectors.push_back(std::move(vector));
        }
    }
    return draft;
}

/// The length that most vectors have; one alone makes no table.
std::size_t usualLength(const std::vector<Vector>& vectors) {
    std::map<std::size_t, std::size_t> counts;
    for (const Vector& vector : vectors) {
        counts[vector.size()] += vector.size() > 1 ? 1 : 0;
    }
    const auto most = std::max_element(
        counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == counts.end() || most->second < 2 ? 0 : most->first;
}

bool areDisjoint(const Draft& a, const Draft& b) {
    return std::none_of(
        b.vectors.begin(), b.vectors.end(), [&](const Vector& vector) { return a.has(vector.name); });
}

void absorb(Draft& into, Draft part) {
    std::move(part.vectors.begin(), part.vectors.end(), std::back_inserter(into.vectors));
    std::move(part.scalars.begin(), part.scalars.end(), std::back_inserter(into.scalars));
}

/// Finds tables in the tree of structures.
class Search {
  public:
    explicit Search(std::string where)
        : m_where(std::move(where)) {}

    std::vector<Table> run(const MatNode& root) {
        std::vector<Table> tables = findBpod(root, 0);
        if (!tables.empty()) {
            return tables;
        }
        const std::vector<Draft> drafts = draftsOf(root, 0);
        for (const Draft& draft : drafts) {
            tables.push_back(tableOf(draft, drafts.size() > 1));
        }
        return tables;
    }

    const std::string& opaque() const { return m_opaque; }

  private:
    std::vector<Table> findBpod(const MatNode& node, int depth) const {
        std::vector<Table> tables = bpodTable(node, m_where);
        for (std::size_t i = 0; i < node.children.size() && tables.empty() && depth < 4; ++i) {
            if (node.children[i].kind == MatNode::Kind::Struct) {
                tables = findBpod(node.children[i], depth + 1);
            }
        }
        return tables;
    }

    std::vector<Draft> draftsOf(const MatNode& node, int depth) {
        std::vector<Draft> parts;
        Draft own{node.name, {}, {}};
        std::vector<Vector> vectors;
        for (const MatNode& child : node.children) {
            if (child.kind == MatNode::Kind::Opaque) {
                m_opaque = m_opaque.empty() ? child.name : m_opaque;
            } else if (child.kind == MatNode::Kind::Numbers || child.kind == MatNode::Kind::Texts) {
                auto found = vectorsOf(child);
                auto& into = child.length() == 1 ? own.scalars : vectors;
                std::move(found.begin(), found.end(), std::back_inserter(into));
            } else if (depth < kDeepest) {
                auto drafts = child.kind == MatNode::Kind::List ? draftsOfList(child, depth + 1)
                                                                : draftsOf(child, depth + 1);
                std::move(drafts.begin(), drafts.end(), std::back_inserter(parts));
            }
        }
        std::size_t rows = usualLength(vectors);
        for (std::size_t i = 0; rows == 0 && i < parts.size(); ++i) {
            // A single vector joins the structure beside it.
            const bool fits = std::any_of(vectors.begin(), vectors.end(),
                [&](const Vector& vector) { return vector.size() == parts[i].rows(); });
            rows = fits ? parts[i].rows() : 0;
        }
        for (Vector& vector : vectors) {
            if (rows > 0 && vector.size() == rows && !own.has(vector.name)) {
                own.vectors.push_back(std::move(vector));
            }
        }
        return merged(std::move(own), std::move(parts));
    }

    /// Structures side by side whose vectors are equally long and differently named are one table.
    static std::vector<Draft> merged(Draft own, std::vector<Draft> parts) {
        std::vector<Draft> result;
        for (Draft& part : parts) {
            const bool fits = !own.vectors.empty() && part.rows() == own.rows() && areDisjoint(own, part);
            if (part.vectors.empty()) {
                absorb(own, std::move(part)); // only scalars: they belong to the whole
            } else if (fits) {
                absorb(own, std::move(part));
            } else {
                result.push_back(std::move(part));
            }
        }
        if (own.vectors.empty() && !result.empty()) {
            const bool isOne = std::all_of(result.begin() + 1, result.end(), [&](const Draft& part) {
                return part.rows() == result.front().rows() && areDisjoint(result.front(), part);
            });
            for (Draft& part : result) {
                part.scalars.insert(part.scalars.end(), own.scalars.begin(), own.scalars.end());
            }
            while (isOne && result.size() > 1) {
                absorb(result.front(), std::move(result.back()));
                result.pop_back();
            }
            return result;
        }
        if (!own.vectors.empty() || !own.scalars.empty()) {
            result.insert(result.begin(), std::move(own));
        }
        return result;
    }

    std::vector<Draft> draftsOfList(const MatNode& list, int depth) {
        if (isOneTrialEach(list)) {
            return {draftOfElements(list)};
        }
        std::vector<Draft> drafts;
        for (std::size_t i = 0; i < list.children.size(); ++i) {
            if (list.children[i].kind != MatNode::Kind::Struct) {
                continue;
            }
            for (Draft& draft : draftsOf(list.children[i], depth)) {
                if (!draft.vectors.empty()) {
                    draft.name = std::to_string(i + 1);
                    drafts.push_back(std::move(draft));
                }
            }
        }
        return drafts;
    }

    Table tableOf(const Draft& draft, bool isOneOfSeveral) const {
        Table table(draft.name.empty() ? m_where : m_where + ", " + draft.name);
        std::set<std::string> names;
        for (const Vector& vector : draft.vectors) {
            if (!names.insert(vector.name).second) {
                continue;
            }
            if (vector.isText) {
                table.addTexts(vector.name, vector.texts);
            } else {
                table.addNumbers(vector.name, vector.numbers);
            }
        }
        for (const Vector& scalar : draft.scalars) {
            // Subject, session and date of the whole stand beside the vectors once.
            if (table.rows() > 0 && isIdentityColumn(scalar.name) && names.insert(scalar.name).second) {
                const std::string text =
                    scalar.isText ? scalar.texts.front() : numberText(scalar.numbers.front());
                table.addCoded(scalar.name, std::vector<std::uint32_t>(table.rows(), 0), {text});
            }
        }
        if (isOneOfSeveral) {
            nameTable(draft.name, table);
        }
        return table;
    }

    /// Several structures in one file are several animals if they are called so ("mouse_A", "M12"), else
    /// several sessions.
    static void nameTable(const std::string& name, Table& table) {
        static const std::regex animal("mouse|rat|animal|subj|monkey", std::regex::icase);
        static const std::regex session("(s|ses|sess|session|d|day|date|x|r|run|b|block|e|exp|t|trial|trials|"
                                        "data|rec|n|v|p|part|set|task)"
                                        "_?[0-9_]+",
            std::regex::icase);
        static const std::regex lettersAndNumber("[A-Za-z]{1,3}_?[0-9]+");
        const bool isAnimal = std::regex_search(name, animal) ||
                              (std::regex_match(name, lettersAndNumber) && !std::regex_match(name, session));
        (isAnimal ? table.identity.animal : table.identity.session) = name;
    }

    std::string m_where;
    std::string m_opaque;
};

} // namespace

const MatNode* MatNode::field(const std::string& wanted) const {
    const auto found = std::find_if(
        children.begin(), children.end(), [&](const MatNode& child) { return child.name == wanted; });
    return kind != Kind::Struct || found == children.end() ? nullptr : &*found;
}

std::size_t MatNode::length() const {
    const bool isVector = (kind == Kind::Numbers || kind == Kind::Texts) && (rows <= 1 || columns <= 1);
    return isVector ? rows * columns : 0;
}

base::Error objectError(const std::string& name, const std::string& where) {
    return {base::ErrorCode::Unsupported,
        {QT_TRANSLATE_NOOP("core", "\u201c%1\u201d is an object of a MATLAB class (a table, for example), "
                                   "which only MATLAB can read."),
            {name}},
        where,
        {QT_TRANSLATE_NOOP(
             "core", "In MATLAB: s = table2struct(%1, 'ToScalar', true); save('trials.mat', '-struct', 's')"),
            {name}}};
}

base::Result<std::vector<Table>> tablesOf(const MatNode& root, const std::string& where) {
    Search search(where);
    std::vector<Table> tables = search.run(root);
    tables.erase(std::remove_if(tables.begin(), tables.end(), [](const Table& t) { return t.rows() == 0; }),
        tables.end());
    if (tables.empty() && !search.opaque().empty()) {
        return tl::make_unexpected(objectError(search.opaque(), where));
    }
    if (tables.empty()) {
        return base::failure(base::ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP("core", "No vectors of equal length stand side by side in this MAT file."),
            where, QT_TRANSLATE_NOOP("core", "Save one vector a column, in a structure or as variables."));
    }
    return tables;
}

} // namespace rulescope::io
