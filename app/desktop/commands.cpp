// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/commands.h"

namespace rulescope::desktop {

ContentsCommand::ContentsCommand(
    const QString& text, models::StudyContext& context, models::StudySnapshot after)
    : QUndoCommand(text)
    , m_context(context)
    , m_before(context.snapshot())
    , m_after(std::move(after)) {}

void ContentsCommand::redo() {
    m_context.setContents(m_after);
}

void ContentsCommand::undo() {
    m_context.setContents(m_before);
}

} // namespace rulescope::desktop
