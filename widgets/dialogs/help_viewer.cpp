// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/help_viewer.h"

#include "widgets/dialogs/help_document.h"

#include <QAction>
#include <QCoreApplication>
#include <QDesktopServices>
#include <QFile>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QShortcut>
#include <QSplitter>
#include <QStyle>
#include <QTextBrowser>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace rulescope::dialogs {

namespace {

const QString kShortcutsPage = QStringLiteral("shortcuts");
constexpr QSize kUsualSize = {940, 680};
constexpr int kListWidth = 262;

template<class Widget>
Widget* named(Widget* widget, const char* name, const QString& toolTip) {
    widget->setObjectName(QLatin1String(name));
    widget->setToolTip(toolTip);
    widget->setAccessibleName(toolTip);
    return widget;
}

QToolButton* stepButton(QWidget* parent, const char* name, QStyle::StandardPixmap icon, const QString& tip) {
    auto* button = named(new QToolButton(parent), name, tip);
    button->setIcon(parent->style()->standardIcon(icon));
    button->setAutoRaise(true);
    return button;
}

} // namespace

std::vector<HelpPage> helpPages() {
    return {{QStringLiteral("getting-started"), HelpViewer::tr("Getting started")},
        {QStringLiteral("importing"), HelpViewer::tr("Importing")},
        {QStringLiteral("behaviour"), HelpViewer::tr("Behaviour")},
        {QStringLiteral("fits"), HelpViewer::tr("Fits and held-out evaluation")},
        {QStringLiteral("training-presets"), HelpViewer::tr("How networks are trained")},
        {QStringLiteral("weights"), HelpViewer::tr("The Weights page")},
        {QStringLiteral("updates"), HelpViewer::tr("The Updates page")},
        {QStringLiteral("validation"), HelpViewer::tr("The Validation page")},
        {QStringLiteral("networks"), HelpViewer::tr("The Networks page")},
        {QStringLiteral("exporting"), HelpViewer::tr("Exporting")},
        {QStringLiteral("sessions"), HelpViewer::tr("Leaving sessions out, phases, notes")},
        {QStringLiteral("study-file"), HelpViewer::tr("The study file")},
        {QStringLiteral("run-in-python"), HelpViewer::tr("A fitted rule in Python")},
        {kShortcutsPage, HelpViewer::tr("Keyboard and mouse")}};
}

QString helpText(const QString& name) {
    QFile file(QStringLiteral(":/help/%1.md").arg(name));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

HelpViewer::HelpViewer(QWidget* parent)
    : QDialog(parent)
    , m_pages(named(new QListWidget(this), "helpPages", tr("Pages of the manual")))
    , m_search(named(new QLineEdit(this), "helpSearch", tr("Find words in all pages")))
    , m_text(new QTextBrowser(this))
    , m_back(stepButton(this, "helpBack", QStyle::SP_ArrowBack, tr("Back (Alt+Left)")))
    , m_forward(stepButton(this, "helpForward", QStyle::SP_ArrowForward, tr("Forward (Alt+Right)"))) {
    setObjectName(QStringLiteral("helpViewer"));
    setWindowTitle(tr("Rulescope Help"));
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    resize(kUsualSize);
    m_text->setObjectName(QStringLiteral("helpText"));
    m_text->setAccessibleName(tr("Text of the page"));
    m_text->setOpenLinks(false);
    m_text->setFrameShape(QFrame::NoFrame);
    m_search->setPlaceholderText(tr("Find"));
    m_search->setClearButtonEnabled(true);
    m_pages->setFrameShape(QFrame::NoFrame);
    for (const HelpPage& page : helpPages()) {
        auto* item = new QListWidgetItem(page.title, m_pages);
        item->setData(Qt::UserRole, page.name);
    }

    auto* side = new QWidget(this);
    auto* sideLayout = new QVBoxLayout(side);
    sideLayout->setContentsMargins(6, 6, 0, 6);
    auto* row = new QHBoxLayout;
    row->addWidget(m_back);
    row->addWidget(m_forward);
    row->addWidget(m_search, 1);
    sideLayout->addLayout(row);
    sideLayout->addWidget(m_pages, 1);
    auto* splitter = new QSplitter(this);
    splitter->addWidget(side);
    splitter->addWidget(m_text);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({kListWidth, kUsualSize.width() - kListWidth});
    splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);

    connect(m_pages, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
        if (item != nullptr) {
            showPage(item->data(Qt::UserRole).toString());
        }
    });
    connect(m_text, &QTextBrowser::anchorClicked, this, &HelpViewer::followLink);
    connect(m_search, &QLineEdit::textChanged, this, &HelpViewer::filterPages);
    connect(m_search, &QLineEdit::returnPressed, this, &HelpViewer::findNext);
    connect(m_back, &QToolButton::clicked, this, [this] { step(-1); });
    connect(m_forward, &QToolButton::clicked, this, [this] { step(1); });
    connect(new QShortcut(QKeySequence::Back, this), &QShortcut::activated, this, [this] { step(-1); });
    connect(new QShortcut(QKeySequence::Forward, this), &QShortcut::activated, this, [this] { step(1); });
    connect(new QShortcut(QKeySequence::Find, this), &QShortcut::activated, m_search,
        qOverload<>(&QWidget::setFocus));
    showPage(helpPages().front().name);
}

