"""Every error that a user of the service can cause or see.

ServiceError
├── InputError              the caller sent something that cannot be used
│   ├── ArticleError        one article file or corpus line is unusable
│   │   └── FetchError      one address on the web cannot be read
│   ├── SourceError         a source path does not exist or holds no article
│   └── UnknownArticleError no article has this id
└── IndexUnavailableError   there is no index to answer from
    ├── IndexMissingError   nothing was built there yet
    ├── IndexDamagedError   files are missing or do not agree with the manifest
    ├── IndexOutdatedError  written by another format, analyzer or encoder
    ├── IndexLockedError    another build holds the lock
    ├── IndexNotWrittenError the folder is read-only or its disk is full
    ├── IndexUnreachableError the server that holds the index does not answer
    └── EngineMissingError   the library of that server is not installed

A message is one or two full sentences: the value, what was expected, what to do.
Mistakes of a programmer stay `ValueError` and are never caught.
"""

import re

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    r"""Return a text that a terminal shows and a file stores as it is: control characters become `\x1b`, bytes that are no UTF-8 `\udcff`.

    Names and texts of articles are somebody's; an escape sequence in them would otherwise be run by the operator's terminal.
    Line feeds and tabs stay.
    """
    return _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text)


class ServiceError(Exception):
    """Base of every error whose message is written for the user."""


class InputError(ServiceError):
    """The caller sent something that cannot be used."""


class ArticleError(InputError):
    """One article file or corpus line is unusable; a build lists it and goes on."""

    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


class FetchError(ArticleError):
    """One address on the web cannot be read: not permitted, not answered in time, or refused by the site."""


class SourceError(InputError):
    """A source path does not exist, cannot be read, or holds no article."""


class UnknownArticleError(InputError):
    """No article of the collection has this id."""


class IndexUnavailableError(ServiceError):
    """There is no index to answer from."""


class IndexMissingError(IndexUnavailableError):
    """Nothing was built at this place yet."""


class IndexDamagedError(IndexUnavailableError):
    """Files of the index are missing or do not agree with its manifest."""


class IndexOutdatedError(IndexUnavailableError):
    """The index was written by another format version, analyzer or encoder."""


class IndexLockedError(IndexUnavailableError):
    """Another process is building at the same place."""


class IndexNotWrittenError(IndexUnavailableError):
    """The index could not be changed, for example because its disk is full; what was there is still there."""


class IndexUnreachableError(IndexUnavailableError):
    """The server that holds the index does not answer, or not in time; it may be back later."""


class EngineMissingError(IndexUnavailableError):
    """The optional library that speaks with the index's server is not installed."""
