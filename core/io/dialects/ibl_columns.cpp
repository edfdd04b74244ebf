// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/dialects/ibl_columns.h"

#include <algorithm>

namespace rulescope::io::ibl {

bool hasTrialColumns(const Table& table) {
    return hasColumns(table, {"choice", "contrastLeft", "contrastRight"});
}

bool hasWheelChoices(const Table& table) {
    const auto coded = codedColumn(table, *table.find("choice"));
    // Another lab's contrast_left beside choices of -1 and 1 says nothing of wheels.
    const auto& header = table.header();
    const bool isTheirName = std::find(header.begin(), header.end(), "contrastLeft") != header.end();
    return table.find("feedbackType") ||
           (isTheirName && coded &&
               std::find(coded->values.begin(), coded->values.end(), "-1") != coded->values.end());
}

bool hasProcessedFeedback(const Table& table) {
    const auto coded = codedIfAny(table, table.find("feedbackType"));
    if (!coded) {
        return false;
    }
    const auto has = [&](const char* value) {
        return std::find(coded->values.begin(), coded->values.end(), value) != coded->values.end();
    };
    return has("0") && !has("-1");
}

base::Result<ImportedFile> read(
    const ImportSource& source, std::string_view dialect, std::vector<ValueCodes> choiceCodes) {
    const Table& table = source.table();
    const auto columns = requireColumns(table, {"choice", "contrastLeft", "contrastRight"});
    if (!columns) {
        return tl::make_unexpected(columns.error());
    }
    auto stimuli = sidedStimuli(table, columns->at(1), columns->at(2));
    if (!stimuli) {
        return tl::make_unexpected(stimuli.error());
    }
    TableMapping mapping;
    mapping.dialect = dialect;
    mapping.stimuli = std::move(*stimuli);
    mapping.columns = {
        {"choice", columns->at(0)}, {"stimulus_left", columns->at(1)}, {"stimulus_right", columns->at(2)}};
    mapping.choiceCodes = std::move(choiceCodes);
    if (const auto feedback = table.findAny({"feedbackType", "feedback"})) {
        mapping.columns["outcome"] = *feedback;
        mapping.outcomeCodes = {{{"1"}, {"-1"}, {}}, {{"1"}, {"0"}, {}}};
    } else if (const auto outcome = outcomeColumn(table)) {
        mapping.columns["outcome"] = *outcome;
    }
    if (const auto answer = table.find("answer")) {
        mapping.columns["answer"] = *answer;
    }
    addUsualColumns(table, mapping);
    return readTrials(source, table, mapping);
}

} // namespace rulescope::io::ibl
