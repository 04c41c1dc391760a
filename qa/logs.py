"""What the log looks like: lines of text, or one JSON object a line. No record holds a question.

Home of python-json-logger.
"""

import logging
import traceback
from typing import Any

from qa.settings import Settings

_PLAIN = {
    "Invalid request from": "A request that is no HTTP was refused.",
    "Error handling request": "A request failed outside the application.",
}
"""How messages of gunicorn that hold a client's text begin, and what stands there instead."""

_FIELDS = ("levelname", "name", "message")
_TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def configuration(settings: Settings) -> dict[str, Any]:
    """Return the configuration for `logging.config.dictConfig`, of the service and of gunicorn alike."""
    level = settings.log_level
    as_json = {
        "()": "pythonjsonlogger.json.JsonFormatter",
        "fmt": _FIELDS,
        "timestamp": "time",
        "rename_fields": {"levelname": "level", "name": "logger"},
        "json_ensure_ascii": True,  # a name in a path cannot break out of its line, nor steer a terminal
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"quiet": {"()": WithoutRequestLine}},
        "formatters": {"chosen": as_json if settings.log_format == "json" else {"format": _TEXT}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "chosen", "filters": ["quiet"], "stream": "ext://sys.stderr"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},  # libraries tell only what is wrong
        "loggers": {
            "qa": {"level": level},
            "index": {"level": level},
            "gunicorn.error": {"level": "DEBUG" if level == "DEBUG" else "WARNING", "handlers": [], "propagate": True},
        },
    }


class WithoutRequestLine(logging.Filter):
    """Takes out of gunicorn's messages what the client sent: the address line of a permalink is somebody's question."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record where needed; every record is kept."""
        for beginning, plain in _PLAIN.items():
            if record.name == "gunicorn.error" and str(record.msg).startswith(beginning):
                record.msg, record.args = plain, ()
        return True


def place_of(error: BaseException) -> str:
    """Return where an unforeseen error arose, and its kind.

    Not its message: that may hold what somebody asked.
    """
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{frames}{type(error).__module__}.{type(error).__qualname__}"
