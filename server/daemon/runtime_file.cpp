#include "daemon/runtime_file.h"

#include "store/files.h"
#include "store/sealer.h"

#include <fmt/format.h>

#include <system_error>
#include <unistd.h>

namespace drawbridge::daemon {

RuntimeFile::RuntimeFile(
    std::filesystem::path file,
    const std::string& data,
    const std::string& admin
)
    : file_(std::move(file)) {
    // Addresses and ports hold nothing that JSON would want escaped.
    const auto text =
        fmt::format("{{\"admin\":\"{}\",\"data\":\"{}\",\"pid\":{}}}\n", admin, data, ::getpid());
    store::write_file(file_, store::as_bytes(text), store::Existing::replace);
}

RuntimeFile::~RuntimeFile() {
    std::error_code ignored;  // a leftover only costs its reader a failed connection
    std::filesystem::remove(file_, ignored);
}

}  // namespace drawbridge::daemon
