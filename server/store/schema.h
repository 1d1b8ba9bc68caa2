// SQL text of the migrations, one literal per step.
#pragma once

namespace drawbridge::store {

extern const char* const kSchema1;

}  // namespace drawbridge::store
