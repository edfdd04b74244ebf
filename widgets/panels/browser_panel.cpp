// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/browser_panel.h"

#include "widgets/models/study_tree_model.h"
#include "widgets/panels/empty_state.h"
#include "widgets/panels/fit_badges.h"
#include "widgets/panels/latest_task.h"
#include "widgets/panels/title_edit.h"
#include "widgets/panels/training_text.h"

#include <QAction>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QShortcut>
#include <QStackedWidget>
#include <QTimer>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace rulescope::panels {

namespace {

using Tree = models::StudyTreeModel;

constexpr QSize kUsualSize = {370, 500};
constexpr int kIndentation = 13;                           ///< px per level
constexpr int kLeastNameWidth = 100, kMostNameWidth = 180; ///< px that names get before other columns
constexpr int kPadding = 12;                               ///< px in a cell beside its text
constexpr const char* kLeastFits = "RNN +8";               ///< what the narrowest column of fits shows

QTreeView* makeView(QAbstractItemModel* model, QWidget* parent) {
    auto* view = new QTreeView(parent);
    view->setObjectName(QStringLiteral("studyTree"));
    view->setModel(model);
    view->setItemDelegate(new RoomyRows(view));
    view->setItemDelegateForColumn(Tree::FitsColumn, new FitBadges(view));
    view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSortingEnabled(true);
    view->sortByColumn(Tree::NameColumn, Qt::AscendingOrder);
    view->setUniformRowHeights(true); // thousands of sessions scroll without measuring each
    view->setAllColumnsShowFocus(true);
    view->setFrameShape(QFrame::NoFrame);
    view->setContextMenuPolicy(Qt::ActionsContextMenu);
    view->setAccessibleName(BrowserPanel::tr("Animals and sessions"));
    QHeaderView* header = view->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(QHeaderView::Interactive);
    header->setSectionResizeMode(Tree::NameColumn, QHeaderView::Stretch);
    const QFontMetrics metrics(view->font());
    const std::pair<int, const char*> usual[] = {{Tree::TrialsColumn, "88,888"},
        {Tree::ChoicesColumn, "Choices"}, {Tree::AccuracyColumn, "Accuracy"},
        {Tree::StatusColumn, "In training"}, {Tree::FitsColumn, kLeastFits}};
    for (const auto& [column, text] : usual) {
        header->resizeSection(column, metrics.horizontalAdvance(QLatin1String(text)) + kPadding);
    }
    header->setMinimumSectionSize(30);
    view->setIndentation(kIndentation);
    view->setTextElideMode(Qt::ElideMiddle); // the number at the end tells animals apart
    view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    header->hideSection(
        Tree::ChoicesColumn); // near the number of trials; the inspector and the tooltip tell it
    return view;
}

/// Adds a row's animal or session to `selection`; a whole animal wins over some of its sessions.
void addRow(models::Selection& selection, const QModelIndex& row) {
    const QVariant animal = row.data(Tree::AnimalRole);
    const QVariant session = row.data(Tree::SessionRole);
    if (!animal.isValid()) {
        for (int child = 0; child < row.model()->rowCount(row); ++child) {
            addRow(selection, row.model()->index(child, 0, row));
        }
        return;
    }
    const std::string name = animal.toString().toStdString();
    auto it = std::find_if(selection.animals.begin(), selection.animals.end(),
        [&name](const models::SelectedAnimal& selected) { return selected.animal == name; });
    if (it == selection.animals.end()) {
        selection.animals.push_back({name, {}});
        it = std::prev(selection.animals.end());
    } else if (it->sessions.empty()) {
        return;
    }
    if (session.isValid()) {
        it->sessions.push_back(static_cast<std::size_t>(session.toInt()));
    } else {
        it->sessions.clear();
    }
}

} // namespace

