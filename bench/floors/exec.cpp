// Runs a program on every test, a process each, with nothing between it and the machine: vfork, exec, wait.
//
//     exec SUBMISSIONS TESTS [COMPILER ARGUMENT...] -- PROGRAM [ARGUMENT...]
//
// A submission is the compilation, where one is named, and then all tests: N.in on standard input, for N from 0, and the
// output, which comes through a pipe, must be that of N.out. Prints one JSON object: the tests, the CPU time of all
// processes, this one included, and the wall-clock time of each submission. Ends with 1 where anything goes wrong.

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

struct Test {
    std::string input_path;
    std::string expected;
};

[[noreturn]] static void fail(const char *what, const char *which) {
    fprintf(stderr, "exec: %s: %s\n", what, which);
    exit(1);
}

static bool read_file(const std::string &path, std::string &text) {
    int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    char buffer[65536];
    for (ssize_t count; (count = read(file, buffer, sizeof buffer)) > 0;) {
        text.append(buffer, count);
    }
    close(file);
    return true;
}

static std::vector<Test> read_tests(const std::string &folder) {
    std::vector<Test> tests;
    for (;;) {
        std::string path = folder + "/" + std::to_string(tests.size());
        std::string expected;
        if (!read_file(path + ".out", expected)) {
            return tests;
        }
        tests.push_back({path + ".in", expected});
    }
}

static long long wall_ns() {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long long cpu_ns() {
    long long sum = 0;
    for (int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage;
        getrusage(who, &usage);
        sum += (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000LL;
        sum += (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000LL;
    }
    return sum;
}

static void wait_for(pid_t child, const char *program) {
    int status;
    if (wait4(child, &status, 0, nullptr) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail("did not end well", program);
    }
}

static void compile(char **command) {
    pid_t child = vfork();
    if (child == 0) {
        execv(command[0], command);
        _exit(127);
    }
    wait_for(child, command[0]);
}

static void run(const Test &test, char **command, char *buffer, size_t size) {
    int input = open(test.input_path.c_str(), O_RDONLY | O_CLOEXEC);
    int ends[2];
    if (input < 0 || pipe2(ends, O_CLOEXEC) != 0) {
        fail("cannot open", test.input_path.c_str());
    }
    pid_t child = vfork();
    if (child == 0) {
        dup2(input, 0);
        dup2(ends[1], 1);
        execv(command[0], command);
        _exit(127);
    }
    close(input);
    close(ends[1]);
    size_t length = 0;
    for (ssize_t count; length < size && (count = read(ends[0], buffer + length, size - length)) > 0;) {
        length += count;
    }
    close(ends[0]);
    wait_for(child, command[0]);
    if (length != test.expected.size() || memcmp(buffer, test.expected.data(), length) != 0) {
        fail("printed something else than is expected of", test.input_path.c_str());
    }
}

int main(int argc, char **argv) {
    int divide = 3;
    while (divide < argc && strcmp(argv[divide], "--") != 0) {
        divide++;
    }
    if (divide + 1 >= argc) {
        fail("needs", "SUBMISSIONS TESTS [COMPILER ARGUMENT...] -- PROGRAM [ARGUMENT...]");
    }
    argv[divide] = nullptr;
    std::vector<Test> tests = read_tests(argv[2]);
    if (tests.empty()) {
        fail("there are no tests in", argv[2]);
    }
    static char buffer[1 << 20];
    int submissions = atoi(argv[1]);
    std::vector<long long> walls;
    long long cpu = cpu_ns();
    for (int i = 0; i < submissions; i++) {
        long long began = wall_ns();
        if (divide > 3) {
            compile(argv + 3);
        }
        for (const Test &test : tests) {
            run(test, argv + divide + 1, buffer, sizeof buffer);
        }
        walls.push_back(wall_ns() - began);
    }
    cpu = cpu_ns() - cpu;
    printf("{\"tests\":%zu,\"cpu_ns\":%lld,\"submission_wall_ns\":[", tests.size() * walls.size(), cpu);
    for (size_t i = 0; i < walls.size(); i++) {
        printf("%s%lld", i ? "," : "", walls[i]);
    }
    printf("]}\n");
}
