// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/network_panel.h"

#include "core/networks/credit_rule.h"
#include "core/rules/registry.h"
#include "widgets/models/jobs_model.h"
#include "widgets/panels/latest_task.h"
#include "widgets/panels/scrolled_form.h"
#include "widgets/text/translated.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace rulescope::panels {

namespace {

template<class Widget>
Widget* named(Widget* widget, const char* name, const QString& toolTip) {
    widget->setObjectName(QLatin1String(name));
    widget->setToolTip(toolTip);
    return widget;
}

QString fromView(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<int>(text.size()));
}

constexpr int kWidestList = 226; ///< px; a panel that is as narrow as panels can be has room for it

/// A list of names to tick, as high as its rows.
template<class Entry>
void fillList(QListWidget& list, const std::vector<const Entry*>& entries, const QString& accessibleName) {
    for (const Entry* entry : entries) {
        auto* item = new QListWidgetItem(text::translated(entry->title), &list);
        item->setData(Qt::UserRole, fromView(entry->name));
        item->setToolTip(text::translated(entry->description));
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
        item->setCheckState(Qt::Unchecked);
    }
    list.setAccessibleName(accessibleName);
    list.setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    list.setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
    list.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // Where long names have no room beside the label, the form puts the list below it.
    list.setMinimumWidth(std::min(kWidestList, list.sizeHintForColumn(0) + 2 * list.frameWidth()));
}

std::vector<std::string> checkedOf(const QListWidget& list) {
    std::vector<std::string> names;
    for (int row = 0; row < list.count(); ++row) {
        if (list.item(row)->checkState() == Qt::Checked) {
            names.push_back(list.item(row)->data(Qt::UserRole).toString().toStdString());
        }
    }
    return names;
}

void setChecked(QListWidget& list, const std::vector<std::string>& names) {
    const QSignalBlocker blocker(&list);
    for (int row = 0; row < list.count(); ++row) {
        const std::string name = list.item(row)->data(Qt::UserRole).toString().toStdString();
        const bool isChecked = std::find(names.begin(), names.end(), name) != names.end();
        list.item(row)->setCheckState(isChecked ? Qt::Checked : Qt::Unchecked);
    }
}

const networks::NetworkRecipe& recipeOf(const QComboBox& box) {
    const auto recipe = networks::findNetworkRecipe(box.currentData().toString().toStdString());
    return recipe ? **recipe : *networks::allNetworkRecipes().front();
}

} // namespace

