// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>

#include <vector>

class QAction;
class QLineEdit;
class QListWidget;
class QTextBrowser;
class QToolButton;

namespace rulescope::dialogs {

/// One help page: the stem of its file in resources/help, and its title in lists.
struct HelpPage {
    QString name;
    QString title;
};

/// All pages in reading order.
std::vector<HelpPage> helpPages();
/// The Markdown of a page; empty if there is none of that name.
QString helpText(const QString& name);

/// The manual in a window of its own, beside which work goes on.
///
/// Pages are Markdown files; the page of shortcuts gets the table of the program's own actions, so that it is
/// never out of date.
class HelpViewer : public QDialog {
    Q_OBJECT

  public:
    explicit HelpViewer(QWidget* parent = nullptr);

    /// Actions whose shortcuts the page of shortcuts lists, in groups by menu.
    struct ActionGroup {
        QString title;
        QList<QAction*> actions;
    };
    void setActions(std::vector<ActionGroup> groups);
    void showPage(const QString& name);
    QString currentPage() const;

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void open(const QString& name);
    void followLink(const QUrl& link);
    void filterPages(const QString& words);
    void findNext();
    QString shortcutsTable() const;
    void step(int by);
    void styleDocument();

    QListWidget* m_pages;
    QLineEdit* m_search;
    QTextBrowser* m_text;
    QToolButton *m_back, *m_forward;
    std::vector<ActionGroup> m_actions;
    QStringList m_visited;
    qsizetype m_at = -1; ///< of the page shown in m_visited
};

} // namespace rulescope::dialogs
