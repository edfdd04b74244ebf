// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plots/canvas/series_plottable.h"

#include <optional>
#include <vector>

namespace rulescope::plots {

/// The texts in and around one panel: letter, title, legend, guide labels, notes, and the colour bar.
/// Finds places where they cover no data; where there is none the legend goes above the axes.
class PanelLabels : public QCPLayerable {
    Q_OBJECT

  public:
    PanelLabels(PanelRect* panel, std::vector<SeriesPlottable*> series);

    /// Forgets earlier decisions: the figure or its size is new.
    void reset();
    /// Decides whether legend and notes need room above the axes at the present layout, and asks the panel
    /// for it. What once went above stays there until reset(), so that repeated layouts settle.
    void reserve();
    /// Chooses places of legend and guide labels; call after the layout is final.
    void place();

    PanelRect* panel() const { return m_panel; }
    const std::vector<SeriesPlottable*>& series() const { return m_series; }
    bool isLegendAbove() const { return m_isLegendAbove; }
    QRectF legendRect() const { return m_legend; }
    /// Of the guides in their order.
    std::vector<QRectF> guideLabelRects() const;
    double notesAboveHeight() const;

  protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;
    QRect clipRect() const override;

  private:
    struct Entry {
        QString text;
        std::vector<SeriesPlottable*> series;
        QPointF at; ///< top left, relative to the legend
        double width = 0;
    };
    /// Where along its line a guide's label stands, and on which side.
    struct GuidePlace {
        double along = 1;        ///< 0 at the low end of the line, 1 at the high end
        bool isFirstSide = true; ///< above, or to the right
        bool isOverData = false; ///< then the label has a ground of its own
    };

    void findEntries();
    QSizeF arrangeColumn();
    QSizeF arrangeRows(double width);
    double entryWidth(const QString& text) const;
    double rowHeight() const;
    std::optional<QRectF> freeLegendPlace(const QSizeF& size, const Occupancy& occupancy) const;
    const Occupancy& occupancy() const;
    /// Notes that belong together, as the names of a panel's lines do: they move together.
    struct NoteGroup {
        std::vector<figures::Note> notes;
        bool isRow = false; ///< side by side, else one below the other
    };

    std::vector<NoteGroup> noteGroups() const;
    QSizeF arranged(const NoteGroup& group) const;
    std::vector<figures::Note> notesAt(const NoteGroup& group, const QPointF& topLeft) const;
    std::optional<std::vector<figures::Note>> freePlace(const NoteGroup& group, const Occupancy& taken) const;
    void addNotesAbove(const NoteGroup& group);
    QColor noteColour(const figures::Note& note) const;
    QString noteText(const figures::Note& note) const;
    QSizeF noteSize(const figures::Note& note) const;
    QRectF noteRect(const figures::Note& note) const;
    void findNotePlaces();
    double legendRoom();
    QRectF guideLabelRect(const figures::Guide& guide, const GuidePlace& place) const;
    GuidePlace guidePlace(const figures::Guide& guide, const Occupancy& taken) const;
    void drawTitle(QCPPainter* painter) const;
    void drawLegend(QCPPainter* painter) const;
    void drawGuideLabels(QCPPainter* painter) const;
    void drawNotes(QCPPainter* painter) const;
    void drawColourBar(QCPPainter* painter) const;

    PanelRect* m_panel;
    std::vector<SeriesPlottable*> m_series;
    std::vector<Entry> m_entries;
    std::vector<GuidePlace> m_guidePlaces;
    std::vector<figures::Note> m_notes; ///< those inside the axes, moved to where they cover no data
    std::vector<std::vector<figures::Note>> m_notesAbove; ///< lines of those that found no place there
    QRectF m_legend;
    mutable std::optional<Occupancy> m_occupied; ///< by the series; for one frame
    mutable PixelFrame m_occupiedFrame;
    bool m_isLegendAbove = false;
};

} // namespace rulescope::plots
