"""Fetching: what is asked for, the bounds of time, size and redirects, and that no private address is ever connected to."""

import gzip
import ipaddress
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes_web import Site, is_loopback, loopback_policy, serving

from index.addresses import Address
from index.errors import FetchError
from index.fetching import USER_AGENT, FetchPolicy, fetch

HERE = ipaddress.ip_address("127.0.0.1")


@pytest.fixture
def site() -> Iterator[Site]:
    with serving({"/a": (200, {"Content-Type": "text/html; charset=koi8-r"}, b"Warga datang.")}) as running:
        yield running


def refusal(url: str, policy: FetchPolicy) -> str:
    with pytest.raises(FetchError) as caught:
        fetch(url, policy)
    return str(caught.value)


def test_a_page_is_fetched_with_its_character_set(site: Site) -> None:
    reply = fetch(site.url("/a"), loopback_policy())
    assert (reply.status, reply.body, reply.charset, reply.cut) == (200, b"Warga datang.", "koi8-r", False)


def test_the_user_agent_names_the_product(site: Site) -> None:
    fetch(site.url("/a"), loopback_policy())
    assert "TanyaASN" in USER_AGENT
    assert site.requests[0][1]["User-Agent"] == USER_AGENT


def test_a_packed_page_is_unpacked(site: Site) -> None:
    site.answers["/z"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"Warga datang."))
    assert fetch(site.url("/z"), loopback_policy()).body == b"Warga datang."


def test_a_path_that_is_not_ascii_is_escaped(site: Site) -> None:
    fetch(site.url("/kafé melati?q=é"), loopback_policy())
    assert site.paths == ["/kaf%C3%A9%20melati?q=%C3%A9"]


def test_escapes_and_reserved_characters_stay(site: Site) -> None:
    fetch(site.url("/a%20b;c=1?x=%26&y=a+b#part"), loopback_policy())
    assert site.paths == ["/a%20b;c=1?x=%26&y=a+b"]


# Addresses


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_by_default_no_loopback_address_is_connected_to(site: Site, host: str) -> None:
    assert "not on the public internet" in refusal(site.url("/a", host), FetchPolicy())
    assert site.requests == []


def test_a_name_of_a_private_address_is_refused_without_a_connection(site: Site) -> None:
    assert "has the address 127.0.0.1" in refusal(site.url("/a", "kabar.example"), FetchPolicy(resolve=lambda host, port: [HERE]))
    assert site.requests == []


def test_a_host_with_one_private_address_among_public_ones_is_refused(site: Site) -> None:
    addresses = [ipaddress.ip_address("93.184.216.34"), HERE]
    assert "has the address 127.0.0.1" in refusal(site.url("/a", "kabar.example"), FetchPolicy(resolve=lambda host, port: addresses))


def test_a_redirect_to_a_private_address_is_refused(site: Site) -> None:
    site.answers["/go"] = (302, {"Location": "http://10.0.0.1/rahasia"}, b"")
    assert "has the address 10.0.0.1" in refusal(site.url("/go"), loopback_policy())


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://127.0.0.1/", "javascript:alert(1)"])
def test_a_redirect_to_another_scheme_is_refused(site: Site, target: str) -> None:
    site.answers["/go"] = (302, {"Location": target}, b"")
    assert "is no web address" in refusal(site.url("/go"), loopback_policy())


def test_a_name_that_changes_its_address_after_the_check_gains_nothing(site: Site) -> None:
    """The connection goes to the address that was checked: the name is resolved once, and what it resolves to later is never asked."""
    answers: list[list[Address]] = [[HERE], [ipaddress.ip_address("10.0.0.1")]]
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[Address]:
        asked.append(host)
        return answers[len(asked) - 1]

    reply = fetch(site.url("/a", "kabar.example"), loopback_policy(resolve=rebinding))
    assert (reply.status, asked) == (200, ["kabar.example"])
    assert site.requests[0][1]["Host"] == f"kabar.example:{site.port}"


def test_a_name_that_changes_its_address_before_a_redirect_is_checked_again(site: Site) -> None:
    site.answers["/go"] = (302, {"Location": "/a"}, b"")
    answers = iter([[HERE], [ipaddress.ip_address("10.0.0.1")]])
    assert "has the address 10.0.0.1" in refusal(site.url("/go", "kabar.example"), loopback_policy(resolve=lambda host, port: next(answers)))
    assert site.paths == ["/go"]


