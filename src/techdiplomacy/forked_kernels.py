"""Jupyter kernels forked from one process that has imported and loaded once.

A kernel is then there in milliseconds, with packages and tables in its memory, and each is as
fresh as the first: what a notebook changes stays in its own fork. The process that forks is our
own, not that of ``multiprocessing``, which is one for all of a process's life, keeps the
environment in which it was first used, and says nothing when loading fails.

Knows: how a process forks, how its children are started, stopped and mourned, how Jupyter is told.
Must not know: what is loaded, and which notebook runs. May import: errors. Not on Windows.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from techdiplomacy.errors import TechDiplomacyError

READY = "ready"
LAUNCHER = "ipykernel_launcher"
# the code of a child of which nothing more will be heard
LOST = -int(signal.SIGKILL)
# the least that systems allow, less the names of sockets of a kernel
_LONGEST_ADDRESS = 96
_START = "import sys; from techdiplomacy.forked_kernels import serve; serve(*sys.argv[1:])"


# --- on the side of those who want kernels -----------------------------------------------------


class ForkServer:
    """A process that loads once and is then forked; a context in which kernels can be had.

    Parameters
    ----------
    load : str
        What is called once before any fork, as ``module:function``.
    arguments : sequence of str
        What it is given.
    environment : mapping
        Environment of the process; a kernel inherits it.
    folder : Path
        Where it runs.
    """

    def __init__(
        self, load: str, arguments: Sequence[str], *, environment: Mapping[str, str], folder: Path
    ) -> None:
        self.folder = folder
        self.place = Path(tempfile.mkdtemp(prefix="kernels-"))
        self._address = str(self.place / "fork")
        if len(self._address.encode()) > _LONGEST_ADDRESS:
            shutil.rmtree(self.place)
            raise TechDiplomacyError(
                f"The name of the folder for temporary files is too long: {self.place.parent}",
                where="environment variable TMPDIR",
                next_step="Choose a shorter one: export TMPDIR=/tmp",
            )
        self._lifeline, theirs = socket.socketpair()
        # both ends exist before the process does: whoever is early waits
        with socket.socket(socket.AF_UNIX) as listener, theirs:
            listener.bind(self._address)
            listener.listen(64)
            handles = (listener.fileno(), theirs.fileno())
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, *map(str, handles), load, *arguments],
                pass_fds=handles,
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                # Ctrl-C reaches the owner, who closes the lifeline
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def wait_until_ready(self) -> None:
        """Return when everything is loaded.

        Raises
        ------
        TechDiplomacyError
            If loading fails; an expected failure is raised in its own words.
        """
        with self._lifeline.makefile("r", encoding="utf-8") as lines:
            told = json.loads(lines.readline() or "{}")
        if told.get("state") == READY:
            return
        raise TechDiplomacyError(
            told.get("what", "The process that kernels are forked from ended while it loaded."),
            where=told.get("where", "loading what all kernels share"),
            next_step=told.get("next_step", "Free memory and run it again."),
        )

    def fork(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: str
    ) -> ForkedProcess:
        """Return a new process that runs a kernel with these arguments and further variables.

        Raises
        ------
        TechDiplomacyError
            If the process that is forked is gone.
        """
        wanted = {
            "arguments": list(arguments),
            "environment": dict(environment),
            "folder": folder,
        }
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(self._address)
            connection.sendall(json.dumps(wanted).encode() + b"\n")
            return ForkedProcess(connection)
        except (OSError, ValueError) as error:
            connection.close()
            raise TechDiplomacyError(
                f"The process that kernels are forked from is gone: {error}",
                where="forking a kernel",
                next_step="Free memory and run it again.",
            ) from error

    def close(self) -> None:
        """End the process, and with it every kernel that still runs."""
        self._lifeline.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.place, ignore_errors=True)


class ForkedProcess:
    """A forked kernel, with as much of ``subprocess.Popen`` as Jupyter asks for.

    Over the connection come a number and a line end twice: the process, and the code of its end.
    Each byte that goes out is a signal for it; only its parent knows that it still is the same.
    """

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._heard = b""
        self.returncode: int | None = None
        while b"\n" not in self._heard:
            more = connection.recv(64)
            if not more:
                raise OSError("it did not answer")
            self._heard += more
        number, _, self._heard = self._heard.partition(b"\n")
        self.pid = int(number)

    def poll(self) -> int | None:
        """Return the code with which the process ended, or None while it runs."""
        return self._listen(timeout=0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Return the code with which the process ends; None if it still runs after the time."""
        return self._listen(timeout)

    def send_signal(self, number: int) -> None:
        """Send a signal to the process and to all that it has started."""
        if self.returncode is None:
            with contextlib.suppress(OSError):
                self._connection.sendall(bytes([number]))

    def kill(self) -> None:
        """End the process at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def _listen(self, timeout: float | None) -> int | None:
        if self.returncode is not None:
            return self.returncode
        self._connection.settimeout(timeout)
        try:
            while b"\n" not in self._heard:
                more = self._connection.recv(64)
                self._heard += more or f"{LOST}\n".encode()
        except (BlockingIOError, TimeoutError):
            return None
        except OSError:
            self._heard = f"{LOST}\n".encode()
        self.returncode = int(self._heard.partition(b"\n")[0])
        self._connection.close()
        return self.returncode


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel as a fork; all else is as with a kernel of this machine."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Return how to reach the new kernel."""
        manager: Any = self.parent
        folder = str(options.get("cwd") or manager.server.folder)
        arguments = cmd[cmd.index(LAUNCHER) + 1 :]
        self.process = manager.server.fork(arguments, manager.environment, folder)
        self.pid = self.process.pid
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and wait: a killed fork is gone sooner than anybody asks again."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=1)


