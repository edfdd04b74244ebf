// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <optional>
#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QListWidget;
class QSpinBox;

namespace rulescope::panels {

/// What a fit or a comparison is judged on without having seen it: nothing, animals by turns or by name,
/// folds, sessions, or the last trials.
///
/// Remembers the choice of a fit and that of a comparison apart.
class HeldOutChoice : public QWidget {
    Q_OBJECT

  public:
    explicit HeldOutChoice(QWidget* parent = nullptr);

    void setAnimals(const std::vector<std::string>& names);
    void setComparing(bool isComparing);

    /// The held-out animals of a single fit.
    std::vector<std::string> heldOutAnimals() const;
    /// The held-out trials of a single fit: "future:500", "sessions:5"; empty: none.
    std::string heldOutTrials() const;
    /// The scheme of a comparison: "animals:5", "animals:A,B", "future:500", "sessions:5".
    std::string holdout() const;
    /// Why the choice can't be run, in a sentence; empty if it can.
    QString problem() const;

  signals:
    void changed();

  private:
    enum class Kind { Nothing, EveryFourth, Chosen, Folds, Each, Future, Sessions };

    void fill();
    void showParts();
    void onKindChosen();
    void onCount(int count);
    Kind kind() const;
    std::vector<std::string> checked() const;

    QComboBox* m_kind;
    QSpinBox* m_count;
    QLabel* m_countLabel;
    QListWidget* m_list;
    std::vector<std::string> m_animals;
    bool m_isComparing = false;
    Kind m_fitKind = Kind::Nothing;
    Kind m_compareKind = Kind::Folds;
    int m_folds = 4, m_future = 500, m_sessions = 5; ///< counts by kind
};

} // namespace rulescope::panels
