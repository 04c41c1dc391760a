"""ONNX models: home of onnxruntime. Used by the encoder in the box and by the reader."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

# Before the import: onnxruntime 1.29 and later otherwise writes a device id to the home folder and reports to its maker.
# Set, not defaulted: the product contacts nobody. `tests/test_offline.py` holds that nothing is written.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import numpy.typing as npt
import onnxruntime

Numbers = npt.NDArray[np.float32]
Inputs = Mapping[str, Sequence[int]]
# More threads than this do not pay for inputs of some hundred tokens.
MOST_THREADS = 4
# onnxruntime joins addition and layer normalisation into one kernel that takes longer than the two: the reader's 150 tokens
# take 32 ms instead of 35 without it (onnxruntime 1.32, one core of an AMD EPYC).
SLOW_FUSIONS = ["SkipLayerNormFusion"]


class Network:
    """A network loaded once; safe to run from several threads.

    Inputs are never batched: 8-bit networks scale their numbers by the largest of a whole batch, so a text's result would
    depend on its neighbours. Several inputs run side by side on one core each, which is a quarter faster than each on all.
    """

    def __init__(self, model: Path | bytes) -> None:
        """Load an ONNX file or the content of one; raises what onnxruntime raises when it cannot be used."""
        threads = min(MOST_THREADS, os.cpu_count() or 1)
        self._on_all_cores, self._on_one_core = _session(model, threads), _session(model, 1)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="network")

    def run(self, inputs: Inputs) -> list[Numbers]:
        """Return the outputs for one input; each value of `inputs` is a list of integers, shape (tokens,)."""
        return _run(self._on_all_cores, inputs)

    def run_each(self, inputs: Sequence[Inputs]) -> list[list[Numbers]]:
        """Return the outputs for each input, in their order."""
        if len(inputs) == 1:
            return [self.run(inputs[0])]
        return list(self._pool.map(lambda one: _run(self._on_one_core, one), inputs))


def _session(model: Path | bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        model if isinstance(model, bytes) else str(model), options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOW_FUSIONS
    )


def _run(session: onnxruntime.InferenceSession, inputs: Inputs) -> list[Numbers]:
    batch = {name: np.array([values], dtype=np.int64) for name, values in inputs.items()}
    found: list[Any] = session.run(None, batch)
    return [output[0] for output in found]
