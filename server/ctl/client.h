// HTTPS to the admin plane: the only file that knows the HTTP library. The certificate is always
// verified.
#pragma once

#include "ctl/connection.h"

#include <memory>
#include <string>

namespace drawbridge::ctl {

struct HttpAnswer {
    unsigned status = 0;
    std::string body;
};

/// One connection, kept alive between requests. One thread.
class Client {
public:
    explicit Client(Connection connection);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// `target` is path and query, already encoded. Throws Failure with the next step when there is
    /// no answer.
    [[nodiscard]] HttpAnswer
    send(const std::string& method, const std::string& target, const std::string& body);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace drawbridge::ctl
