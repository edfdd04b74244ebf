// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/export_table.h"
#include "core/io/import_paths.h"
#include "core/io/nwb_write.h"
#include "core/io/safe_name.h"
#include "tests/core/io/imported.h"
#include "tests/core/io/small_study.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <hdf5.h>

namespace {

using namespace rulescope;
using testing_io::TemporaryFolder;

data::AnimalPtr timedAnimal() {
    data::Animal::Content content;
    content.name = "../M/1 'Ä'";
    content.lab = "Labor #2";
    content.stimulusKind = data::StimulusKind::Raw;
    content.stimulusUnit = "cd/m2";
    content.trials.stimulus = {12, -30, 4};
    content.trials.choice = {1, 0, -1};
    content.trials.answer = {1, -1, 0};
    content.trials.outcome = {1, 0, -1};
    content.trials.stimulusOnsetS = {1.5, 3.25, 9};
    content.trials.responseS = {2, std::nan(""), 10};
    content.trials.reactionTimeS = {0.5, std::nan(""), 1};
    content.trials.probabilityLeft = {0.2, 0.2, 0.8};
    content.trials.extra = {{"reward/ml", {3, 4, std::nan("")}}, {"trial", {4, 9, 7}}};
    content.sessions = {{"2021-05-06/001", "2021-05-06", "blocks", "", 0, 2},
        {"2021-05-07", "2021-05-07", "blocks", "", 2, 3}};
    return data::Animal::create(content).value_or(nullptr);
}

data::Study studyOf(const data::AnimalPtr& animal) {
    data::Study study;
    study.animals = {animal};
    return study;
}

TEST(NwbExport, whatIsLeftOutAndThePhasesComeBackToo) {
    const TemporaryFolder folder;
    data::Study study = studyOf(testing_io::studyAnimal("M1", 40, 1));
    study.annotations["M1"] = {{}, {},
        {{"2020-01-01/001", 3, 5, "asleep"}, {"2020-01-01/001", 5, 6, "awake"},
            {"zweite Sitzung", 0, 0, "rig"}},
        {{"shaping", "2020-01-01/001", "2020-01-01/001"}, {"blocks", "zweite Sitzung", "zweite Sitzung"}}};
    ASSERT_TRUE(io::writeNwb(study, folder / "nwb"));
    const auto report = io::importPaths({folder / "nwb"});
    ASSERT_TRUE(report);
    ASSERT_EQ(report->animals.size(), 1U) << testing_io::printed(*report);
    EXPECT_EQ(report->annotations, study.annotations);
    EXPECT_EQ(report->animals[0]->contentHash(), study.animals[0]->contentHash());
}

TEST(NwbExport, everySessionReadsBackAsItWas) {
    auto animals = testing_io::smallStudy().study.animals;
    animals.push_back(timedAnimal());
    ASSERT_NE(animals.back(), nullptr);
    const TemporaryFolder folder;
    data::Study study;
    study.animals = animals;
    const auto files = io::writeNwb(study, folder / "nwb");
    ASSERT_TRUE(files) << base::english(files.error());
    EXPECT_EQ(files->size(), 6U);
    const auto report = io::importPaths({folder / "nwb"});
    ASSERT_TRUE(report) << base::english(report.error());
    ASSERT_EQ(report->animals.size(), 3U) << testing_io::printed(*report);
    for (const data::AnimalPtr& animal : animals) {
        const auto read = std::find_if(report->animals.begin(), report->animals.end(),
            [&](const data::AnimalPtr& other) { return other->name() == animal->name(); });
        ASSERT_NE(read, report->animals.end()) << animal->name();
        EXPECT_EQ((*read)->contentHash(), animal->contentHash()) << testing_io::printed(**read);
        EXPECT_EQ((*read)->lab(), animal->lab());
        EXPECT_EQ((*read)->stimulusUnit(), animal->stimulusUnit());
    }
}

TEST(NwbExport, filesStayInTheirFolderWhateverTheNames) {
    const TemporaryFolder folder;
    const auto files = io::writeNwb(studyOf(timedAnimal()), folder / "out");
    ASSERT_TRUE(files) << base::english(files.error());
    EXPECT_EQ(files->front().filename(), "sub-M-1_ses-2021-05-06-001.nwb");
    EXPECT_EQ(files->front().parent_path(), folder / "out");
    std::set<std::string> taken;
    EXPECT_EQ(io::freeName("a", taken), "a");
    EXPECT_EQ(io::freeName("A", taken), "A-2");
    EXPECT_EQ(io::safeName("///"), "unnamed");
    EXPECT_EQ(io::safeName(std::string(500, 'x')).size(), 80U);
}

std::string textOf(hid_t file, const char* path) {
    const hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    const hid_t type = H5Dget_type(dataset);
    char* text = nullptr;
    if (dataset >= 0 && H5Tis_variable_str(type) > 0) {
        H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &text);
    }
    const std::string result = text != nullptr ? text : "";
    H5free_memory(text);
    H5Tclose(type);
    H5Dclose(dataset);
    return result;
}

