"""Starts a program as `python3 main.py` would, as often as it is asked to, by forking an interpreter that is ready.

The interpreter takes this for the customization of its site, and so runs it before it opens the program. It waits twice:
here, as the runner's user, where it runs code that the runner gives, in processes of their own; and, with the program
read, right before the program's first statement. Processes that are forked there, by a loop that is no Python (`lib.rs`
beside this), go on as if nothing had been here.

Where there are cells, one such interpreter, the stem, waits outside of them: a zygote in a cell is forked from it.
"""

import sys

DIRECTORY = "/zygote"
LOOP = DIRECTORY + "/loop.so"
CONTROL = 3

# Of 64-bit x86, the only machine that the runner's filter of system calls knows.
CLONE = 56
CAPSET = 126
PRCTL = 157
SET_ROBUST_LIST = 273
GET_ROBUST_LIST = 274
PRLIMIT = 302
SETNS = 308
CLOSE_RANGE = 436

# The child is the runner's, not the zygote's.
CLONE_PARENT = 0x8000
CLONE_CHILD_CLEARTID = 0x200000
CLONE_CHILD_SETTID = 0x1000000
SIGCHLD = 17
PR_SET_DUMPABLE = 4
PROT_READ, PROT_WRITE, PROT_EXEC = 1, 2, 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_GET_TID_ADDRESS = 40
SECCOMP_MODE_FILTER = 2

CAPABILITY_VERSION = 0x20080522
CAP_SETGID, CAP_SETUID = 6, 7

