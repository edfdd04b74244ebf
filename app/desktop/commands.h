// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/study_context.h"

#include <QUndoCommand>

namespace rulescope::desktop {

/// One undoable change of the study: swaps one immutable snapshot for another. Made by the document alone.
class ContentsCommand : public QUndoCommand {
  public:
    ContentsCommand(const QString& text, models::StudyContext& context, models::StudySnapshot after);

    void redo() override;
    void undo() override;

  private:
    models::StudyContext& m_context;
    const models::StudySnapshot m_before, m_after;
};

} // namespace rulescope::desktop
