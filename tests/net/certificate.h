// A throw-away self-signed certificate for 127.0.0.1, as PEM files in a temporary folder.
#pragma once

#include "net/server.h"

#include <filesystem>
#include <string>

namespace drawbridge::net::test {

/// Removes its files when it goes.
class Certificate {
public:
    explicit Certificate(const std::string& common_name);
    ~Certificate();
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;

    [[nodiscard]] const TlsFiles& files() const { return files_; }

private:
    std::filesystem::path folder_;
    TlsFiles files_;
};

}  // namespace drawbridge::net::test
