"""Hits to a cited answer or an abstention."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("tanya-asn")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0+unknown"
