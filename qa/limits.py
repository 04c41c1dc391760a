"""How many requests an address may send, and who may call from other sites. Home of Flask-Limiter and Flask-CORS."""

import ipaddress
from typing import TYPE_CHECKING

from flask import Flask, request
from flask_cors import CORS
from flask_limiter import Limiter
from limits import parse_many
from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from qa.settings import Settings  # it checks RATE_LIMIT by this module

UNLIMITED = ("healthz", "readyz", "metrics", "static", "swagger.static")
"""Endpoints of the operator, and files that a page loads by itself."""

OPEN_TO_OTHER_SITES = r"/(ask|verify|articles(/.*)?|openapi\.json)"
IPV6_NETWORK_BITS = 64
"""The smallest network a provider gives to one customer (RFC 6177), who may use any address in it."""

PREFLIGHT_SECONDS = 600


def check_rate(rate: str) -> None:
    """Raise `ValueError` when a rate such as '30 per minute; 1000 per day' cannot be read."""
    try:
        parse_many(rate)
    except ValueError as error:
        raise ValueError("expected a rate such as '30 per minute', several of them parted by ';'") from error


def register(app: Flask, settings: "Settings") -> None:
    """Trust proxies, limit and open the app as the settings say; by default none of the three."""
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0)  # type: ignore[method-assign]  # as Flask's manual says
    if settings.rate_limit:
        Limiter(
            visitor,
            app=app,
            application_limits=[settings.rate_limit],
            application_limits_exempt_when=lambda: request.endpoint in UNLIMITED or request.method == "OPTIONS",
            storage_uri=settings.rate_limit_storage,
            headers_enabled=True,
        )
    if settings.allowed_origins:
        CORS(
            app,
            resources={OPEN_TO_OTHER_SITES: {"origins": settings.allowed_origins}},
            methods=["GET", "HEAD", "POST"],
            allow_headers=["Content-Type", "If-None-Match", "X-Request-ID"],
            expose_headers=["ETag", "Retry-After", "X-Request-ID"],
            send_wildcard=True,
            max_age=PREFLIGHT_SECONDS,
        )


def visitor() -> str:
    """Return whom a request counts for: an IPv4 address, or the network of an IPv6 one."""
    address = request.remote_addr or "unknown"
    try:
        if ipaddress.ip_address(address).version == 6:
            return str(ipaddress.ip_network(f"{address}/{IPV6_NETWORK_BITS}", strict=False))
    except ValueError:  # no address: a Unix socket, or what a proxy wrote
        pass
    return address