NetworkPanel::NetworkPanel(models::StudyContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_form(new QFormLayout)
    , m_recipe(named(new QComboBox(this), "networkRecipe", tr("The experiment: a recipe to change")))
    , m_description(named(new QLabel(this), "networkDescription", {}))
    , m_tasks(named(new QListWidget(this), "networkTasks", tr("What the networks learn")))
    , m_connectivities(named(new QListWidget(this), "networkConnectivities",
          tr("How neurons are connected at first; all kinds have the same size")))
    , m_rules(named(new QListWidget(this), "networkRules", tr("How errors reach the weights")))
    , m_ranks(named(
          new QLineEdit(this), "networkRanks", tr("Ranks of low-rank connectivity, separated by commas")))
    , m_animal(named(new QComboBox(this), "networkAnimal", tr("Whose trials the networks learn")))
    , m_inferred(named(new QComboBox(this), "networkInferred",
          tr("The rule inferred from the choices of animal and networks alike")))
    , m_isSpeedMatched(named(new QCheckBox(tr("As fast as the animal"), this), "networkSpeed",
          tr("Search the learning rate at which the networks learn as fast as the animal")))
    , m_units(named(new QSpinBox(this), "networkUnits", tr("Recurrent neurons of each network")))
    , m_steps(named(new QSpinBox(this), "networkSteps", tr("Training steps")))
    , m_seeds(named(new QSpinBox(this), "networkSeeds", tr("Networks of each kind, from this many seeds")))
    , m_trainingTrials(named(new QSpinBox(this), "networkTrainingTrials",
          tr("Training draws from this many trials again and again, so that they can be learned by heart")))
    , m_estimate(named(new QLabel(this), "networkEstimate", {}))
    , m_button(named(new QPushButton(tr("Train"), this), "networkButton", tr("Start in the background")))
    , m_estimating(new LatestTask(this)) {
    setObjectName(QStringLiteral("networkPanel"));
    setFocusProxy(m_recipe);
    buildForm();
    connect(&context, &models::StudyContext::contentsChanged, this, &NetworkPanel::updateAnimals);
    connect(&context, &models::StudyContext::selectionChanged, this, &NetworkPanel::updateAnimals);
    fillFromRecipe();
    updateAnimals();
}

void NetworkPanel::buildForm() {
    for (const networks::NetworkRecipe* recipe : networks::allNetworkRecipes()) {
        m_recipe->addItem(text::translated(recipe->title), fromView(recipe->name));
    }
    fillList(*m_tasks, networks::allTasks(), tr("Tasks"));
    fillList(*m_connectivities, networks::allConnectivities(), tr("Initial connectivity"));
    fillList(*m_rules, networks::allCreditRules(), tr("Credit assignment"));
    for (const rules::RuleInfo* rule : rules::allRules()) {
        m_inferred->addItem(text::translated(rule->title), fromView(rule->name));
    }
    m_inferred->setCurrentIndex(
        std::max(0, m_inferred->findData(QString::fromStdString(networks::ExperimentRequest().inferred))));
    for (QComboBox* box : {m_recipe, m_animal, m_inferred}) { // the longest name doesn't set the width
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    }
    m_description->setWordWrap(true);
    m_description->setForegroundRole(QPalette::PlaceholderText);
    m_isSpeedMatched->setChecked(true);
    m_units->setRange(2, 100'000);
    m_steps->setRange(1, 100'000'000);
    m_steps->setSingleStep(1000);
    m_seeds->setRange(1, 100);
    m_trainingTrials->setRange(0, 10'000'000);
    m_trainingTrials->setSingleStep(500);
    m_trainingTrials->setSpecialValueText(tr("new at each step"));
    for (QSpinBox* box : {m_units, m_steps, m_trainingTrials}) {
        box->setGroupSeparatorShown(true);
    }
    m_estimate->setWordWrap(true);
    m_button->setDefault(true);
    m_button->setEnabled(false); // until the first estimate is there

    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    m_form->addRow(tr("Experiment"), m_recipe);
    m_form->addRow(m_description);
    m_form->addRow(tr("Animal"), m_animal);
    m_form->addRow(tr("Tasks"), m_tasks);
    m_form->addRow(tr("Connectivity"), m_connectivities);
    m_form->addRow(tr("Ranks"), m_ranks);
    m_form->addRow(tr("Learning"), m_rules);
    m_form->addRow(tr("Inferred"), m_inferred);
    m_form->addRow(tr("Speed"), m_isSpeedMatched);
    m_form->addRow(tr("Neurons"), m_units);
    m_form->addRow(tr("Steps"), m_steps);
    m_form->addRow(tr("Trials"), m_trainingTrials);
    m_form->addRow(tr("Seeds"), m_seeds);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(
        scrolledForm(m_form, QStringLiteral("networkScroll"), this), 1); // time and button stay in sight
    layout->addWidget(m_estimate);
    layout->addWidget(m_button);
    QWidget::setTabOrder(m_seeds, m_button); // the form was put behind it when it became scrollable

    connect(m_recipe, &QComboBox::currentIndexChanged, this, &NetworkPanel::fillFromRecipe);
    for (QComboBox* box : {m_animal, m_inferred}) {
        connect(box, &QComboBox::currentIndexChanged, this, &NetworkPanel::updateEstimate);
    }
    for (QListWidget* list : {m_tasks, m_connectivities, m_rules}) {
        connect(list, &QListWidget::itemChanged, this, &NetworkPanel::showFields);
    }
    for (QSpinBox* box : {m_units, m_steps, m_seeds, m_trainingTrials}) {
        connect(box, &QSpinBox::valueChanged, this, &NetworkPanel::updateEstimate);
    }
    connect(m_ranks, &QLineEdit::textChanged, this, &NetworkPanel::updateEstimate);
    connect(m_isSpeedMatched, &QCheckBox::toggled, this, &NetworkPanel::updateEstimate);
    connect(m_button, &QPushButton::clicked, this, &NetworkPanel::submit);
}

void NetworkPanel::setRecipe(const std::string& recipe) {
    m_recipe->setCurrentIndex(m_recipe->findData(QString::fromStdString(recipe)));
}

void NetworkPanel::setSpeed(double flopsPerSecond) {
    m_flopsPerSecond = flopsPerSecond;
    updateEstimate();
}

void NetworkPanel::fillFromRecipe() {
    const networks::NetworkRecipe& recipe = recipeOf(*m_recipe);
    m_description->setText(text::translated(recipe.description));
    const std::vector<networks::NetworkSpec> specs = recipe.specs({});
    if (!specs.empty()) {
        std::vector<std::string> tasks, kinds, rules;
        std::vector<std::size_t> ranks;
        std::size_t ofFirst = 0; // networks that differ from the first in their seed alone
        for (networks::NetworkSpec spec : specs) {
            tasks.push_back(spec.task);
            kinds.push_back(spec.connectivity.kind);
            rules.push_back(spec.rule);
            if (std::find(ranks.begin(), ranks.end(), spec.connectivity.rank) == ranks.end()) {
                ranks.push_back(spec.connectivity.rank);
            }
            spec.seed = specs.front().seed;
            ofFirst += spec == specs.front() ? 1 : 0;
        }
        setChecked(*m_tasks, tasks);
        setChecked(*m_connectivities, kinds);
        setChecked(*m_rules, rules);
        QStringList typed;
        for (const std::size_t rank : ranks) {
            typed.append(QString::number(rank));
        }
        m_ranks->setText(typed.join(QStringLiteral(", ")));
        m_units->setValue(static_cast<int>(specs.front().units));
        m_steps->setValue(specs.front().steps);
        m_trainingTrials->setValue(static_cast<int>(specs.front().trainingTrials));
        m_seeds->setValue(static_cast<int>(ofFirst));
    }
    showFields();
}

void NetworkPanel::showFields() {
    const networks::NetworkRecipe& recipe = recipeOf(*m_recipe);
    const bool isSweep = recipe.kind == networks::RecipeKind::Sweep;
    const bool isComparison = recipe.kind == networks::RecipeKind::Comparison;
    const bool hasNetworks = recipe.kind != networks::RecipeKind::Theory;
    const std::vector<std::string> kinds = checkedOf(*m_connectivities);
    const bool hasRank =
        isComparison || (hasNetworks && std::any_of(kinds.begin(), kinds.end(), [](const std::string& kind) {
            return networks::usesRank(kind);
        }));
    const auto show = [this](QWidget* field, bool isShown) {
        field->setVisible(isShown);
        if (QWidget* label = m_form->labelForField(field)) {
            label->setVisible(isShown);
        }
    };
    show(m_animal, recipe.needsAnimal());
    show(m_tasks, isSweep);
    show(m_connectivities, hasNetworks && !isComparison);
    show(m_ranks, hasRank);
    show(m_rules, hasNetworks);
    show(m_inferred, isComparison);
    show(m_isSpeedMatched, recipe.needsAnimal());
    show(m_units, hasNetworks);
    show(m_steps, isSweep);
    show(m_trainingTrials, isSweep);
    show(m_seeds, hasNetworks);
    updateEstimate();
}

void NetworkPanel::updateAnimals() {
    {
        const QSignalBlocker blocker(m_animal);
        const QVariant kept = m_animal->currentData();
        m_animal->clear();
        for (const data::AnimalPtr& animal : m_context.contents().study.animals) {
            const QString name = QString::fromStdString(animal->name());
            m_animal->addItem(name, name);
        }
        const data::AnimalPtr current =
            models::currentAnimal(m_context.selection(), m_context.contents().study);
        const bool hasSelection = !m_context.selection().animals.empty();
        const QVariant wanted =
            hasSelection && current ? QVariant(QString::fromStdString(current->name())) : kept;
        m_animal->setCurrentIndex(m_animal->count() == 0 ? -1 : std::max(0, m_animal->findData(wanted)));
    }
    updateEstimate();
}

std::optional<std::vector<std::size_t>> NetworkPanel::ranks() const {
    std::vector<std::size_t> ranks;
    for (const QString& part : m_ranks->text().split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        bool isNumber = false;
        const uint rank = part.trimmed().toUInt(&isNumber);
        if (!isNumber) {
            return std::nullopt;
        }
        ranks.push_back(rank);
    }
    return ranks.empty() ? std::nullopt : std::optional(ranks);
}

networks::ExperimentRequest NetworkPanel::asked() const {
    const networks::NetworkRecipe& recipe = recipeOf(*m_recipe);
    networks::ExperimentRequest request;
    request.recipe = std::string(recipe.name);
    if (recipe.kind == networks::RecipeKind::Theory) {
        return request;
    }
    networks::RecipeOptions& options = request.options;
    options.connectivities = checkedOf(*m_connectivities);
    options.rules = checkedOf(*m_rules);
    options.ranks = ranks().value_or(std::vector<std::size_t>());
    options.seeds = m_seeds->value();
    options.units = static_cast<std::size_t>(m_units->value());
    if (recipe.kind == networks::RecipeKind::Sweep) {
        options.tasks = checkedOf(*m_tasks);
        options.steps = m_steps->value();
        options.trainingTrials = static_cast<std::size_t>(m_trainingTrials->value());
    } else {
        request.animal = m_animal->currentData().toString().toStdString();
        request.isSpeedMatched = m_isSpeedMatched->isChecked();
        request.inferred = m_inferred->currentData().toString().toStdString();
    }
    return request;
}

std::size_t NetworkPanel::trialsOfAnimal() const {
    const data::AnimalPtr animal =
        m_context.contents().study.find(m_animal->currentData().toString().toStdString());
    return animal ? animal->trialCount() : 0;
}

QString NetworkPanel::estimateText(const networks::ExperimentEstimate& estimate) const {
    const QLocale locale;
    const QString time = models::durationText(std::max(1.0, estimate.seconds));
    if (estimate.networks == 0) {
        return tr("About %1 of one processor").arg(time);
    }
    return tr("%n network(s): about %1 of one processor, %2 of memory each", nullptr,
        static_cast<int>(estimate.networks))
        .arg(time,
            locale.formattedDataSize(static_cast<qint64>(estimate.bytes), 0, QLocale::DataSizeSIFormat));
}

void NetworkPanel::showProblem(const QString& problem) {
    m_estimate->setText(problem);
    m_button->setEnabled(false);
}

QString NetworkPanel::problem() const {
    const struct {
        const QListWidget* list;
        QString problem;
    } needed[] = {{m_tasks, tr("Tick a task.")}, {m_connectivities, tr("Tick a connectivity.")},
        {m_rules, tr("Tick a way of learning.")}};
    for (const auto& [list, missing] : needed) {
        if (!list->isHidden() && checkedOf(*list).empty()) {
            return missing;
        }
    }
    if (!m_ranks->isHidden() && !ranks()) {
        return tr("Write ranks as numbers with commas between them: 1, 30, 100.");
    }
    if (recipeOf(*m_recipe).needsAnimal() && m_animal->count() == 0) {
        return tr("There is no animal yet: import some first, or open the demo study.");
    }
    return {};
}

void NetworkPanel::updateEstimate() {
    if (const QString missing = problem(); !missing.isEmpty()) {
        m_estimating->cancel();
        showProblem(missing);
        return;
    }
    m_estimating->run([request = asked(), trials = trialsOfAnimal(), speed = m_flopsPerSecond](
                          const base::StopToken&) { return networks::estimated(request, trials, speed); },
        [this](base::Result<networks::ExperimentEstimate> estimate) {
            if (!estimate) {
                showProblem(text::translated(estimate.error()));
                return;
            }
            m_estimate->setText(estimateText(*estimate));
            m_button->setEnabled(true);
        });
}

std::optional<networks::ExperimentRequest> NetworkPanel::request() const {
    return m_button->isEnabled() ? std::optional(asked()) : std::nullopt;
}

void NetworkPanel::submit() {
    if (const auto wanted = request()) {
        emit requested(*wanted);
    }
}

} // namespace rulescope::panels
