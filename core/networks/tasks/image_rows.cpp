// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/image_set.h"
#include "core/networks/task.h"

#include <memory>
#include <mutex>

namespace rulescope::networks {

namespace {

struct ImageSets {
    ImageSet training, test;
};

/// One row of pixels a step, the class after the last one; pixels from 0 to 1.
class ImageRows final : public Task {
  public:
    ImageRows(std::shared_ptr<const ImageSets> images, const TaskOptions& options)
        : m_images(std::move(images))
        , m_options(options) {}

    std::size_t inputs() const override { return m_images->training.columns; }
    std::size_t outputs() const override { return 10; }
    std::size_t steps() const override { return m_images->training.rows; }
    std::size_t lossFrom() const override { return steps() - 1; }

    /// Training images come as they are: the noise of TaskOptions is for the noisy test.
    void draw(TrialSource source, std::size_t trials, base::RandomStream& random,
        Batch<float>& batch) const override {
        prepare(trials, batch);
        const ImageSet& set = source == TrialSource::Training ? m_images->training : m_images->test;
        for (std::size_t b = 0; b < trials; ++b) {
            const auto chosen = static_cast<std::size_t>(random.below(set.size()));
            const std::uint8_t* pixel = set.image(chosen);
            for (std::size_t t = 0; t < steps(); ++t) {
                auto input = batch.inputs.col(static_cast<Eigen::Index>(t * trials + b));
                for (std::size_t i = 0; i < inputs(); ++i, ++pixel) {
                    input(static_cast<Eigen::Index>(i)) = static_cast<float>(*pixel) / 255.0F;
                }
                if (source == TrialSource::NoisyTest) {
                    for (float& value : input) {
                        value += static_cast<float>(m_options.noisyTestNoise * random.normal());
                    }
                }
            }
            batch.classes[b] = set.labels[chosen];
        }
    }

  private:
    std::shared_ptr<const ImageSets> m_images;
    TaskOptions m_options;
};

/// Runs of a sweep share the images as long as one of them is alive.
base::Result<std::shared_ptr<const ImageSets>> imagesOf(const std::string& folder) {
    static std::mutex mutex;
    static std::weak_ptr<const ImageSets> shared;
    static std::string sharedFolder;
    const std::lock_guard lock(mutex);
    if (auto images = shared.lock(); images && sharedFolder == folder) {
        return images;
    }
    auto training = readImageSet(folder, "train");
    if (!training) {
        return tl::make_unexpected(training.error());
    }
    auto test = readImageSet(folder, "t10k");
    if (!test) {
        return tl::make_unexpected(test.error());
    }
    if (test->rows != training->rows || test->columns != training->columns) {
        return base::failure(base::ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP("core", "Training and test images have different sizes."), folder);
    }
    auto images = std::make_shared<const ImageSets>(ImageSets{std::move(*training), std::move(*test)});
    shared = images;
    sharedFolder = folder;
    return std::shared_ptr<const ImageSets>(images);
}

base::Result<TaskPtr> makeImageRows(const TaskOptions& options) {
    auto images = imagesOf(options.imageFolder.empty() ? kFashionFolder : options.imageFolder);
    if (!images) {
        return tl::make_unexpected(images.error());
    }
    return std::make_shared<ImageRows>(std::move(*images), options);
}

} // namespace

const TaskInfo& imageRowsTask() {
    static const TaskInfo info{"image-rows", QT_TRANSLATE_NOOP("core", "Row-wise image classification"),
        QT_TRANSLATE_NOOP("core",
            "Small pictures of clothing, one row of 28 pixels a step, the class after the last row. Images "
            "from Debian's package dataset-fashion-mnist."),
        makeImageRows};
    return info;
}

} // namespace rulescope::networks
