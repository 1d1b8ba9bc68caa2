#include "store/master_key.h"

#include "store/aead.h"
#include "store/files.h"

#include <fmt/format.h>
#include <sodium.h>

#include <stdexcept>

namespace drawbridge::store {

MasterKey MasterKey::load(const std::filesystem::path& file) {
    std::error_code unreadable;  // opening it will say why
    if (!std::filesystem::exists(file, unreadable) && !unreadable) {
        throw std::runtime_error(fmt::format(
            "{} is missing: put back the file that init made; nothing else opens the database",
            file.string()
        ));
    }
    if (const auto problem = privacy_problem(file); !problem.empty()) {
        throw std::runtime_error(problem);
    }
    return load_credential(file);
}

MasterKey MasterKey::load_credential(const std::filesystem::path& file) {
    require_sodium();
    auto content = read_file(file, 4096);
    if (content.size() != kKeyBytes) {
        throw std::runtime_error(fmt::format(
            "{} must hold 32 bytes but holds {}: put back the file that init made",
            file.string(),
            content.size()
        ));
    }
    MasterKey key(Secret(std::span<const std::uint8_t, kKeyBytes>(content.data(), kKeyBytes)));
    sodium_memzero(content.data(), content.size());
    return key;
}

MasterKey MasterKey::create(const std::filesystem::path& file) {
    auto key = generate();
    write_file(file, key.bytes(), Existing::refuse);
    return key;
}

MasterKey MasterKey::generate() {
    require_sodium();
    Secret key;
    randombytes_buf(key.data(), kKeyBytes);
    return MasterKey(key);
}

}  // namespace drawbridge::store