def test_the_next_address_is_tried_when_one_does_not_answer(site: Site) -> None:
    addresses = [ipaddress.ip_address("::1"), HERE]
    assert fetch(site.url("/a", "kabar.example"), loopback_policy(resolve=lambda host, port: addresses)).status == 200


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("http://budi:rahasia@kabar.example/", "name or password"),
        ("http:///a", "is no web address"),
        ("http://kabar.example:99999/", "is no web address"),
        ("http://kabar.example:0/", "is no web address"),
        ("http://[::1/", "is no web address"),
        ("javascript:alert(1)", "is no web address"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str, named: str) -> None:
    assert named in refusal(url, loopback_policy())


def test_a_password_is_not_repeated_in_the_error() -> None:
    assert "rahasia" not in refusal("http://budi:rahasia@kabar.example/", loopback_policy())


def test_a_host_without_an_address_is_an_error_that_names_it() -> None:
    def unknown(host: str, port: int) -> list[Address]:
        raise socket.gaierror(-2, "Name or service not known")

    assert "'tidak-ada.example' has no address" in refusal("http://tidak-ada.example/", loopback_policy(resolve=unknown))


# Bounds


def test_redirects_are_followed(site: Site) -> None:
    site.answers["/go"] = (301, {"Location": "/a"}, b"")
    assert fetch(site.url("/go"), loopback_policy()).url == site.url("/a")


def test_a_circle_of_redirects_ends(site: Site) -> None:
    site.answers["/go"] = (302, {"Location": "/go"}, b"")
    assert "redirected more than 5 times" in refusal(site.url("/go"), loopback_policy())
    assert len(site.requests) == 6


def test_a_page_is_cut_at_the_limit(site: Site) -> None:
    site.answers["/big"] = (200, {}, b"x" * 300_000)
    reply = fetch(site.url("/big"), loopback_policy(most_bytes=100_000))
    assert (len(reply.body), reply.cut) == (100_000, True)


def test_a_small_packed_page_that_unpacks_to_a_large_one_is_cut(site: Site) -> None:
    site.answers["/bomb"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(200 << 20)))
    reply = fetch(site.url("/bomb"), loopback_policy(most_bytes=1 << 20))
    assert (len(reply.body), reply.cut) == (1 << 20, True)


def test_a_server_that_sends_a_byte_now_and_then_is_left_at_the_deadline(site: Site) -> None:
    site.answers["/slow"] = (200, {}, b"x" * 100)
    site.drip_seconds = 0.05
    assert "within 0.4 seconds" in refusal(site.url("/slow"), loopback_policy(seconds=0.4))


def test_a_server_that_never_answers_is_left_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert "seconds" in refusal(f"http://127.0.0.1:{silent.getsockname()[1]}/", loopback_policy(seconds=0.3))


def test_a_server_that_is_not_there_is_an_error_with_its_reason() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert "Connection refused" in refusal(f"http://127.0.0.1:{port}/", loopback_policy())


def test_a_server_that_speaks_no_http_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            peer, _ = server.accept()
            with peer:
                peer.recv(1000)
                peer.sendall(b"220 surat.example ESMTP\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        assert "could not be fetched" in refusal(f"http://127.0.0.1:{server.getsockname()[1]}/", loopback_policy())
        thread.join()


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of `kabar.example` with its key, signed by itself."""
    path = tmp_path_factory.mktemp("tls") / "kabar.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=kabar.example"]
    command += ["-addext", "subjectAltName=DNS:kabar.example", "-keyout", str(path), "-out", str(path.with_suffix(".crt"))]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    except FileNotFoundError:
        pytest.skip("openssl, which makes the certificate, is not installed")
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


@pytest.fixture
def secure_port(certificate: Path) -> Iterator[int]:
    """A TLS server that answers one request."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            peer, _ = server.accept()
            try:
                with context.wrap_socket(peer, server_side=True) as secure:
                    secure.recv(4096)
                    secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nWarga")
            except OSError:  # the client does not trust the certificate
                peer.close()

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def secure_policy(certificate: Path) -> FetchPolicy:
    return loopback_policy(permits=is_loopback, resolve=lambda host, port: [HERE], tls=ssl.create_default_context(cafile=str(certificate)))


def test_the_certificate_is_checked_for_the_name_although_the_address_is_connected_to(secure_port: int, certificate: Path) -> None:
    assert fetch(f"https://kabar.example:{secure_port}/", secure_policy(certificate)).body == b"Warga"


def test_a_certificate_of_another_name_is_refused(secure_port: int, certificate: Path) -> None:
    assert "CERTIFICATE_VERIFY_FAILED" in refusal(f"https://lain.example:{secure_port}/", secure_policy(certificate))


def test_a_certificate_that_nobody_vouches_for_is_refused(secure_port: int) -> None:
    assert "CERTIFICATE_VERIFY_FAILED" in refusal(f"https://kabar.example:{secure_port}/", loopback_policy(resolve=lambda host, port: [HERE]))
