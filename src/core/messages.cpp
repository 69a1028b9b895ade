#include "alexnet/core/messages.h"

#include <array>

#include "core/translation.h"

namespace alexnet {
namespace {

using enum ErrorKind;

struct Entry {
  Message message;
  MessageTemplate text;
};

// In the order of enum Message. What failed: where / expected, got / what to type.
constexpr std::array kEnglish = {
    Entry{Message::kOptionInvalid,
          {"option-invalid", kWrongUse, "option {where} cannot be used", "expected {expected}, got {got}",
           "alexnet help"}},
    Entry{Message::kArgumentMissing, {"argument-missing", kWrongUse, "missing: {where}", "", "alexnet help"}},
    Entry{Message::kOptionUnknown,
          {"option-unknown", kWrongUse, "unknown option: {where}", "", "did you mean {nearest}?"}},
    Entry{Message::kUnknownNetwork,
          {"network-unknown", kWrongUse, "unknown network: {where}", "", "did you mean {nearest}?"}},
    Entry{Message::kUnknownName,
          {"name-unknown", kWrongUse, "unknown {kind}: {where}", "expected one of {known}, got {where}",
           "did you mean {nearest}?"}},
    Entry{Message::kNetworkInvalid,
          {"network-invalid", kWrongUse, "the network does not fit together: layer {where}",
           "expected {expected}, got {got}", "alexnet summary tutorial  (shows a network that fits)"}},
    Entry{Message::kLayerUnknown,
          {"layer-unknown", kWrongUse, "no such layer: {where}", "", "did you mean {nearest}?"}},
    Entry{Message::kLayerUnsupported,
          {"layer-unsupported", kWrongUse, "backend {backend} cannot run layer {where}",
           "expected {expected}, got {got}", "use --backend reference"}},
    Entry{Message::kWrongCall, {"wrong-call", kWrongUse, "wrong call: {where}", "expected {expected}, got {got}", ""}},
    Entry{Message::kRunExists,
          {"run-exists", kWrongUse, "the run folder already holds files: {where}",
           "expected a new or empty folder, got one with files",
           "go on with it: alexnet train --resume {where}, or choose another --run"}},
    Entry{Message::kShapeMismatch,
          {"shape-mismatch", kWrongUse, "shapes differ: {where}", "expected {expected}, got {got}", ""}},
    Entry{Message::kNoConvolution,
          {"no-convolution", kWrongUse, "network {where} has no convolution to look into",
           "expected a layer with maps, got none", "alexnet summary tutorial  (shows a network that has some)"}},
    Entry{Message::kTowerAlone,
          {"tower-alone", kWrongUse, "this is a tower, a part of a network: layer {where} waits for the others",
           "expected {expected} ranks, got {got}", "put the parts together: alexnet merge TOWER... --to MODEL"}},
    Entry{Message::kNotCalibrated,
          {"not-calibrated", kWrongUse, "{where} has no ranges for 8-bit integers",
           "expected a model that was calibrated, got one that was not",
           "alexnet export MODEL --to FILE --precision i8 --calibrate FOLDER"}},

    Entry{Message::kFileMissing,
          {"file-missing", kBadData, "no such file: {where}", "", "check the name: ls -l {where}"}},
    Entry{Message::kFolderMissing, {"folder-missing", kBadData, "no such folder: {where}", "", "alexnet data list"}},
    Entry{Message::kFolderFlat,
          {"folder-flat", kBadData, "photos lie directly in the folder: {where}",
           "expected one folder a class ({where}/rose/a.jpg), got photos without a class",
           "make a folder for each class and move the photos there"}},
    Entry{Message::kFolderEmpty,
          {"folder-empty", kBadData, "no photo found: {where}",
           "expected .jpg, .png or .webp files in class folders, got none",
           "alexnet data fetch flowers17  (photos to try it with)"}},
    Entry{Message::kClassEmpty,
          {"class-empty", kBadData, "a class without photos: {where}", "expected at least one photo, got none",
           "add photos to it, or remove the folder"}},
    Entry{Message::kOneClass,
          {"one-class", kBadData, "only one class: {where}", "expected at least 2 class folders, got 1",
           "add a folder with photos of something else"}},
    Entry{Message::kClassMissingInSplit,
          {"class-missing", kBadData, "class {where} has no photo in the {got} part",
           "expected at least one photo of every class in it, got none", "add photos of {where}, or change the split"}},
    Entry{Message::kTooFewPhotos,
          {"too-few-photos", kBadData, "too few photos: {where}", "expected {expected}, got {got}",
           "use a smaller --batch, or add photos"}},
    Entry{Message::kPhotoUnreadable,
          {"photo-unreadable", kBadData, "the photo cannot be read: {where} ({reason})", "",
           "remove it or save it again"}},
    Entry{Message::kPhotoTruncated,
          {"photo-truncated", kBadData, "the photo is cut off: {where}", "expected a whole file, got its beginning",
           "copy it again from where it came from"}},
    Entry{Message::kPhotoEmpty,
          {"photo-empty", kBadData, "the photo is empty: {where}", "expected a JPEG, PNG or WebP file, got 0 bytes",
           "copy it again from where it came from"}},
    Entry{Message::kPhotoNotPicture,
          {"photo-not-picture", kBadData, "this is no picture: {where}", "expected a JPEG, PNG or WebP file, got {got}",
           "remove it from the folder"}},
    Entry{Message::kPhotoTooLarge,
          {"photo-too-large", kBadData, "the photo is too large: {where}", "expected {expected}, got {got}",
           "save it smaller"}},
    Entry{Message::kPhotoFormatUnsupported,
          {"photo-format", kBadData, "this kind of picture is not supported: {where}",
           "expected a JPEG, PNG or WebP file, got {got}", "convert it: {convert}"}},
    Entry{Message::kModelTruncated,
          {"model-truncated", kBadData, "the model file is cut off: {where}", "expected {expected} bytes, got {got}",
           "copy it again, or use another file of the run folder"}},
    Entry{Message::kModelInvalid,
          {"model-invalid", kBadData, "this is not a model file: {where} ({reason})", "",
           "a run folder or its model.safetensors is one: alexnet predict RUN PHOTO"}},
    Entry{Message::kModelNewer,
          {"model-newer", kBadData, "the model file is of a later version: {where}",
           "expected format version {expected} at most, got {got}", "update this program"}},
    Entry{Message::kTensorMissing,
          {"tensor-missing", kBadData, "tensor {where} is missing in {file}", "", "use the weights of this network"}},
    Entry{Message::kTensorSurplus,
          {"tensor-surplus", kBadData, "tensor {where} of {file} belongs to no layer", "",
           "use the weights of this network"}},
    Entry{Message::kTensorShape,
          {"tensor-shape", kBadData, "tensor {where} of {file} has another shape", "expected {expected}, got {got}",
           "use the weights of this network"}},
    Entry{Message::kTensorNotFinite,
          {"tensor-not-finite", kBadData, "tensor {where} of {file} holds NaN or infinity", "",
           "use an earlier file of the run"}},
    Entry{Message::kClassCountDiffers,
          {"class-count", kBadData, "the classes differ: {where}", "expected {expected}, got {got}",
           "use photos of the model's classes"}},
    Entry{Message::kChecksumWrong,
          {"checksum-wrong", kBadData, "the content is not what was published: {where}",
           "expected SHA-256 {expected}, got {got}", "remove the file and fetch it again"}},
    Entry{Message::kDownloadFailed,
          {"download-failed", kBadData, "the download failed: {where} ({reason})", "",
           "try again (it goes on where it stopped), or give an archive: alexnet data fetch {set} --from ARCHIVE"}},
    Entry{Message::kArchiveInvalid,
          {"archive-invalid", kBadData, "the archive cannot be used: {where} ({reason})", "",
           "remove it and fetch it again"}},
    Entry{Message::kFileFormat,
          {"file-format", kBadData, "the file is not as it should be: {where}", "expected {expected}, got {got}", ""}},
    Entry{Message::kDataChanged,
          {"data-changed", kBadData, "the photos are not those that the run began with: {where}",
           "expected {expected}, got {got}", "put the photos back, or begin a new run"}},
    Entry{Message::kResumeMissing,
          {"resume-missing", kBadData, "no checkpoint to go on from: {where}",
           "expected a run folder with last.safetensors, got none", "begin a new run: alexnet train FOLDER"}},
    Entry{Message::kTowersDiffer,
          {"towers-differ", kBadData, "these towers are not parts of one network: {where}",
           "expected {expected}, got {got}",
           "name one file of each rank of one run: last.0.safetensors last.1.safetensors"}},

    Entry{Message::kDiskFull,
          {"disk-full", kFailed, "the disk is full (or a limit on file size is reached): {where}", "",
           "make room: df -h; what was saved before is kept"}},
    Entry{Message::kNoPermission,
          {"no-permission", kFailed, "no permission: {where}", "", "choose another folder, or change its owner"}},
    Entry{Message::kWriteFailed,
          {"write-failed", kFailed, "cannot write: {where} ({reason})", "", "df -h; ls -ld {where}"}},
    Entry{Message::kReadFailed, {"read-failed", kFailed, "cannot read: {where} ({reason})", "", "ls -l {where}"}},
    Entry{Message::kLossNotFinite,
          {"loss-not-finite", kFailed, "the loss is not a number any more: {where}, first seen in {layer}", "",
           "train with a lower --rate; the last checkpoint is whole"}},
    Entry{Message::kPortBusy,
          {"port-busy", kFailed, "another program listens on {where}", "",
           "use another --port, or 0 for any that is free"}},
    Entry{Message::kOutOfMemory,
          {"out-of-memory", kFailed, "not enough memory: {where}", "expected {expected}, got {got}",
           "use a smaller --batch"}},
    Entry{Message::kNotReached,
          {"not-reached", kFailed, "{where} is below what was asked", "expected at least {expected}, got {got}", ""}},
    Entry{Message::kCommunication,
          {"communication", kFailed, "the ranks do not work together any more: {where} ({reason})", "",
           "the last checkpoint is whole: begin again with --resume RUN, on any number of ranks"}},

    Entry{Message::kDeviceMissing,
          {"device-missing", kDeviceMissing, "backend {where} is not there ({reason})", "", "use --backend cpu"}},
    Entry{Message::kCommunicatorMissing,
          {"communicator-missing", kDeviceMissing, "several ranks cannot work together over {where} ({reason})", "",
           "tools/install_packages.sh mpi; cmake --preset release -DALEXNET_MPI=ON; cmake --build --preset release"}},
    Entry{Message::kPrecisionUnsupported,
          {"precision-unsupported", kDeviceMissing, "backend {backend} does not compute in {where} here ({reason})", "",
           "use --precision auto, which takes what this processor does well, or --precision f32"}},

    Entry{Message::kInternal, {"internal", kInternal, "a fault of this program: {where} ({reason})", "", ""}},

    Entry{Message::kWarnPhotosSkipped,
          {"photos-skipped", kBadData, "{count} left out; first: {first}; {where}", "", ""}},
    Entry{Message::kWarnFewPhotos, {"few-photos", kBadData, "class {where} has only {got}", "", ""}},
    Entry{Message::kWarnSourceFailed,
          {"source-failed", kBadData, "{where} is of no use ({reason}); the next source is tried", "", ""}},
    Entry{Message::kWarnCacheStopped,
          {"cache-stopped", kBadData,
           "not all resized photos could be kept in {where} ({reason}); the result is the same: --disk-cache names "
           "another folder, or off",
           "", ""}},
    Entry{Message::kWarnControl, {"control-refused", kBadData, "{where} is not followed: {reason}", "", ""}},
    Entry{Message::kWarnLeak,
          {"leak", kBadData,
           "{first} (part {expected}) and {other} (part {got}) are the same to the network: a copy in two parts makes "
           "figures of test too good; compare them, and check {where}",
           "", ""}},
    Entry{
        Message::kWarnNotWritten,
        {"not-written", kFailed, "{where} could not be written ({reason}); the training is whole: {command}", "", ""}},

    Entry{Message::kAlarmGuessing,
          {"still-guessing", kBadData,
           "after epoch {where} the training loss is {got}, still that of guessing among {count} "
           "classes ({expected}): look for another --rate with alexnet lr-find, or start from trained "
           "weights with --init",
           "", ""}},
    Entry{Message::kAlarmDeadLayer,
          {"dead-layer", kBadData,
           "after epoch {where} layer {layer} is dead: it gives 0 for every value of {count} photos, "
           "and nothing gets past it: begin anew with a lower --rate, or --clip-norm 1",
           "", ""}},
    Entry{Message::kAlarmOneAnswer,
          {"one-answer", kBadData,
           "after epoch {where} {got} of the val photos are taken for {class}: train with a lower "
           "--rate, or with --class-weights balanced where that class has most photos",
           "", ""}},
    Entry{Message::kAlarmSlowPhotos,
          {"slow-photos", kBadData,
           "{got} of the training time of epoch {where} was spent waiting for photos: raise "
           "--loader-threads, --cache-mib or --disk-cache-mib, or save the photos smaller once",
           "", ""}},
    Entry{Message::kAlarmOverfitting,
          {"overfitting", kBadData,
           "after epoch {where} top-1 is {got} on training photos and {expected} on val: it learns its "
           "photos by heart: add photos, change them as they are seen (--crop random --flip), or start "
           "from trained weights (--init, --recipe fine-tune)",
           "", ""}},
    Entry{Message::kAlarmValRising,
          {"val-rising", kBadData,
           "the val loss rose from {expected} after epoch {best} to {got} after epoch {where}: more "
           "epochs will not help; the best model is kept, and --patience ends such a training",
           "", ""}},
    Entry{Message::kAlarmMemoryShort,
          {"memory-short", kBadData, "training needs about {expected} of memory and {got} is free: {cure}", "", ""}},

    Entry{Message::kNoteInterrupted, {"interrupted", kFailed, "stopped and saved; go on with: {command}", "", ""}},
    Entry{Message::kNoteInterrupting,
          {"interrupting", kFailed, "stopping after this step; once more to leave now without saving", "", ""}},
    Entry{Message::kNoteStartsFrom, {"starts-from", kFailed, "starts from {count} of {where}; anew: {anew}", "", ""}},
};

static_assert(kEnglish.size() == static_cast<std::size_t>(Message::kCount), "one entry a message");

constexpr bool in_order() {
  for (std::size_t i = 0; i < kEnglish.size(); ++i) {
    if (kEnglish[i].message != static_cast<Message>(i)) {
      return false;
    }
  }
  return true;
}
static_assert(in_order(), "entries stand in the order of enum Message");

}  // namespace

const MessageTemplate& message_template(Message message, Language language) {
  if (language == Language::kEnglish) {
    return kEnglish[static_cast<std::size_t>(message)].text;
  }
  static const auto chinese = [] {
    std::array<MessageTemplate, kEnglish.size()> all{};
    for (std::size_t i = 0; i < kEnglish.size(); ++i) {
      const auto& [code, kind, what, expected, hint] = kEnglish[i].text;
      const auto words = [](std::string_view text) { return translated(text, Language::kChinese); };
      all[i] = {code, kind, words(what), words(expected), words(hint)};
    }
    return all;
  }();
  return chinese[static_cast<std::size_t>(message)];
}

}  // namespace alexnet
