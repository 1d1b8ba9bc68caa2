// The chunked transfer coding (RFC 9112 §7.1), byte by byte, so that nothing has to be looked at
// twice and a remote end cannot make it wait for more than it is ready to keep. Beast's own parser
// is not used for it: fed an empty body in pieces it fails an assertion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace drawbridge::net {

/// Extensions and trailers are read and forgotten, within bounds. Any one thread.
class ChunkDecoder {
public:
    enum class Step { need_more, done, malformed, too_large };

    /// Takes what it can from the front of `in` and appends the content to `body`, which never
    /// grows beyond `max_body`: a chunk is refused by its announced size.
    [[nodiscard]] Step decode(std::string& in, std::string& body, std::size_t max_body);

private:
    enum class State {
        size_first,
        size,
        extension,
        size_end,
        data,
        data_cr,
        data_lf,
        trailer_first,
        trailer,
        trailer_end,
        last_lf,
        done
    };
    [[nodiscard]] bool take_framing(char c);
    [[nodiscard]] bool take_size(char c);
    void end_size_line();

    State state_ = State::size_first;
    std::uint64_t left_ = 0;  // of the chunk, or its size as far as read
    unsigned digits_ = 0;
    std::size_t framing_ = 0;  // bytes that are not content, so far
};

}  // namespace drawbridge::net
