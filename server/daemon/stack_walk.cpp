#include "daemon/stack_walk.h"

#include <fmt/format.h>

#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <string_view>
#include <unwind.h>

namespace drawbridge::daemon {
namespace {

constexpr int kMostFrames = 64;

// The dynamic linker has no name for the program itself.
constexpr std::string_view kProgram = "drawbridged";

std::string_view file_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

struct Walk {
    void (*write)(TraceText& line);
    bool interrupted_seen = false;  // what lies above is the handler itself
    std::uint64_t frames = 0;
};

_Unwind_Reason_Code on_frame(_Unwind_Context* context, void* argument) {
    auto& walk = *static_cast<Walk*>(argument);
    int before_instruction = 0;
    auto address = _Unwind_GetIPInfo(context, &before_instruction);
    if (address == 0 || walk.frames == kMostFrames) return _URC_END_OF_STACK;
    walk.interrupted_seen = walk.interrupted_seen || before_instruction != 0;
    if (!walk.interrupted_seen) return _URC_NO_REASON;
    // A return address stands behind the call, perhaps in the next line of the source.
    if (before_instruction == 0) --address;
    TraceText line;
    line.add("  #").add_decimal(walk.frames++).add(" ");
    add_address(line, address);
    walk.write(line.add("\n"));
    return _URC_NO_REASON;
}

_Unwind_Reason_Code ignore_frame(_Unwind_Context*, void*) {
    return _URC_END_OF_STACK;
}

std::string hex_of(std::string_view bytes) {
    std::string hex;
    for (const char byte : bytes) {
        hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    }
    return hex;
}

/// Notes are a head, a name and a description each, the two padded to four bytes.
std::string build_id_in(std::string_view notes) {
    while (notes.size() > sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) head{};
        std::memcpy(&head, notes.data(), sizeof head);
        const auto description = sizeof head + ((head.n_namesz + 3U) & ~3U);
        const auto end = description + ((head.n_descsz + 3U) & ~3U);
        if (end > notes.size()) break;
        if (head.n_type == NT_GNU_BUILD_ID) return hex_of(notes.substr(description, head.n_descsz));
        notes.remove_prefix(end);
    }
    return {};
}

/// Called for the program first; stops there.
int read_program(dl_phdr_info* module, std::size_t, void* out) {
    for (int i = 0; i < module->dlpi_phnum; ++i) {
        const auto& segment = module->dlpi_phdr[i];
        if (segment.p_type != PT_NOTE) continue;
        const auto at = module->dlpi_addr + segment.p_vaddr;
        // NOLINTNEXTLINE(performance-no-int-to-ptr): the linker gives addresses as numbers
        const auto* notes = reinterpret_cast<const char*>(at);
        auto id = build_id_in({notes, segment.p_memsz});
        if (!id.empty()) *static_cast<std::string*>(out) = std::move(id);
    }
    return 1;
}

}  // namespace

void add_address(TraceText& text, std::uintptr_t address) {
    dl_find_object found{};
    // NOLINTNEXTLINE(performance-no-int-to-ptr): so does the unwinder
    if (_dl_find_object(reinterpret_cast<void*>(address), &found) != 0) {
        text.add("?");
        return;
    }
    const auto* module = found.dlfo_link_map;
    const std::string_view path = module->l_name;
    text.add(path.empty() ? kProgram : file_name(path)).add("+0x");
    text.add_hex(address - module->l_addr);
}

void walk_stack(void (*write)(TraceText& line)) {
    Walk walk{write};
    _Unwind_Backtrace(on_frame, &walk);
}

void warm_up_unwinder() {
    _Unwind_Backtrace(ignore_frame, nullptr);
}

std::string program_build_id() {
    std::string id;
    dl_iterate_phdr(read_program, &id);
    return id;
}

}  // namespace drawbridge::daemon
