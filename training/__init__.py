"""Makes the models in the box from the files of the data folder; nothing at run time imports this package."""

import os

# Before anything imports onnxruntime, which otherwise reports to its maker (see qa/reading.py).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
