// runtime.json: where the running daemon is, for drawbridgectl on the same machine.
#pragma once

#include <filesystem>
#include <string>

namespace drawbridge::daemon {

/// {"admin":"ADDR:PORT","data":"ADDR:PORT","pid":N}, written whole and removed with this object.
/// A crash leaves it behind: who reads it must bear that nobody answers there.
class RuntimeFile {
public:
    RuntimeFile(std::filesystem::path file, const std::string& data, const std::string& admin);
    RuntimeFile(const RuntimeFile&) = delete;
    RuntimeFile& operator=(const RuntimeFile&) = delete;
    ~RuntimeFile();

private:
    std::filesystem::path file_;
};

}  // namespace drawbridge::daemon