BrowserPanel::BrowserPanel(models::StudyContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_model(new Tree(this))
    , m_filter(new models::StudyFilter(this))
    , m_title(new TitleEdit(this))
    , m_filterEdit(new QLineEdit(this))
    , m_empty(new EmptyState(this))
    , m_stack(new QStackedWidget(this))
    , m_summary(new QLabel(this))
    , m_statusTask(new LatestTask(this)) {
    setObjectName(QStringLiteral("browserPanel"));
    m_filter->setSourceModel(m_model);
    m_view = makeView(m_filter, this);
    m_title->setObjectName(QStringLiteral("studyTitle"));
    m_title->setPlaceholderText(tr("Untitled study"));
    m_title->setFrame(false);
    QFont titleFont = m_title->font();
    titleFont.setBold(true);
    m_title->setFont(titleFont);
    m_filterEdit->setObjectName(QStringLiteral("browserFilter"));
    m_filterEdit->setPlaceholderText(tr("Filter by name, status or fitted rule"));
    m_filterEdit->setToolTip(
        tr("Shows what has these letters in its name, training status or fits (Ctrl+F); Escape shows all"));
    m_filterEdit->setAccessibleName(tr("Filter animals and sessions"));
    m_title->setAccessibleName(tr("Title of the study"));
    m_filterEdit->setClearButtonEnabled(true);
    m_summary->setObjectName(QStringLiteral("browserSummary"));
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    m_summary->setContentsMargins(6, 2, 6, 2);
    m_summary->setWordWrap(true);
    m_empty->setTexts(tr("No animals yet"), tr("Drop files or folders of trials on the window, or import "
                                               "them from the menu. CSV tables of several "
                                               "laboratories are understood as they are."));
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_empty);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 0);
    layout->setSpacing(4);
    layout->addWidget(m_title);
    layout->addWidget(m_filterEdit);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_summary);

    connect(m_title, &QLineEdit::editingFinished, this, &BrowserPanel::commitTitle);
    // A field that keeps the keyboard also keeps shortcuts such as Ctrl+E for itself.
    connect(m_title, &QLineEdit::returnPressed, m_view, qOverload<>(&QWidget::setFocus));
    m_view->header()->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_view->header(), &QWidget::customContextMenuRequested, this, &BrowserPanel::showColumnMenu);
    connect(m_filterEdit, &QLineEdit::textChanged, this, &BrowserPanel::onFilterChanged);
    // Escape shows all animals again, wherever in this panel the keyboard is; once more leaves the field.
    auto* escape = new QShortcut(QKeySequence(Qt::Key_Escape), this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &BrowserPanel::leaveFilter);
    connect(
        m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &BrowserPanel::takeSelection);
    connect(&context, &models::StudyContext::contentsChanged, this, &BrowserPanel::onContentsChanged);
    connect(&context, &models::StudyContext::selectionChanged, this, &BrowserPanel::showSelection);
    onContentsChanged();
}

QSize BrowserPanel::sizeHint() const {
    return kUsualSize;
}

QByteArray BrowserPanel::columns() const {
    return m_hasOwnColumns ? m_view->header()->saveState() : QByteArray();
}

void BrowserPanel::restoreColumns(const QByteArray& state) {
    if (state.isEmpty()) {
        return;
    }
    QHeaderView* header = m_view->header();
    const QByteArray usual = header->saveState();
    m_hasOwnColumns = header->restoreState(state) && header->count() == Tree::ColumnCount &&
                      !header->isSectionHidden(Tree::NameColumn);
    if (!m_hasOwnColumns) {
        header->restoreState(usual);
    }
}

void BrowserPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitColumns();
}

