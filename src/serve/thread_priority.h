#pragma once

namespace alexnet::serve {

/// Of the calling thread and those that it begins: where others want the processor it gets a tenth of it.
void take_low_priority();

}  // namespace alexnet::serve
