// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/text/translated.h"

#include "core/base/sentence.h"

#include <QCoreApplication>

namespace rulescope::text {

namespace {

struct LocalArgument {
    const QLocale& locale;
    QString operator()(const std::string& text) const { return QString::fromStdString(text); }
    QString operator()(std::int64_t count) const {
        return withTrueMinus(locale.toString(static_cast<qlonglong>(count)));
    }
    QString operator()(const base::Number& number) const {
        return withTrueMinus(number.decimals < 0 ? locale.toString(number.value, 'g', 6)
                                                 : locale.toString(number.value, 'f', number.decimals));
    }
    QString operator()(const base::InnerText& inner) const { return translated(inner.text(), locale); }
};

} // namespace

QString withTrueMinus(QString number) {
    return number.replace(u'-', QChar(0x2212));
}

QString translated(const base::Text& text, const QLocale& locale) {
    if (text.isVerbatim()) {
        return QString::fromStdString(text.source());
    }
    const QString sentence = QCoreApplication::translate("core", text.source().c_str());
    // In UTF-8, so that one function knows how sentences are filled.
    return QString::fromStdString(base::filledSentence(
        sentence.toStdString(), text.arguments(), [&locale](const base::Text::Argument& argument) {
            return std::visit(LocalArgument{locale}, argument).toStdString();
        }));
}

QString translated(const base::Error& error, const QLocale& locale) {
    QString sentence = translated(error.what, locale);
    if (!error.where.empty()) {
        sentence += u'\n' + QString::fromStdString(error.where);
    }
    if (!error.remedy.isEmpty()) {
        sentence += u'\n' + translated(error.remedy, locale);
    }
    return sentence;
}

} // namespace rulescope::text
