// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/text/translated.h"

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
    QString result;
    result.reserve(sentence.size());
    // One pass: an argument that itself contains "%1" (a file name may) must not be filled in again.
    for (qsizetype i = 0; i < sentence.size(); ++i) {
        const bool isPlaceholder = sentence[i] == u'%' && i + 1 < sentence.size() &&
                                   sentence[i + 1] >= u'1' && sentence[i + 1] <= u'9';
        const std::size_t index =
            isPlaceholder ? static_cast<std::size_t>(sentence[i + 1].unicode() - u'1') : 0;
        if (isPlaceholder && index < text.arguments().size()) {
            result += std::visit(LocalArgument{locale}, text.arguments()[index]);
            ++i;
        } else {
            result += sentence[i];
        }
    }
    return result;
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
