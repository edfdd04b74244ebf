// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

namespace rulescope::panels {

/// A line that ends in "…" where it has no room, until it is edited.
class TitleEdit : public QLineEdit {
    Q_OBJECT

  public:
    using QLineEdit::QLineEdit;
    /// What can be read of the text, in the width that there is.
    QString shownText() const;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QRect textRect() const;
};

} // namespace rulescope::panels
