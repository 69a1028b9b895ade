#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "alexnet/runtime/backend.h"
#include "alexnet/runtime/communicator.h"

namespace alexnet {

/// A backend that runs every network as towers, one on each rank: for rank 0, while the others serve it. Who uses it
/// sees the whole network and whole weights; each rank holds its own part of them and no other. Rank 0 reads the photos
/// and hands them on, for every tower begins with the whole photo; labels, scores and the loss never leave it. Programs
/// infer and train, and nothing else: gradients can neither be changed nor begun elsewhere (kWrongCall). What `split`
/// refuses is refused here. The other ranks end when the backend and all that came from it are gone.
[[nodiscard]] std::shared_ptr<Backend> make_tower_backend(std::shared_ptr<const Backend> backend,
                                                          std::shared_ptr<Communicator> communicator);

/// The work of every rank but 0: computes its tower until rank 0 has no more to do. `make` makes the backend that rank
/// 0 uses, by its name. Throws what that throws, and kCommunication.
void serve_tower(const std::function<std::shared_ptr<Backend>(std::string_view name)>& make,
                 const std::shared_ptr<Communicator>& communicator);

}  // namespace alexnet
