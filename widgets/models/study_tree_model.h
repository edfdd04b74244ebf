// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/study_context.h"

#include <QAbstractItemModel>
#include <QCollator>
#include <QHash>
#include <QSortFilterProxyModel>

#include <optional>
#include <vector>

namespace rulescope::models {

/// Lab > animal > session of a study with its counts; the lab level is there only if animals have different
/// labs.
class StudyTreeModel : public QAbstractItemModel {
    Q_OBJECT

  public:
    enum Column {
        NameColumn,
        TrialsColumn,
        ChoicesColumn,
        AccuracyColumn,
        StatusColumn,
        FitsColumn,
        ColumnCount
    };
    enum class Level { Lab, Animal, Session };
    enum Role {
        SortRole = Qt::UserRole, ///< number or name to sort by; never display text
        LevelRole,               ///< Level as int
        AnimalRole,              ///< name; of animals and sessions
        SessionRole,             ///< index of the session in its animal; of sessions
        FitsRole,                ///< badges of the rules fitted to an animal, oldest first (QStringList)
    };

    explicit StudyTreeModel(QObject* parent = nullptr);

    /// Keeps the rows if only fits or notes changed, else resets. Animals are counted as in `analysed`
    /// (StudyContext::analysed), sessions as they are: one that is left out is struck through.
    void setContents(const StudySnapshot& snapshot, const StudySnapshot& analysed);
    void setContents(const StudySnapshot& snapshot) { setContents(snapshot, snapshot); }
    const io::StudyContents& contents() const { return *m_snapshot; }
    /// Training status of an animal, computed elsewhere; an empty text clears it.
    void setTrainingStatus(const QString& animal, const QString& status, const QString& explanation = {});

    QModelIndex indexOfAnimal(const QString& animal) const;
    QModelIndex indexOfSession(const QString& animal, int session) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

  private:
    struct Node {
        Level level = Level::Animal;
        int parent = -1; ///< -1: top level
        int row = 0;
        std::size_t animal = 0, session = 0;
        std::vector<int> children = {};
        mutable std::optional<data::TrialCounts> counts = {}; ///< counted when first shown
    };
    struct Status {
        QString text, explanation;
    };

    void rebuild();
    int appendNode(Node node);
    void appendAnimal(std::size_t animal, int parent);
    const std::vector<int>& childrenOf(const QModelIndex& parent) const;
    QModelIndex indexOf(int node, int column = 0) const;
    const data::Animal& animalOf(const Node& node) const;
    const data::Animal& analysedAnimalOf(const Node& node) const;
    /// All trials of the animal or session are kept out of analyses.
    bool isLeftOut(const Node& node) const;
    QStringList notesOf(const Node& node) const;
    const data::TrialCounts& countsOf(const Node& node) const;
    QString nameOf(const Node& node) const;
    QStringList fitRulesOf(const Node& node) const;
    QString display(const Node& node, int column) const;
    QVariant sortKey(const Node& node, int column) const;
    QString toolTip(const Node& node, int column) const;
    void emitColumnsChanged(Column first, Column last, bool withSessions);

    StudySnapshot m_snapshot, m_analysed;
    std::vector<Node> m_nodes;
    std::vector<int> m_topLevel;
    QHash<QString, Status> m_status;
};

/// Filters the tree by text (names of labs, animals or sessions; a match keeps its children) and sorts by the
/// sort role, names the natural way (DAP2 before DAP10).
class StudyFilter : public QSortFilterProxyModel {
    Q_OBJECT

  public:
    explicit StudyFilter(QObject* parent = nullptr);

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

  private:
    QCollator m_collator;
};

} // namespace rulescope::models