void BrowserPanel::fitColumns() {
    if (m_hasOwnColumns) {
        return;
    }
    // Names first: what has no room beside them is left to tooltips and the inspector.
    QHeaderView* header = m_view->header();
    const QAbstractItemView& list = *m_view; // whose size hints are public
    const int names = std::clamp(list.sizeHintForColumn(Tree::NameColumn), kLeastNameWidth, kMostNameWidth);
    int room = width() - names;
    for (const int column :
        {Tree::AccuracyColumn, Tree::TrialsColumn, Tree::StatusColumn, Tree::FitsColumn}) {
        header->setSectionHidden(column, false); // a hidden one has no size
        if (column == Tree::FitsColumn) {        // not at the cost of a single letter of a name
            const QMargins margins = layout()->contentsMargins();
            const QScrollBar* bar = m_view->verticalScrollBar();
            room -= margins.left() + margins.right() + (bar->isVisible() ? bar->width() : 0);
            const int least = header->fontMetrics().horizontalAdvance(QLatin1String(kLeastFits)) + kPadding;
            const int whole = list.sizeHintForColumn(column) + kPadding;
            // More than the least only beside the whole title of the names.
            const int spare = room - std::max(0, header->sectionSizeHint(Tree::NameColumn) - names);
            header->resizeSection(column, std::clamp(spare, least, std::max(least, whole)));
        }
        room -= header->sectionSize(column);
        header->setSectionHidden(column, room < 0);
    }
}

void BrowserPanel::setColumnShown(int column, bool isShown) {
    m_hasOwnColumns = true;
    m_view->header()->setSectionHidden(column, !isShown);
}

void BrowserPanel::fillColumnMenu(QMenu& menu) {
    for (int column = Tree::NameColumn + 1; column < Tree::ColumnCount; ++column) {
        QAction* action = menu.addAction(m_model->headerData(column, Qt::Horizontal).toString());
        action->setToolTip(tr("Show or hide this column of the list of animals"));
        action->setCheckable(true);
        action->setChecked(!m_view->header()->isSectionHidden(column));
        connect(action, &QAction::toggled, this,
            [this, column](bool isShown) { setColumnShown(column, isShown); });
    }
}

void BrowserPanel::showColumnMenu(const QPoint& position) {
    QMenu menu(this);
    menu.setObjectName(QStringLiteral("columnMenu"));
    fillColumnMenu(menu);
    menu.exec(m_view->header()->mapToGlobal(position));
}

void BrowserPanel::addEmptyAction(QAction* action) {
    m_empty->addAction(action);
}

void BrowserPanel::addMenuAction(QAction* action) {
    m_view->addAction(action);
}

void BrowserPanel::focusFilter() {
    m_filterEdit->setFocus(Qt::ShortcutFocusReason);
    m_filterEdit->selectAll();
}

void BrowserPanel::editTitle() {
    m_title->setFocus(Qt::ShortcutFocusReason);
    m_title->selectAll();
}

void BrowserPanel::leaveFilter() {
    if (m_title->hasFocus()) { // what was typed there is given up
        m_title->setModified(false);
        showTitle();
        m_view->setFocus();
    } else if (m_filterEdit->text().isEmpty()) {
        m_view->setFocus();
    } else {
        m_filterEdit->clear();
    }
}

void BrowserPanel::commitTitle() {
    if (m_title->isModified()) {
        m_title->setModified(false);
        emit titleEdited(m_title->text().trimmed());
    }
}

void BrowserPanel::showTitle() {
    const QString title = QString::fromStdString(m_context.contents().study.title);
    if (m_title->isModified() && title == m_shownTitle) {
        return; // something else has changed while a title is being typed
    }
    m_shownTitle = title;
    m_title->setText(title);
    m_title->setToolTip(title.isEmpty() ? tr("The study's title; click to change it")
                                        : tr("%1\nThe study's title; click to change it").arg(title));
    m_title->setCursorPosition(0);
}