class ForkedKernelManager(AsyncKernelManager):
    """Manages a forked kernel; a subclass of :func:`kernels_of` knows from where it is forked."""

    server: ForkServer
    environment: Mapping[str, str]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.kernel_id = str(uuid.uuid4())
        # by default sockets are numbered in the current folder, and two kernels may take one number
        self.ip = str(self.server.place / self.kernel_id[:8])
        self.connection_file = f"{self.ip}.json"
        self.provisioner = ForkedProvisioner(
            kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
        )


def kernels_of(server: ForkServer, environment: Mapping[str, str]) -> type[AsyncKernelManager]:
    """Return a class of kernel managers, as nbclient and papermill take one.

    Parameters
    ----------
    server : ForkServer
        From where kernels are forked.
    environment : mapping
        Variables of these kernels alone.
    """
    return type("Kernels", (ForkedKernelManager,), {"server": server, "environment": environment})


# --- on the side of the process that is forked ------------------------------------------------


def serve(listening: str, lifeline: str, load: str, *arguments: str) -> None:
    """Load, then fork a kernel for everybody who connects, until the lifeline is cut.

    A fork returns from the loop as well, and becomes the kernel: it ends like any other process.
    """
    owner = socket.socket(fileno=int(lifeline))
    listener = socket.socket(fileno=int(listening))
    try:
        module, _, function = load.partition(":")
        getattr(importlib.import_module(module), function)(*arguments)
        importlib.import_module("ipykernel.ipkernel")
        importlib.import_module("ipykernel.kernelapp")
        _require_one_thread()
    except TechDiplomacyError as error:
        _tell(owner, what=error.what, where=error.where, next_step=error.next_step)
        return
    except Exception:
        _tell(owner, what=traceback.format_exc().strip(), next_step="Mend what the trace names.")
        return
    # what is loaded is never collected: its pages stay shared
    gc.collect()
    gc.freeze()
    _tell(owner, state=READY)
    wanted = _Forks(listener, owner).run()
    if wanted is not None:
        _be_kernel(wanted)


