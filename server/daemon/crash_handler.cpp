// From `on_signal` down everything is async-signal-safe: no allocation, no lock, no stdio. The file
// is opened through a descriptor of its folder; what the handler needs else lies in `g_crash`.
#include "daemon/crash_handler.h"

#include "base/clock.h"
#include "base/version.h"
#include "base/work.h"
#include "daemon/stack_walk.h"
#include "daemon/trace_text.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cxxabi.h>
#include <exception>
#include <fcntl.h>
#include <signal.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <system_error>
#include <time.h>
#include <unistd.h>

namespace drawbridge::daemon {
namespace {

struct SignalName {
    int number;
    std::string_view name;
};

constexpr std::array<SignalName, 5> kSignals{{
    {SIGSEGV, "SIGSEGV"},
    {SIGBUS, "SIGBUS"},
    {SIGFPE, "SIGFPE"},
    {SIGILL, "SIGILL"},
    {SIGABRT, "SIGABRT"},
}};
// A handler that hangs must not keep a dead daemon in its place.
constexpr unsigned kLongestSeconds = 20;
constexpr std::uintptr_t kNullPage = 4096;

/// Set by `install_crash_handler`, then only read; `writer` and `file` are the handler's.
struct Crash {
    int folder = -1;
    int spare = -1;  // closed in the handler: a trace must not fail for want of a descriptor
    TraceText build;
    std::atomic<const char*> exception{nullptr};  // type of what reached std::terminate
    std::atomic<pid_t> writer{0};
    int file = -1;
};

static_assert(std::atomic<pid_t>::is_always_lock_free);
static_assert(std::atomic<const char*>::is_always_lock_free);

constinit Crash g_crash;

base::UnixMs now_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * base::kSecondMs + now.tv_nsec / 1'000'000;
}

void write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;  // the disk is full: what is there is there
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

void write_line(TraceText& line) {
    write_all(g_crash.file, line.view());
}

std::string_view name_of(int signal) {
    for (const auto& known : kSignals) {
        if (known.number == signal) return known.name;
    }
    return "?";
}

/// The address itself is not written: it may be a piece of data that was taken for a pointer.
void add_cause(TraceText& text, const siginfo_t& info) {
    if (info.si_code <= 0) {
        text.add(info.si_pid == ::getpid() ? ", raised here" : ", sent by a process");
        return;
    }
    text.add(", code ").add_decimal(static_cast<std::uint64_t>(info.si_code));
    const auto address = reinterpret_cast<std::uintptr_t>(info.si_addr);
    const bool has_address = info.si_signo == SIGSEGV && info.si_code != SI_KERNEL;
    if (has_address && address < kNullPage) text.add(", through a null pointer");
}

/// Where the thread was interrupted; known also when the stack cannot be walked.
std::uintptr_t interrupted_at(const void* context) {
    const auto& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
    return static_cast<std::uintptr_t>(machine.gregs[REG_RIP]);
#elif defined(__aarch64__)
    return machine.pc;
#else
#error "where does this machine keep the program counter?"
#endif
}

void write_head(base::UnixMs now, const siginfo_t& info, const void* context) {
    std::array<char, 16> thread{};
    ::prctl(PR_GET_NAME, thread.data());
    TraceText text;
    text.add("drawbridged crash trace\n").add(g_crash.build.view());
    text.add("time     ").add_time(now).add("\n");
    text.add("signal   ").add_decimal(static_cast<std::uint64_t>(info.si_signo)).add(" ");
    text.add(name_of(info.si_signo));
    add_cause(text, info);
    if (const auto* type = g_crash.exception.load()) text.add("\nuncaught ").add(type);
    text.add("\nthread   ").add(thread.data());
    text.add("\nwork     ").add(base::work_in_hand());
    text.add("\nat       ");
    add_address(text, interrupted_at(context));
    write_line(text.add("\n"));
}

void open_file(base::UnixMs now, int signal) {
    ::close(g_crash.spare);
    TraceText name;
    name.add("crash-").add_compact_time(now).add("-");
    name.add_decimal(static_cast<std::uint64_t>(::getpid())).add(".txt");
    constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    g_crash.file = ::openat(g_crash.folder, name.c_str(), kFlags, 0600);
    TraceText told;
    told.add("drawbridged crashed of ").add(name_of(signal));
    if (g_crash.file >= 0) {
        told.add(", trace in traces/").add(name.view()).add("\n");
    } else {
        told.add(", and no trace file could be made:\n");
        g_crash.file = STDERR_FILENO;
    }
    write_all(STDERR_FILENO, told.view());
}

/// Of several threads that crash at once the first writes. A crash while writing ends it all.
void claim_the_trace() {
    pid_t nobody = 0;
    const pid_t self = ::gettid();
    if (g_crash.writer.compare_exchange_strong(nobody, self)) return;
    if (nobody == self) ::_exit(EXIT_FAILURE);
    for (;;) {
        ::pause();
    }
}

void on_signal(int signal, siginfo_t* info, void* context) {
    claim_the_trace();
    ::alarm(kLongestSeconds);
    const auto now = now_ms();
    open_file(now, signal);
    write_head(now, *info, context);
    write_all(g_crash.file, "stack\n");
    walk_stack(write_line);
    write_all(g_crash.file, "end\n");
    // It is blocked here and so does its default once this returns, with a core where one is due.
    ::signal(signal, SIG_DFL);
    ::raise(signal);
}

[[noreturn]] void on_terminate() {
    const auto* type = abi::__cxa_current_exception_type();
    g_crash.exception = type != nullptr ? type->name() : "nothing thrown";
    std::abort();
}

int open_folder(const std::filesystem::path& folder) {
    const auto problem = [&] {
        return std::runtime_error(fmt::format(
            "cannot use {} for crash traces: {}",
            folder.string(),
            std::error_code(errno, std::generic_category()).message()
        ));
    };
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) throw problem();
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) throw problem();
    return descriptor;
}

void set_handlers() {
    struct sigaction action {};

    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    // All blocked while the handler runs: a fault in it ends the process at once.
    for (const auto& known : kSignals) {
        sigaddset(&action.sa_mask, known.number);
    }
    for (const auto& known : kSignals) {
        ::sigaction(known.number, &action, nullptr);
    }
    std::set_terminate(on_terminate);
}

}  // namespace

void install_crash_handler(const std::filesystem::path& folder) {
    g_crash.folder = open_folder(folder);
    g_crash.spare = ::fcntl(g_crash.folder, F_DUPFD_CLOEXEC, 0);
    g_crash.build.clear();
    g_crash.build.add("version  ").add(base::version()).add("\n");
    g_crash.build.add("build    ").add(program_build_id()).add("\n");
    warm_up_unwinder();
    set_handlers();
}

}  // namespace drawbridge::daemon
