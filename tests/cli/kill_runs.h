#pragma once

namespace alexnet::testing {

/// Trains a small network, kills it (SIGKILL) at moments drawn at random from `seed` until `kills` have struck a
/// training with a checkpoint, resumes each (some are killed again while they go on), and expects every one to end as
/// the training that nobody killed: model, checkpoint, tables and predictions bit for bit, columns of time aside.
void expect_kills_change_nothing(int kills, unsigned seed);

}  // namespace alexnet::testing
