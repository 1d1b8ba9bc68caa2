// What is told about keys, as JSON. For this folder's .cpp files only.
#pragma once

#include "store/key_facts.h"

#include <boost/json.hpp>

namespace drawbridge::admin {

[[nodiscard]] boost::json::object describe_reencryption(const store::Reencryption& reencryption);
[[nodiscard]] boost::json::object describe_key_facts(const store::KeyFacts& facts);

}  // namespace drawbridge::admin
