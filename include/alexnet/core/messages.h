#pragma once

#include <string_view>
#include <vector>

namespace alexnet {

/// Exit status of a command that ends with such an error (docs/errors.md).
enum class ErrorKind { kFailed = 1, kWrongUse = 2, kBadData = 3, kDeviceMissing = 4, kInternal = 70 };

enum class Language { kEnglish, kChinese };

/// Every message of the program, one entry each in src/core/messages.cpp. Arguments that each one takes stand there
/// as `{name}`. `where` always names the file, layer, tensor or option.
enum class Message {
  // Wrong use: exit status 2.
  kOptionInvalid,     ///< {where} option, {expected}, {got}
  kArgumentMissing,   ///< {where} what the command needs, {hint}
  kOptionUnknown,     ///< {where} option, {nearest}
  kUnknownNetwork,    ///< {where} name, {nearest}
  kUnknownName,       ///< {kind} of thing, {where} name, {nearest}, {known}
  kNetworkInvalid,    ///< {where} layer, {expected}, {got}
  kLayerUnknown,      ///< {where} layer name, {nearest}
  kLayerUnsupported,  ///< {where} layer, {backend}, {got}
  kWrongCall,         ///< {where} function, {expected}, {got}: misuse of the library
  kRunExists,         ///< {where} folder
  kShapeMismatch,     ///< {where} layer or tensor, {expected}, {got}
  kNoConvolution,     ///< {where} network: nothing there that could be shown
  kTowerAlone,        ///< {where} layer, {expected} ranks, {got} ranks
  kNotCalibrated,     ///< {where} model: no ranges for 8-bit integers

  // Bad data: exit status 3.
  kFileMissing,             ///< {where}
  kFolderMissing,           ///< {where}
  kFolderFlat,              ///< {where}: photos but no class folders
  kFolderEmpty,             ///< {where}: no photo at all
  kClassEmpty,              ///< {where} class folder
  kOneClass,                ///< {where}
  kClassMissingInSplit,     ///< {where} class, {got} split
  kTooFewPhotos,            ///< {where}, {expected}, {got}
  kPhotoUnreadable,         ///< {where}, {reason}
  kPhotoTruncated,          ///< {where}
  kPhotoEmpty,              ///< {where}: 0 bytes
  kPhotoNotPicture,         ///< {where}, {got}: what the content looks like
  kPhotoTooLarge,           ///< {where}, {expected}, {got}
  kPhotoFormatUnsupported,  ///< {where}, {got}: e.g. HEIC, {convert}: a command
  kModelTruncated,          ///< {where}, {expected} bytes, {got} bytes
  kModelInvalid,            ///< {where}, {reason}
  kModelNewer,              ///< {where}, {expected}, {got}
  kTensorMissing,           ///< {where} tensor, {file}
  kTensorSurplus,           ///< {where} tensor, {file}
  kTensorShape,             ///< {where} tensor, {file}, {expected}, {got}
  kTensorNotFinite,         ///< {where} tensor, {file}
  kClassCountDiffers,       ///< {where}, {expected}, {got}
  kChecksumWrong,           ///< {where}, {expected}, {got}
  kDownloadFailed,          ///< {where} address, {reason}
  kArchiveInvalid,          ///< {where}, {reason}
  kFileFormat,              ///< {where}, {expected}, {got}: csv, toml, idx, json
  kDataChanged,             ///< {where}: the data of a resumed run differ
  kResumeMissing,           ///< {where}: a run folder without a checkpoint
  kTowersDiffer,            ///< {where} tower or tensor, {expected}, {got}

  // Failed while working: exit status 1.
  kDiskFull,       ///< {where}
  kNoPermission,   ///< {where}
  kWriteFailed,    ///< {where}, {reason}
  kReadFailed,     ///< {where}, {reason}
  kLossNotFinite,  ///< {where} step, {layer}
  kPortBusy,       ///< {where} address
  kOutOfMemory,    ///< {where}, {expected}
  kNotReached,     ///< {where} what, {expected}, {got}
  kCommunication,  ///< {where} rank or call, {reason}

  // Device missing: exit status 4.
  kDeviceMissing,         ///< {where} backend, {reason}
  kCommunicatorMissing,   ///< {where} kind of communicator, {reason}
  kPrecisionUnsupported,  ///< {where} precision, {backend}, {reason}

  // A fault of this program.
  kInternal,  ///< {where}, {reason}

  // Warnings.
  kWarnPhotosSkipped,  ///< {count}, {first}, {where}
  kWarnFewPhotos,      ///< {where} class, {got}
  kWarnSourceFailed,   ///< {where} file or address, {reason}: the next one is tried
  kWarnCacheStopped,   ///< {where} folder, {reason}
  kWarnControl,        ///< {where} file, {reason}
  kWarnLeak,           ///< {first} in part {expected}, {other} in part {got}; {where} data set
  kWarnNotWritten,     ///< {where} file, {reason}, {command}

  // Alarms of a training, each with {where}, the epoch.
  kAlarmGuessing,     ///< {got} loss, {expected} that of guessing, {count} of classes
  kAlarmDeadLayer,    ///< {layer}, {count} of photos
  kAlarmOneAnswer,    ///< {got} share of val, {class}
  kAlarmSlowPhotos,   ///< {got} share of the time
  kAlarmOverfitting,  ///< {got} top-1 of training, {expected} of val
  kAlarmValRising,    ///< {got} loss, {expected} the least, {best} its epoch
  kAlarmMemoryShort,  ///< {expected} and {got} memory, {cure}

  // Notes.
  kNoteInterrupted,  ///< {command}
  kNoteInterrupting,
  kNoteStartsFrom,  ///< {where} file, {count} of tensors, {anew} names of parameters

  kCount
};

/// One entry of the catalogue in one language. `expected` and `hint` may be empty.
struct MessageTemplate {
  std::string_view code;
  ErrorKind kind;
  std::string_view what;
  std::string_view expected;
  std::string_view hint;
};

/// The entry of `message` (docs/errors.md); a text that has no translation stays English.
[[nodiscard]] const MessageTemplate& message_template(Message message, Language language);

}  // namespace alexnet
