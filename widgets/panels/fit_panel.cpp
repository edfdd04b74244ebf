// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/fit_panel.h"

#include "core/data/regressor_scale.h"
#include "core/rules/registry.h"
#include "widgets/models/jobs_model.h"
#include "widgets/panels/held_out_choice.h"
#include "widgets/panels/regressor_choice.h"
#include "widgets/panels/scrolled_form.h"
#include "widgets/text/translated.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace rulescope::panels {

namespace {

constexpr int kFitTab = 0;
constexpr int kCompareTab = 1;
constexpr int kMostTrials = 1'000'000;
constexpr std::size_t kTrialsLookedAt = 2000; ///< of each animal, for the size of a regressor

template<class Widget>
Widget* named(Widget* widget, const char* name, const QString& toolTip) {
    widget->setObjectName(QLatin1String(name));
    widget->setToolTip(toolTip);
    return widget;
}

void fillRules(QComboBox& box) {
    for (const rules::RuleInfo* rule : rules::allRules()) {
        box.addItem(
            text::translated(rule->title), QString::fromUtf8(rule->name.data(), int(rule->name.size())));
    }
    box.setCurrentIndex(std::max(0, box.findData(QString::fromStdString(fit::FitSpec().rule))));
}

void fillStarts(QComboBox& box) {
    const auto add = [&box](fit::InitialWeights start, const QString& title, const QString& toolTip) {
        box.addItem(title, int(start));
        box.setItemData(box.count() - 1, toolTip, Qt::ToolTipRole);
    };
    add(fit::InitialWeights::Zero, FitPanel::tr("Zero"), FitPanel::tr("Naive animals: no weight at all"));
    add(fit::InitialWeights::Psychometric, FitPanel::tr("From the first 100 trials"),
        FitPanel::tr("By each animal's psychometric curve; those trials are not scored"));
    add(fit::InitialWeights::Shared, FitPanel::tr("Fitted, the same for all"),
        FitPanel::tr("Held-out animals begin there too"));
    add(fit::InitialWeights::PerAnimal, FitPanel::tr("Fitted for each animal"),
        FitPanel::tr("Held-out animals begin at the mean of the others"));
}

void fillRules(QListWidget& list) {
    for (const rules::RuleInfo* rule : rules::allRules()) {
        auto* item = new QListWidgetItem(text::translated(rule->title), &list);
        item->setData(Qt::UserRole, QString::fromUtf8(rule->name.data(), int(rule->name.size())));
        item->setToolTip(text::translated(rule->description));
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
        item->setCheckState(rule->isUsual ? Qt::Checked : Qt::Unchecked);
    }
}

} // namespace

