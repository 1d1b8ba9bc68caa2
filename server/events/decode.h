// From the bytes of a body to values. Runs on an I/O thread, after the signature was verified.
#pragma once

#include "base/result.h"
#include "events/event.h"

#include <string_view>
#include <variant>
#include <vector>

namespace drawbridge::events {

/// Why a whole body is refused: `field` empty means it is no acceptable JSON (`bad_json`).
struct BodyError {
    FieldError error;

    [[nodiscard]] base::Outcome outcome() const {
        return error.field.empty() ? base::Outcome::bad_json : base::Outcome::bad_field;
    }
};

template <class T>
using Decoded = base::Result<T, BodyError>;

/// One entry for each event, in order; a bad one does not touch its neighbours.
[[nodiscard]] Decoded<std::vector<DecodedEvent>> decode_events(std::string_view body);
[[nodiscard]] Decoded<Hello> decode_hello(std::string_view body);
[[nodiscard]] Decoded<Explain> decode_explain(std::string_view body);
[[nodiscard]] Decoded<Rotate> decode_rotate(std::string_view body);
[[nodiscard]] Decoded<Enrol> decode_enrol(std::string_view body);

}  // namespace drawbridge::events
