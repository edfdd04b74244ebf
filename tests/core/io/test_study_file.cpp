// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/study_file.h"
#include "tests/core/io/small_study.h"
#include "tests/core/io/temporary_folder.h"

#include <chrono>
#include <functional>
#include <hdf5.h>
#include <sys/stat.h>
#include <thread>

namespace {

using namespace rulescope;
using testing_io::smallStudy;
using testing_io::TemporaryFolder;

class StudyFile : public testing::Test {
  protected:
    std::filesystem::path path() const { return folder / "study.rulescope"; }
    void save(const io::StudyContents& contents) const {
        const auto saved = io::saveStudy(contents, path());
        ASSERT_TRUE(saved) << base::english(saved.error());
    }
    /// Saves the small study and lets another program change it through HDF5.
    void saveAndEdit(const std::function<void(hid_t)>& edit) const {
        save(smallStudy());
        const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
        ASSERT_GE(file, 0);
        edit(file);
        ASSERT_GE(H5Fclose(file), 0);
    }
    base::Error openError() const {
        const auto contents = io::openStudy(path());
        EXPECT_FALSE(contents);
        return contents ? base::Error{} : contents.error();
    }

    TemporaryFolder folder;
};

void setInteger(hid_t file, const char* name, std::int64_t value) {
    const hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
    H5Awrite(attribute, H5T_NATIVE_INT64, &value);
    H5Aclose(attribute);
}

void replaceColumn(hid_t file, const char* name, std::vector<double> values) {
    H5Ldelete(file, name, H5P_DEFAULT);
    const hsize_t length = values.size();
    const hid_t space = H5Screate_simple(1, &length, nullptr);
    const hid_t dataset =
        H5Dcreate2(file, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    H5Dclose(dataset);
    H5Sclose(space);
}

TEST_F(StudyFile, readsBackEqual) {
    for (const std::size_t trials : {2U, 40U, 3000U}) {
        save(smallStudy(trials));
        const auto contents = io::openStudy(path());
        ASSERT_TRUE(contents) << base::english(contents.error());
        EXPECT_FALSE(contents->isChangedOutside);
        testing_io::expectSameStudy(*contents, smallStudy(trials));
    }
    EXPECT_EQ(folder.names(), std::vector<std::string>{"study.rulescope"});
}

TEST_F(StudyFile, anEmptyStudyReadsBackEmpty) {
    save({});
    const auto contents = io::openStudy(path());
    ASSERT_TRUE(contents) << base::english(contents.error());
    EXPECT_TRUE(contents->study.animals.empty());
}

TEST_F(StudyFile, columnsLongerThanAChunkReadBackEqual) {
    io::StudyContents contents;
    contents.study.animals = {testing_io::studyAnimal("long", 200'000, 5)};
    save(contents);
    const auto again = io::openStudy(path());
    ASSERT_TRUE(again);
    testing_io::expectSameStudy(*again, contents);
}

TEST_F(StudyFile, savingTwiceGivesTheSameBytes) {
    save(smallStudy());
    const std::string first = testing_io::contentsOf(path());
    std::this_thread::sleep_for(std::chrono::milliseconds(1100)); // HDF5 would keep the second of each part
    save(smallStudy());
    EXPECT_EQ(testing_io::contentsOf(path()), first);
    EXPECT_EQ(first.substr(0, 33), "Rulescope study\nformat_version 2\n");
}

TEST_F(StudyFile, livesUnderAnyName) {
    const auto strange = folder / "Mäuse \xe5\xad\xa6\xe4\xb9\xa0 'x' 100%.rulescope";
    ASSERT_TRUE(io::saveStudy(smallStudy(), strange));
    EXPECT_TRUE(io::openStudy(strange));
}

TEST_F(StudyFile, keepsPermissionsAndSymbolicLinks) {
    save(smallStudy());
    ASSERT_EQ(::chmod(path().c_str(), 0640), 0);
    std::filesystem::create_symlink("study.rulescope", folder / "link.rulescope");
    ASSERT_TRUE(io::saveStudy(smallStudy(60), folder / "link.rulescope"));
    EXPECT_TRUE(std::filesystem::is_symlink(folder / "link.rulescope"));
    EXPECT_EQ(std::filesystem::status(path()).permissions(), std::filesystem::perms(0640));
    EXPECT_EQ(io::openStudy(path())->study.animals[0]->trialCount(), 60U);
}

TEST_F(StudyFile, isPlainHdf5ForOtherPrograms) {
    save(smallStudy());
    const hid_t file = H5Fopen(path().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    ASSERT_GE(file, 0);
    const hid_t dataset = H5Dopen2(file, "animals/M1/trials/choice", H5P_DEFAULT);
    ASSERT_GE(dataset, 0);
    std::vector<std::int8_t> choices(40);
    EXPECT_GE(H5Dread(dataset, H5T_NATIVE_INT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, choices.data()), 0);
    EXPECT_EQ(choices, smallStudy().study.animals[0]->trials().choice);
    EXPECT_GT(H5Lexists(file, "fits/dnn-1/parameters/layer.0%2Fweight", H5P_DEFAULT), 0);
    H5Dclose(dataset);
    H5Fclose(file);
}

TEST_F(StudyFile, twoFitsOfOneNameAreRefusedAndTheOldFileStays) {
    save(smallStudy());
    auto doubled = smallStudy();
    doubled.fits.push_back(doubled.fits[0]);
    const auto saved = io::saveStudy(doubled, path());
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, base::ErrorCode::InvalidValue);
    EXPECT_EQ(io::openStudy(path())->fits.size(), 2U);
}

TEST_F(StudyFile, whatIsNoStudyIsRefused) {
    EXPECT_EQ(openError().code, base::ErrorCode::NotFound);
    folder.write("study.rulescope", "");
    EXPECT_EQ(base::english(openError().what), "The file is empty; it is not a study.");
    folder.write("study.rulescope", "mouse,session\nA,1\n");
    EXPECT_EQ(base::english(openError().what), "This is not a Rulescope study (not even an HDF5 file).");
    EXPECT_EQ(io::openStudy(folder.path()).error().code, base::ErrorCode::NotReadable);
    ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(io::openStudy(folder / "pipe").error().code, base::ErrorCode::NotReadable);
}

TEST_F(StudyFile, anotherHdf5FileIsRefused) {
    H5Fclose(H5Fcreate(path().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    EXPECT_EQ(openError().code, base::ErrorCode::BadFormat);
    EXPECT_EQ(base::english(openError().what), "This HDF5 file is not a Rulescope study.");
}

TEST_F(StudyFile, aLaterVersionIsRefusedWithItsNumber) {
    saveAndEdit([](hid_t file) { setInteger(file, "format_version", 7); });
    const auto error = openError();
    EXPECT_EQ(error.code, base::ErrorCode::NewerVersion);
    EXPECT_EQ(base::english(error),
        path().string() + ": A later Rulescope wrote this study (format 7; this one reads up to "
                          "2). Open it with that version; nothing was changed.");
    saveAndEdit([](hid_t file) { setInteger(file, "format_version", 0); });
    EXPECT_EQ(openError().code, base::ErrorCode::BadFormat);
}

TEST_F(StudyFile, anotherProgramMayChangeItAndThatIsNoticed) {
    saveAndEdit([](hid_t file) { H5Ldelete(file, "fits/dnn-1", H5P_DEFAULT); });
    const auto contents = io::openStudy(path());
    ASSERT_TRUE(contents) << base::english(contents.error());
    EXPECT_TRUE(contents->isChangedOutside);
    EXPECT_EQ(contents->fits.size(), 1U);
    save(*contents);
    EXPECT_FALSE(io::openStudy(path())->isChangedOutside);
}

TEST_F(StudyFile, aMissingPartIsNamed) {
    for (const char* part : {"animals", "animals/M1/trials/choice", "animals/M1/sessions/label",
             "fits/dnn-2/spec", "fits/dnn-1/parameters", "comparisons", "annotations"}) {
        saveAndEdit([&](hid_t file) { H5Ldelete(file, part, H5P_DEFAULT); });
        const auto error = openError();
        EXPECT_EQ(error.code, base::ErrorCode::BadFormat);
        EXPECT_NE(error.where.find(part), std::string::npos) << base::english(error);
    }
}

TEST_F(StudyFile, columnsOfUnequalLengthAndImpossibleValuesAreNamed) {
    saveAndEdit([](hid_t file) { replaceColumn(file, "animals/M1/trials/stimulus", {0, 1, 0}); });
    EXPECT_EQ(base::english(openError().what), "Column choice has 40 values for 3 trials.");
    saveAndEdit(
        [](hid_t file) { replaceColumn(file, "animals/M1/trials/stimulus", std::vector<double>(40, 5)); });
    EXPECT_EQ(
        base::english(openError().what), "The stimulus at trial 1 is 5; a contrast lies between -1 and 1.");
    saveAndEdit([](hid_t file) { replaceColumn(file, "animals/M1/sessions/trials", {20, 21}); });
    EXPECT_EQ(base::english(openError().what), "The sessions hold 41 trials, the columns 40.");
    saveAndEdit([](hid_t file) { replaceColumn(file, "animals/M1/sessions/trials", {40}); });
    EXPECT_EQ(base::english(openError().what), "The session lists differ in length.");
}

TEST_F(StudyFile, absurdSizesAreRefusedBeforeMemoryIsTaken) {
    saveAndEdit([](hid_t file) {
        H5Ldelete(file, "animals/M1/trials/stimulus", H5P_DEFAULT);
        const hsize_t length = hsize_t{1} << 50;
        const hsize_t chunk = 1024;
        const hid_t space = H5Screate_simple(1, &length, nullptr);
        const hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
        H5Pset_chunk(layout, 1, &chunk);
        const hid_t dataset = H5Dcreate2(
            file, "animals/M1/trials/stimulus", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, layout, H5P_DEFAULT);
        ASSERT_GE(dataset, 0);
        H5Dclose(dataset);
        H5Pclose(layout);
        H5Sclose(space);
    });
    const auto error = openError();
    EXPECT_EQ(error.code, base::ErrorCode::BadFormat);
    EXPECT_NE(base::english(error).find("claims more values"), std::string::npos) << base::english(error);
}

TEST_F(StudyFile, aFitWhoseSpecIsNoSpecIsNamed) {
    saveAndEdit([](hid_t file) { replaceColumn(file, "fits/dnn-1/spec", {1, 2}); });
    EXPECT_NE(openError().where.find("fits/dnn-1/spec"), std::string::npos);
}

} // namespace
