// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/study_tree_model.h"

#include "core/data/analysed.h"
#include "core/figures/figure_parts.h"
#include "core/rules/registry.h"
#include "widgets/text/translated.h"

#include <QFont>
#include <QGuiApplication>
#include <QHash>
#include <QLocale>
#include <QPalette>

#include <algorithm>
#include <cmath>

namespace rulescope::models {

namespace {

QString toQt(const std::string& text) {
    return QString::fromStdString(text);
}

QString percentText(double fraction) {
    return std::isnan(fraction) ? QStringLiteral("–")
                                : StudyTreeModel::tr("%1 %").arg(QLocale().toString(100 * fraction, 'f', 1));
}

/// "RNN", not "RNN rule": the column's title says what they are.
QString badgeOf(const std::string& rule) {
    const auto info = rules::findRule(rule);
    return text::translated(info && !(*info)->badge.isEmpty() ? (*info)->badge : figures::ruleTick(rule));
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void add(data::TrialCounts& sum, const data::TrialCounts& counts) {
    sum.trials += counts.trials;
    sum.choices += counts.choices;
    sum.right += counts.right;
    sum.judged += counts.judged;
    sum.correct += counts.correct;
}

} // namespace

StudyTreeModel::StudyTreeModel(QObject* parent)
    : QAbstractItemModel(parent)
    , m_snapshot(std::make_shared<const io::StudyContents>())
    , m_analysed(m_snapshot) {}

void StudyTreeModel::setContents(const StudySnapshot& snapshot, const StudySnapshot& analysed) {
    if (snapshot->study.animals == m_snapshot->study.animals) {
        const bool areNotesSame = snapshot->study.annotations == m_snapshot->study.annotations;
        m_snapshot = snapshot;
        m_analysed = analysed;
        if (areNotesSame) {
            emitColumnsChanged(FitsColumn, FitsColumn, false);
            return;
        }
        for (Node& node : m_nodes) {
            node.counts.reset();
        }
        emitColumnsChanged(NameColumn, FitsColumn, true);
        return;
    }
    beginResetModel();
    m_snapshot = snapshot;
    m_analysed = analysed;
    rebuild();
    endResetModel();
}

void StudyTreeModel::setTrainingStatus(
    const QString& animal, const QString& status, const QString& explanation) {
    m_status.insert(animal, {status, explanation});
    const QModelIndex index = indexOfAnimal(animal);
    if (index.isValid()) {
        const QModelIndex cell = index.siblingAtColumn(StatusColumn);
        emit dataChanged(cell, cell);
    }
}

void StudyTreeModel::rebuild() {
    m_nodes.clear();
    m_topLevel.clear();
    m_status.clear();
    const std::vector<data::AnimalPtr>& animals = m_snapshot->study.animals;
    const bool hasLabs = std::any_of(animals.begin(), animals.end(),
        [&animals](const auto& animal) { return animal->lab() != animals.front()->lab(); });
    QHash<QString, int> labs;
    for (std::size_t i = 0; i < animals.size(); ++i) {
        int parent = -1;
        if (hasLabs) {
            const QString lab = toQt(animals[i]->lab());
            if (!labs.contains(lab)) {
                labs.insert(lab, appendNode({.level = Level::Lab, .animal = i}));
            }
            parent = labs.value(lab);
        }
        appendAnimal(i, parent);
    }
}

int StudyTreeModel::appendNode(Node node) {
    const int id = static_cast<int>(m_nodes.size());
    std::vector<int>& siblings =
        node.parent < 0 ? m_topLevel : m_nodes[static_cast<std::size_t>(node.parent)].children;
    node.row = static_cast<int>(siblings.size());
    siblings.push_back(id);
    m_nodes.push_back(std::move(node));
    return id;
}

void StudyTreeModel::appendAnimal(std::size_t animal, int parent) {
    const int id = appendNode({.level = Level::Animal, .parent = parent, .animal = animal});
    const std::size_t sessions = m_snapshot->study.animals[animal]->sessions().size();
    for (std::size_t session = 0; session < sessions; ++session) {
        appendNode({.level = Level::Session, .parent = id, .animal = animal, .session = session});
    }
}

const std::vector<int>& StudyTreeModel::childrenOf(const QModelIndex& parent) const {
    return parent.isValid() ? m_nodes[parent.internalId()].children : m_topLevel;
}

QModelIndex StudyTreeModel::indexOf(int node, int column) const {
    return createIndex(m_nodes[static_cast<std::size_t>(node)].row, column, static_cast<quintptr>(node));
}

QModelIndex StudyTreeModel::indexOfAnimal(const QString& animal) const {
    for (std::size_t i = 0; i < m_nodes.size(); ++i) {
        if (m_nodes[i].level == Level::Animal && toQt(animalOf(m_nodes[i]).name()) == animal) {
            return indexOf(static_cast<int>(i));
        }
    }
    return {};
}

QModelIndex StudyTreeModel::indexOfSession(const QString& animal, int session) const {
    return index(session, 0, indexOfAnimal(animal));
}

QModelIndex StudyTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) {
        return {};
    }
    return indexOf(childrenOf(parent)[static_cast<std::size_t>(row)], column);
}

