"""The servers of the measurements, pinned to one core, and the clients of clients.c on the other."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "build" / "bench"
HERE = Path(__file__).resolve().parent
SERVER_CORE, CLIENT_CORE = "0", "1"
SOCKET_PATH = "/ws/meetings/1/"
NCHAN_MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
PATIENCE = 60.0
NGINX = """
load_module {module};
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_rlimit_nofile 20000;
events {{ worker_connections 20000; }}
http {{
  access_log off;
  nchan_shared_memory_size 256m;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location /ws/meetings/1/ {{ nchan_subscriber websocket; nchan_channel_id c; }}
    location /round {{ nchan_publisher; nchan_channel_id c; }}
  }}
}}
"""


@dataclass
class Server:
    """A server under measurement: its processes, and where it listens."""

    name: str
    port: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def pids(self) -> list[int]:
        """Its processes and all that these have started."""
        found = [process.pid for process in self.processes]
        for pid in found:
            children = Path(f"/proc/{pid}/task/{pid}/children")
            if children.exists():
                found.extend(int(child) for child in children.read_text().split())
        return found

    def cpu(self) -> float:
        """Seconds of processor that it has used, as the scheduler counts them."""
        total = 0
        for pid in self.pids():
            for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                total += int(task.read_text().split()[0])
        return total / 1e9

    def kib(self) -> int:
        """Memory in RAM."""
        lines = (line for pid in self.pids() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    def publish(self, name: str) -> int:
        """Let a round of that name be told; when it was committed (or handed over), in ns of the machine's clock."""
        if self.name == "nchan":
            at = "2026-11-21T08:00:00.000000+00:00"
            data = {"round": name, "filling": "x" * 260}
            body = json.dumps({"type": "event", "seq": 1, "kind": "round.called", "at": at, "data": data}).encode()
            request = urllib.request.Request(f"http://127.0.0.1:{self.port}/round", data=body, method="POST")
            began = time.monotonic_ns()
            urllib.request.urlopen(request, timeout=PATIENCE).read()
            return began
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/round/{name}", timeout=PATIENCE) as answer:
            return int(answer.read())

    def kill(self) -> None:
        for pid in self.pids():
            os.kill(pid, signal.SIGKILL)
        for process in self.processes:
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing listens at port {port}")


def environment_of(given: dict[str, str]) -> dict[str, str]:
    """The environment of a process that is measured."""
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.live.settings", **given}


def start_daphne(served: str, port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        ["taskset", "-c", SERVER_CORE, sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port),
         f"bench.live.{served}"],
        cwd=ROOT,
        env=environment_of(environment),
    )  # fmt: skip
    wait_for(port)
    return process


def start_nchan(port: int) -> subprocess.Popen[bytes]:
    folder = Path(tempfile.mkdtemp(prefix="nchan-"))
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(module=NCHAN_MODULE, folder=folder, port=port), encoding="ascii")
    command = ["taskset", "-c", SERVER_CORE, "nginx", "-c", str(config), "-g", "daemon off; master_process off;"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    wait_for(port)
    return process


@contextmanager
def serving(name: str, served: str, environment: dict[str, str]) -> Iterator[Server]:
    """A server of one process; `served` "" is nginx with nchan."""
    server = Server(name, free_port())
    server.processes.append(start_daphne(served, server.port, environment) if served else start_nchan(server.port))
    try:
        yield server
    finally:
        server.kill()


class Clients:
    """clients.c, asked in words."""

    def __init__(self, port: int, clients: int, headers: Path, path: str = SOCKET_PATH, in_flight: int = 32) -> None:
        self.process = subprocess.Popen(
            ["taskset", "-c", CLIENT_CORE, str(program()), "127.0.0.1", str(port), path, str(clients), str(in_flight),
             str(headers)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def tell(self, command: str) -> None:
        self._stream(self.process.stdin).write(f"{command}\n")
        self._stream(self.process.stdin).flush()

    def hear(self) -> list[str]:
        return self._stream(self.process.stdout).readline().split()

    def ask(self, command: str) -> list[str]:
        self.tell(command)
        return self.hear()

    def connect(self) -> float:
        """Seconds until all are connected. Raises RuntimeError when some could not."""
        seconds, missing = self.ask("connect")
        if missing != "0":
            raise RuntimeError(f"{missing} clients could not connect")
        return float(seconds)

    def close(self) -> None:
        self._stream(self.process.stdin).close()
        self.process.wait()

    @staticmethod
    def _stream(stream: IO[str] | None) -> IO[str]:
        if stream is None:
            raise RuntimeError("the clients were started without pipes")
        return stream


def program() -> Path:
    """clients.c, compiled when it is newer than what was compiled."""
    KEPT.mkdir(parents=True, exist_ok=True)
    source, made = HERE / "clients.c", KEPT / "clients"
    if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["gcc", "-O2", "-o", str(made), str(source)], check=True)
    return made


def scene(clients: int) -> tuple[dict[str, str], Path]:
    """A database with so many delegates, made once: the environment that names it, and the clients' headers."""
    KEPT.mkdir(parents=True, exist_ok=True)
    database, headers = KEPT / f"live_{clients}.sqlite3", KEPT / f"live_{clients}.headers"
    environment = {"DATABASE_URL": f"sqlite:///{database}"}
    if not headers.exists():
        database.unlink(missing_ok=True)
        command = [sys.executable, "-m", "bench.live.scene", str(clients), str(headers)]
        subprocess.run(command, cwd=ROOT, env=environment_of(environment), check=True)
    return environment, headers


def listed(values: Sequence[object]) -> str:
    return "| " + " | ".join(str(value) for value in values) + " |"
