// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/import_text.h"

#include "widgets/text/translated.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QLocale>
#include <QMap>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <map>

namespace rulescope::panels {

namespace {

constexpr int kMostLines = 12; ///< of one kind of warning, convention or skipped file

class ImportText {
    Q_DECLARE_TR_FUNCTIONS(ImportText)
};

QString escaped(const std::string& text) {
    return QString::fromStdString(text).toHtmlEscaped();
}

QString countText(std::size_t count) {
    return QLocale().toString(static_cast<qulonglong>(count));
}

QString heading(const QString& text) {
    return QStringLiteral("<h4>%1</h4>").arg(text.toHtmlEscaped());
}

QString listOf(const QStringList& items) {
    QString html;
    for (int i = 0; i < items.size() && i < kMostLines; ++i) {
        html += QStringLiteral("<li>%1</li>").arg(items[i]);
    }
    if (items.size() > kMostLines) {
        html += QStringLiteral("<li>%1</li>")
                    .arg(ImportText::tr("and %n more", nullptr, int(items.size()) - kMostLines));
    }
    return QStringLiteral("<ul style='margin-left:16px; -qt-list-indent:0'>%1</ul>").arg(html);
}

QString accuracyText(const data::TrialCounts& counts) {
    const double accuracy = counts.accuracy();
    return std::isnan(accuracy) ? ImportText::tr("unknown")
                                : ImportText::tr("%1 %").arg(QLocale().toString(100 * accuracy, 'f', 1));
}

QString rowOf(const QStringList& cells, const char* tag) {
    QString html;
    for (int i = 0; i < cells.size(); ++i) {
        html += QStringLiteral("<%1 align='%2'>%3&nbsp;&nbsp;&nbsp;</%1>")
                    .arg(QLatin1String(tag),
                        i == 0 || i == 5 ? QStringLiteral("left") : QStringLiteral("right"), cells[i]);
    }
    return QStringLiteral("<tr>%1</tr>").arg(html);
}

/// What becomes of an animal that the study has already.
QString joinText(const data::Animal& animal, const std::map<std::string, std::size_t>& alreadyThere) {
    const auto present = alreadyThere.find(animal.name());
    if (present == alreadyThere.end()) {
        return {};
    }
    const std::size_t known = present->second;
    const std::size_t fresh = animal.sessions().size() - known;
    if (fresh == 0) {
        return ImportText::tr("all of it is in the study already");
    }
    return known == 0 ? ImportText::tr("joins the animal in the study")
                      : ImportText::tr("joins the animal in the study, which has %n session(s) of it already",
                            nullptr, static_cast<int>(known));
}

/// What other studies bring along beside trials.
QString notesText(const data::Annotations& annotations) {
    std::size_t leftOut = 0, phases = 0, noted = 0;
    for (const auto& [animal, notes] : annotations) {
        leftOut += notes.exclusions.size();
        phases += notes.phases.size();
        noted += notes.note.empty() && notes.tags.empty() ? 0 : 1;
    }
    QStringList parts;
    if (leftOut > 0) {
        parts.append(ImportText::tr("%n stretch(es) of trials left out", nullptr, static_cast<int>(leftOut)));
    }
    if (phases > 0) {
        parts.append(ImportText::tr("%n phase(s)", nullptr, static_cast<int>(phases)));
    }
    if (noted > 0) {
        parts.append(ImportText::tr("notes about %n animal(s)", nullptr, static_cast<int>(noted)));
    }
    return ImportText::tr("Comes along: %1.").arg(parts.join(QStringLiteral(", ")));
}

QString animalTable(
    const std::vector<data::AnimalPtr>& animals, const std::map<std::string, std::size_t>& alreadyThere) {
    QString html = rowOf({ImportText::tr("Animal"), ImportText::tr("Sessions"), ImportText::tr("Trials"),
                             ImportText::tr("Choices"), ImportText::tr("Accuracy"), QString()},
        "th");
    for (const data::AnimalPtr& animal : animals) {
        const data::TrialCounts counts = animal->counts();
        html +=
            rowOf({escaped(animal->name()), countText(animal->sessions().size()), countText(counts.trials),
                      countText(counts.choices), accuracyText(counts), joinText(*animal, alreadyThere)},
                "td");
    }
    return QStringLiteral("<table cellspacing='0' cellpadding='2'>%1</table>").arg(html);
}

/// The same sentence of several files in one line that counts them.
QStringList grouped(const QMap<QString, QStringList>& filesBySentence) {
    QStringList lines;
    for (auto it = filesBySentence.begin(); it != filesBySentence.end(); ++it) {
        const QString files = it->size() == 1 ? it->first().toHtmlEscaped()
                                              : ImportText::tr("%n file(s)", nullptr, int(it->size()));
        lines.append(it->join(QString()).isEmpty()
                         ? it.key().toHtmlEscaped()
                         : QStringLiteral("%1 <i>(%2)</i>").arg(it.key().toHtmlEscaped(), files));
    }
    return lines;
}

QStringList conventionLines(const std::vector<io::Convention>& conventions) {
    // The same convention of many files is one line with the evidence of all.
    std::vector<io::Convention> joined;
    QMap<QString, QStringList> files;
    for (const io::Convention& convention : conventions) {
        const auto it =
            std::find_if(joined.begin(), joined.end(), [&convention](const io::Convention& other) {
                return other.column == convention.column && other.meaning == convention.meaning &&
                       other.evidence == convention.evidence;
            });
        if (it == joined.end()) {
            joined.push_back(convention);
        } else {
            it->agreeing += convention.agreeing;
            it->judged += convention.judged;
            it->where = {};
        }
    }
    for (const io::Convention& convention : joined) {
        files[text::translated(io::describe(convention))].append(QString::fromStdString(convention.where));
    }
    return grouped(files);
}

/// Names of what a column can hold; others (of a later version) go by their own.
QString quantityText(const std::string& quantity) {
    const std::map<std::string, QString> names = {{"animal", ImportText::tr("Animal")},
        {"lab", ImportText::tr("Lab")}, {"session", ImportText::tr("Session")},
        {"date", ImportText::tr("Date")}, {"protocol", ImportText::tr("Protocol")},
        {"trial", ImportText::tr("Trial number")}, {"stimulus", ImportText::tr("Stimulus")},
        {"stimulus_left", ImportText::tr("Stimulus on the left")},
        {"stimulus_right", ImportText::tr("Stimulus on the right")}, {"choice", ImportText::tr("Choice")},
        {"answer", ImportText::tr("Rewarded side")}, {"outcome", ImportText::tr("Outcome")},
        {"stimulus_onset_s", ImportText::tr("Stimulus onset (s)")},
        {"response_s", ImportText::tr("Response time (s)")},
        {"reaction_time_s", ImportText::tr("Reaction time (s)")},
        {"probability_left", ImportText::tr("Prior of the left side")}};
    const auto found = names.find(quantity);
    return found == names.end() ? QString::fromStdString(quantity) : found->second;
}

/// "Choice: response_choice, animal_response", one line a quantity.
QStringList columnLines(const std::vector<io::ColumnUse>& columns) {
    std::map<std::string, QStringList> byQuantity;
    for (const io::ColumnUse& use : columns) {
        QStringList& names = byQuantity[use.quantity];
        const QString name = QString::fromStdString(use.column);
        if (!names.contains(name)) {
            names.append(name);
        }
    }
    QStringList items;
    for (const auto& [quantity, names] : byQuantity) {
        items.append(QStringLiteral("%1: <b>%2</b>")
                         .arg(quantityText(quantity).toHtmlEscaped(),
                             names.join(QStringLiteral(", ")).toHtmlEscaped()));
    }
    return items;
}

/// What stands behind the files' names (columns), if it is the same for all; with a colon before.
QString commonDetail(const QStringList& where) {
    QString detail;
    for (const QString& text : where) {
        const qsizetype colon = text.lastIndexOf(QStringLiteral(": "));
        const QString own = colon < 0 ? QString() : text.mid(colon);
        if (own.isEmpty() || (!detail.isEmpty() && own != detail)) {
            return {};
        }
        detail = own;
    }
    return detail;
}

QStringList warningLines(const std::vector<io::ImportWarning>& warnings) {
    std::map<io::WarningCode, io::ImportWarning> sums;
    std::map<io::WarningCode, QStringList> files;
    for (const io::ImportWarning& warning : warnings) {
        io::ImportWarning& sum =
            sums.try_emplace(warning.code, io::ImportWarning{warning.code, 0, {}}).first->second;
        sum.count += warning.count;
        files[warning.code].append(QString::fromStdString(warning.where));
    }
    QStringList lines;
    for (auto& [code, sum] : sums) {
        const QStringList& where = files[code];
        const QString inFiles =
            ImportText::tr("%n file(s)", nullptr, int(where.size())) + commonDetail(where);
        sum.where = (where.size() == 1 ? where.first() : inFiles).toStdString();
        lines.append(text::translated(io::describe(sum)).toHtmlEscaped());
    }
    return lines;
}

QStringList skippedLines(const std::vector<io::SkippedFile>& skipped) {
    QStringList lines;
    for (const io::SkippedFile& file : skipped) {
        QString sentences = text::translated(file.error.what);
        if (!file.error.remedy.isEmpty()) {
            sentences += QLatin1Char(' ') + text::translated(file.error.remedy);
        }
        lines.append(QStringLiteral("<b>%1</b>: %2")
                         .arg(QFileInfo(QString::fromStdString(file.path)).fileName().toHtmlEscaped(),
                             sentences.toHtmlEscaped()));
    }
    return lines;
}

} // namespace

QString importText(const io::ImportReport& report, const std::map<std::string, std::size_t>& alreadyThere) {
    QStringList dialects;
    for (const auto& [file, dialect] : report.sources) {
        if (!dialects.contains(QString::fromStdString(dialect))) {
            dialects.append(QString::fromStdString(dialect));
        }
    }
    QString html =
        QStringLiteral("<p>%1</p>")
            .arg(
                ImportText::tr("%n file(s) understood", nullptr, int(report.sources.size())).toHtmlEscaped() +
                (dialects.isEmpty()
                        ? QString()
                        : QStringLiteral(" (%1)").arg(dialects.join(QStringLiteral(", ")).toHtmlEscaped())));
    if (!report.animals.empty()) {
        html += animalTable(report.animals, alreadyThere);
    }
    if (!report.annotations.empty()) {
        html += QStringLiteral("<p>%1</p>").arg(notesText(report.annotations).toHtmlEscaped());
    }
    if (!report.columns.empty()) {
        html += heading(ImportText::tr("Columns taken")) +
                QStringLiteral("<p>%1</p>").arg(columnLines(report.columns).join(QStringLiteral(" \u00b7 ")));
    }
    if (!report.conventions.empty()) {
        html += heading(ImportText::tr("Conventions applied")) + listOf(conventionLines(report.conventions));
    }
    if (!report.warnings.empty()) {
        html += heading(ImportText::tr("Noticed")) + listOf(warningLines(report.warnings));
    }
    if (!report.skipped.empty()) {
        html += heading(ImportText::tr("Left out, whole")) + listOf(skippedLines(report.skipped));
    }
    return html;
}

} // namespace rulescope::panels
