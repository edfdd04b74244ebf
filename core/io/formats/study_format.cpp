// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/formats.h"
#include "core/io/study_file.h"
#include "core/io/study_layout.h"

namespace rulescope::io {

namespace {

/// Another of our own studies: its animals come in as they are, with their notes; its fits stay where they
/// are.
class StudyFormat : public TableFormat {
  public:
    std::string_view name() const override { return "study"; }
    base::Text title() const override { return QT_TRANSLATE_NOOP("core", "Rulescope study"); }
    bool recognises(const SourceFile& file) const override {
        return !file.isFolder && study_layout::readSeal(file.head).has_value();
    }

    base::Result<FileContents> read(
        const SourceFile& file, const base::StopToken&, const base::ProgressCallback&) const override {
        const auto study = openStudy(file.path);
        if (!study) {
            return tl::make_unexpected(study.error());
        }
        FileContents contents;
        for (const data::AnimalPtr& animal : study->study.animals) {
            contents.animals.push_back(animal->content());
        }
        if (contents.animals.empty()) {
            return base::failure(base::ErrorCode::NoData,
                QT_TRANSLATE_NOOP("core", "The study holds no animals."), file.path.string());
        }
        contents.annotations = study->study.annotations;
        if (!study->notesLost.empty()) {
            contents.warnings.push_back(
                {WarningCode::NotesLost, study->notesLost.size(), file.path.filename().string()});
        }
        return contents;
    }
};

} // namespace

const TableFormat& studyFormat() {
    static const StudyFormat format;
    return format;
}

} // namespace rulescope::io