QModelIndex StudyTreeModel::parent(const QModelIndex& child) const {
    if (!child.isValid()) {
        return {};
    }
    const int parent = m_nodes[child.internalId()].parent;
    return parent < 0 ? QModelIndex() : indexOf(parent);
}

int StudyTreeModel::rowCount(const QModelIndex& parent) const {
    return parent.column() > 0 ? 0 : static_cast<int>(childrenOf(parent).size());
}

int StudyTreeModel::columnCount(const QModelIndex&) const {
    return ColumnCount;
}

const data::Animal& StudyTreeModel::animalOf(const Node& node) const {
    return *m_snapshot->study.animals[node.animal];
}

const data::Animal& StudyTreeModel::analysedAnimalOf(const Node& node) const {
    return *m_analysed->study.animals[node.animal];
}

bool StudyTreeModel::isLeftOut(const Node& node) const {
    if (node.level == Level::Lab) {
        return false;
    }
    const data::Animal& animal = analysedAnimalOf(node);
    return node.level == Level::Animal
               ? data::isExcludedWhole(animal)
               : !animal.trials().excluded.empty() && animal.sessionCounts(node.session).trials == 0;
}

QStringList StudyTreeModel::notesOf(const Node& node) const {
    QStringList lines;
    const data::AnimalNotes& notes = m_snapshot->study.notes(animalOf(node).name());
    if (node.level == Level::Animal) {
        for (const std::string& tag : notes.tags) {
            lines.append(tr("Tag: %1").arg(toQt(tag)));
        }
        if (!notes.note.empty()) {
            lines.append(toQt(notes.note));
        }
        return lines;
    }
    const data::Session& session = animalOf(node).sessions()[node.session];
    for (const data::Exclusion& exclusion : notes.exclusions) {
        if (exclusion.session == session.label) {
            const std::size_t end = exclusion.end == 0 ? session.size() : exclusion.end;
            const QString what =
                exclusion.isWholeSession()
                    ? tr("Left out of analyses")
                    : tr("Trials %1 to %2 are left out of analyses").arg(exclusion.begin + 1).arg(end);
            lines.append(exclusion.reason.empty() ? what : tr("%1: %2").arg(what, toQt(exclusion.reason)));
        }
    }
    return lines;
}

const data::TrialCounts& StudyTreeModel::countsOf(const Node& node) const {
    if (!node.counts) {
        data::TrialCounts counts;
        switch (node.level) {
        case Level::Lab:
            for (const int child : node.children) {
                add(counts, countsOf(m_nodes[static_cast<std::size_t>(child)]));
            }
            break;
        case Level::Animal:
            counts = analysedAnimalOf(node).counts();
            break;
        case Level::Session:
            counts = animalOf(node).sessionCounts(node.session);
            break;
        }
        node.counts = counts;
    }
    return *node.counts;
}

