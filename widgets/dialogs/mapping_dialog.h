// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/column_map.h"
#include "core/io/column_samples.h"

#include <QDialog>
#include <QMap>
#include <QString>

#include <map>
#include <vector>

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace rulescope::dialogs {

/// Says which column of a file holds what, and what its values mean; named, saved and used again. What is
/// left to "recognise" is found by name and content as without a mapping.
class MappingDialog : public QDialog {
    Q_OBJECT

  public:
    /// `folder` keeps the named mappings, one JSON file each, as `rulescope-cli import --columns` reads them.
    MappingDialog(
        const std::vector<io::ColumnSample>& columns, const QString& folder, QWidget* parent = nullptr);

    io::ColumnMap map() const;
    void setMap(const io::ColumnMap& map);
    /// What keeps the mapping from being used, as a sentence: one side has values and the other none.
    QString problem() const;
    /// Names of the saved mappings.
    QStringList savedNames() const;
    /// Saves what is shown under a name, after a question if another mapping has it; a mapping with a
    /// problem, an empty name or a folder that can't be written is refused.
    bool saveAs(const QString& name);
    bool load(const QString& name);

  private:
    /// Which values mean one side (or correct), which the other, which nothing; texts between commas.
    struct Codes {
        QLineEdit *one, *zero, *none;
    };

    QComboBox* columnBox(const std::string& quantity);
    void addColumns(QFormLayout& form);
    Codes addCodes(
        QFormLayout& form, const QString& name, const QString& one, const QString& zero, const QString& none);
    void addStimulus(QFormLayout& form);
    void addSaved(QFormLayout& form);
    void addRepeats(QFormLayout& form);
    void showValues(const std::string& quantity);
    void say(const QString& sentence);
    void showProblem();

    std::vector<io::ColumnSample> m_columns;
    QString m_folder;
    std::map<std::string, QComboBox*> m_boxes; ///< by quantity
    std::map<std::string, QLabel*> m_values;   ///< what stands in the chosen column
    Codes m_choice, m_answer, m_outcome;
    QComboBox *m_kind, *m_repeats, *m_saved;
    QDoubleSpinBox* m_scale;
    double m_exactScale = 1, m_shownScale = 1; ///< of the map shown; the box rounds it
    QLineEdit* m_unit;
    QLabel* m_message; ///< a problem, or what came of saving and loading
    QPushButton *m_ok, *m_save;
};

} // namespace rulescope::dialogs
