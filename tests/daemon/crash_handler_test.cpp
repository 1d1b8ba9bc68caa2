// Each crash happens in a forked child with the real handler.
#include "daemon/crash_handler.h"

#include "base/thread_setup.h"
#include "base/work.h"
#include "daemon/crash_traces.h"
#include "daemon/instance.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <chrono>
#include <fcntl.h>
#include <functional>
#include <signal.h>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using drawbridge::base::Work;
using drawbridge::daemon::crash_traces;
using drawbridge::daemon::install_crash_handler;
using drawbridge::test::contains;
using drawbridge::test::TempFolder;
namespace test = drawbridge::test;

namespace {

constexpr const char* kSecret = "never-to-be-written";

struct Ended {
    int status = 0;
    std::string trace;
    std::size_t traces = 0;
};

/// Runs `deed` in a child on a thread of its own, set up as the daemon's are.
Ended crash(const std::filesystem::path& folder, const std::function<void()>& deed) {
    const auto child = ::fork();
    if (child == 0) {
        const rlimit no_core{0, 0};
        ::setrlimit(RLIMIT_CORE, &no_core);
        // What the handler tells on standard error is no output of the test.
        ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
        for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
            ::signal(signal, SIG_DFL);  // doctest's own
        }
        install_crash_handler(folder);
        std::thread thread([&] {
            drawbridge::base::set_up_thread("victim");
            const Work work("events:join");
            deed();
        });
        thread.join();
        ::_exit(EXIT_SUCCESS);
    }
    Ended ended;
    ::waitpid(child, &ended.status, 0);
    const auto traces = crash_traces(folder);
    ended.traces = traces.size();
    if (!traces.empty()) ended.trace = test::read_text(traces.back().file);
    return ended;
}

[[gnu::noinline]] void write_through_null(const std::string& held) {
    volatile int* volatile nowhere = nullptr;
    if (!held.empty()) *nowhere = 1;
}

// NOLINTNEXTLINE(misc-no-recursion): the stack is to overflow
[[gnu::noinline]] int recurse(int depth) {
    volatile char room[1024] = {};
    return room[depth % 1024] + (depth < 0 ? 0 : recurse(depth + 1)) + room[0];
}

void check_trace(const Ended& ended, int signal, const std::string& name) {
    INFO(ended.trace);
    CHECK(WIFSIGNALED(ended.status));
    CHECK(WTERMSIG(ended.status) == signal);
    CHECK(contains(ended.trace, "drawbridged crash trace\nversion  "));
    CHECK(contains(ended.trace, "\nsignal   " + std::to_string(signal) + " " + name));
    CHECK(contains(ended.trace, "\nthread   victim\nwork     events:join\nat       "));
    CHECK(contains(ended.trace, "\nstack\n  #0 "));
    CHECK(contains(ended.trace, " drawbridged+0x"));
    CHECK(ended.trace.ends_with("\nend\n"));
    CHECK_FALSE(contains(ended.trace, kSecret));
}

/// What addr2line says of the first address of a trace.
std::string symbol_of(const std::string& trace) {
    const std::string before = "#0 drawbridged+";
    const auto start = trace.find(before) + before.size();
    const auto address = trace.substr(start, trace.find('\n', start) - start);
    const auto program = std::filesystem::read_symlink("/proc/self/exe").string();
    const auto command = "addr2line -f -C -e " + program + " " + address;
    std::string said;
    auto* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;) {
        said += static_cast<char>(c);
    }
    ::pclose(pipe);
    return said;
}

}  // namespace

