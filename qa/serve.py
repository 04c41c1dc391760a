"""gunicorn around the app: checks first, models after the fork, one clear line for whatever goes wrong.

This module and what it imports stay free of torch and faiss: a fork after a multi-threaded torch or faiss call
hangs, so only the workers may load them.
"""

import errno
import logging
import math
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import AppImportError

from index.engines import check_served
from index.errors import ServiceError
from qa import logs
from qa.settings import Settings

Load = Callable[[Settings], Flask]
Check = Callable[[], object]
log = logging.getLogger("qa.serve")

REQUEST_LINE_BYTES = 8190
"""gunicorn's largest; 1,000 characters of a permalink's question fit unless most of them are emoji."""

HEADER_BYTES = 8190
HEADERS_MOST = 64
KEEPALIVE_SECONDS = 5
"""How long a connection may wait for its first or next request; it holds no thread meanwhile."""

GRACE_SECONDS = 5
"""Added to the longest answer, when a worker is told to stop."""

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # gunicorn's heartbeat file: a slow disk must not look like a dead worker


def serve(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status. SIGHUP starts new workers and lets the old ones finish.

    Raises `index.errors.IndexUnavailableError` before anything is started when there is no index.
    """

    def check() -> None:
        check_served(settings)

    check()
    return run_server(settings, load_app, check)


def load_app(settings: Settings) -> Flask:
    """Return the app with its models; called in each worker."""
    from qa.app import create_app  # after the fork, see the top of this file

    return create_app(settings)


def run_server(settings: Settings, load: Load, check: Check = bool) -> int:
    """Serve the app that `load` returns in each worker; 1 when the port is taken or a worker cannot load.

    A reload goes ahead only when `check` raises no `ServiceError`: a worker that cannot load would stop the server.
    """
    if (trouble := port_trouble(settings.host, settings.port)) is not None:
        print(trouble, file=sys.stderr)
        return 1
    master = os.getpid()
    shared = _share_counts(settings)
    try:
        _Server(shared, load, check).run()
    except SystemExit as ending:
        if os.getpid() != master:
            raise  # a worker: gunicorn reads its exit status to tell "cannot load" from "died"
        return 1 if ending.code else 0
    finally:
        if os.getpid() == master and shared is not settings and shared.prometheus_multiproc_dir is not None:
            shutil.rmtree(shared.prometheus_multiproc_dir, ignore_errors=True)
    return 0


def port_trouble(host: str, port: int) -> str | None:
    """Return why the port cannot be used and what to do, or None when it can."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        cure = f"choose another with PORT={port % 65535 + 1} or --port"
        if error.errno == errno.EADDRINUSE:
            return f"Port {port} on {host} is already in use; stop the program that uses it or {cure}."
        if error.errno == errno.EACCES:
            return f"Port {port} needs rights that this user lacks; {cure} (1024 or higher)."
        return f"Cannot listen on host {host!r}, port {port}: {error.strerror}. Set HOST= to an address of this machine."
    return None


def _share_counts(settings: Settings) -> Settings:
    """Give several workers one folder for their Prometheus counts; the library reads the variable at its import."""
    if settings.workers == 1 or settings.prometheus_multiproc_dir is not None:
        return settings
    folder = tempfile.mkdtemp(prefix="qa-counts-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    return settings.model_copy(update={"prometheus_multiproc_dir": Path(folder)})


class _Master(Arbiter):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's master; it refuses a reload that would fail."""

    def reload(self) -> None:
        """Start new workers, then let the old ones finish their requests and stop."""
        try:
            self.app.check()
        except ServiceError as error:
            log.error("not reloaded, the old workers go on: %s", error)
        else:
            super().reload()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, settings: Settings, load: Load, check: Check) -> None:
        self._settings = settings
        self._load = load
        self.check = check
        super().__init__()

    def run(self) -> None:
        _Master(self).run()

    def load_config(self) -> None:
        s = self._settings
        values: dict[str, Any] = {
            "bind": f"[{s.host}]:{s.port}" if ":" in s.host else f"{s.host}:{s.port}",
            "workers": s.workers,
            "threads": s.threads,
            "worker_class": self._worker_class(),
            "timeout": s.timeout_seconds,
            "graceful_timeout": math.ceil(s.language_model_timeout_seconds) + GRACE_SECONDS,
            "keepalive": KEEPALIVE_SECONDS,
            "limit_request_line": REQUEST_LINE_BYTES,
            "limit_request_fields": HEADERS_MOST,
            "limit_request_field_size": HEADER_BYTES,
            "worker_tmp_dir": str(SHARED_MEMORY) if os.access(SHARED_MEMORY, os.W_OK) else None,
            "accesslog": None,  # it would hold permalinks, and so questions; the app logs paths
            "loglevel": "debug" if s.log_level == "DEBUG" else "warning",
            "logconfig_dict": logs.configuration(s),
            "proc_name": "tanya-asn",
            "control_socket_disable": True,
            "post_worker_init": self._announce,
            "child_exit": self._bury,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def _worker_class(self) -> type:
        from qa.worker import DeadlineWorker

        return type("Worker", (DeadlineWorker,), {"receive_seconds": self._settings.receive_timeout_seconds})

    def load(self) -> Flask:
        try:
            return self._load(self._settings)
        except ServiceError as error:
            raise AppImportError(str(error)) from error  # gunicorn then stops instead of trying for ever

    def _announce(self, worker: Any) -> None:
        if worker.age == 1:
            host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
            print(f"Siap: http://{host}:{self._settings.port}", flush=True)

    def _bury(self, _server: Any, worker: Any) -> None:
        if self._settings.prometheus_multiproc_dir is not None:
            from prometheus_client.multiprocess import mark_process_dead  # reads its folder at import

            mark_process_dead(worker.pid, str(self._settings.prometheus_multiproc_dir))  # type: ignore[no-untyped-call]  # prometheus-client
