/*
 * A failing disk and a jumping clock, preloaded into the daemon (LD_PRELOAD).
 *
 *   DRAWBRIDGE_SHIM_FOLDER   calls on files in this folder may fail
 *   DRAWBRIDGE_SHIM_CONTROL  a file of sizeof(struct control) bytes, shared with the test, which
 *                            may change it at any time; little-endian
 *
 * A call counts when it is of an armed kind on an armed file. The first `skip` of them go through,
 * the next `times` fail with `error`, then all go through again.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum call { CALL_WRITE = 1, CALL_READ = 2, CALL_SYNC = 4, CALL_TRUNCATE = 8, CALL_OPEN = 16 };
enum file { FILE_DATABASE = 1, FILE_LOG = 2, FILE_OTHER = 4 };

struct control {
    _Atomic uint32_t calls;       /* enum call, or-ed; 0: nothing fails */
    _Atomic uint32_t files;       /* enum file, or-ed */
    _Atomic uint32_t error;       /* errno of a failing call */
    _Atomic uint32_t partial;     /* not 0: a failing write has written half of it */
    _Atomic uint64_t skip;        /* of the calls that count */
    _Atomic uint64_t times;
    _Atomic uint64_t counted;     /* written here: calls that counted */
    _Atomic uint64_t failed;      /* written here: calls that failed */
    _Atomic int64_t clock_offset; /* added to CLOCK_REALTIME, seconds */
};

static struct control* control;
static const char* folder;
static size_t folder_length;

#define REAL(name) ((__typeof__(&name))real(#name))

static void* real(const char* name) {
    void* found = dlsym(RTLD_NEXT, name);
    if (found == NULL) abort();
    return found;
}

__attribute__((constructor)) static void attach(void) {
    const char* path = getenv("DRAWBRIDGE_SHIM_CONTROL");
    folder = getenv("DRAWBRIDGE_SHIM_FOLDER");
    if (path == NULL || folder == NULL) return;
    folder_length = strlen(folder);
    const int descriptor = REAL(open64)(path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) abort();
    void* mapped =
        mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (mapped == MAP_FAILED) abort();
    close(descriptor);
    control = mapped;
}

static int ends_with(const char* text, const char* end) {
    const size_t length = strlen(text);
    const size_t wanted = strlen(end);
    return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

/* 0: none of ours. */
static uint32_t file_at(const char* path) {
    if (strncmp(path, folder, folder_length) != 0) return 0;
    if (ends_with(path, "/drawbridge.db")) return FILE_DATABASE;
    if (ends_with(path, "/drawbridge.db-wal")) return FILE_LOG;
    return FILE_OTHER;
}

static uint32_t file_of(int descriptor) {
    char name[64];
    char path[PATH_MAX];
    snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    const ssize_t length = readlink(name, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = '\0';
    return file_at(path);
}

static int is_armed(enum call call) {
    return control != NULL && (atomic_load(&control->calls) & call) != 0;
}

/* Whether this call fails now; errno is set. */
static int fails(uint32_t file) {
    if ((atomic_load(&control->files) & file) == 0) return 0;
    const uint64_t number = atomic_fetch_add(&control->counted, 1);
    const uint64_t skip = atomic_load(&control->skip);
    if (number < skip || number - skip >= atomic_load(&control->times)) return 0;
    atomic_fetch_add(&control->failed, 1);
    errno = (int)atomic_load(&control->error);
    return 1;
}

static int descriptor_fails(enum call call, int descriptor) {
    if (!is_armed(call)) return 0;
    const int held = errno;
    const uint32_t file = file_of(descriptor);
    errno = held;
    return fails(file);
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t offset) {
    if (!descriptor_fails(CALL_WRITE, descriptor)) {
        return REAL(pwrite64)(descriptor, bytes, count, offset);
    }
    const int error = errno;
    if (atomic_load(&control->partial)) REAL(pwrite64)(descriptor, bytes, count / 2, offset);
    errno = error;
    return -1;
}

ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t offset) {
    return pwrite64(descriptor, bytes, count, offset);
}

ssize_t write(int descriptor, const void* bytes, size_t count) {
    if (descriptor_fails(CALL_WRITE, descriptor)) return -1;
    return REAL(write)(descriptor, bytes, count);
}

ssize_t pread64(int descriptor, void* bytes, size_t count, off64_t offset) {
    if (descriptor_fails(CALL_READ, descriptor)) return -1;
    return REAL(pread64)(descriptor, bytes, count, offset);
}

ssize_t pread(int descriptor, void* bytes, size_t count, off_t offset) {
    return pread64(descriptor, bytes, count, offset);
}

ssize_t read(int descriptor, void* bytes, size_t count) {
    if (descriptor_fails(CALL_READ, descriptor)) return -1;
    return REAL(read)(descriptor, bytes, count);
}

int fsync(int descriptor) {
    if (descriptor_fails(CALL_SYNC, descriptor)) return -1;
    return REAL(fsync)(descriptor);
}

int fdatasync(int descriptor) {
    if (descriptor_fails(CALL_SYNC, descriptor)) return -1;
    return REAL(fdatasync)(descriptor);
}

int ftruncate64(int descriptor, off64_t length) {
    if (descriptor_fails(CALL_TRUNCATE, descriptor)) return -1;
    return REAL(ftruncate64)(descriptor, length);
}

int ftruncate(int descriptor, off_t length) {
    return ftruncate64(descriptor, length);
}

int open64(const char* path, int flags, ...) {
    mode_t mode = 0;
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_list arguments;
        va_start(arguments, flags);
        mode = (mode_t)va_arg(arguments, int);
        va_end(arguments);
    }
    if (is_armed(CALL_OPEN) && fails(file_at(path))) return -1;
    return REAL(open64)(path, flags, mode);
}

int open(const char* path, int flags, ...) {
    mode_t mode = 0;
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_list arguments;
        va_start(arguments, flags);
        mode = (mode_t)va_arg(arguments, int);
        va_end(arguments);
    }
    return open64(path, flags, mode);
}

int clock_gettime(clockid_t clock, struct timespec* now) {
    const int result = REAL(clock_gettime)(clock, now);
    if (result == 0 && clock == CLOCK_REALTIME && control != NULL) {
        now->tv_sec += atomic_load(&control->clock_offset);
    }
    return result;
}

/* OpenSSL asks for the time by this one. */
time_t time(time_t* result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result != NULL) *result = now.tv_sec;
    return now.tv_sec;
}
