// Bytes in, one http::Request out, or the outcome to refuse it with. No I/O. Beast's parser does
// the grammar of the head; the rules on top of it (head_rules.h) and the body are ours.
#pragma once

#include "base/outcome.h"
#include "http/request.h"

#include <cstddef>
#include <memory>
#include <string>

namespace drawbridge::net {

/// One request: `read_head` until done, then `limit_body`, then `read_body` until done. What they
/// use up is removed from the front of `in`; bytes of the next request stay. Any one thread.
class RequestReader {
public:
    enum class Step { need_more, done, refused };

    RequestReader(std::size_t max_head, std::size_t max_target);
    ~RequestReader();
    RequestReader(RequestReader&& other) noexcept;
    RequestReader& operator=(RequestReader&& other) noexcept;
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;

    [[nodiscard]] Step read_head(std::string& in);

    /// Refuses at once a body whose announced length is beyond the limit.
    [[nodiscard]] Step limit_body(std::size_t bytes);
    [[nodiscard]] Step read_body(std::string& in);

    /// Why, after `refused`.
    [[nodiscard]] base::Outcome refusal() const;

    /// Whole after the last step; the head alone after `read_head`.
    [[nodiscard]] http::Request& request();
    [[nodiscard]] bool keeps_alive() const;
    [[nodiscard]] bool expects_continue() const;

private:
    class Parser;
    [[nodiscard]] Step refuse(base::Outcome outcome);

    std::size_t max_head_;
    std::size_t searched_ = 0;  // bytes of `in` known to hold no end of head
    std::unique_ptr<Parser> parser_;
};

}  // namespace drawbridge::net
