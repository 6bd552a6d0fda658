"""Starts a program as `python3 main.py` would, as often as it is asked to, by forking an interpreter that is ready.

The interpreter takes this for the customization of its site, and so runs it before it opens the program. It waits twice:
here, as the runner's user, where it runs code that the runner gives, in processes of their own; and, with the program
read, right before the program's first statement. Processes that are forked there go on as if nothing had been here.
"""

import sys

DIRECTORY = "/box/zygote"
CONTROL = 3

# Of 64-bit x86, the only machine that the runner's filter of system calls knows.
CLONE = 56
PRCTL = 157
SET_ROBUST_LIST = 273
GET_ROBUST_LIST = 274
PRLIMIT = 302
CLOSE_RANGE = 436

# The child is the runner's, not the zygote's.
CLONE_PARENT = 0x8000
CLONE_CHILD_CLEARTID = 0x200000
CLONE_CHILD_SETTID = 0x1000000
SIGCHLD = 17
PR_SET_DUMPABLE = 4
PROT_READ, PROT_WRITE, PROT_EXEC = 1, 2, 4
PR_GET_TID_ADDRESS = 40

# The last names that `sys` has got when the interpreter takes itself apart, unless an exception was reported before.
LAST_NAMES = ["ps1", "ps2", "last_type", "last_value", "last_traceback"]
# With more objects, looking at all of them saves nothing.
MANY_OBJECTS = 500_000