FitPanel::FitPanel(models::StudyContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_tabs(named(new QTabBar(this), "fitTabs", {}))
    , m_form(new QFormLayout)
    , m_rule(named(new QComboBox(this), "fitRule", tr("The learning rule to fit")))
    , m_rules(named(new QListWidget(this), "fitRules", tr("The rules to compare; bias only is always added")))
    , m_description(named(new QLabel(this), "fitDescription", {}))
    , m_preset(named(new QComboBox(this), "fitPreset", tr("How networks are trained")))
    , m_animals(named(new QComboBox(this), "fitAnimals", tr("Which animals take part")))
    , m_heldOut(new HeldOutChoice(this))
    , m_regressors(new RegressorChoice(this))
    , m_start(named(new QComboBox(this), "fitStart", tr("The weights with which each animal begins")))
    , m_trials(
          named(new QSpinBox(this), "fitTrials", tr("Only the first trials with a choice of each animal")))
    , m_seed(named(new QSpinBox(this), "fitSeed", tr("The same seed gives the same numbers")))
    , m_seeds(
          named(new QSpinBox(this), "fitSeeds", tr("Networks are trained from this many seeds and averaged")))
    , m_estimate(named(new QLabel(this), "fitEstimate", {}))
    , m_button(named(new QPushButton(tr("Fit"), this), "fitButton", tr("Start in the background"))) {
    setObjectName(QStringLiteral("fitPanel"));
    buildForm();
    connect(&context, &models::StudyContext::contentsChanged, this, &FitPanel::updateAnimals);
    connect(&context, &models::StudyContext::selectionChanged, this, &FitPanel::updateAnimals);
    updateAnimals();
    setFocusProxy(m_rule);
}

void FitPanel::buildForm() {
    m_tabs->addTab(tr("Fit a rule"));
    m_tabs->addTab(tr("Compare rules"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(true);
    fillRules(*m_rule);
    fillRules(*m_rules);
    for (QComboBox* box :
        {m_rule, m_preset, m_animals, m_start}) { // the longest name doesn't set the panel's width
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    }
    m_rules->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    m_rules->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
    m_rules->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_rules->setAccessibleName(tr("Rules to compare"));
    m_description->setWordWrap(true);
    m_description->setForegroundRole(QPalette::PlaceholderText);
    m_preset->addItem(tr("Default"), QStringLiteral("default"));
    m_preset->addItem(tr("Liu et al. 2025"), QStringLiteral("liu2025"));
    m_preset->setItemData(0, tr("Fewer epochs with larger steps"), Qt::ToolTipRole);
    m_preset->setItemData(1, tr("The published protocol: 1,000 epochs"), Qt::ToolTipRole);
    fillStarts(*m_start);
    m_trials->setRange(0, kMostTrials);
    m_trials->setSingleStep(500);
    m_trials->setSpecialValueText(tr("All"));
    m_trials->setGroupSeparatorShown(true);
    m_seed->setRange(1, std::numeric_limits<int>::max());
    m_seeds->setRange(1, 20);
    m_estimate->setWordWrap(true);
    m_button->setDefault(true);

    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_form->setRowWrapPolicy(QFormLayout::DontWrapRows);
    m_form->addRow(tr("Rule"), m_rule);
    m_form->addRow(m_description);
    m_form->addRow(m_rules);
    m_form->addRow(tr("Training"), m_preset);
    m_form->addRow(tr("Animals"), m_animals);
    m_form->addRow(tr("Held out"), m_heldOut);
    m_form->addRow(tr("Trials each"), m_trials);
    m_form->addRow(tr("Regressors"), m_regressors);
    m_form->addRow(tr("First weights"), m_start);
    m_form->addRow(tr("Seed"), m_seed);
    m_form->addRow(tr("Seeds"), m_seeds);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_tabs);
    layout->addWidget(
        scrolledForm(m_form, QStringLiteral("fitScroll"), this), 1); // time and button stay in sight
    layout->addWidget(m_estimate);
    layout->addWidget(m_button);
    QWidget::setTabOrder(m_seeds, m_button); // the form was put behind it when it became scrollable

    connect(m_tabs, &QTabBar::currentChanged, this, &FitPanel::updateTab);
    connect(m_heldOut, &HeldOutChoice::changed, this, &FitPanel::updateForm);
    for (QComboBox* box : {m_rule, m_preset, m_start}) {
        connect(box, &QComboBox::currentIndexChanged, this, &FitPanel::updateForm);
    }
    connect(m_regressors, &RegressorChoice::changed, this, &FitPanel::updateForm);
    connect(m_animals, &QComboBox::currentIndexChanged, this, [this] {
        m_heldOut->setAnimals(animalNames());
        m_regressors->setAnimals(animals());
        updateForm();
    });
    for (QSpinBox* box : {m_trials, m_seed, m_seeds}) {
        connect(box, &QSpinBox::valueChanged, this, &FitPanel::updateForm);
    }
    connect(m_rules, &QListWidget::itemChanged, this, &FitPanel::updateForm);
    connect(m_button, &QPushButton::clicked, this, &FitPanel::submit);
}

void FitPanel::setSpeed(const FitSpeed& speed) {
    m_speed = speed;
    updateForm();
}

void FitPanel::setComparing(bool isComparing) {
    m_tabs->setCurrentIndex(isComparing ? kCompareTab : kFitTab);
}

bool FitPanel::isComparing() const {
    return m_tabs->currentIndex() == kCompareTab;
}

void FitPanel::updateAnimals() {
    const QLocale locale;
    const int kept = std::max(0, m_animals->currentIndex());
    const std::size_t all = m_context.contents().study.animals.size();
    const std::size_t selected = m_context.selection().animals.size();
    {
        const QSignalBlocker blocker(m_animals);
        m_animals->clear();
        m_animals->addItem(
            tr("All %1").arg(locale.toString(static_cast<qulonglong>(all))), int(Animals::All));
        if (selected > 0) {
            m_animals->addItem(tr("Selected %1").arg(locale.toString(static_cast<qulonglong>(selected))),
                int(Animals::Selected));
        }
        m_animals->setCurrentIndex(std::min(kept, m_animals->count() - 1));
    }
    m_heldOut->setAnimals(animalNames());
    m_regressors->setAnimals(animals());
    updateForm();
}

void FitPanel::updateTab() {
    m_heldOut->setComparing(isComparing());
    updateForm();
    setFocusProxy(isComparing() ? static_cast<QWidget*>(m_rules) : m_rule);
}

void FitPanel::updateForm() {
    const bool comparing = isComparing();
    const auto show = [this](QWidget* field, bool isShown) {
        field->setVisible(isShown);
        if (QWidget* label = m_form->labelForField(field)) {
            label->setVisible(isShown);
        }
    };
    show(m_rule, !comparing);
    show(m_description, !comparing);
    show(m_rules, comparing);
    show(m_seed, !comparing);
    show(m_seeds, comparing);
    if (const auto info = rules::findRule(m_rule->currentData().toString().toStdString())) {
        m_description->setText(text::translated((*info)->description));
    }
    m_button->setText(comparing ? tr("Compare") : tr("Fit"));
    const auto asked = request();
    m_button->setEnabled(asked.has_value());
    m_estimate->setText(asked ? estimate(*asked) : problem());
}

QString FitPanel::estimate(const FitRequest& asked) const {
    const QString time =
        models::durationText(std::max(1.0, estimatedSeconds(asked, m_context.contents().study, m_speed)));
    const QString sentence =
        isMeasured(asked, m_speed)
            ? tr("About %1, by earlier fits on this machine").arg(time)
            : tr("Perhaps %1: a guess until this machine has fitted such a rule").arg(time);
    QStringList lines = {sentence};
    if (const int mute = offered() - static_cast<int>(animals().size()); mute > 0) {
        lines.append(tr("%n animal(s) without a choice left out", nullptr, mute));
    }
    const fit::FitSpec spec = commonSpec();
    const std::size_t looked =
        spec.trialsPerAnimal == 0 ? kTrialsLookedAt : std::min(spec.trialsPerAnimal, kTrialsLookedAt);
    for (const data::ScaleWarning& warning : data::scaleWarnings(animals(), spec.regressors, looked)) {
        lines.append(text::translated(data::sentence(warning)));
    }
    return lines.join(u'\n');
}

int FitPanel::offered() const {
    const bool isSelection = m_animals->currentData().toInt() == int(Animals::Selected);
    return static_cast<int>(
        isSelection ? m_context.selection().animals.size() : m_context.contents().study.animals.size());
}

QString FitPanel::problem() const {
    const std::size_t animals = animalNames().size();
    if (animals == 0) {
        return m_context.contents().study.animals.empty()
                   ? tr("There are no animals to fit yet: import some first.")
                   : tr("None of these animals has a trial with a choice.");
    }
    if (isComparing() && checkedRules().empty()) {
        return tr("Tick the rules to compare.");
    }
    return m_heldOut->problem().isEmpty() ? m_regressors->problem() : m_heldOut->problem();
}

std::vector<data::AnimalPtr> FitPanel::animals() const {
    const bool isSelection = m_animals->currentData().toInt() == int(Animals::Selected);
    const models::Selection all;
    std::vector<data::AnimalPtr> animals =
        models::selectedAnimals(isSelection ? m_context.selection() : all, m_context.analysed()->study);
    // Animals that never chose, or whose trials are all left out, would only make the fit fail.
    std::erase_if(animals, [](const data::AnimalPtr& animal) { return animal->counts().choices == 0; });
    return animals;
}

std::vector<std::string> FitPanel::animalNames() const {
    std::vector<std::string> names;
    for (const data::AnimalPtr& animal : animals()) {
        names.push_back(animal->name());
    }
    return names;
}

std::vector<std::string> FitPanel::checkedRules() const {
    std::vector<std::string> names;
    for (int row = 0; row < m_rules->count(); ++row) {
        if (m_rules->item(row)->checkState() == Qt::Checked) {
            names.push_back(m_rules->item(row)->data(Qt::UserRole).toString().toStdString());
        }
    }
    return names;
}

fit::FitSpec FitPanel::commonSpec() const {
    fit::FitSpec spec;
    const auto preset = fit::withPreset(spec, m_preset->currentData().toString().toStdString());
    if (preset) {
        spec = *preset;
    }
    spec.trialsPerAnimal = static_cast<std::size_t>(m_trials->value());
    spec.animals = animalNames();
    spec.regressors.names = m_regressors->names();
    spec.initialWeights = static_cast<fit::InitialWeights>(m_start->currentData().toInt());
    return spec;
}

std::optional<FitRequest> FitPanel::request() const {
    if (!problem().isEmpty()) {
        return std::nullopt;
    }
    fit::FitSpec spec = commonSpec();
    if (isComparing()) {
        fit::ComparisonRequest comparison;
        comparison.rules = checkedRules();
        comparison.holdout = m_heldOut->holdout();
        comparison.spec = std::move(spec);
        comparison.seeds.clear();
        for (int seed = 1; seed <= m_seeds->value(); ++seed) {
            comparison.seeds.push_back(static_cast<std::uint64_t>(seed));
        }
        return comparison;
    }
    spec.rule = m_rule->currentData().toString().toStdString();
    spec.seed = static_cast<std::uint64_t>(m_seed->value());
    spec.heldOut = m_heldOut->heldOutAnimals();
    spec.heldOutTrials = m_heldOut->heldOutTrials();
    std::erase_if(spec.animals, [&spec](const std::string& name) {
        return std::find(spec.heldOut.begin(), spec.heldOut.end(), name) != spec.heldOut.end();
    });
    return spec;
}

void FitPanel::submit() {
    if (const auto asked = request()) {
        emit requested(*asked);
    }
}

} // namespace rulescope::panels
