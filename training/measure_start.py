"""How long a service takes from its start to its first answer, and which imports cost most.

    python -m training.measure_start [--index-url file:var/index] [--times 3]

Each time is a new process; the first may find files that the system has not read yet.
"""

import argparse
import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence

from training.served import REPOSITORY, load_average, serving

QUESTION = "Siapa wali kota Semarang?"
IMPORTS = "import qa.app, qa.pipeline"
_LINE = re.compile(r"import time:\s+\d+ \|\s+(\d+) \|(\s+)(\S+)")
MOST_SHOWN = 12


def start_once(index_url: str) -> tuple[float, float, float, float]:
    """Return seconds until the port is open, seconds until the first answer is there, CPU seconds and MiB of memory then."""
    began = time.monotonic()
    with serving("--index-url", index_url) as served:
        asked = urllib.request.Request(  # noqa: S310  # our own address on the loopback
            f"{served.base}/ask", json.dumps({"question": QUESTION}).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=60) as reply:  # noqa: S310
            json.load(reply)
        return served.ready_seconds, time.monotonic() - began, served.cpu_seconds(), served.resident_mib()


def slowest_imports() -> list[tuple[str, float]]:
    """Return the modules that take longest to import with what they import themselves, in milliseconds; the slowest first."""
    command = [sys.executable, "-X", "importtime", "-c", IMPORTS]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)  # noqa: S603  # our own command
    found = [(m[3], int(m[1]) / 1000) for m in _LINE.finditer(done.stderr)]
    return sorted(found, key=lambda row: -row[1])[:MOST_SHOWN]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the times and the slowest imports."""
    parser = argparse.ArgumentParser(prog="python -m training.measure_start", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--index-url", default="file:var/index")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args(arguments)
    print(f"| start ({load_average()}) | ready | first answer | CPU | memory |\n|---|---|---|---|---|")
    for number in range(1, options.times + 1):
        ready, answered, cpu, mib = start_once(options.index_url)
        print(f"| {number} | {ready:.2f} s | {answered:.2f} s | {cpu:.2f} s | {mib:.0f} MiB |")
    print("\n| slowest imports | with what they import |\n|---|---|")
    for name, milliseconds in slowest_imports():
        print(f"| `{name}` | {milliseconds:.0f} ms |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