void HelpViewer::setActions(std::vector<ActionGroup> groups) {
    m_actions = std::move(groups);
    if (currentPage() == kShortcutsPage) {
        open(kShortcutsPage);
    }
}

QString HelpViewer::currentPage() const {
    return m_visited.value(m_at);
}

void HelpViewer::showPage(const QString& name) {
    if (name == currentPage() || helpText(name).isEmpty()) {
        return;
    }
    m_visited.resize(m_at + 1);
    m_visited.append(name);
    ++m_at;
    open(name);
}

void HelpViewer::step(int by) {
    const qsizetype to = m_at + by;
    if (to >= 0 && to < m_visited.size()) {
        m_at = to;
        open(currentPage());
    }
}

void HelpViewer::open(const QString& name) {
    QString text = helpText(name);
    if (name == kShortcutsPage) {
        text += shortcutsTable();
    }
    m_text->document()->setBaseUrl(QUrl(QStringLiteral("qrc:/help/")));
    m_text->setMarkdown(text);
    styleDocument();
    m_text->moveCursor(QTextCursor::Start);
    for (int row = 0; row < m_pages->count(); ++row) {
        if (m_pages->item(row)->data(Qt::UserRole).toString() == name) {
            m_pages->setCurrentRow(row); // comes back to showPage, which finds it shown
        }
    }
    m_back->setEnabled(m_at > 0);
    m_forward->setEnabled(m_at + 1 < m_visited.size());
}

void HelpViewer::followLink(const QUrl& link) {
    if (!link.isRelative() && link.scheme() != QLatin1String("qrc")) {
        QDesktopServices::openUrl(link);
        return;
    }
    QString name = link.fileName();
    if (name.endsWith(QLatin1String(".md"))) {
        name.chop(3);
    }
    showPage(name);
}

void HelpViewer::filterPages(const QString& words) {
    int first = -1;
    for (int row = 0; row < m_pages->count(); ++row) {
        QListWidgetItem* item = m_pages->item(row);
        const QString text = item->text() + helpText(item->data(Qt::UserRole).toString());
        const bool isMatch = text.contains(words.trimmed(), Qt::CaseInsensitive);
        item->setHidden(!isMatch);
        first = isMatch && first < 0 ? row : first;
    }
    if (first >= 0 && m_pages->currentItem() != nullptr && m_pages->currentItem()->isHidden()) {
        m_pages->setCurrentRow(first);
    }
    m_text->moveCursor(QTextCursor::Start);
    findNext();
}

void HelpViewer::findNext() {
    const QString words = m_search->text().trimmed();
    if (!words.isEmpty() && !m_text->find(words)) {
        m_text->moveCursor(QTextCursor::Start);
        m_text->find(words);
    }
}

QString HelpViewer::shortcutsTable() const {
    QString text;
    for (const ActionGroup& group : m_actions) {
        QString rows;
        for (const QAction* action : group.actions) {
            const QString keys = action->shortcut().toString(QKeySequence::NativeText);
            if (!keys.isEmpty()) {
                rows += QStringLiteral("| %1 | %2 | %3 |\n")
                            .arg(keys, action->text().remove(QLatin1Char('&')), action->statusTip());
            }
        }
        if (!rows.isEmpty()) {
            text += QStringLiteral("\n### %1\n\n| %2 | %3 | |\n| --- | --- | --- |\n%4")
                        .arg(group.title, tr("keys"), tr("command"), rows);
        }
    }
    return text;
}

void HelpViewer::styleDocument() {
    styleHelpDocument(*m_text);
}

void HelpViewer::changeEvent(QEvent* event) {
    QDialog::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_at >= 0) {
        open(currentPage()); // table lines follow the theme
    }
}

} // namespace rulescope::dialogs
