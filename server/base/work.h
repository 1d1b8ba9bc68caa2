// The kind of work a thread has in hand, for the crash trace: a few fixed words, never data.
#pragma once

namespace drawbridge::base {

/// Words known when the program is compiled, like "events:join", so that nothing of a request can
/// get into a trace.
class WorkKind {
public:
    // NOLINTNEXTLINE(google-explicit-constructor): a literal is the only thing it is made from.
    consteval WorkKind(const char* words) : words_(words) {}

    [[nodiscard]] constexpr const char* words() const { return words_; }

private:
    const char* words_;
};

/// Names the work of this thread until it goes out of scope; what was in hand before is in hand
/// again. Never across a co_await: the thread does other work meanwhile.
class Work {
public:
    explicit Work(WorkKind kind) noexcept;
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;
    ~Work();

private:
    const char* const before_;
};

/// "-" when nothing is in hand. Async-signal-safe.
[[nodiscard]] const char* work_in_hand() noexcept;

}  // namespace drawbridge::base