QString StudyTreeModel::nameOf(const Node& node) const {
    switch (node.level) {
    case Level::Lab:
        return animalOf(node).lab().empty() ? tr("No lab named") : toQt(animalOf(node).lab());
    case Level::Animal:
        return toQt(animalOf(node).name());
    case Level::Session:
        return toQt(animalOf(node).sessions()[node.session].label);
    }
    return {};
}

QStringList StudyTreeModel::fitRulesOf(const Node& node) const {
    QStringList rules;
    if (node.level != Level::Animal) {
        return rules;
    }
    const std::string& name = animalOf(node).name();
    for (const fit::FitResultPtr& fit : m_snapshot->fits) {
        const QString rule = badgeOf(fit->spec.rule);
        if ((contains(fit->spec.animals, name) || contains(fit->spec.heldOut, name)) &&
            !rules.contains(rule)) {
            rules.append(rule);
        }
    }
    return rules;
}

QString StudyTreeModel::display(const Node& node, int column) const {
    const QLocale locale;
    switch (column) {
    case NameColumn:
        return nameOf(node);
    case TrialsColumn:
        return locale.toString(static_cast<qulonglong>(countsOf(node).trials));
    case ChoicesColumn:
        return locale.toString(static_cast<qulonglong>(countsOf(node).choices));
    case AccuracyColumn:
        return percentText(countsOf(node).accuracy());
    case StatusColumn:
        if (node.level == Level::Session) {
            const std::string& phase = analysedAnimalOf(node).sessions()[node.session].phase;
            return toQt(phase.empty() ? animalOf(node).sessions()[node.session].protocol : phase);
        }
        return node.level == Level::Animal ? m_status.value(nameOf(node)).text : QString();
    case FitsColumn:
        return fitRulesOf(node).join(QStringLiteral(" · "));
    }
    return {};
}

QVariant StudyTreeModel::sortKey(const Node& node, int column) const {
    switch (column) {
    case NameColumn:
        if (node.level == Level::Session) {
            return static_cast<qulonglong>(node.session);
        }
        return nameOf(node);
    case TrialsColumn:
        return static_cast<qulonglong>(countsOf(node).trials);
    case ChoicesColumn:
        return static_cast<qulonglong>(countsOf(node).choices);
    case AccuracyColumn: {
        const double accuracy = countsOf(node).accuracy();
        return std::isnan(accuracy) ? -1.0 : accuracy;
    }
    case FitsColumn:
        return static_cast<qulonglong>(fitRulesOf(node).size());
    }
    return display(node, column);
}

QString StudyTreeModel::toolTip(const Node& node, int column) const {
    const QLocale locale;
    if (column == StatusColumn && node.level == Level::Animal) {
        return m_status.value(nameOf(node)).explanation;
    }
    if (column == FitsColumn && node.level == Level::Animal) {
        const QStringList rules = fitRulesOf(node);
        return rules.isEmpty() ? tr("No fit includes this animal yet.") : rules.join(u'\n');
    }
    const data::TrialCounts& counts = countsOf(node);
    QStringList lines = {nameOf(node),
        tr("%Ln trial(s), %1 with a choice, %2 to the right", nullptr, static_cast<int>(counts.trials))
            .arg(locale.toString(static_cast<qulonglong>(counts.choices)),
                percentText(counts.fractionRight())),
        tr("Accuracy %1 over %Ln trial(s) with a known outcome", nullptr, static_cast<int>(counts.judged))
            .arg(percentText(counts.accuracy()))};
    if (node.level == Level::Session) {
        const data::Session& session = animalOf(node).sessions()[node.session];
        if (!session.source.empty()) {
            lines.append(tr("From %1").arg(toQt(session.source)));
        }
    } else if (node.level == Level::Animal) {
        lines.append(tr("%n session(s)", nullptr, static_cast<int>(animalOf(node).sessions().size())));
    }
    if (node.level != Level::Lab) {
        lines.append(notesOf(node));
    }
    return lines.join(QLatin1Char('\n'));
}

