// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/regressor_choice.h"

#include "core/data/regressors.h"
#include "widgets/panels/fit_request.h"

#include <QListWidget>
#include <QMenu>
#include <QSignalBlocker>
#include <QWidgetAction>

#include <algorithm>

namespace rulescope::panels {

namespace {

constexpr int kMostRows = 14; ///< of the list; more scroll

std::vector<std::string> builtIn() {
    return {"bias", "stimulus", "stimulus_left", "stimulus_right", "previous_choice", "previous_stimulus",
        "previous_outcome", "win_stay"};
}

/// Names of the numeric columns that an animal has beside the usual ones.
std::vector<std::string> columnsOf(const data::Animal& animal) {
    std::vector<std::string> names;
    if (!animal.trials().probabilityLeft.empty()) {
        names.emplace_back("probability_left");
    }
    for (const data::Column& column : animal.trials().extra) {
        names.push_back(column.name);
    }
    return names;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

RegressorChoice::RegressorChoice(QWidget* parent)
    : QComboBox(parent)
    , m_list(new QListWidget)
    , m_menu(new QMenu(this)) {
    setObjectName(QStringLiteral("fitRegressors"));
    setToolTip(tr("What each choice may depend on: one weight for each, moved by the rule"));
    setAccessibleName(tr("Regressors"));
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon); // a long choice keeps its width
    addItem({});
    m_list->setObjectName(QStringLiteral("fitRegressorList"));
    m_list->setAccessibleName(tr("Regressors"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* action = new QWidgetAction(m_menu); // a list stays open while several are ticked
    action->setDefaultWidget(m_list);
    m_menu->addAction(action);
    connect(m_menu, &QMenu::aboutToShow, m_list, qOverload<>(&QWidget::setFocus));
    connect(m_list, &QListWidget::itemChanged, this, [this] {
        updateText();
        emit changed();
    });
    fill(builtIn(), data::RegressorSpec().names);
}

void RegressorChoice::setAnimals(const std::vector<data::AnimalPtr>& animals) {
    std::vector<std::string> offered = builtIn();
    if (!animals.empty()) {
        std::vector<std::string> columns = columnsOf(*animals.front());
        for (const data::AnimalPtr& animal : animals) {
            const std::vector<std::string> own = columnsOf(*animal);
            std::erase_if(columns, [&own](const std::string& name) { return !contains(own, name); });
        }
        for (const std::string& name : columns) {
            offered.push_back("column:" + name);
        }
    }
    if (offered != m_offered) {
        fill(offered, names());
    }
}

void RegressorChoice::fill(const std::vector<std::string>& offered, const std::vector<std::string>& ticked) {
    m_offered = offered;
    {
        const QSignalBlocker blocker(m_list);
        m_list->clear();
        for (const std::string& name : offered) {
            auto* item = new QListWidgetItem(regressorTitle(name), m_list);
            item->setData(Qt::UserRole, QString::fromStdString(name));
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
            item->setCheckState(contains(ticked, name) ? Qt::Checked : Qt::Unchecked);
        }
    }
    const int rows = std::min(kMostRows, m_list->count());
    m_list->setFixedHeight(rows * m_list->sizeHintForRow(0) + 2 * m_list->frameWidth());
    m_list->setMinimumWidth(m_list->sizeHintForColumn(0) + 30);
    updateText();
}

std::vector<std::string> RegressorChoice::names() const {
    std::vector<std::string> ticked;
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->checkState() == Qt::Checked) {
            ticked.push_back(m_list->item(row)->data(Qt::UserRole).toString().toStdString());
        }
    }
    return ticked;
}

QString RegressorChoice::problem() const {
    return names().empty() ? tr("Tick at least one regressor.") : QString();
}

void RegressorChoice::updateText() {
    QStringList titles;
    for (const std::string& name : names()) {
        titles.append(regressorTitle(name));
    }
    setItemText(0, titles.isEmpty() ? tr("None") : titles.join(QStringLiteral(", ")));
}

void RegressorChoice::showPopup() {
    m_list->setMinimumWidth(std::max(m_list->minimumWidth(), width()));
    m_menu->popup(mapToGlobal(rect().bottomLeft()));
}

} // namespace rulescope::panels