std::string attributeOf(hid_t file, const char* object, const char* name) {
    const hid_t attribute = H5Aopen_by_name(file, object, name, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t type = H5Aget_type(attribute);
    char* text = nullptr;
    if (attribute >= 0 && H5Tis_variable_str(type) > 0) {
        H5Aread(attribute, type, &text);
    }
    const std::string result = text != nullptr ? text : "";
    H5free_memory(text);
    H5Tclose(type);
    H5Aclose(attribute);
    return result;
}

// The NWB schema 2.6.0: what NWBFile, Subject and TimeIntervals (a DynamicTable) must have.
TEST(NwbExport, hasWhatTheSchemaRequires) {
    const TemporaryFolder folder;
    const auto files = io::writeNwb(studyOf(timedAnimal()), folder / "out");
    ASSERT_TRUE(files);
    const hid_t file = H5Fopen(files->front().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    ASSERT_GE(file, 0);
    EXPECT_EQ(attributeOf(file, "/", "nwb_version"), "2.6.0");
    for (const auto& [object, space, type] : {std::tuple("/", "core", "NWBFile"),
             {"/general/subject", "core", "Subject"}, {"/intervals/trials", "core", "TimeIntervals"},
             {"/intervals/trials/id", "hdmf-common", "ElementIdentifiers"},
             {"/intervals/trials/start_time", "hdmf-common", "VectorData"},
             {"/intervals/trials/choice", "hdmf-common", "VectorData"}}) {
        EXPECT_EQ(attributeOf(file, object, "namespace"), space) << object;
        EXPECT_EQ(attributeOf(file, object, "neurodata_type"), type) << object;
        EXPECT_EQ(attributeOf(file, object, "object_id").size(), 36U) << object;
    }
    for (const char* group :
        {"acquisition", "analysis", "processing", "stimulus/presentation", "stimulus/templates", "general"}) {
        EXPECT_GT(H5Lexists(file, group, H5P_DEFAULT), 0) << group;
    }
    for (const char* text : {"identifier", "session_description", "general/session_id"}) {
        EXPECT_FALSE(textOf(file, text).empty()) << text;
    }
    EXPECT_EQ(textOf(file, "session_start_time"), "2021-05-06T00:00:00+00:00");
    EXPECT_EQ(textOf(file, "timestamps_reference_time"), "2021-05-06T00:00:00+00:00");
    EXPECT_EQ(textOf(file, "general/subject/subject_id"), "../M/1 'Ä'");
    EXPECT_FALSE(attributeOf(file, "/intervals/trials/choice", "description").empty());
    const hid_t names = H5Aopen_by_name(file, "/intervals/trials", "colnames", H5P_DEFAULT, H5P_DEFAULT);
    EXPECT_GE(names, 0);
    H5Aclose(names);
    H5Fclose(file);
}

// With the schema 2.7.0 that a recorded file carries; the validator is the one behind pynwb's.
TEST(NwbExport, passesTheValidatorOfHdmf) {
    const std::string schema =
        std::string(RULESCOPE_SHARED_DIR) + "/data/nwb_foraging/727456_2024-06-12_11-10-53.nwb";
    if (!std::filesystem::exists(schema) ||
        std::system("/usr/bin/python3 -c 'import h5py, hdmf' 2>/dev/null") != 0) {
        GTEST_SKIP() << "python3-hdmf or the file with the schema is not here";
    }
    const TemporaryFolder folder;
    data::Study study = testing_io::smallStudy().study;
    study.animals.push_back(timedAnimal());
    const std::string name = study.animals.front()->name();
    const std::string label = study.animals.front()->sessions().front().label;
    study.annotations[name] = {"a note", {"tag"}, {{label, 0, 1, "asleep"}}, {{"shaping", label, label}}};
    const auto files = io::writeNwb(study, folder / "nwb");
    ASSERT_TRUE(files) << base::english(files.error());
    const std::string command = "'" RULESCOPE_SOURCE_DIR "/tests/data/nwb/validate.py' '" + schema + "' '";
    const std::string faults = (folder / "faults.txt").string();
    const auto validate = [&](const std::string& what) {
        return std::system((command + what + " > '" + faults + "' 2>&1").c_str());
    };
    EXPECT_EQ(validate((folder / "nwb").string() + "/'*.nwb"), 0) << std::ifstream(faults).rdbuf();
    // and it would say if something were missing
    const hid_t file = H5Fopen(files->front().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    H5Ldelete(file, "identifier", H5P_DEFAULT);
    H5Fclose(file);
    EXPECT_NE(validate(files->front().string() + "'"), 0);
}

TEST(ExportTable, csvKeepsDigitsAndQuotesWords) {
    io::ExportTable table{
        "a", "", {{"x, y", "s", "", {1.0 / 3, std::nan("")}}, {"who", "", "", {}, {"a\"b", "c"}}}, {}};
    EXPECT_EQ(io::toCsv(table), "\"x, y\",who\r\n0.3333333333333333,\"a\"\"b\"\r\n,c\r\n");
    EXPECT_NE(io::describedInJson(table).find("\"unit\": \"s\""), std::string::npos);
}

TEST(ExportTable, hdf5HasUnitsAndProvenance) {
    const TemporaryFolder folder;
    io::ExportTable table{"trials", "all",
        {{"rt/s", "s", "reaction time", {0.5, 1}}, {"who", "", "name", {}, {"a", "b"}}},
        {{"program", "Rulescope"}}};
    const auto files = io::writeTables({table, table}, folder.path(), io::ExportFormat::Hdf5);
    ASSERT_TRUE(files) << base::english(files.error());
    const hid_t file = H5Fopen(files->front().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    ASSERT_GE(file, 0);
    EXPECT_GT(H5Lexists(file, "trials-2", H5P_DEFAULT), 0);
    EXPECT_GT(H5Aexists_by_name(file, "trials/rt%2Fs", "unit", H5P_DEFAULT), 0);
    EXPECT_GT(H5Aexists_by_name(file, "trials", "program", H5P_DEFAULT), 0);
    double values[2] = {};
    const hid_t dataset = H5Dopen2(file, "trials/rt%2Fs", H5P_DEFAULT);
    H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(dataset);
    H5Fclose(file);
    EXPECT_EQ(values[0], 0.5);
}

} // namespace