QVariant StudyTreeModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const Node& node = m_nodes[index.internalId()];
    const bool isNumber = index.column() >= TrialsColumn && index.column() <= AccuracyColumn;
    switch (role) {
    case Qt::DisplayRole:
        return display(node, index.column());
    case Qt::ToolTipRole:
        return toolTip(node, index.column());
    case Qt::TextAlignmentRole:
        return isNumber ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case Qt::FontRole: {
        QFont font;
        font.setStrikeOut(true);
        return isLeftOut(node) && index.column() == NameColumn ? QVariant(font) : QVariant();
    }
    case Qt::ForegroundRole:
        return isLeftOut(node) ? QVariant(QGuiApplication::palette().brush(QPalette::PlaceholderText))
                               : QVariant();
    case SortRole:
        return sortKey(node, index.column());
    case LevelRole:
        return static_cast<int>(node.level);
    case AnimalRole:
        return node.level == Level::Lab ? QVariant() : toQt(animalOf(node).name());
    case SessionRole:
        return node.level == Level::Session ? QVariant(static_cast<int>(node.session)) : QVariant();
    case FitsRole:
        return fitRulesOf(node);
    default:
        return {};
    }
}

QVariant StudyTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        const bool isNumber = section >= TrialsColumn && section <= AccuracyColumn;
        return QVariant((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    const QString titles[] = {
        tr("Animal, session"), tr("Trials"), tr("Choices"), tr("Accuracy"), tr("Status"), tr("Fits")};
    const QString explanations[] = {tr("Animals and their sessions in order"), tr("All trials"),
        tr("Trials with a choice; only these enter fits"), tr("Correct among choices with a known outcome"),
        tr("Training status by the International Brain Laboratory's criteria"),
        tr("Rules fitted with this animal")};
    if (role == Qt::DisplayRole) {
        return titles[section];
    }
    return role == Qt::ToolTipRole ? QVariant(explanations[section]) : QVariant();
}

void StudyTreeModel::emitColumnsChanged(Column first, Column last, bool withSessions) {
    for (std::size_t i = 0; i < m_nodes.size(); ++i) {
        const int id = static_cast<int>(i);
        const std::vector<int>& children = m_nodes[i].children;
        if (m_nodes[i].level == Level::Animal) {
            emit dataChanged(indexOf(id, first), indexOf(id, last));
        }
        if (m_nodes[i].level == Level::Animal && withSessions && !children.empty()) {
            emit dataChanged(indexOf(children.front(), first), indexOf(children.back(), last));
        }
    }
}

StudyFilter::StudyFilter(QObject* parent)
    : QSortFilterProxyModel(parent) {
    m_collator.setNumericMode(true);
    m_collator.setCaseSensitivity(Qt::CaseInsensitive);
    setSortRole(StudyTreeModel::SortRole);
    setFilterCaseSensitivity(Qt::CaseInsensitive);
    setFilterKeyColumn(StudyTreeModel::NameColumn);
    setRecursiveFilteringEnabled(true);
    setAutoAcceptChildRows(true);
}

bool StudyFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    // Words only: a number that is typed means a name, not a count of trials that happens to hold it.
    for (const int column :
        {StudyTreeModel::NameColumn, StudyTreeModel::StatusColumn, StudyTreeModel::FitsColumn}) {
        const QString text = sourceModel()->index(row, column, parent).data().toString();
        if (text.contains(filterRegularExpression())) {
            return true;
        }
    }
    return false;
}

bool StudyFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    const QVariant a = left.data(sortRole());
    const QVariant b = right.data(sortRole());
    if (a.userType() == QMetaType::QString && b.userType() == QMetaType::QString) {
        return m_collator.compare(a.toString(), b.toString()) < 0;
    }
    return QSortFilterProxyModel::lessThan(left, right);
}

} // namespace rulescope::models
