// What an owner that goes has said of persons: claims, sightings and links, and profiles that
// nobody else has met. Store thread, inside a transaction.
#pragma once

#include "privacy/removal_steps.h"

namespace drawbridge::privacy {

/// Before the claims: a token that nobody else has goes with the last of its sightings.
[[nodiscard]] StepPiece remove_sightings(const RemovalWork& work, StepCursor& cursor, int rows);
[[nodiscard]] int sightings_done(store::Database& database, const StepCursor& cursor);

/// And what nobody else claims.
[[nodiscard]] StepPiece remove_claims(const RemovalWork& work, StepCursor& cursor, int rows);
[[nodiscard]] int claims_done(store::Database& database, const StepCursor& cursor);

/// In the order of the profiles.
[[nodiscard]] StepPiece remove_links(const RemovalWork& work, StepCursor& cursor, int rows);

}  // namespace drawbridge::privacy
