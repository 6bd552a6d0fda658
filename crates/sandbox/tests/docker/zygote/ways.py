"""Looks at all that a run could find otherwise where the interpreter was forked, and ends in all ways."""
import os, sys

way = sys.stdin.readline().strip()


class Loud:
    def __del__(self):
        print("deleted", os.path.sep)


def fail(depth):
    if depth == 0:
        return {}["missing"]
    return fail(depth - 1)


def generate():
    try:
        yield 1
    finally:
        print("closed")


if way == "raise":
    fail(3)
if way == "chain":
    try:
        fail(0)
    except KeyError as error:
        raise ValueError("told \u00e9") from error
if way == "exit none":
    sys.exit()
if way == "exit 3":
    sys.exit(3)
if way == "exit text":
    print("printed")
    sys.exit("told")
if way == "exit builtin":
    exit(4)
if way == "system exit":
    raise SystemExit([1, 2])
if way == "interrupt":
    raise KeyboardInterrupt
if way == "exit unflushed":
    print("lost")
    os._exit(0)
if way == "terminate":
    os.kill(os.getpid(), 15)
if way == "abort":
    os.abort()
if way == "crash":
    import ctypes

    ctypes.string_at(0)
if way == "at exit":
    import atexit

    atexit.register(print, "first registered")
    atexit.register(sys.exit, 5)
    atexit.register(lambda: fail(1))
if way == "threads":
    import threading, time

    threading.Thread(target=lambda: (time.sleep(0.05), print("late"))).start()
    threading.Thread(target=fail, args=(1,)).start()
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    current = threading.current_thread()
    print(current.name, current is threading.main_thread(), current.native_id == os.getpid())
    print(threading.get_native_id() == os.getpid(), time.pthread_getcpuclockid(threading.get_ident()) != 0)
if way == "deleted":
    kept = [Loud(), Loud()]
    cycle = Loud()
    cycle.itself = cycle
    suspended = generate()
    next(suspended)
    out = open(1, "w", closefd=False)
    out.write("flushed at the end\n")
if way == "deleted alone":
    kept = Loud()
if way == "deleted late":

    class Late:
        def __del__(self):
            print("late")

    os.kept = Late()
if way == "deleted with slots":

    class Slotted:
        __slots__ = ()

        def __del__(self):
            print("slotted")

    kept = Slotted()
if way == "deleted number":

    class Number(int):
        def __del__(self):
            print("number", int(self))

    print({Number(7): 1})
    kept = Number(8)
if way == "suspended":
    kept = generate()
    next(kept)
if way == "awaited":

    async def wait():
        try:
            await Awaited()
        finally:
            print("no more")

    class Awaited:
        def __await__(self):
            yield

    kept = wait()
    kept.send(None)
if way == "file":
    kept = open(1, "w", closefd=False)
    kept.write("flushed at the end\n")
if way == "replaced":
    sys.stdout = open(1, "w", closefd=False)
if way == "wrapped":
    import io

    kept = io.TextIOWrapper(sys.stdout.buffer, write_through=False)
    kept.write("wrapped\n")
if way == "own stream":

    class Stream:
        def write(self, text):
            kept.append(text)

        def flush(self):
            os.write(1, "".join(kept).encode())

    kept = []
    sys.stdout = Stream()
if way == "detached":
    sys.stdout.flush()
    raw = sys.stdout.detach()
    raw.write(b"raw\n")
    sys.stdout = sys.__stdout__ = None
if way == "weak":
    import weakref

    class Weak:
        pass

    kept = Weak()
    reference = weakref.ref(kept, lambda _: print("gone"))
if way == "weak proxy":
    import weakref

    class Weak:
        pass

    kept = Weak()
    reference = weakref.proxy(kept, lambda _: print("gone"))
if way == "weak finalizer":
    import weakref

    class Weak:
        pass

    kept = Weak()
    weakref.finalize(kept, print, "finalized")
if way == "classes":

    class Meta(type):
        def __hash__(cls):
            print("hashed")
            return 7

        def __eq__(cls, other):
            print("compared")
            return True

        def __getattribute__(cls, name):
            if name not in ("__name__", "__qualname__"):
                print("asked for", name)
            return type.__getattribute__(cls, name)

    class Asked(metaclass=Meta):
        @property
        def __class__(self):
            print("asked")
            return int

    kept = [Asked()]
if way == "c output":
    import ctypes

    ctypes.CDLL(None).printf(b"printed by C\n")
if way == "last names":
    sys.ps1 = sys.ps2 = ""
    sys.last_type = sys.last_value = sys.last_traceback = None
    fail(0)
if way == "exit later":
    sys.modules["__main__"] = type(sys)("__main__")
    sys.exit(6)
if way == "exit from thread":
    import threading

    threading.Thread(target=sys.exit, args=(3,)).start()
if way == "exit in hook":
    sys.excepthook = lambda *_: sys.exit(9)
    fail(0)
if way == "many":
    kept = [[number] for number in range(600_000)]
if way == "threads at the end":
    import threading, time

    threading.Thread(target=lambda: time.sleep(60), daemon=True).start()
if way == "child to the end":
    if os.fork():
        print(os.wait()[1])
if way == "stderr":
    sys.stderr.write("no line")
if way == "closed stderr":
    os.close(2)
    sys.stderr.write("no line")
if way == "deletion fails":

    class Failing:
        def __del__(self):
            fail(0)

    kept = Failing()
