"""A real gunicorn on the loopback, around the scripted pipeline: start, stop, reload, several workers, lost workers."""

import json
import os
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import pytest
from servers import SECONDS, eventually, free_port, get, post, post_in_chunks, running, start, workers_of

from index.errors import IndexMissingError
from qa.serve import port_trouble, serve
from qa.settings import Settings


def test_it_answers_refuses_large_bodies_and_stops_when_asked() -> None:
    with running() as (port, server):
        status, reply = post(port, "/ask", json.dumps({"question": "siapa wali kota"}).encode())
        assert (status, reply["short_answer"]) == (200, "Rendra Wiskara")
        assert post(port, "/ask", b'"' + b"x" * 70_000 + b'"')[0] == 413
        assert post(port, "/ask", b"x" * 5_000_000)[0] == 413  # the reply is read although the body was not
        assert post_in_chunks(port, [b'{"question": ', b'"siapa wali kota"}']) == 200
        assert post_in_chunks(port, [b'{"question": "siapa"}', b" " * 70_000]) == 413
        long_question = "apa%20" * 240  # 960 characters, 1,440 bytes
        assert get(port, f"/?question={long_question}")[0] == 200
        server.send_signal(signal.SIGTERM)
        _, errors = server.communicate(timeout=SECONDS)
        assert server.returncode == 0
        assert "apa" not in errors
        assert "Traceback" not in errors


def test_two_workers_share_their_counts() -> None:
    with running(workers=2) as (port, server):
        for _ in range(20):
            assert post(port, "/ask", b'{"question": "resep rendang"}')[0] == 200
        assert 'qa_abstentions_total{reason="no_evidence"} 20.0' in get(port, "/metrics")[1]
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=SECONDS)
        assert server.returncode == 0


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = start(port)
        _, errors = server.communicate(timeout=SECONDS)
    assert server.returncode == 1
    assert len(errors.splitlines()) == 1
    assert f"Port {port}" in errors
    assert "PORT=" in errors


@pytest.mark.parametrize(("word", "reason"), [("damaged", "The index is damaged; build it again."), ("crash", "no model")])
def test_a_worker_that_cannot_load_stops_the_server(word: str, reason: str) -> None:
    began = time.monotonic()
    server = start(free_port(), word)
    said, errors = server.communicate(timeout=SECONDS)
    assert server.returncode == 1
    assert reason in errors
    assert "Siap" not in said
    assert time.monotonic() - began < SECONDS


def test_a_worker_killed_in_mid_load_loses_only_its_own_requests() -> None:
    """Two workers, four slow questions under way; one worker is killed; then everything is answered."""
    with running(workers=2) as (port, server), ThreadPoolExecutor(4) as clients:
        under_way = [clients.submit(status_or_lost, port, "lambat") for _ in range(4)]
        time.sleep(0.5)
        os.kill(min(workers_of(server)), signal.SIGKILL)
        first = [u.result() for u in under_way]
        assert set(first) <= {200, "lost"}
        assert [status_or_lost(port, "siapa wali kota") for _ in range(20)] == [200] * 20


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_workers_cost_no_client_more_than_the_request_it_waited_for(workers: int) -> None:
    """Eight clients ask without a pause while a worker is killed three times; with one worker they wait for the next."""
    kills = 3
    stop = threading.Event()
    quiet = {"LOG_LEVEL": "ERROR"}  # nobody reads the pipe meanwhile, and a line for each request would fill it
    with running(workers=workers, settings=quiet) as (port, server), ThreadPoolExecutor(8) as pool:

        def client() -> list[int | str]:
            return [status_or_lost(port, "siapa wali kota") for _ in iter(stop.is_set, True)]

        under_way = [pool.submit(client) for _ in range(8)]
        try:
            for _ in range(kills):
                time.sleep(0.5)
                kill_one(server, workers)
            time.sleep(0.5)
        finally:
            stop.set()
        seen = [u.result() for u in under_way]
    assert {status for one in seen for status in one} <= {200, "lost"}
    assert max(one.count("lost") for one in seen) <= kills
    assert all(one[-1] == 200 for one in seen)


def kill_one(server: subprocess.Popen[str], workers: int) -> None:
    """Kill a worker and wait until there are as many as before."""
    lost = min(workers_of(server))
    os.kill(lost, signal.SIGKILL)
    assert eventually(lambda: len(workers_of(server) - {lost}) == workers)


def status_or_lost(port: int, question: str) -> int | str:
    try:
        return post(port, "/ask", json.dumps({"question": question}).encode())[0]
    except (OSError, HTTPException):  # the second: a reply of which only a part came
        return "lost"


def test_a_killed_worker_is_replaced() -> None:
    with running() as (port, server):
        (worker,) = workers_of(server)
        os.kill(worker, signal.SIGKILL)
        assert eventually(lambda: status_or_lost(port, "siapa wali kota") == 200)
        assert worker not in workers_of(server)


def test_running_requests_are_finished_before_the_server_stops() -> None:
    with running() as (port, server), ThreadPoolExecutor(1) as client:
        under_way = client.submit(status_or_lost, port, "lambat")
        time.sleep(0.4)
        server.send_signal(signal.SIGTERM)
        assert under_way.result() == 200
        assert server.wait(SECONDS) == 0


def test_a_reload_brings_new_workers_and_loses_no_request() -> None:
    with running(workers=2) as (port, server), ThreadPoolExecutor(2) as clients:
        before = workers_of(server)
        under_way = [clients.submit(status_or_lost, port, "lambat") for _ in range(2)]
        time.sleep(0.4)
        server.send_signal(signal.SIGHUP)
        assert [status_or_lost(port, "siapa wali kota") for _ in range(50)] == [200] * 50
        assert [u.result() for u in under_way] == [200, 200]
        assert eventually(lambda: len(workers_of(server)) == 2 and not workers_of(server) & before)


def test_a_reload_that_would_fail_is_refused_and_the_old_workers_go_on(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    with running(str(damaged)) as (port, server):
        before = workers_of(server)
        damaged.touch()
        server.send_signal(signal.SIGHUP)
        assert server.stderr is not None
        assert "not reloaded" in server.stderr.readline()
        assert status_or_lost(port, "siapa wali kota") == 200
        assert workers_of(server) == before


def test_counts_of_several_workers_are_added_up_by_stage_and_error() -> None:
    with running(workers=2) as (port, _):
        for question in ["siapa wali kota"] * 10 + ["rusak"] * 3:
            post(port, "/ask", json.dumps({"question": question}).encode())
        text = get(port, "/metrics")[1]
        assert 'qa_stage_seconds_count{stage="retrieve"} 10.0' in text
        assert 'qa_errors_total{kind="unexpected"} 3.0' in text
        assert text.count('qa_index_generation{encoder="uji",generation="g-uji"} 1.0') == 1


def test_without_an_index_nothing_is_started(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        serve(Settings(index_url=f"file:{tmp_path}/none", port=free_port()))


def test_an_address_of_another_machine_is_named() -> None:
    assert "HOST=" in (port_trouble("192.0.2.1", free_port()) or "")
    assert port_trouble("127.0.0.1", free_port()) is None
