// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/animal.h"

#include <QComboBox>

#include <string>
#include <vector>

class QListWidget;
class QMenu;

namespace rulescope::panels {

/// Which regressors enter a fit: a box that names them, with a list to tick behind it. Bias and stimulus
/// at first; columns of the files are on offer if every animal has them.
class RegressorChoice : public QComboBox {
    Q_OBJECT

  public:
    explicit RegressorChoice(QWidget* parent = nullptr);

    /// The animals that take part decide about the columns; ticks of what stays on offer are kept.
    void setAnimals(const std::vector<data::AnimalPtr>& animals);
    /// Ticked names, in the order of the list.
    std::vector<std::string> names() const;
    /// Why nothing can be fitted with this choice, or empty.
    QString problem() const;

    void showPopup() override;

  signals:
    void changed();

  private:
    void fill(const std::vector<std::string>& offered, const std::vector<std::string>& ticked);
    void updateText();

    QListWidget* m_list;
    QMenu* m_menu;
    std::vector<std::string> m_offered;
};

} // namespace rulescope::panels
