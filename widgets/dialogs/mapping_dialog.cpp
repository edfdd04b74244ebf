// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/mapping_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFile>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSaveFile>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <tuple>

namespace rulescope::dialogs {

namespace {

constexpr QSize kFirstSize = {560, 640};
constexpr double kLargestScale = 1e6;
const QString kSuffix = QStringLiteral(".json");
/// Data of the two entries that are no column.
const QString kRecognise = QStringLiteral("\n?");
const QString kAbsent = QStringLiteral("\n-");

QString toQt(const std::string& text) {
    return QString::fromStdString(text);
}

std::vector<std::string> textsIn(const QLineEdit& edit) {
    std::vector<std::string> texts;
    for (const QString& part : edit.text().split(QLatin1Char(','))) {
        if (!part.trimmed().isEmpty()) {
            texts.push_back(part.trimmed().toStdString());
        }
    }
    return texts;
}

QString joined(const std::vector<std::string>& texts) {
    QStringList parts;
    for (const std::string& text : texts) {
        parts.append(toQt(text));
    }
    return parts.join(QStringLiteral(", "));
}

/// A file name that stays in its folder.
/// `name` as a file that stays in its folder and is listed there; empty if nothing is left of it.
QString safeFileName(QString name) {
    for (QChar& letter : name) {
        letter = letter.isLetterOrNumber() || QStringLiteral(" -_().").contains(letter) ? letter : QChar('-');
    }
    while (name.startsWith(QLatin1Char('.')) || name.startsWith(QLatin1Char(' '))) {
        name.remove(0, 1); // a file that begins with a dot is hidden
    }
    return name.trimmed().left(80);
}

} // namespace

MappingDialog::MappingDialog(
    const std::vector<io::ColumnSample>& columns, const QString& folder, QWidget* parent)
    : QDialog(parent)
    , m_columns(columns)
    , m_folder(folder) {
    setObjectName(QStringLiteral("mappingDialog"));
    setWindowTitle(tr("Which Column Holds What"));
    auto* content = new QWidget(this);
    auto* form = new QFormLayout(content);
    addSaved(*form);
    addColumns(*form);
    m_choice = addCodes(*form, QStringLiteral("choice"), tr("Values that mean right"),
        tr("Values that mean left"), tr("Values that mean no choice"));
    m_outcome = addCodes(*form, QStringLiteral("outcome"), tr("Values that mean correct"),
        tr("Values that mean error"), tr("Values that mean unknown"));
    addStimulus(*form);
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Read Again"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(scroll, 1);
    layout->addWidget(buttons);
    resize(kFirstSize);
}

void MappingDialog::addSaved(QFormLayout& form) {
    m_saved = new QComboBox(this);
    m_saved->setObjectName(QStringLiteral("savedMappings"));
    m_saved->setEditable(true);
    m_saved->addItems(savedNames());
    m_saved->setCurrentText({});
    m_saved->lineEdit()->setPlaceholderText(tr("Name of a mapping"));
    auto* save = new QPushButton(tr("Save"), this);
    save->setObjectName(QStringLiteral("saveMapping"));
    save->setToolTip(tr("Keep this mapping under the name, for other files and for the command line"));
    save->setAutoDefault(false);
    auto* row = new QHBoxLayout;
    row->addWidget(m_saved, 1);
    row->addWidget(save);
    form.addRow(tr("&Saved mapping"), row);
    connect(m_saved, &QComboBox::textActivated, this, &MappingDialog::load);
    connect(save, &QPushButton::clicked, this, [this] { saveAs(m_saved->currentText()); });
}

QComboBox* MappingDialog::columnBox(const std::string& quantity) {
    auto* box = new QComboBox(this);
    box->setObjectName(QStringLiteral("column_") + toQt(quantity));
    box->addItem(tr("(recognise)"), kRecognise);
    box->addItem(tr("(the file has none)"), kAbsent);
    for (const io::ColumnSample& column : m_columns) {
        box->addItem(toQt(column.name), toQt(column.name));
    }
    m_boxes[quantity] = box;
    connect(box, &QComboBox::currentIndexChanged, this, [this, quantity] { showValues(quantity); });
    return box;
}

void MappingDialog::addColumns(QFormLayout& form) {
    const std::pair<const char*, QString> quantities[] = {{"animal", tr("Animal")},
        {"session", tr("Session")}, {"date", tr("Date")}, {"trial", tr("Trial number")},
        {"stimulus", tr("Stimulus")}, {"stimulus_left", tr("Stimulus on the left")},
        {"stimulus_right", tr("Stimulus on the right")}, {"choice", tr("Choice")},
        {"answer", tr("Rewarded side")}, {"outcome", tr("Outcome")},
        {"stimulus_onset_s", tr("Stimulus onset (s)")}, {"response_s", tr("Response time (s)")},
        {"reaction_time_s", tr("Reaction time (s)")}, {"probability_left", tr("Prior of the left side")}};
    for (const auto& [quantity, name] : quantities) {
        auto* values = new QLabel(this);
        values->setForegroundRole(QPalette::PlaceholderText);
        values->setWordWrap(true);
        m_values[quantity] = values;
        form.addRow(name, columnBox(quantity));
        form.addRow(QString(), values);
        showValues(quantity);
    }
}

void MappingDialog::showValues(const std::string& quantity) {
    const QString chosen = m_boxes[quantity]->currentData().toString();
    const auto column = std::find_if(m_columns.begin(), m_columns.end(),
        [&](const io::ColumnSample& sample) { return toQt(sample.name) == chosen; });
    QLabel* values = m_values[quantity];
    values->setVisible(column != m_columns.end());
    if (column != m_columns.end()) {
        const bool isCut = column->values.size() == io::kMostSampleValues;
        values->setText(
            tr("holds %1").arg(joined(column->values)) + (isCut ? QStringLiteral(", …") : QString()));
    }
}

MappingDialog::Codes MappingDialog::addCodes(
    QFormLayout& form, const QString& name, const QString& one, const QString& zero, const QString& none) {
    Codes codes{new QLineEdit(this), new QLineEdit(this), new QLineEdit(this)};
    const std::tuple<QLineEdit*, QString, const char*> rows[] = {
        {codes.one, one, "One"}, {codes.zero, zero, "Zero"}, {codes.none, none, "None"}};
    for (const auto& [edit, label, suffix] : rows) {
        edit->setObjectName(name + QLatin1String(suffix));
        edit->setPlaceholderText(tr("recognised by content; else values between commas"));
        form.addRow(label, edit);
    }
    return codes;
}

void MappingDialog::addStimulus(QFormLayout& form) {
    m_kind = new QComboBox(this);
    m_kind->setObjectName(QStringLiteral("stimulusKind"));
    m_kind->addItem(tr("(recognise)"), 0);
    m_kind->addItem(tr("Contrast, -1 to 1"), 1);
    m_kind->addItem(tr("Another quantity"), 2);
    m_scale = new QDoubleSpinBox(this);
    m_scale->setObjectName(QStringLiteral("stimulusScale"));
    m_scale->setRange(-kLargestScale, kLargestScale);
    m_scale->setDecimals(6);
    m_scale->setValue(1);
    m_scale->setToolTip(tr("0.01 turns percent into fractions, -1 turns files in which left is positive"));
    m_unit = new QLineEdit(this);
    m_unit->setObjectName(QStringLiteral("stimulusUnit"));
    form.addRow(tr("Stimulus is"), m_kind);
    form.addRow(tr("Stimulus times"), m_scale);
    form.addRow(tr("Unit of the stimulus"), m_unit);
}

io::ColumnMap MappingDialog::map() const {
    io::ColumnMap map;
    for (const auto& [quantity, box] : m_boxes) {
        const QString chosen = box->currentData().toString();
        if (chosen != kRecognise) {
            map.columns[quantity] = chosen == kAbsent ? std::string() : chosen.toStdString();
        }
    }
    const auto codes = [](const Codes& edits) -> std::optional<io::ValueCodes> {
        io::ValueCodes read{textsIn(*edits.one), textsIn(*edits.zero), textsIn(*edits.none)};
        return read.one.empty() || read.zero.empty() ? std::nullopt : std::optional(read);
    };
    map.choice = codes(m_choice);
    map.outcome = codes(m_outcome);
    if (const int kind = m_kind->currentData().toInt(); kind > 0) {
        map.stimulusKind = kind == 1 ? data::StimulusKind::Contrast : data::StimulusKind::Raw;
    }
    map.stimulusScale = m_scale->value() == 0 ? 1 : m_scale->value();
    map.stimulusUnit = m_unit->text().trimmed().toStdString();
    return map;
}

void MappingDialog::setMap(const io::ColumnMap& map) {
    for (const auto& [quantity, box] : m_boxes) {
        const auto mapped = map.columns.find(quantity);
        const QString wanted = mapped == map.columns.end() ? kRecognise
                               : mapped->second.empty()    ? kAbsent
                                                           : toQt(mapped->second);
        if (box->findData(wanted) < 0) {
            box->addItem(tr("%1 (not in this file)").arg(wanted), wanted);
        }
        box->setCurrentIndex(box->findData(wanted));
    }
    const auto show = [](const Codes& edits, const std::optional<io::ValueCodes>& codes) {
        edits.one->setText(codes ? joined(codes->one) : QString());
        edits.zero->setText(codes ? joined(codes->zero) : QString());
        edits.none->setText(codes ? joined(codes->none) : QString());
    };
    show(m_choice, map.choice);
    show(m_outcome, map.outcome);
    m_kind->setCurrentIndex(!map.stimulusKind                                   ? 0
                            : *map.stimulusKind == data::StimulusKind::Contrast ? 1
                                                                                : 2);
    m_scale->setValue(map.stimulusScale);
    m_unit->setText(toQt(map.stimulusUnit));
}

QStringList MappingDialog::savedNames() const {
    QStringList names;
    for (const QFileInfo& file : QDir(m_folder).entryInfoList({QLatin1Char('*') + kSuffix}, QDir::Files)) {
        names.append(file.completeBaseName());
    }
    return names;
}

bool MappingDialog::saveAs(const QString& name) {
    const QString safe = safeFileName(name);
    if (safe.isEmpty() || !QDir().mkpath(m_folder)) {
        m_saved->setFocus();
        return false;
    }
    QSaveFile file(QDir(m_folder).filePath(safe + kSuffix));
    const QByteArray json = QByteArray::fromStdString(io::toJson(map()));
    if (!file.open(QIODevice::WriteOnly) || file.write(json) != json.size() || !file.commit()) {
        return false;
    }
    if (m_saved->findText(safe) < 0) {
        m_saved->addItem(safe);
    }
    m_saved->setCurrentText(safe);
    return true;
}

bool MappingDialog::load(const QString& name) {
    const auto map =
        io::readColumnMap(QDir(m_folder).filePath(safeFileName(name) + kSuffix).toStdU16String());
    if (map) {
        setMap(*map);
    }
    return map.has_value();
}

} // namespace rulescope::dialogs
