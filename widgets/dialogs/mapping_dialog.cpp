// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/mapping_dialog.h"

#include "widgets/panels/wheel_guard.h"
#include "widgets/text/translated.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFile>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSaveFile>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <tuple>

namespace rulescope::dialogs {

namespace {

constexpr QSize kFirstSize = {680, 640};
constexpr int kValuesWidth = 190; ///< px, beside the column; the tooltip holds what is cut
constexpr int kShownLetters = 24; ///< of a column's name
constexpr double kLargestScale = 1e6;
const QString kSuffix = QStringLiteral(".json");
/// Data of the two entries that are no column.
const QString kRecognise = QStringLiteral("\n?");
const QString kAbsent = QStringLiteral("\n-");

QString toQt(const std::string& text) {
    return QString::fromStdString(text);
}

/// Values between commas; one that holds a comma or a quotation mark itself stands in quotes, in which a
/// mark is written twice, as in CSV.
std::vector<std::string> textsIn(const QLineEdit& edit) {
    const QLatin1Char quote('"');
    const QString line = edit.text();
    std::vector<std::string> texts;
    QString text;
    bool isQuoted = false;
    const auto take = [&] {
        if (!text.trimmed().isEmpty()) {
            texts.push_back(text.trimmed().toStdString());
        }
        text.clear();
    };
    for (qsizetype i = 0; i < line.size(); ++i) {
        if (line[i] == quote && isQuoted && i + 1 < line.size() && line[i + 1] == quote) {
            text += line[i++];
        } else if (line[i] == quote && (isQuoted || text.trimmed().isEmpty())) {
            isQuoted = !isQuoted;
        } else if (line[i] == QLatin1Char(',') && !isQuoted) {
            take();
        } else {
            text += line[i];
        }
    }
    take();
    return texts;
}

QString joined(const std::vector<std::string>& texts) {
    QStringList parts;
    for (const std::string& text : texts) {
        QString part = toQt(text);
        if (part.contains(QLatin1Char(',')) || part.contains(QLatin1Char('"'))) {
            part =
                QLatin1Char('"') + part.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
        }
        parts.append(part);
    }
    return parts.join(QStringLiteral(", "));
}

/// What stands in a column: "holds 0, 1".
QString valuesText(const io::ColumnSample& column) {
    const bool isCut = column.values.size() == io::kMostSampleValues;
    return MappingDialog::tr("holds %1").arg(joined(column.values)) +
           (isCut ? QStringLiteral(", …") : QString());
}

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
    m_choice = addCodes(
        *form, QStringLiteral("choice"), tr("Choice: right"), tr("Choice: left"), tr("Choice: none"));
    m_answer = addCodes(*form, QStringLiteral("answer"), tr("Rewarded side: right"),
        tr("Rewarded side: left"), tr("Rewarded side: unknown"));
    m_outcome = addCodes(*form, QStringLiteral("outcome"), tr("Outcome: correct"), tr("Outcome: error"),
        tr("Outcome: unknown"));
    addStimulus(*form);
    addRepeats(*form);
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setText(tr("Read Again"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    m_message = new QLabel(this);
    m_message->setObjectName(QStringLiteral("mappingMessage"));
    m_message->setWordWrap(true);
    m_message->hide();
    layout->addWidget(scroll, 1);
    layout->addWidget(m_message);
    layout->addWidget(buttons);
    resize(kFirstSize);
    for (QComboBox* box : content->findChildren<QComboBox*>()) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(kShownLetters);
    }
    panels::guardFromWheel(*content);
    for (const Codes& codes : {m_choice, m_answer, m_outcome}) {
        for (QLineEdit* edit : {codes.one, codes.zero, codes.none}) {
            connect(edit, &QLineEdit::textChanged, this, &MappingDialog::showProblem);
        }
    }
}

void MappingDialog::addSaved(QFormLayout& form) {
    m_saved = new QComboBox(this);
    m_saved->setObjectName(QStringLiteral("savedMappings"));
    m_saved->setEditable(true);
    m_saved->addItems(savedNames());
    m_saved->setCurrentText({});
    m_saved->lineEdit()->setPlaceholderText(tr("Name of a mapping"));
    m_save = new QPushButton(tr("Save"), this);
    m_save->setObjectName(QStringLiteral("saveMapping"));
    m_save->setToolTip(tr("Keep this mapping under the name, for other files and for the command line"));
    m_save->setAutoDefault(false);
    auto* row = new QHBoxLayout;
    row->addWidget(m_saved, 1);
    row->addWidget(m_save);
    form.addRow(tr("Saved mapping"), row);
    connect(m_saved, &QComboBox::textActivated, this, &MappingDialog::load);
    connect(m_save, &QPushButton::clicked, this, [this] { saveAs(m_saved->currentText()); });
}

QComboBox* MappingDialog::columnBox(const std::string& quantity) {
    auto* box = new QComboBox(this);
    box->setObjectName(QStringLiteral("column_") + toQt(quantity));
    box->addItem(tr("(recognise)"), kRecognise);
    box->addItem(tr("(the file has none)"), kAbsent);
    for (const io::ColumnSample& column : m_columns) {
        box->addItem(toQt(column.name), toQt(column.name));
        box->setItemData(box->count() - 1, valuesText(column).toHtmlEscaped(), Qt::ToolTipRole);
    }
    m_boxes[quantity] = box;
    connect(box, &QComboBox::currentIndexChanged, this, [this, quantity] { showValues(quantity); });
    return box;
}

void MappingDialog::addColumns(QFormLayout& form) {
    const std::pair<const char*, QString> quantities[] = {{"animal", tr("Animal")}, {"lab", tr("Lab")},
        {"session", tr("Session")}, {"date", tr("Date")}, {"protocol", tr("Protocol")},
        {"trial", tr("Trial number")}, {"repeat", tr("Repeated trial")}, {"stimulus", tr("Stimulus")},
        {"stimulus_left", tr("Stimulus on the left")}, {"stimulus_right", tr("Stimulus on the right")},
        {"choice", tr("Choice")}, {"answer", tr("Rewarded side")}, {"outcome", tr("Outcome")},
        {"stimulus_onset_s", tr("Stimulus onset (s)")}, {"response_s", tr("Response time (s)")},
        {"reaction_time_s", tr("Reaction time (s)")}, {"probability_left", tr("Prior of the left side")}};
    for (const auto& [quantity, name] : quantities) {
        auto* values = new QLabel(this);
        values->setObjectName(QStringLiteral("values_") + toQt(quantity));
        values->setForegroundRole(QPalette::PlaceholderText);
        values->setTextFormat(Qt::PlainText);
        values->setFixedWidth(kValuesWidth); // below the column it would move all other rows
        m_values[quantity] = values;
        QComboBox* box = columnBox(quantity);
        auto* row = new QHBoxLayout;
        row->addWidget(box, 1);
        row->addWidget(values);
        form.addRow(name, row);
        static_cast<QLabel*>(form.labelForField(row))->setBuddy(box);
        showValues(quantity);
    }
}

void MappingDialog::showValues(const std::string& quantity) {
    const QString chosen = m_boxes[quantity]->currentData().toString();
    const auto column = std::find_if(m_columns.begin(), m_columns.end(),
        [&](const io::ColumnSample& sample) { return toQt(sample.name) == chosen; });
    const QString text = column == m_columns.end() ? QString() : valuesText(*column);
    QLabel* values = m_values[quantity];
    values->setText(values->fontMetrics().elidedText(text, Qt::ElideRight, kValuesWidth));
    values->setToolTip(text.toHtmlEscaped());
}

MappingDialog::Codes MappingDialog::addCodes(
    QFormLayout& form, const QString& name, const QString& one, const QString& zero, const QString& none) {
    Codes codes{new QLineEdit(this), new QLineEdit(this), new QLineEdit(this)};
    const std::tuple<QLineEdit*, QString, const char*> rows[] = {
        {codes.one, one, "One"}, {codes.zero, zero, "Zero"}, {codes.none, none, "None"}};
    for (const auto& [edit, label, suffix] : rows) {
        edit->setObjectName(name + QLatin1String(suffix));
        edit->setPlaceholderText(tr("recognise; or values between commas"));
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

void MappingDialog::addRepeats(QFormLayout& form) {
    m_repeats = new QComboBox(this);
    m_repeats->setObjectName(QStringLiteral("repeats"));
    m_repeats->addItem(tr("Keep like any other"), static_cast<int>(io::Repeats::Keep));
    m_repeats->addItem(tr("Leave out of the import"), static_cast<int>(io::Repeats::LeaveOut));
    m_repeats->addItem(tr("Only count: keep, but out of analyses"), static_cast<int>(io::Repeats::CountOnly));
    m_repeats->setToolTip(tr("Trials that the task repeated after an error or against a bias"));
    form.addRow(tr("Repeated trials"), m_repeats);
}

void MappingDialog::say(const QString& sentence) {
    m_message->setText(sentence);
    m_message->setVisible(!sentence.isEmpty());
}

void MappingDialog::showProblem() {
    const QString sentence = problem();
    say(sentence);
    m_ok->setEnabled(sentence.isEmpty());
    m_save->setEnabled(sentence.isEmpty());
}

QString MappingDialog::problem() const {
    const std::pair<const Codes*, QString> all[] = {
        {&m_choice, tr("Choice")}, {&m_answer, tr("Rewarded side")}, {&m_outcome, tr("Outcome")}};
    for (const auto& [codes, name] : all) {
        const bool hasOne = !textsIn(*codes->one).empty(), hasZero = !textsIn(*codes->zero).empty();
        const bool hasNone = !textsIn(*codes->none).empty();
        if (hasOne != hasZero || (hasNone && !hasOne)) {
            return codes == &m_outcome
                       ? tr("%1: name the values of correct and of error, or neither.").arg(name)
                       : tr("%1: name the values of right and of left, or neither.").arg(name);
        }
    }
    return {};
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
    map.answer = codes(m_answer);
    map.outcome = codes(m_outcome);
    map.repeats = static_cast<io::Repeats>(m_repeats->currentData().toInt());
    if (const int kind = m_kind->currentData().toInt(); kind > 0) {
        map.stimulusKind = kind == 1 ? data::StimulusKind::Contrast : data::StimulusKind::Raw;
    }
    const bool isShownScale = m_scale->value() == m_shownScale;
    map.stimulusScale = isShownScale ? m_exactScale : m_scale->value() == 0 ? 1 : m_scale->value();
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
    show(m_answer, map.answer);
    m_repeats->setCurrentIndex(m_repeats->findData(static_cast<int>(map.repeats)));
    show(m_outcome, map.outcome);
    m_kind->setCurrentIndex(!map.stimulusKind                                   ? 0
                            : *map.stimulusKind == data::StimulusKind::Contrast ? 1
                                                                                : 2);
    m_scale->setValue(map.stimulusScale);
    m_exactScale = map.stimulusScale;
    m_shownScale = m_scale->value();
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
    if (safe.isEmpty() || !problem().isEmpty()) {
        say(safe.isEmpty() ? tr("Name the mapping first.") : problem());
        m_saved->setFocus();
        return false;
    }
    const QString path = QDir(m_folder).filePath(safe + kSuffix);
    const auto before = io::readColumnMap(path.toStdU16String());
    const bool isTaken = QFileInfo::exists(path) && !(before && *before == map());
    if (isTaken &&
        QMessageBox::question(this, tr("Replace Mapping?"),
            tr("There is another mapping called “%1”. Replace it?").arg(safe)) != QMessageBox::Yes) {
        return false;
    }
    QSaveFile file(path);
    const QByteArray json = QByteArray::fromStdString(io::toJson(map()));
    // commit() alone doesn't notice a full disk.
    if (!QDir().mkpath(m_folder) || !file.open(QIODevice::WriteOnly) || file.write(json) != json.size() ||
        !file.flush() || !file.commit()) {
        file.cancelWriting();
        say(tr("The mapping could not be saved: %1 can't be written.").arg(QDir::toNativeSeparators(path)));
        return false;
    }
    if (m_saved->findText(safe) < 0) {
        m_saved->addItem(safe);
    }
    m_saved->setCurrentText(safe);
    say(tr("Saved as “%1”.").arg(safe));
    return true;
}

bool MappingDialog::load(const QString& name) {
    const auto map =
        io::readColumnMap(QDir(m_folder).filePath(safeFileName(name) + kSuffix).toStdU16String());
    if (map) {
        setMap(*map);
    } else {
        say(text::translated(map.error()));
    }
    return map.has_value();
}

} // namespace rulescope::dialogs
