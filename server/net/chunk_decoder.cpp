#include "net/chunk_decoder.h"

#include "net/head_rules.h"

#include <algorithm>

namespace drawbridge::net {
namespace {

constexpr unsigned kMaxDigits = 8;
// Room for an average chunk of 128 bytes in the largest body; one byte a chunk would cost six.
constexpr std::size_t kMaxFraming = 65'536;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

ChunkDecoder::Step ChunkDecoder::decode(std::string& in, std::string& body, std::size_t max_body) {
    auto step = Step::need_more;
    std::size_t at = 0;
    while (at < in.size() && step == Step::need_more) {
        if (state_ == State::data) {
            const auto count = std::min<std::uint64_t>(left_, in.size() - at);
            body.append(in, at, count);
            at += count;
            left_ -= count;
            if (left_ == 0) state_ = State::data_cr;
        } else if (++framing_ > kMaxFraming || !take_framing(in[at++])) {
            step = Step::malformed;
        } else if (state_ == State::done) {
            step = Step::done;
        } else if (state_ == State::data && left_ > max_body - body.size()) {
            step = Step::too_large;
        }
    }
    in.erase(0, at);
    return step;
}

bool ChunkDecoder::take_framing(char c) {
    const auto expect = [&](char wanted, State next) {
        state_ = next;
        return c == wanted;
    };
    switch (state_) {
        case State::size_first:
        case State::size: return take_size(c);
        case State::extension:
            if (c == '\r') state_ = State::size_end;
            return c == '\r' || is_text(c);
        case State::size_end: end_size_line(); return c == '\n';
        case State::data_cr: return expect('\r', State::data_lf);
        case State::data_lf: return expect('\n', State::size_first);
        case State::trailer_first:
            state_ = c == '\r' ? State::last_lf : State::trailer;
            return c == '\r' || is_text(c);
        case State::trailer:
            if (c == '\r') state_ = State::trailer_end;
            return c == '\r' || is_text(c);
        case State::trailer_end: return expect('\n', State::trailer_first);
        case State::last_lf: return expect('\n', State::done);
        case State::data:
        case State::done: break;
    }
    return false;
}

bool ChunkDecoder::take_size(char c) {
    const int value = hex_value(c);
    if (value >= 0) {
        if (state_ == State::size_first) {
            left_ = 0;
            digits_ = 0;
        }
        state_ = State::size;
        left_ = left_ * 16 + static_cast<unsigned>(value);
        return ++digits_ <= kMaxDigits;
    }
    if (state_ == State::size_first) return false;
    state_ = c == ';' ? State::extension : State::size_end;
    return c == ';' || c == '\r';
}

void ChunkDecoder::end_size_line() {
    state_ = left_ == 0 ? State::trailer_first : State::data;
}

}  // namespace drawbridge::net