TEST_CASE("a null pointer leaves a private trace that names function and line") {
    const TempFolder folder;
    const auto ended = crash(folder / "traces", [] { write_through_null(kSecret); });
    check_trace(ended, SIGSEGV, "SIGSEGV, code 1, through a null pointer");
    CHECK(contains(symbol_of(ended.trace), "write_through_null"));
    CHECK(contains(symbol_of(ended.trace), "crash_handler_test.cpp:"));

    struct stat status {};

    REQUIRE(::stat(crash_traces(folder / "traces").front().file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600);
    REQUIRE(::stat((folder / "traces").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0700);
}

TEST_CASE("every fatal signal and every uncaught exception") {
    const TempFolder folder;
    const auto traces = folder / "traces";
    SUBCASE("abort") {
        check_trace(crash(traces, [] { std::abort(); }), SIGABRT, "SIGABRT");
    }
    SUBCASE("an exception nobody catches: its type, not what it says") {
        const auto ended = crash(traces, [] { throw std::runtime_error(kSecret); });
        check_trace(ended, SIGABRT, "SIGABRT");
        CHECK(contains(ended.trace, "\nuncaught St13runtime_error\n"));
    }
    SUBCASE("a stack overflow, told on the thread's other stack") {
        const auto ended = crash(traces, [] { (void)recurse(1); });
        check_trace(ended, SIGSEGV, "SIGSEGV");
        CHECK(contains(ended.trace, "\n  #63 "));
    }
    SUBCASE("a mapped file that has shrunk") {
        const auto file = folder / "short";
        test::write_text(file, "x");
        const auto ended = crash(traces, [&] {
            const int descriptor = ::open(file.c_str(), O_RDWR);
            auto* page = ::mmap(nullptr, 8192, PROT_READ, MAP_SHARED, descriptor, 0);
            write_through_null(static_cast<const volatile char*>(page)[4096] == 0 ? "a" : "b");
        });
        check_trace(ended, SIGBUS, "SIGBUS");
    }
    SUBCASE("an instruction there is not") {
        check_trace(crash(traces, [] { __builtin_trap(); }), SIGILL, "SIGILL");
    }
    SUBCASE("sent from outside, to whatever thread the kernel takes") {
        const auto ended = crash(traces, [] {
            const auto victim = ::getpid();
            if (const auto sender = ::fork(); sender == 0) {
                ::kill(victim, SIGFPE);
                ::_exit(EXIT_SUCCESS);
            }
            ::pause();
        });
        INFO(ended.trace);
        CHECK(WTERMSIG(ended.status) == SIGFPE);
        CHECK(contains(ended.trace, "\nsignal   8 SIGFPE, sent by a process\n"));
    }
}

namespace {

constexpr std::size_t kStack = std::size_t{256} * 1024;
constexpr std::size_t kStackTop = std::size_t{32} * 1024;

/// The unwinder has nothing to walk on: it crashes as well.
void* unmap_own_stack(void* stack) {
    drawbridge::base::set_up_thread("victim");
    const Work work("events:join");
    // The thread's own variables lie at the top and stay; this frame, below `room`, does not.
    volatile char room[2 * kStackTop] = {};
    ::syscall(SYS_munmap, stack, kStack - kStackTop + room[0]);
    return nullptr;
}

void run_on_stack_that_goes() {
    auto* room = static_cast<std::byte*>(
        ::mmap(nullptr, 4 * kStack, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    );
    auto* stack = room + kStack;
    ::mprotect(stack, kStack, PROT_READ | PROT_WRITE);
    pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    ::pthread_attr_setstack(&attributes, stack, kStack);
    pthread_t thread{};
    ::pthread_create(&thread, &attributes, unmap_own_stack, stack);
    ::pthread_join(thread, nullptr);
}

}  // namespace

TEST_CASE("a crash inside the handler ends the process; the head of the trace is there") {
    const TempFolder folder;
    const auto ended = crash(folder / "traces", [] { run_on_stack_that_goes(); });
    INFO(ended.trace);
    CHECK(WIFSIGNALED(ended.status));
    CHECK(WTERMSIG(ended.status) == SIGSEGV);
    CHECK(ended.traces == 1);
    CHECK(contains(ended.trace, "\nwork     events:join\n"));
    CHECK_FALSE(contains(ended.trace, "\nend\n"));
}

TEST_CASE("two threads that crash at once leave one trace") {
    const TempFolder folder;
    const auto ended = crash(folder / "traces", [] {
        std::thread other([] {
            drawbridge::base::set_up_thread("victim");
            const Work work("events:join");
            write_through_null(kSecret);
        });
        write_through_null(kSecret);
        other.join();
    });
    check_trace(ended, SIGSEGV, "SIGSEGV");
    CHECK(ended.traces == 1);
}

TEST_CASE("a trace is written when no descriptor is left") {
    const TempFolder folder;
    const auto ended = crash(folder / "traces", [] {
        const rlimit few{32, 32};
        ::setrlimit(RLIMIT_NOFILE, &few);
        while (::open("/dev/null", O_RDONLY) >= 0) {
        }
        write_through_null(kSecret);
    });
    check_trace(ended, SIGSEGV, "SIGSEGV");
}

TEST_CASE("work in hand is that of the innermost scope") {
    using drawbridge::base::work_in_hand;
    CHECK(std::string(work_in_hand()) == "-");
    {
        const Work outer("events");
        {
            const Work inner("events:ban");
            CHECK(std::string(work_in_hand()) == "events:ban");
        }
        CHECK(std::string(work_in_hand()) == "events");
    }
    CHECK(std::string(work_in_hand()) == "-");
}

TEST_CASE("traces are listed oldest first and deleted by age") {
    using drawbridge::daemon::purge_crash_traces;
    const TempFolder folder;
    CHECK(crash_traces(folder / "none").empty());
    const auto traces = folder / "traces";
    std::filesystem::create_directory(traces);
    for (const char* name : {"crash-b.txt", "crash-a.txt", "notes.txt"}) {
        test::write_text(traces / name, "x");
    }
    const auto old = std::filesystem::last_write_time(traces / "crash-b.txt");
    std::filesystem::last_write_time(traces / "crash-b.txt", old - std::chrono::hours(24));
    const auto found = crash_traces(traces);
    REQUIRE(found.size() == 2);
    CHECK(found[0].file.filename() == "crash-b.txt");
    purge_crash_traces(traces, found[1].at - 3'600'000);
    CHECK(crash_traces(traces).size() == 1);
    CHECK(std::filesystem::exists(traces / "notes.txt"));
}
