// The head of an answer as bytes.
#pragma once

#include "http/reply.h"

#include <string>

namespace drawbridge::net {

/// Status line, fields and the empty line. The reason phrase is left empty (RFC 9112 §4).
[[nodiscard]] std::string reply_head(const http::Reply& reply, bool close);

}  // namespace drawbridge::net
