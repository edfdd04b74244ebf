// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/page.h"

#include "core/figures/exclusion_note.h"
#include "widgets/panels/empty_state.h"
#include "widgets/panels/figure_view.h"
#include "widgets/panels/fit_request.h"
#include "widgets/panels/flow_layout.h"
#include "widgets/plots/figure_plot.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace rulescope::panels {

namespace {

constexpr int kWidestChooser = 260;    ///< px; the list itself shows longer names
constexpr int kOptionGap = 10;         ///< px
constexpr int kHeightForOptions = 660; ///< px; a lower page shows the usual options only

} // namespace

Page::Page(models::StudyContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_content(new QWidget(this))
    , m_options(new FlowLayout(kOptionGap))
    , m_more(new QToolButton(m_content))
    , m_scroll(new QScrollArea(m_content))
    , m_empty(new EmptyState(this))
    , m_stack(new QStackedWidget(this)) {
    m_stack->addWidget(m_content);
    m_stack->addWidget(m_empty);
    m_options->setContentsMargins(8, 6, 8, 2);
    auto* content = new QVBoxLayout(m_content);
    content->setContentsMargins(0, 0, 0, 0);
    content->setSpacing(0);
    content->addLayout(m_options);
    content->addWidget(m_scroll, 1);
    m_scroll->setObjectName(QStringLiteral("pageScroll"));
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_more->setObjectName(QStringLiteral("moreOptions"));
    m_more->setToolTip(tr("Show or hide the choices that are made less often"));
    m_more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_more->setCheckable(true);
    m_more->setAutoRaise(true);
    m_more->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(&context, &models::StudyContext::contentsChanged, this, &Page::invalidate);
    connect(&context, &models::StudyContext::selectionChanged, this, &Page::invalidate);
    connect(m_more, &QToolButton::clicked, this, [this](bool isChecked) {
        m_isFoldedByUser = true;
        foldOptions(!isChecked);
    });
    for (const QScrollBar* bar : {m_scroll->horizontalScrollBar(), m_scroll->verticalScrollBar()}) {
        connect(bar, &QScrollBar::rangeChanged, this, &Page::followScrolling);
    }
}

void Page::addEmptyAction(QAction* action) {
    m_empty->addAction(action);
}

void Page::addOption(const QString& label, QWidget* widget, Use use) {
    QWidget* option = widget;
    if (!label.isEmpty()) {
        // A label stays beside its widget when the row wraps.
        option = new QWidget(m_content);
        auto* row = new QHBoxLayout(option);
        row->setContentsMargins(0, 0, 0, 0);
        auto* text = new QLabel(label, option);
        text->setBuddy(widget);
        text->setForegroundRole(QPalette::PlaceholderText);
        row->addWidget(text);
        row->addWidget(widget);
        if (widget->accessibleName().isEmpty()) {
            widget->setAccessibleName(label);
        }
    }
    m_options->addWidget(option);
    if (use == Use::Seldom) {
        m_seldom.push_back(option);
    }
}

void Page::setFigures(QWidget* figures) {
    m_scroll->setWidget(figures);
    if (!m_seldom.empty()) {
        m_options->addWidget(m_more);
        setTabOrder(m_seldom.back(), m_more);
        m_more->show();
    }
    foldOptions(false);
}

void Page::foldOptions(bool isFolded) {
    for (QWidget* option : m_seldom) {
        option->setVisible(!isFolded);
    }
    m_more->setChecked(!isFolded);
    m_more->setText(isFolded ? tr("More") : tr("Fewer"));
    m_more->setArrowType(isFolded ? Qt::RightArrow : Qt::LeftArrow);
    m_options->invalidate();
}

void Page::followScrolling() {
    const bool isScrolling =
        m_scroll->horizontalScrollBar()->maximum() > 0 || m_scroll->verticalScrollBar()->maximum() > 0;
    for (plots::FigurePlot* plot : m_scroll->findChildren<plots::FigurePlot*>()) {
        plot->setWheelScrolls(isScrolling);
    }
}

void Page::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (!m_isFoldedByUser && !m_seldom.empty()) {
        foldOptions(height() < kHeightForOptions);
    }
}

void Page::showEmpty(const QString& headline, const QString& explanation) {
    m_empty->setTexts(headline, explanation);
    m_stack->setCurrentWidget(m_empty);
}

void Page::showFigures() {
    m_stack->setCurrentWidget(m_content);
}

void Page::forwardMenu(plots::FigurePlot* plot) {
    connect(plot, &plots::FigurePlot::menuRequested, this,
        [this, plot](const QPoint& position) { emit menuRequested(plot, position); });
}

void Page::noteExclusions(FigureView* view) {
    view->setFinish([this](figures::FigureSpec& figure) {
        figure.leftOut = figures::exclusionNote(
            models::selectedAnimals(m_context.selection(), m_context.analysed()->study));
    });
}

std::vector<std::string> Page::selectedNames() const {
    std::vector<std::string> names;
    for (const models::SelectedAnimal& selected : m_context.selection().animals) {
        names.push_back(selected.animal);
    }
    return names;
}

void Page::invalidate() {
    m_isStale = true;
    if (isVisible()) {
        m_isStale = false;
        refresh();
    }
}

void Page::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_isStale) {
        m_isStale = false;
        refresh();
    }
}

QString fitLabel(const fit::FitResult& fit) {
    const QString id = QString::fromStdString(fit.id);
    const QString rule = QString::fromStdString(fit.spec.rule) + QLatin1Char('-');
    const QString label =
        id.startsWith(rule) ? FitChooser::tr("%1, fit %2").arg(ruleTitle(fit.spec.rule), id.mid(rule.size()))
                            : FitChooser::tr("%1 (%2)").arg(ruleTitle(fit.spec.rule), id);
    return fit.status == fit::FitStatus::Diverged ? FitChooser::tr("%1, diverged").arg(label) : label;
}

FitChooser::FitChooser(models::StudyContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_box(new QComboBox(this)) {
    m_box->setObjectName(QStringLiteral("fitChooser"));
    m_box->setToolTip(tr("The fit that this page shows"));
    m_box->setMinimumContentsLength(18);
    m_box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_box->setMaximumWidth(kWidestChooser);
    m_box->setAccessibleName(m_box->toolTip());
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_box);
    connect(&context, &models::StudyContext::contentsChanged, this, &FitChooser::fill);
    connect(&context, &models::StudyContext::selectionChanged, this, &FitChooser::fill);
    connect(m_box, &QComboBox::activated, this,
        [this] { m_context.selectFit(m_box->currentData().toString().toStdString()); });
    fill();
}

void FitChooser::fill() {
    const QSignalBlocker blocker(m_box);
    m_box->clear();
    const auto& fits = m_context.contents().fits;
    for (auto it = fits.rbegin(); it != fits.rend(); ++it) {
        m_box->addItem(fitLabel(**it), QString::fromStdString((*it)->id));
    }
    m_box->setCurrentIndex(m_box->findData(QString::fromStdString(m_context.selection().fit)));
}

} // namespace rulescope::panels