void BrowserPanel::onContentsChanged() {
    showTitle();
    QTimer::singleShot(0, this, &BrowserPanel::fitColumns); // their widths follow what is in them
    const bool isSameCohort = m_context.contents().study.animals == m_model->contents().study.animals;
    const bool areNotesSame = m_context.contents().study.annotations == m_model->contents().study.annotations;
    {
        const QScopedValueRollback guard(
            m_isSynchronising, true); // a reset clears the view's selection, not ours
        m_model->setContents(m_context.snapshot(), m_context.analysed());
    }
    m_stack->setCurrentWidget(
        m_context.contents().study.animals.empty() ? static_cast<QWidget*>(m_empty) : m_view);
    if (!isSameCohort) {
        if (m_model->rowCount() > 0 &&
            m_model->index(0, 0).data(Tree::LevelRole).toInt() == int(Tree::Level::Lab)) {
            m_view->expandToDepth(0);
        }
        showSelection();
    }
    if (!isSameCohort || !areNotesSame) {
        judgeTraining();
    }
    updateSummary();
}

void BrowserPanel::onFilterChanged(const QString& text) {
    {
        const QScopedValueRollback guard(
            m_isSynchronising, true); // filtering hides rows, it selects nothing else
        m_filter->setFilterFixedString(text);
    }
    showSelection(); // rows that came back are selected as before
}

void BrowserPanel::showSelection() {
    updateSummary();
    if (m_isSynchronising) {
        return;
    }
    const QScopedValueRollback guard(m_isSynchronising, true);
    QItemSelection rows;
    QModelIndex first;
    const auto add = [this, &rows, &first](const QModelIndex& source) {
        const QModelIndex index = m_filter->mapFromSource(source);
        rows.select(index, index);
        first = first.isValid() ? first : index;
    };
    for (const models::SelectedAnimal& selected : m_context.selection().animals) {
        const QString animal = QString::fromStdString(selected.animal);
        if (selected.sessions.empty()) {
            add(m_model->indexOfAnimal(animal));
        }
        for (const std::size_t session : selected.sessions) {
            add(m_model->indexOfSession(animal, static_cast<int>(session)));
        }
    }
    m_view->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    if (first.isValid()) {
        m_view->scrollTo(first);
    }
}

void BrowserPanel::takeSelection() {
    if (m_isSynchronising) {
        return;
    }
    const QScopedValueRollback guard(m_isSynchronising, true);
    models::Selection selection = m_context.selection();
    selection.animals.clear();
    QModelIndexList rows = m_view->selectionModel()->selectedRows();
    std::stable_sort(rows.begin(), rows.end(), [](const QModelIndex& a, const QModelIndex& b) {
        return a.data(Tree::LevelRole).toInt() < b.data(Tree::LevelRole).toInt();
    });
    for (const QModelIndex& row : rows) {
        addRow(selection, row);
    }
    m_context.setSelection(selection);
}

void BrowserPanel::judgeTraining() {
    using Texts = std::vector<std::pair<QString, TrainingText>>;
    const models::StudySnapshot snapshot = m_context.analysed();
    m_statusTask->run(
        [snapshot](const base::StopToken& stop) {
            Texts texts;
            for (const data::AnimalPtr& animal : snapshot->study.animals) {
                if (stop.stop_requested()) {
                    break;
                }
                texts.emplace_back(QString::fromStdString(animal->name()), trainingText(*animal));
            }
            return texts;
        },
        [this](const Texts& texts) {
            for (const auto& [animal, text] : texts) {
                m_model->setTrainingStatus(animal, text.status, text.explanation);
            }
        });
}

void BrowserPanel::updateSummary() {
    const data::Study& study = m_context.analysed()->study;
    const std::size_t selected = m_context.selection().animals.size();
    const QString cohort = tr("%n animal(s)", nullptr, static_cast<int>(study.animals.size()));
    const QString trials = tr("%Ln trial(s)", nullptr, static_cast<int>(study.counts().trials));
    const QString chosen = selected == 0
                               ? tr("nothing selected: all shown")
                               : tr("%1 selected").arg(QLocale().toString(static_cast<qulonglong>(selected)));
    m_summary->setVisible(!study.animals.empty());
    m_summary->setText(QStringLiteral("%1 · %2 · %3").arg(cohort, trials, chosen));
}

} // namespace rulescope::panels
