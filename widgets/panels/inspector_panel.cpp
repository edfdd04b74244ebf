// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/inspector_panel.h"

#include "widgets/panels/facts.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QStyledItemDelegate>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace rulescope::panels {

namespace {

constexpr double kNameShare = 0.4; ///< of the width
constexpr int kRowGap = 2;         ///< px between rows

/// Rows as high as their wrapped text at the column's present width.
class WrappingDelegate : public QStyledItemDelegate {
  public:
    explicit WrappingDelegate(QTreeWidget* view)
        : QStyledItemDelegate(view)
        , m_view(view) {}

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const QSize usual = QStyledItemDelegate::sizeHint(option, index);
        if (!index.parent().isValid()) { // a heading spans both columns
            const QRect words =
                option.fontMetrics.boundingRect(QRect(0, 0, m_view->viewport()->width() - 8, 10000),
                    Qt::AlignLeft | Qt::TextWordWrap, index.data().toString());
            return {usual.width(), words.height() + 4 * kRowGap};
        }
        const int padding = index.column() == 0 ? m_view->indentation() + 8 : 8;
        const int width = std::max(40, m_view->columnWidth(index.column()) - padding);
        const QRect text = option.fontMetrics.boundingRect(
            QRect(0, 0, width, 10000), Qt::AlignLeft | Qt::TextWordWrap, index.data().toString());
        return {width, std::max(usual.height(), text.height()) + kRowGap};
    }

  protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        option->displayAlignment =
            Qt::AlignLeft | (index.parent().isValid() ? Qt::AlignTop : Qt::AlignBottom);
    }

  private:
    QTreeWidget* m_view;
};

} // namespace

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
    m_view->setTextElideMode(Qt::ElideNone);
    m_view->setItemDelegate(new WrappingDelegate(m_view));
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(m_view->header(), &QHeaderView::sectionResized, m_view, &QTreeWidget::doItemsLayout);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->header()->setSectionResizeMode(0, QHeaderView::Fixed);
    m_view->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // rows wrap at a width that stays
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
    const std::vector<FactGroup> groups = factsOf(*m_context.analysed(), m_context.selection());
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
        auto* empty = new QTreeWidgetItem(m_view, {tr("Nothing to tell yet: import animals first.")});
        empty->setFirstColumnSpanned(true);
    }
}

void InspectorPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    m_view->header()->resizeSection(0, static_cast<int>(kNameShare * m_view->viewport()->width()));
    m_view->doItemsLayout();
}

void InspectorPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        update(); // the muted names follow the theme
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