def _tell(owner: socket.socket, **words: str) -> None:
    owner.sendall(json.dumps(words).encode() + b"\n")


def _require_one_thread() -> None:
    """Raise if there are threads: a fork keeps one of them, and the locks of all."""
    tasks = Path("/proc/self/task")
    count = len(list(tasks.iterdir())) if tasks.is_dir() else threading.active_count()
    if count > 1:
        raise TechDiplomacyError(
            f"{count} threads run after loading: such a process cannot be forked safely.",
            where="loading what all kernels share",
            next_step="Find the package that starts threads on import, and load it in the kernel.",
        )


class _Forks:
    """The loop of the forked process: who waits for which child."""

    def __init__(self, listener: socket.socket, owner: socket.socket) -> None:
        self.listener, self.owner = listener, owner
        self.children: dict[int, socket.socket] = {}
        self.woken, self.wake = socket.socketpair()
        self.woken.setblocking(False)
        self.wake.setblocking(False)
        self.selector = selectors.DefaultSelector()
        for end in (listener, owner, self.woken):
            self.selector.register(end, selectors.EVENT_READ)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake.fileno(), warn_on_full_buffer=False)

    def run(self) -> dict[str, Any] | None:
        """Return what a fork is to be; None, in the process itself, when its owner is gone."""
        while True:
            for key, _ in self.selector.select():
                end = key.fileobj
                if end is self.owner:
                    for child in self.children:
                        _send(child, signal.SIGKILL)
                    return None
                if end is self.listener:
                    wanted = self._fork()
                    if wanted is not None:
                        return wanted
                elif end is self.woken:
                    self._mourn()
                elif isinstance(end, socket.socket):
                    self._hear(end)

    def _fork(self) -> dict[str, Any] | None:
        """Fork for whoever connects; return what is wanted in the child, None in the parent."""
        connection, _ = self.listener.accept()
        with connection.makefile("r", encoding="utf-8") as lines:
            line = lines.readline()
        if not line.endswith("\n"):  # gone before it had asked
            connection.close()
            return None
        child = os.fork()
        if child == 0:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self.selector.close()
            ends = (self.listener, self.owner, self.woken, self.wake, *self.children.values())
            for end in (*ends, connection):
                end.close()
            return dict(json.loads(line))
        with contextlib.suppress(OSError):
            connection.sendall(f"{child}\n".encode())
        self.children[child] = connection
        self.selector.register(connection, selectors.EVENT_READ)
        return None

    def _mourn(self) -> None:
        """Tell the end of each child that has ended."""
        with contextlib.suppress(BlockingIOError):
            while self.woken.recv(1024):
                pass
        while True:
            try:
                child, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if child == 0:
                return
            connection = self.children.pop(child)
            self.selector.unregister(connection)
            with contextlib.suppress(OSError), connection:
                connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())

    def _hear(self, connection: socket.socket) -> None:
        """Send a child the signals that are asked for; end it if nobody is left to ask."""
        child = next((one for one, end in self.children.items() if end is connection), None)
        if child is None:  # mourned in this same round
            return
        try:
            asked = connection.recv(16) or bytes([signal.SIGKILL])
        except OSError:
            asked = bytes([signal.SIGKILL])
        for number in asked:
            _send(child, number)


def _send(child: int, number: int) -> None:
    """Send a signal to a child that has not been waited for, and to what it has started."""
    try:
        os.killpg(child, number)
    except OSError:  # it has not come to lead its own group yet
        with contextlib.suppress(OSError):
            os.kill(child, number)


def _be_kernel(wanted: Mapping[str, Any]) -> None:
    """Run a kernel in this process, as its launcher would."""
    os.environ.update(wanted["environment"])
    os.chdir(wanted["folder"])
    sys.argv = [LAUNCHER, *wanted["arguments"]]
    from ipykernel.kernelapp import IPKernelApp

    # it ends when its parent is gone
    app: Any = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(wanted["arguments"])
    app.start()
