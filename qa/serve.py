"""gunicorn around the app: checks first, models after the fork, one clear line for whatever goes wrong.

This module and what it imports stay free of torch and faiss: a fork after a multi-threaded torch or faiss call
hangs, so only the workers may load them.
"""

import errno
import logging
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
from gunicorn.errors import AppImportError

from index.errors import ServiceError
from index.generations import read_manifest
from qa.settings import Settings

Load = Callable[[Settings], Flask]

REQUEST_LINE_BYTES = 8190
"""gunicorn's largest; 1,000 characters of a permalink's question fit unless most of them are emoji."""

GRACE_SECONDS = 20
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # gunicorn's heartbeat file: a slow disk must not look like a dead worker


def serve(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status.

    Raises `index.errors.IndexUnavailableError` before anything is started when there is no index.
    """
    read_manifest(settings.index_folder)
    return run_server(settings, load_app)


def load_app(settings: Settings) -> Flask:
    """Return the app with its models; called in each worker."""
    from qa.app import create_app  # after the fork, see the top of this file

    return create_app(settings)


def run_server(settings: Settings, load: Load) -> int:
    """Serve the app that `load` returns in each worker; 1 when the port is taken or a worker cannot load."""
    if (trouble := port_trouble(settings.host, settings.port)) is not None:
        print(trouble, file=sys.stderr)
        return 1
    master = os.getpid()
    shared = _share_counts(settings)
    try:
        _Server(shared, load).run()
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


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, settings: Settings, load: Load) -> None:
        self._settings = settings
        self._load = load
        super().__init__()

    def load_config(self) -> None:
        s = self._settings
        values: dict[str, Any] = {
            "bind": f"[{s.host}]:{s.port}" if ":" in s.host else f"{s.host}:{s.port}",
            "workers": s.workers,
            "threads": s.threads,
            "worker_class": "gthread",
            "timeout": s.timeout_seconds,
            "graceful_timeout": GRACE_SECONDS,
            "limit_request_line": REQUEST_LINE_BYTES,
            "worker_tmp_dir": str(SHARED_MEMORY) if os.access(SHARED_MEMORY, os.W_OK) else None,
            "accesslog": None,  # it would hold permalinks, and so questions; the app logs paths
            "loglevel": "debug" if s.log_level.upper() == "DEBUG" else "warning",
            "proc_name": "tanya-asn",
            "control_socket_disable": True,
            "post_worker_init": self._announce,
            "child_exit": self._bury,
        }
        for name, value in values.items():
            if name in self.cfg.settings:  # the control socket is of gunicorn 24 and later
                self.cfg.set(name, value)

    def load(self) -> Flask:
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        for name in ("qa", "index"):  # libraries tell only what is wrong
            logging.getLogger(name).setLevel(self._settings.log_level.upper())
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
