// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/nwb_write.h"

#include "core/base/file_bytes.h"
#include "core/base/version.h"
#include "core/io/hdf5.h"
#include "core/io/hdf5_calls.h"
#include "core/io/own_headers.h"
#include "core/io/safe_name.h"
#include "core/io/source_name.h"

#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <chrono>
#include <cmath>
#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <limits>
#include <set>

namespace rulescope::io {

namespace {

using data::Animal;
using data::Session;
using hdf5::Handle;
using Texts = std::vector<std::string>;

constexpr const char* kSchema = "2.6.0";
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Texts of variable length in UTF-8, as NWB's own programs write them.
Handle variableText() {
    Handle type = hdf5::own(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type", "/");
    hdf5::checked(H5Tset_size(type.id(), H5T_VARIABLE), "size a text type", "/");
    hdf5::checked(H5Tset_cset(type.id(), H5T_CSET_UTF8), "encode a text type", "/");
    return type;
}

std::vector<const char*> pointersTo(const Texts& texts) {
    std::vector<const char*> pointers;
    for (const std::string& text : texts) {
        pointers.push_back(text.c_str());
    }
    return pointers;
}

Handle spaceOf(const Texts& texts, bool isScalar) {
    const hsize_t length = texts.size();
    return hdf5::own(isScalar ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &length, nullptr), H5Sclose,
        "describe a shape", "/");
}

void writeVariable(const Handle& parent, const std::string& name, const Texts& texts, bool isScalar) {
    const Handle type = variableText(), space = spaceOf(texts, isScalar);
    const Handle dataset = hdf5::own(
        H5Dcreate2(parent.id(), name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
        H5Dclose, "create a dataset", name);
    const auto pointers = pointersTo(texts);
    hdf5::checked(
        H5Dwrite(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()), "write", name);
}

void writeScalar(const Handle& parent, const std::string& name, const std::string& text) {
    writeVariable(parent, name, {text}, true);
}

void setTexts(const Handle& object, const std::string& name, const Texts& texts, bool isScalar) {
    const Handle type = variableText(), space = spaceOf(texts, isScalar);
    const Handle attribute =
        hdf5::own(H5Acreate2(object.id(), name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT),
            H5Aclose, "create an attribute", name);
    const auto pointers = pointersTo(texts);
    hdf5::checked(H5Awrite(attribute.id(), type.id(), pointers.data()), "write an attribute", name);
}

/// Writes the file's objects; each typed one gets an identifier of its own, made from the content's.
class SessionFile {
  public:
    SessionFile(
        const Animal& animal, std::size_t session, std::string createdUtc, const data::AnimalNotes& notes)
        : m_animal(animal)
        , m_session(animal.sessions()[session])
        , m_notes(notes)
        , m_phase(data::phaseOfSessions(notes, animal)[session])
        , m_createdUtc(std::move(createdUtc))
        , m_identity(animal.contentHash() + '/' + m_session.label) {}

    std::vector<char> bytes() {
        hdf5::NewFile file(0);
        writeRoot(file.root());
        writeTrials(file.root());
        return file.finish();
    }

  private:
    void setType(const Handle& object, const char* space, const char* type, const std::string& place) {
        setTexts(object, "namespace", {space}, true);
        setTexts(object, "neurodata_type", {type}, true);
        boost::uuids::name_generator_sha1 generator(boost::uuids::ns::oid());
        setTexts(object, "object_id", {boost::uuids::to_string(generator(m_identity + place))}, true);
    }

    void writeRoot(const Handle& root) {
        setTexts(root, "nwb_version", {kSchema}, true);
        setType(root, "core", "NWBFile", "/");
        const std::string start = startTime();
        writeVariable(root, "file_create_date", {m_createdUtc}, false);
        writeScalar(root, "identifier", m_identity);
        writeScalar(root, "session_description",
            "Session " + m_session.label + " of " + m_animal.name() + ", trials of a two-choice task" +
                (m_session.date.empty() ? " (the day is not known)" : ""));
        writeScalar(root, "session_start_time", start);
        writeScalar(root, "timestamps_reference_time", start);
        for (const char* name : {"acquisition", "analysis", "processing"}) {
            hdf5::createGroup(root, name);
        }
        const Handle stimulus = hdf5::createGroup(root, "stimulus");
        hdf5::createGroup(stimulus, "presentation");
        hdf5::createGroup(stimulus, "templates");
        writeGeneral(root);
    }

    /// Where two recordings of a day are told apart by their times, the label has it.
    std::string startTime() const {
        const std::string day = m_session.date.empty() ? "1970-01-01" : m_session.date;
        const std::string& label = m_session.label;
        const bool hasTime = label.compare(0, day.size() + 1, day + "/") == 0;
        const std::string time =
            hasTime ? timeOfDay(day + "T" + label.substr(day.size() + 1)) : std::string();
        return day + "T" + (time.empty() ? "00:00:00" : time) + "+00:00";
    }

    void writeGeneral(const Handle& root) {
        const Handle general = hdf5::createGroup(root, "general");
        writeScalar(general, "session_id", m_session.label);
        writeScalar(general, "notes", std::string("Exported by Rulescope ") + base::kVersion);
        for (const auto& [name, text] : {std::pair("lab", m_animal.lab()), {"protocol", m_session.protocol},
                 {"data_collection", m_animal.provenance()}}) {
            if (!text.empty()) {
                writeScalar(general, name, text);
            }
        }
        const Handle subject = hdf5::createGroup(general, "subject");
        setType(subject, "core", "Subject", "/general/subject");
        writeScalar(subject, "subject_id", m_animal.name());
        if (!m_notes.note.empty()) {
            writeScalar(subject, "description", m_notes.note);
        }
        if (!m_notes.tags.empty()) {
            writeVariable(general, "keywords", m_notes.tags, false);
        }
    }

    Handle openColumn(const std::string& name) const {
        return hdf5::own(
            H5Dopen2(m_table->id(), name.c_str(), H5P_DEFAULT), H5Dclose, "open a dataset", name);
    }

    void describe(const std::string& name, const char* type, const std::string& description) {
        const Handle column = openColumn(name);
        setType(column, "hdmf-common", type, "/intervals/trials/" + name);
        setTexts(column, "description", {description}, true);
    }

    void addNumbers(
        const std::string& column, const std::vector<double>& values, const std::string& description) {
        const std::string name = hdf5::linkName(column);
        hdf5::writeArray<double>(*m_table, name, values);
        describe(name, "VectorData", description);
        m_columns.push_back(name);
    }

    void addTexts(const std::string& name, const std::string& text, const std::string& description) {
        addTexts(name, Texts(m_session.size(), text), description);
    }

    void addTexts(const std::string& name, const Texts& texts, const std::string& description) {
        writeVariable(*m_table, name, texts, false);
        describe(name, "VectorData", description);
        m_columns.push_back(name);
    }

    /// The session's part of a column; NaN throughout if the animal has none.
    std::vector<double> part(const std::vector<double>& column) const {
        if (column.empty()) {
            return std::vector<double>(m_session.size(), kNaN);
        }
        const auto begin = column.begin() + static_cast<std::ptrdiff_t>(m_session.begin);
        return {begin, begin + static_cast<std::ptrdiff_t>(m_session.size())};
    }

    std::vector<double> part(const std::vector<std::int8_t>& codes) const {
        std::vector<double> values;
        for (std::size_t t = m_session.begin; t < m_session.end; ++t) {
            values.push_back(codes[t] < 0 ? kNaN : codes[t]);
        }
        return values;
    }

    const std::vector<double>& timesOf(const char* extra, const std::vector<double>& canonical) const {
        const data::Column* const own = m_animal.trials().findExtra(extra);
        return own != nullptr ? own->values : canonical;
    }

    void writeTrials(const Handle& root) {
        const Handle intervals = hdf5::createGroup(root, "intervals");
        const Handle table = hdf5::createGroup(intervals, "trials");
        m_table = &table;
        std::vector<std::int64_t> ids(m_session.size());
        for (std::size_t t = 0; t < ids.size(); ++t) {
            ids[t] = static_cast<std::int64_t>(t);
        }
        hdf5::writeArray<std::int64_t>(table, "id", ids);
        setType(openColumn("id"), "hdmf-common", "ElementIdentifiers", "/intervals/trials/id");
        writeColumns();
        setTexts(table, "colnames", m_columns, false);
        setTexts(table, "description", {"Trials of the session; NaN where nothing is known"}, true);
        setType(table, "core", "TimeIntervals", "/intervals/trials");
        m_table = nullptr;
    }

    void writeColumns() {
        const data::Trials& trials = m_animal.trials();
        addNumbers("start_time", part(timesOf("start_time", trials.stimulusOnsetS)), "Stimulus onset, s");
        addNumbers("stop_time", part(timesOf("stop_time", trials.responseS)), "Response, s");
        addTexts("animal", m_animal.name(), "Name of the animal");
        addTexts("lab", m_animal.lab(), "Lab or group");
        addTexts("session", m_session.label, "Label of the session");
        addTexts("session_date", m_session.date, "Day of the session, ISO 8601");
        addTexts("protocol", m_session.protocol, "Task protocol");
        const data::Column* const numbers = trials.findExtra("trial");
        std::vector<double> counted;
        for (std::size_t t = 0; t < m_session.size(); ++t) {
            counted.push_back(static_cast<double>(t + 1));
        }
        addNumbers("trial", numbers != nullptr ? part(numbers->values) : counted, "Number in the session");
        const bool isContrast = m_animal.stimulusKind() == data::StimulusKind::Contrast;
        addNumbers(isContrast ? "signed_contrast" : "stimulus [" + m_animal.stimulusUnit() + "]",
            part(trials.stimulus),
            isContrast ? "Contrast as a fraction, right positive" : "Stimulus, right positive");
        addNumbers("choice", part(trials.choice), "1 right, 0 left, NaN no choice");
        addNumbers("answer", part(trials.answer), "Rewarded side: 1 right, 0 left, NaN unknown");
        addNumbers("outcome", part(trials.outcome), "1 correct or rewarded, 0 error, NaN unknown");
        for (const auto& [name, column, description] :
            {std::tuple("stimulus_onset_s", &trials.stimulusOnsetS, "Stimulus onset, s"),
                std::tuple("response_s", &trials.responseS, "Response, s"),
                std::tuple("reaction_time_s", &trials.reactionTimeS, "Reaction time, s"),
                std::tuple("probability_left", &trials.probabilityLeft, "Block prior of a left stimulus")}) {
            if (!column->empty()) {
                addNumbers(name, part(*column), description);
            }
        }
        writeNotes();
        for (const data::Column& column : trials.extra) {
            const bool isWritten =
                column.name == "trial" || column.name == "start_time" || column.name == "stop_time";
            if (!isWritten) {
                addNumbers(furtherHeader(column.name), part(column.values), "Further column of the source");
            }
        }
    }

    /// What people said about the session; nothing, no column.
    void writeNotes() {
        std::vector<double> leftOut(m_session.size(), 0);
        Texts reasons(m_session.size());
        bool isAny = false;
        for (const data::Exclusion& exclusion : m_notes.exclusions) {
            const std::size_t end = exclusion.end == 0 ? m_session.size() : exclusion.end;
            for (std::size_t t = exclusion.begin; exclusion.session == m_session.label && t < end; ++t) {
                isAny = true;
                leftOut.at(t) = 1;
                reasons.at(t) = exclusion.reason;
            }
        }
        if (isAny) {
            addNumbers("left_out", leftOut, "1: annotations keep the trial out of analyses");
            addTexts("left_out_reason", reasons, "Why it is left out");
        }
        if (!m_phase.empty()) {
            addTexts("phase", m_phase, "Phase of training, as marked");
        }
    }

    const Animal& m_animal;
    const Session& m_session;
    const data::AnimalNotes& m_notes;
    std::string m_phase;
    std::string m_createdUtc;
    std::string m_identity;
    const Handle* m_table = nullptr; ///< while it is written
    Texts m_columns;
};

} // namespace

base::Result<std::vector<char>> nwbSession(const data::Animal& animal, std::size_t session,
    const std::string& createdUtc, const data::AnimalNotes& notes) {
    try {
        const hdf5::LibraryLock lock;
        return SessionFile(animal, session, createdUtc, notes).bytes();
    } catch (const hdf5::Failure& failed) {
        return base::failure(base::ErrorCode::Internal,
            {QT_TRANSLATE_NOOP("core", "The session can't be put into HDF5: %1."),
                {std::string(failed.what())}},
            animal.name() + ", " + animal.sessions()[session].label);
    }
}

base::Result<std::vector<std::filesystem::path>> writeNwb(const data::Study& study,
    const std::filesystem::path& folder, const base::StopToken& stop,
    const base::ProgressCallback& onProgress) {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem) {
        return base::failure(base::ErrorCode::NotWritable,
            {QT_TRANSLATE_NOOP("core", "The folder can't be made: %1."), {problem.message()}},
            folder.string(), QT_TRANSLATE_NOOP("core", "Choose another place."));
    }
    std::size_t sessions = 0;
    for (const data::AnimalPtr& animal : study.animals) {
        sessions += animal->sessions().size();
    }
    const std::string now = fmt::format("{:%Y-%m-%dT%H:%M:%S}+00:00", fmt::gmtime(std::time(nullptr)));
    std::vector<std::filesystem::path> files;
    std::set<std::string> taken;
    for (const data::AnimalPtr& animal : study.animals) {
        for (std::size_t i = 0; i < animal->sessions().size(); ++i) {
            if (stop.stop_requested()) {
                return base::failure(base::ErrorCode::Cancelled,
                    QT_TRANSLATE_NOOP("core", "The export was cancelled."), folder.string());
            }
            const std::string name = freeName(
                "sub-" + safeName(animal->name()) + "_ses-" + safeName(animal->sessions()[i].label), taken);
            const auto written = nwbSession(*animal, i, now, study.notes(animal->name()))
                                     .and_then([&](const std::vector<char>& bytes) {
                                         return base::replaceFile(folder / (name + ".nwb"), bytes);
                                     });
            if (!written) {
                return tl::make_unexpected(written.error());
            }
            files.push_back(folder / (name + ".nwb"));
            if (onProgress) {
                onProgress(static_cast<double>(files.size()) / static_cast<double>(sessions));
            }
        }
    }
    return files;
}

} // namespace rulescope::io