MAX_REQUEST_BYTES = 65536
# With more objects, looking closely at all of them saves nothing.
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
    hooks = [_ctypes.dlsym(library, "PyOS_" + name) for name in ("BeforeFork", "AfterFork_Parent", "AfterFork_Child")]
    before_fork, after_fork_here, after_fork_in_child = map(Function, hooks)
    fork_runs = Function(_ctypes.dlsym(_ctypes.dlopen(LOOP, 0), "synthsmith_fork_runs"))

    def call(number, *arguments):
        result = system_call(number, *arguments)
        if result < 0:
            raise OSError(_ctypes.get_errno(), os.strerror(_ctypes.get_errno()))
        return result

    def remove_traces():
        if sys.path.pop(0) != DIRECTORY:
            raise RuntimeError("the search path is not the runner's")
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

    def module_alone(name):
        """No program shall find that it was imported."""
        was_there = name in sys.modules
        module = __import__(name)
        if not was_there:
            del sys.modules[name]
        return module

    def preload(names):
        for name in names:
            try:
                __import__(name.decode())
            except ImportError:
                pass

    # What the C library's own fork sees to.
    address, robust_list, size = Word(), Word(), Word()
    call(PRCTL, PR_GET_TID_ADDRESS, _ctypes.byref(address))
    call(GET_ROBUST_LIST, 0, _ctypes.byref(robust_list), _ctypes.byref(size))
    of_own = Word(CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD)
    of_runner = Word(CLONE_PARENT | of_own.value)

    def fork(flags):
        before_fork()
        pid = system_call(CLONE, flags, 0, 0, address, 0)
        if pid == 0:
            call(SET_ROBUST_LIST, robust_list, size)
            after_fork_in_child()
            return 0
        after_fork_here()
        if pid < 0:
            raise OSError(_ctypes.get_errno(), "cannot fork")
        return pid

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

    def close_from(first):
        try:
            call(CLOSE_RANGE, first, Word(0xFFFFFFFF), 0)
        except OSError:
            os.closerange(first, os.sysconf("SC_OPEN_MAX"))

    def announce():
        control.send(b"ready %d" % os.getpid())

    def leave():
        """The runner has its answer, and the program no way to it."""
        # As after an exec: the program's files in /proc are its own.
        call(PRCTL, PR_SET_DUMPABLE, 1)
        control.send(b"%d" % os.getpid())
        close_from(CONTROL)
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
        kinds = {id(kind): kind for kind in map(type, objects)}
        metas = {id(kind) for kind in kinds.values() if any(base is type for base in bases_of(kind))}
        kinds.update((id(item), item) for item in objects if id(type(item)) in metas)
        for kind in kinds.values():
            if has_last_words(kind):
                return True
            if any(base is _weakref.ref for base in bases_of(kind)):
                if any(type(item) is kind and callback_of(item) is not None for item in objects):
                    return True
        return False

    def has_last_words(kind):
        return any("__del__" in members_of(base) for base in bases_of(kind)) or any(kind is proxy for proxy in proxies)

    def kinds_without_a_word():
        """Types that most programs have objects of and no others, all of them known to be deleted in silence."""
        loud = (type, _weakref.ref)
        kinds = set(map(type, gc.get_objects()))
        return {kind for kind in kinds if not has_last_words(kind) and not any(base in loud for base in bases_of(kind))}

    def farewell(names, stdout, stderr):
        """Ends the process before the interpreter takes itself apart, which costs as much as all before it.

        Only where the program has come to its end, by which the exit code is 0, and nothing of what is left would be
        seen. It is called last of all that is registered for that time.
        """
        # The interpreter removes it at the end of the program, but not where something exits before.
        if "__file__" in names or hasattr(sys, "last_type"):
            return
        if sys.stdout is not stdout or sys.stderr is not stderr:
            return
        objects = gc.get_objects()
        if not silent.issuperset(map(type, objects)):
            if sys.getallocatedblocks() > MANY_OBJECTS or is_heard(objects):
                return
        try:
            stdout.flush()
            stderr.flush()
        except BaseException:
            return
        flush_files(None)
        os._exit(0)

    flush_files = function("fflush")
    at_exit = module_alone("atexit").register
    silent = kinds_without_a_word()

    def receive():
        request, ancillary, *_ = control.recvmsg(MAX_REQUEST_BYTES, 64)
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
        nonlocal told
        uid = int(user)
        limit(limits, directory)
        os.setgroups([])
        become_user(int(real), uid)
        refuse_rights()
        call(PRCTL, PR_SET_DUMPABLE, 0)
        told = _ctypes.byref((Word * 8)(CONTROL, uid, address.value, robust_list.value, size.value, *hooks))
        # What was made up to here is no program's, and nobody looks at it in the end.
        gc.freeze()
        at_exit(farewell, renew_main(), sys.stdout, sys.stderr)
        sys.addaudithook(notice)

    def notice(event, arguments):
        """Returns where the program is about to execute, in every process that shall do so."""
        if event != "exec" or arguments[0].co_filename != sys.argv[0]:
            return
        forget()
        announce()
        control.detach()
        fork_runs(told)

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

        Else every process would find the pages of the interpreter again, fault by fault.
        """
        interpreter = os.readlink(b"/proc/self/exe")
        maps = os.open("/proc/self/maps", os.O_RDONLY)
        lines = b"".join(iter(lambda: os.read(maps, 65536), b"")).splitlines()
        os.close(maps)
        for line in lines:
            place, rights, *_, path = line.split()
            if path != interpreter or rights not in (b"r--p", b"r-xp"):
                continue
            first, end = (int(address, 16) for address in place.split(b"-"))
            mapping = Word(first), Word(end - first)
            usual = PROT_READ | (PROT_EXEC if rights == b"r-xp" else 0)
            if protect(*mapping, usual | PROT_WRITE) == 0:
                copy(mapping[0], mapping[0], 1)
                protect(*mapping, usual)

    def join(rules, files):
        """Forks a zygote into the cell whose namespaces are given, as a child of the runner there.

        The first fork enters; only its children have an id in the cell. Of those the second is left to the runner.
        """
        line, *namespaces = files
        pid = fork(of_own)
        if pid == 0:
            for namespace in namespaces:
                call(SETNS, namespace, 0)
            pid = fork(of_own)
            if pid:
                os._exit(os.waitpid(pid, 0)[1] != 0)
            if fork(of_own):
                os._exit(0)
            os.dup2(line, CONTROL)
            close_from(CONTROL + 1)
            settle(bytes.fromhex(rules.decode()))
            return
        for file in files:
            os.close(file)
        control.send(b"failed" if os.waitpid(pid, 0)[1] else b"joined")

    def settle(rules):
        """Becomes what a zygote is that the cell's runner starts: its own user, with no right but to become another."""
        os.setsid()
        os.setgroups([])
        become_user(0, 0)
        call(PRCTL, PR_SET_DUMPABLE, 1)
        for capability in range(64):
            if capability not in (CAP_SETGID, CAP_SETUID) and system_call(PRCTL, PR_CAPBSET_DROP, capability, 0, 0, 0):
                break
        kept = (1 << CAP_SETGID | 1 << CAP_SETUID).to_bytes(4, "little")
        call(CAPSET, CAPABILITY_VERSION.to_bytes(8, "little"), (kept + kept + bytes(4)).ljust(24, b"\0"))
        words = (Word * (len(rules) // 8)).from_buffer_copy(rules)
        call(PRCTL, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (Word * 2)(len(words), _ctypes.addressof(words)), 0, 0)
        refuse_source()
        announce()

    def refuse_source():
        if os.access(sys.argv[0], os.R_OK):
            raise RuntimeError("a failure here would run the program as the runner's user")

    list_iterator = type(iter([]))
    protect, copy = function("mprotect"), function("memmove")
    told = None
    control = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET, 0, CONTROL)
    refuse_source()
    remove_traces()
    absent = import_own_customization()
    keep_page_tables()
    # A collection in a child would write to, and so copy, all that is here.
    gc.collect()
    gc.freeze()
    announce()
    while True:
        (kind, *texts), files = receive()
        if kind == b"join":
            join(*texts, files)
        elif kind == b"preload":
            preload(texts)
        elif kind == b"load":
            load(*texts)
            return absent
        elif fork(of_runner):
            for file in files:
                os.close(file)
        else:
            run(*texts[:3], files, *texts[3:])


try:
    absent = serve()
except BaseException:
    # The interpreter would go on to the program.
    __import__("posix")._exit(70)
if absent is not None:
    raise absent