if way == "input":
    print(input(), [input()], repr(sys.stdin.read()))
    input()
if way == "buffer":
    print(sys.stdin.buffer.read(), sys.stdin.seekable(), sys.stdin.isatty())
    sys.stdin.seek(0)
    print(sys.stdin.tell(), sys.stdin.readlines())
if way == "open":
    print(open(0).read(), os.lseek(0, 0, os.SEEK_CUR))
    print(repr(open("/dev/stdin").read()))
if way == "large":
    sys.stdout.write("x" * 3_000_000)
if way == "closed":
    os.close(1)
    print("into nothing")
if way == "closed too":
    sys.stdout.close()
    print("into nothing")
if way == "none":
    sys.stdout = sys.stderr = None
    print("into nothing")
    fail(0)
if way == "hook":
    sys.excepthook = lambda *told: print("hooked", told[0], told[2].tb_lineno)
    fail(0)
if way == "recursion":
    try:
        fail(5000)
    except RecursionError as error:
        print(error)

    def depth():
        try:
            return 1 + depth()
        except RecursionError:
            return 1

    print(sys.getrecursionlimit(), depth())
    sys.setrecursionlimit(30_000)
    print(depth())
if way == "frames":
    import inspect, traceback

    print(sys._getframe().f_back, len(inspect.stack()), len(traceback.extract_stack()))
    traceback.print_stack()
if way == "names":
    print(list(globals()), locals() is globals(), vars(__builtins__) is vars(sys.modules["builtins"]))
    print(__name__, __file__, __doc__, __spec__, __package__, __cached__, type(__loader__), __annotations__)
    print(sys.argv, sys.orig_argv, sys.path, sys.flags, sys._xoptions, sys.warnoptions, sys.executable)
    # What was imported ahead has its folders there.
    folders = [folder for folder in sys.path_importer_cache if os.path.dirname(folder) != os.path.dirname(os.__file__)]
    print([hook.__qualname__ for hook in sys.path_hooks], sys.meta_path, sorted(folders), sorted(vars(sys)))
    print(sys.dont_write_bytecode, sys.pycache_prefix, sys.stdin, sys.stdout, sys.stderr, sys.stdout.line_buffering)
    print([[stream.encoding, stream.errors, stream.buffer] for stream in (sys.stdin, sys.stdout, sys.stderr)])
if way == "modules":
    import collections, heapq, json, math, random, re, string, typing

    print(sorted(set(sys.modules) - {"_ctypes", "_socket", "gc"}), random.__file__, json.loads("[1.5]"))
if way == "surroundings":
    import gc, resource, signal

    print(dict(os.environ), os.getcwd(), os.umask(0), os.listdir("."), sorted(os.listdir("/proc/self/fd")))
    print(os.getppid(), os.getsid(0) == os.getpgid(0) == os.getpid(), set(os.getresuid() + os.getresgid()) == {os.getuid()}, os.getgroups())
    print([resource.getrlimit(number) for number in range(16)], os.getpriority(os.PRIO_PROCESS, 0))
    print([str(signal.getsignal(number)) for number in signal.valid_signals()])
    print(signal.pthread_sigmask(signal.SIG_BLOCK, ()), signal.sigpending(), signal.getitimer(0))
    print(gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.callbacks, gc.garbage)
    wanted = "Umask State Groups Threads SigP SigB SigI SigC ShdP Cap NoNewPrivs Seccomp Speculation".split()
    lines = open("/proc/self/status").read().splitlines()
    print([line for line in lines if any(line.startswith(name) for name in wanted)])
    print(open("/proc/self/cmdline").read(), os.path.realpath("/proc/self/exe"), open("/proc/self/comm").read())
    print(open("/proc/self/oom_score_adj").read(), os.access("/proc/self/mem", os.R_OK | os.W_OK))
    print(os.stat("/proc/self/environ").st_uid == os.getuid(), open("/proc/self/environ").read().strip("\0")[:4])
    print(sum(os.access(f"/proc/{name}/fd", os.R_OK) for name in os.listdir("/proc") if name.isdigit()))
if way == "children":
    import subprocess

    child = os.fork()
    if child == 0:
        print("child", os.getppid() != 1)
        os._exit(7)
    print(os.waitpid(child, 0)[1])
    code = "import os, sys; print(sorted(os.environ), sys.path, sys.argv, 'sitecustomize' in sys.modules)"
    print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True))
    try:
        os.wait()
    except ChildProcessError as error:
        print(error)
if way == "pool":
    import multiprocessing

    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(pool.map(abs, range(-20, 0)))
if way == "again":
    if "again" not in os.environ:
        os.environ["again"] = "1"
        os.lseek(0, 0, os.SEEK_SET)
        os.execv(sys.executable, sys.orig_argv)
    print(sys.orig_argv, sys.path, sys.flags)
if way == "order":
    print({str(number) for number in range(50)}, hash("x"))
if way == "signals":
    import signal

    signal.signal(signal.SIGALRM, lambda *_: fail(0))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.pause()
if way == "pipe":
    os.kill(os.getpid(), 13)
    print("deaf to it")
if way == "import":
    import main
if way == "missing":
    import sitecustomise
if way == "own":
    import sitecustomize

    print(sitecustomize)
if way == "interactive":
    import code

    print(sys.__interactivehook__.__qualname__, hasattr(sys, "ps1"))
if way == "import self":
    import runpy

    print(runpy.run_path(__file__, run_name="other")["way"])
print(way, "to the end")
