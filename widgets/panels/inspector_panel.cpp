// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/inspector_panel.h"

#include "widgets/panels/facts.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace rulescope::panels {

InspectorPanel::InspectorPanel(models::StudyContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_view(new QTreeWidget(this)) {
    setObjectName(QStringLiteral("inspectorPanel"));
    m_view->setObjectName(QStringLiteral("inspectorFacts"));
    m_view->setAccessibleName(tr("Facts about the selection"));
    m_view->setColumnCount(2);
    m_view->setHeaderHidden(true);
    m_view->setRootIsDecorated(false);
    m_view->setIndentation(8);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setWordWrap(true);
    m_view->setTextElideMode(Qt::ElideMiddle);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_view->header()->setStretchLastSection(true);
    m_view->installEventFilter(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(m_view);
    connect(&context, &models::StudyContext::contentsChanged, this, &InspectorPanel::update);
    connect(&context, &models::StudyContext::selectionChanged, this, &InspectorPanel::update);
    update();
}

void InspectorPanel::update() {
    m_view->clear();
    const std::vector<FactGroup> groups = factsOf(m_context.contents(), m_context.selection());
    for (const FactGroup& group : groups) {
        auto* heading = new QTreeWidgetItem(m_view, {group.title});
        QFont font = m_view->font();
        font.setBold(true);
        heading->setFont(0, font);
        heading->setFirstColumnSpanned(true);
        heading->setExpanded(true);
        for (const Fact& fact : group.facts) {
            auto* row = new QTreeWidgetItem(heading, {fact.name, fact.value});
            row->setForeground(0, palette().brush(QPalette::PlaceholderText));
            row->setToolTip(1, fact.detail.isEmpty() ? fact.value : fact.detail);
        }
    }
    if (groups.empty()) {
        new QTreeWidgetItem(m_view, {tr("Nothing to tell yet: import animals first.")});
    }
}

bool InspectorPanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy)) {
        copySelected();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void InspectorPanel::copySelected() const {
    QStringList lines;
    for (const QTreeWidgetItem* item : m_view->selectedItems()) {
        lines.append(
            item->parent() == nullptr ? item->text(0) : item->text(0) + QLatin1Char('\t') + item->text(1));
    }
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

} // namespace rulescope::panels
