"""The environment of the peers: made once, and again when its requirements change."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"
# Models are folders here; what a library would ask or tell its maker is switched off. The child refuses connections besides.
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
}
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")


def torch_of_the_product() -> str:
    """Return the requirement of the torch that runs here, without its build (pip's settings choose that)."""
    return f"torch=={version('torch').split('+')[0]}"


def peers_python(folder: Path, torch: str) -> Path:
    """Return the interpreter of the environment in `folder`; raise `subprocess.CalledProcessError` when it cannot be made."""
    python, stamp = folder / "bin" / "python", folder / "installed"
    wanted = hashlib.sha256(f"{sys.version_info[:2]} {torch}\n{REQUIREMENTS.read_text(encoding='utf-8')}".encode()).hexdigest()
    if not (stamp.is_file() and stamp.read_text(encoding="ascii") == wanted):
        print(f"Making the environment of the peers in {str(folder)!r}, which takes minutes and 2 GB.", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)  # noqa: S603  # this interpreter
        for what in ([torch], ["-r", str(REQUIREMENTS)]):
            subprocess.run([str(python), "-m", "pip", "install", "--quiet", *what], check=True)  # noqa: S603  # the one just made
        stamp.write_text(wanted, encoding="ascii")
    return python


def child_environment(threads: int, home: Path, changes: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a measured process: ours, `threads` threads for every library, `home` for what it leaves behind."""
    return {**os.environ, **_OFFLINE, **dict.fromkeys(_THREADS, str(threads)), "HOME": str(home), **changes}
