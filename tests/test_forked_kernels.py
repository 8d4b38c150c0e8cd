"""Kernels forked from one process: loaded once, fresh each, ended with their server."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from techdiplomacy.errors import TechDiplomacyError
from techdiplomacy.forked_kernels import LOST, ForkServer, kernels_of

PROBE = """\
import os, threading
from techdiplomacy.errors import InvalidTable
loaded = []
def load(word): loaded.append((word, os.getpid()))
def fails(): 1 / 0
def refuses(): raise InvalidTable("No rows.", where="here", next_step="Do that.")
def threads(): threading.Thread(target=threading.Event().wait, daemon=True).start()
def dies(): os._exit(7)
"""


@pytest.fixture
def server(tmp_path):
    """Return a function that starts a server which loads by a function of the probe."""
    (tmp_path / "probe.py").write_text(PROBE)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    started = []

    def start(load="load", *arguments):
        environment = {**os.environ, "PYTHONPATH": path, "SHARED": "yes"}
        started.append(
            ForkServer(f"probe:{load}", arguments, environment=environment, folder=tmp_path)
        )
        return started[-1]

    yield start
    for one in started:
        one.close()


async def answers(manager, *sources):
    """Return what a new kernel prints for each piece of code."""
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        printed = []
        for source in sources:
            said = []
            await client.execute_interactive(
                source, output_hook=lambda m, said=said: said.append(m["content"].get("text", ""))
            )
            printed.append("".join(said).strip())
        return printed
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


def ask(server, *sources, **environment):
    manager = kernels_of(server, environment)(kernel_name="python3")
    manager.transport = "ipc"
    return asyncio.run(answers(manager, *sources))


def is_there(process):
    """Return whether a process runs; one that nobody has waited for is dead all the same."""
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def until_gone(*processes):
    for _ in range(300):
        if not any(map(is_there, processes)):
            return True
        time.sleep(0.05)
    return False


def test_it_loads_once_and_each_kernel_is_fresh(server, tmp_path):
    forks = server("load", "word")
    forks.wait_until_ready()
    look = "import os, probe; print(probe.loaded, os.getppid())"
    spoil = "probe.loaded.append('spoilt'); os.environ['SHARED'] = 'no'; os.chdir('/')"
    told = "print(os.environ['SHARED'], os.environ['OWN'], os.getcwd())"
    first = ask(forks, look, told, spoil, look, OWN="a")
    second = ask(forks, look, told, OWN="b")
    assert first[0] == second[0]
    assert first[0].startswith("[('word', ")
    loader, parent = first[0].strip("[]").split("] ")[0], first[0].split()[-1]
    assert parent in loader, "the kernel is a child of the process that loaded"
    assert "spoilt" in first[3]
    assert (first[1], second[1]) == (f"yes a {tmp_path}", f"yes b {tmp_path}")


@pytest.mark.parametrize(
    ("load", "words"),
    [
        ("fails", "ZeroDivisionError"),
        ("refuses", "No rows.\n  where: here\n  what to do: Do that."),
        ("threads", "2 threads run after loading"),
        ("dies", "ended while it loaded"),
        ("nothing", "has no attribute 'nothing'"),
    ],
)
def test_a_failure_of_loading_is_told(server, load, words):
    with pytest.raises(TechDiplomacyError) as caught:
        server(load).wait_until_ready()
    assert words in str(caught.value)


def test_the_end_of_a_kernel_is_told(server, tmp_path):
    forks = server("load", "word")
    forks.wait_until_ready()
    ended = forks.fork(["--version"], {}, str(tmp_path))
    assert ended.wait(timeout=30) == 0
    running = [forks.fork([], {}, str(tmp_path)) for _ in range(3)]
    assert [one.poll() for one in running] == [None, None, None]
    running[0].kill()
    assert running[0].wait(timeout=30) == -signal.SIGKILL
    running[0].kill()  # whatever has its number by now is left alone
    assert running[1].poll() is None
    forks.close()
    assert [one.wait(timeout=30) for one in running[1:]] == [LOST, LOST]
    assert until_gone(*(one.pid for one in running))


def test_without_its_server_no_kernel_can_be_had(server):
    forks = server("load", "word")
    forks.wait_until_ready()
    forks.close()
    with pytest.raises(TechDiplomacyError, match="is gone"):
        forks.fork([], {}, "/")


def test_nothing_outlives_an_owner_that_is_killed(tmp_path):
    code = (
        "import os, json, pathlib; from techdiplomacy.forked_kernels import ForkServer\n"
        "s = ForkServer('os:getpid', [], environment=os.environ, folder=pathlib.Path('.'))\n"
        "s.wait_until_ready(); k = s.fork([], {}, '.')\n"
        "print(json.dumps([s._process.pid, k.pid]), flush=True); input()"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    processes = json.loads(owner.stdout.readline())
    assert all(map(is_there, processes))
    owner.kill()
    owner.wait()
    assert until_gone(*processes)
