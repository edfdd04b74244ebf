// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/help_document.h"

#include <QImage>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextEdit>
#include <QTextFrame>
#include <QTextTable>
#include <QUrl>

#include <algorithm>
#include <cmath>
#include <vector>

namespace rulescope::dialogs {

namespace {

constexpr int kLineHeight = 128;       ///< percent
constexpr int kMargin = 22;            ///< px around the text
constexpr int kPictureWidth = 640;     ///< px
constexpr double kCellPadding = 5;     ///< px
constexpr double kParagraphMargin = 8; ///< px below a paragraph

void styleTables(QTextFrame& frame, const QBrush& line) {
    for (QTextFrame* child : frame.childFrames()) {
        if (auto* table = qobject_cast<QTextTable*>(child)) {
            QTextTableFormat format = table->format();
            format.setBorder(0.5);
            format.setBorderBrush(line);
            format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
            format.setBorderCollapse(true);
            format.setCellPadding(kCellPadding);
            format.setCellSpacing(0);
            format.setBottomMargin(2 * kParagraphMargin);
            table->setFormat(format);
        }
        styleTables(*child, line);
    }
}

void styleBlocks(QTextDocument& document) {
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        QTextBlockFormat format = block.blockFormat();
        format.setLineHeight(kLineHeight, QTextBlockFormat::ProportionalHeight);
        const bool isInTable = cursor.currentTable() != nullptr;
        const bool isCode = format.hasProperty(QTextFormat::BlockCodeLanguage) ||
                            format.hasProperty(QTextFormat::BlockCodeFence);
        if (format.headingLevel() > 0) {
            format.setTopMargin(format.headingLevel() == 1 ? 4 : 2 * kParagraphMargin);
            format.setBottomMargin(kParagraphMargin / 2);
        } else if (!isInTable && !isCode) {
            format.setBottomMargin(block.textList() != nullptr ? 3 : kParagraphMargin);
        }
        cursor.setBlockFormat(format);
    }
}

struct Picture {
    int position;
    QTextImageFormat format;
};

std::vector<Picture> picturesOf(const QTextDocument& document) {
    std::vector<Picture> pictures;
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        for (auto it = block.begin(); !it.atEnd(); ++it) {
            const QTextFragment fragment = it.fragment();
            if (fragment.charFormat().isImageFormat()) {
                pictures.push_back({fragment.position(), fragment.charFormat().toImageFormat()});
            }
        }
    }
    return pictures;
}

void fitPictures(QTextDocument& document, double pixelRatio) {
    for (Picture& picture : picturesOf(document)) {
        const QUrl name = document.baseUrl().resolved(QUrl(picture.format.name()));
        const QImage image(QLatin1Char(':') + name.path());
        if (image.isNull()) {
            continue;
        }
        const int width = std::min(kPictureWidth, image.width());
        picture.format.setWidth(width);
        picture.format.setHeight(double(image.height()) * width / image.width());
        // The view would leave out every second row of pixels instead of mixing them.
        document.addResource(QTextDocument::ImageResource, name,
            image.scaledToWidth(static_cast<int>(std::lround(width * pixelRatio)), Qt::SmoothTransformation));
        QTextCursor cursor(&document);
        cursor.setPosition(picture.position);
        cursor.movePosition(QTextCursor::NextCharacter, QTextCursor::KeepAnchor);
        cursor.setCharFormat(picture.format);
        QTextBlockFormat line = cursor.blockFormat(); // a share of the picture's height is no line spacing
        line.setLineHeight(0, QTextBlockFormat::SingleHeight);
        cursor.setBlockFormat(line);
    }
}

} // namespace

void styleHelpDocument(QTextEdit& view) {
    QTextDocument& document = *view.document();
    document.setDocumentMargin(kMargin);
    styleBlocks(document);
    styleTables(*document.rootFrame(), view.palette().brush(QPalette::Mid));
    fitPictures(document, view.devicePixelRatioF());
}

} // namespace rulescope::dialogs