def serve():
    """Returns what importing the site's own customization raised, if anything, once the program shall be read."""
    import gc
    import os
    import _ctypes
    import _socket
    import _weakref

    class Word(_ctypes._SimpleCData):
        _type_ = "l"

    class Function(_ctypes.CFuncPtr):
        # Does not let go of the interpreter's lock: in a child nobody else could give it back.
        _flags_ = _ctypes.FUNCFLAG_CDECL | _ctypes.FUNCFLAG_PYTHONAPI | _ctypes.FUNCFLAG_USE_ERRNO
        _restype_ = Word

    library = _ctypes.dlopen(None, 0)

    def function(name):
        return Function(_ctypes.dlsym(library, name))

    system_call = function("syscall")
    before_fork = function("PyOS_BeforeFork")
    after_fork_here = function("PyOS_AfterFork_Parent")
    after_fork_in_child = function("PyOS_AfterFork_Child")

    def call(number, *arguments):
        result = system_call(number, *arguments)
        if result < 0:
            raise OSError(_ctypes.get_errno(), os.strerror(_ctypes.get_errno()))
        return result

    def remove_traces():
        if sys.path.pop(0) != DIRECTORY or os.access(sys.argv[0], os.R_OK):
            raise RuntimeError("a failure here would run the program as the runner's user")
        sys.path_importer_cache.pop(DIRECTORY, None)
        # As the interpreter will find by itself, in every child.
        sys.path_importer_cache[sys.argv[0]] = None
        value = function("getenv")(b"PYTHONPATH")
        del os.environ["PYTHONPATH"]
        text = b"PYTHONPATH=" + DIRECTORY.encode()
        function("memset")(Word(value - len(b"PYTHONPATH=")), 0, Word(len(text)))

    def import_own_customization():
        del sys.modules[__name__]
        try:
            __import__(__name__)
        except ImportError as error:
            return error

    def preload(names):
        for name in names.split():
            try:
                __import__(name)
            except ImportError:
                pass

    # What the C library's own fork sees to.
    address, robust_list, size = Word(), Word(), Word()
    call(PRCTL, PR_GET_TID_ADDRESS, _ctypes.byref(address))
    call(GET_ROBUST_LIST, 0, _ctypes.byref(robust_list), _ctypes.byref(size))
    flags = Word(CLONE_PARENT | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD)

    def fork():
        before_fork()
        pid = system_call(CLONE, flags, 0, 0, address, 0)
        if pid == 0:
            call(SET_ROBUST_LIST, robust_list, size)
            after_fork_in_child()
            return True
        after_fork_here()
        if pid < 0:
            raise OSError(_ctypes.get_errno(), "cannot fork")
        return False

    def limit(limits, directory):
        """All that a process takes over from the one that it is forked from."""
        score = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
        os.write(score, b"1000")
        os.close(score)
        for limit in limits.split():
            resource, value = map(int, limit.split(b":"))
            call(PRLIMIT, 0, resource, value.to_bytes(8, "little") * 2, None)
        os.chdir(directory)

    def become_user(real, effective):
        os.setresgid(real, effective, real)
        os.setresuid(real, effective, real)

    def refuse_rights():
        try:
            os.setuid(0)
        except PermissionError:
            return
        raise RuntimeError("the program could become the runner's user")

    def detach(files):
        """The program's own session and files."""
        os.setsid()
        for place, file in enumerate(files):
            os.dup2(file, place)

    def leave():
        """The runner has its answer, and the program no way to it."""
        # As after an exec: the program's files in /proc are its own.
        call(PRCTL, PR_SET_DUMPABLE, 1)
        control.send(b"%d" % os.getpid())
        try:
            call(CLOSE_RANGE, CONTROL, Word(0xFFFFFFFF), 0)
        except OSError:
            os.closerange(CONTROL, os.sysconf("SC_OPEN_MAX"))
        control.detach()

    def fail(error):
        control.send(repr(error).encode()[:200])
        os._exit(1)

    def renew_main():
        """The program's own names shall not be frozen: at the end, what only they keep would not be deleted."""
        main = type(sys)("__main__")
        vars(main).update(vars(sys.modules["__main__"]))
        sys.modules["__main__"] = main
        return vars(main)

    bases_of = type.__dict__["__mro__"].__get__
    members_of = type.__dict__["__dict__"].__get__
    callback_of = _weakref.ref.__dict__["__callback__"].__get__
    proxies = (_weakref.ProxyType, _weakref.CallableProxyType)

    def is_heard(objects):
        """Whether deleting the objects could do anything that is seen outside. Runs no code of theirs."""
        kinds = {id(kind): kind for kind in map(type, objects) if kind is not Farewell}
        metas = {id(kind) for kind in kinds.values() if any(base is type for base in bases_of(kind))}
        kinds.update((id(item), item) for item in objects if id(type(item)) in metas)
        for kind in kinds.values():
            bases = bases_of(kind)
            if any("__del__" in members_of(base) for base in bases) or any(kind is proxy for proxy in proxies):
                return True
            if any(base is _weakref.ref for base in bases):
                if any(type(item) is kind and callback_of(item) is not None for item in objects):
                    return True
        return False

    class Farewell:
        """Deleted when the interpreter begins to take itself apart, which costs as much as all before it.

        Where the program has come to its end, by which the exit code is 0, and nothing of what is left would be seen,
        the process ends at once.
        """

        __slots__ = ()

        def __del__(self):
            nonlocal watched
            # Nothing here shall keep them: the interpreter deletes them next.
            (names, stdout, stderr), watched = watched, None
            if not sys.is_finalizing() or list(vars(sys))[-len(LAST_NAMES) :] != LAST_NAMES:
                return
            # The interpreter removes it at the end of the program, but not where something exits before.
            if "__file__" in names or sys.stdout is not stdout or sys.stderr is not stderr:
                return
            if sys.getallocatedblocks() > MANY_OBJECTS or is_heard(gc.get_objects()):
                return
            try:
                stdout.flush()
                stderr.flush()
            except BaseException:
                return
            exit_process(0)

    exit_process = function("exit")
    watched = None

    def receive():
        request, ancillary, *_ = control.recvmsg(65536, 64)
        if not request:
            os._exit(0)
        received = b"".join(data for *_, data in ancillary)
        files = [int.from_bytes(received[at : at + 4], sys.byteorder) for at in range(0, len(received), 4)]
        return request.split(b"\0"), files

    def run(uid, limits, directory, files, code, *arguments):
        """Code that the runner gives, in a process of its own."""
        try:
            limit(limits, directory)
            detach(files)
            os.setgroups([])
            become_user(int(uid), int(uid))
            refuse_rights()
            leave()
        except BaseException as error:
            fail(error)
        sys.argv[:] = ["-c", *map(os.fsdecode, arguments)]
        status = 0
        try:
            exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
        except BaseException as error:
            status = 1
            error.__traceback__ = error.__traceback__.tb_next
            sys.excepthook(type(error), error, error.__traceback__)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)

    def load(real, user, limits, directory):
        """Lets the interpreter go on and read the program, with no right but to become the program's user.

        It has that user's rights already. But as long as it is really another one, the program has none over it.
        """
        nonlocal watched, uid
        uid = int(user)
        limit(limits, directory)
        os.setgroups([])
        become_user(int(real), uid)
        refuse_rights()
        call(PRCTL, PR_SET_DUMPABLE, 0)
        watched = renew_main(), sys.stdout, sys.stderr
        # The first thing that is deleted then, and that nobody looks at.
        vars(sys.__interactivehook__)[Farewell] = Farewell()
        sys.addaudithook(notice)

    def notice(event, arguments):
        """Returns where the program is about to execute, in every process that shall do so."""
        if event != "exec" or arguments[0].co_filename != sys.argv[0]:
            return
        forget()
        control.send(b"ready")
        while True:
            _, files = receive()
            if fork():
                try:
                    detach(files)
                    become_user(uid, uid)
                    return leave()
                except BaseException as error:
                    fail(error)
            for file in files:
                os.close(file)

    def forget():
        """Nobody can take back a hook; but they stand in a list, over which somebody iterates just now."""
        for item in gc.get_objects():
            if type(item) is list_iterator:
                [hooks] = item.__reduce__()[1]
                if any(hook is notice for hook in hooks):
                    return hooks.clear()
        raise RuntimeError("the program would be watched")

    def keep_page_tables():
        """A fork takes over the tables of those mappings only that hold pages of their own.

        For all others, every process would find the pages of the interpreter again, fault by fault.
        """
        maps = os.open("/proc/self/maps", os.O_RDONLY)
        lines = b"".join(iter(lambda: os.read(maps, 65536), b"")).splitlines()
        os.close(maps)
        for line in lines:
            place, rights, _, _, inode, *_ = line.split()
            if rights not in (b"r--p", b"r-xp") or inode == b"0":
                continue
            first = Word(int(place.split(b"-")[0], 16))
            usual = PROT_READ | (PROT_EXEC if rights == b"r-xp" else 0)
            if protect(first, size_of_page, usual | PROT_WRITE) == 0:
                copy(first, first, 1)
                protect(first, size_of_page, usual)

    list_iterator = type(iter([]))
    protect, copy = function("mprotect"), function("memmove")
    size_of_page = os.sysconf("SC_PAGESIZE")
    uid = None
    control = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET, 0, CONTROL)
    remove_traces()
    absent = import_own_customization()
    preload(control.recv(1024).decode())
    keep_page_tables()
    # A collection in a child would write to, and so copy, all that is here.
    gc.collect()
    gc.freeze()
    control.send(b"ready")
    while True:
        (kind, *texts), files = receive()
        if kind == b"load":
            load(*texts)
            return absent
        if fork():
            run(*texts[:3], files, *texts[3:])
        for file in files:
            os.close(file)


try:
    absent = serve()
except BaseException:
    # The interpreter would go on to the program.
    __import__("posix")._exit(70)
if absent is not None:
    raise absent
