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
    /// Names of the saved mappings.
    QStringList savedNames() const;
    /// Saves what is shown under a name; an empty name or a folder that can't be written is refused.
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
    void showValues(const std::string& quantity);

    std::vector<io::ColumnSample> m_columns;
    QString m_folder;
    std::map<std::string, QComboBox*> m_boxes; ///< by quantity
    std::map<std::string, QLabel*> m_values;   ///< what stands in the chosen column
    Codes m_choice, m_outcome;
    QComboBox *m_kind, *m_saved;
    QDoubleSpinBox* m_scale;
    QLineEdit* m_unit;
};

} // namespace rulescope::dialogs
