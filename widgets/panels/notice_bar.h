// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include <functional>
#include <utility>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace rulescope::panels {

/// Sentences above the pages that wait for nobody: errors, offers. Each has a close button and maybe ways on.
class NoticeBar : public QWidget {
    Q_OBJECT

  public:
    using Choice = std::pair<QString, std::function<void()>>;

    explicit NoticeBar(QWidget* parent = nullptr);

    /// Shows a sentence; an older one with the same `name` gives way. A choice closes the notice.
    void show(const QString& name, const QString& sentence, const std::vector<Choice>& choices = {});
    void close(const QString& name);
    /// The sentence shown under a name; empty if there is none.
    QString sentence(const QString& name) const;

  private:
    QVBoxLayout* m_layout;
};

} // namespace rulescope::panels
