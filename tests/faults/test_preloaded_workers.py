"""A client made, and used, before gunicorn forks its workers: each worker opens its own, and nobody's answers meet."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from dancu_mock import Mock, MockServer
from dancu_mock.population import Population

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from dancu_mock.person import Person

SEED = 4
WORKERS = 4
ANSWERS = 1_000
CALLERS = 8
PROGRAM = """
import json, os
from dancu import Client, Officer, Purpose, Subject

PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), session="preloaded")
dancu = Client("profile.toml")


def ask(asked):
    answer = dancu.look_up(Subject(**asked), fields=["number", "name"], purpose=PURPOSE)
    return {"worker": os.getpid(), "number": str(answer.citizen.number), "name": answer.citizen.name}


ask(json.loads(open("warm.json", encoding="utf-8").read()))


def app(environ, start_response):
    asked = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    body = json.dumps({"tag": environ["HTTP_TAG"], **ask(asked)}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
"""
_LISTENS = re.compile(r"Listening at: http://127\.0\.0\.1:([0-9]+)")


def people() -> list[Person]:
    """As many of the population, whose whole birth date is known."""
    population = Population()
    places = random.Random(SEED).sample(range(1_000_000), 2 * ANSWERS)
    known = (person for person in map(population.at, places) if person.day)
    return list(itertools.islice(known, ANSWERS))


def keys(person: Person) -> dict[str, str]:
    """What one asks a person of the population by."""
    return {
        "number": person.asked_number,
        "name": str(person.name),
        "birth_date": f"{person.year}-{person.month:02}-{person.day:02}",
    }


@contextmanager
def gunicorn(directory: Path) -> Generator[int]:
    """The program under gunicorn; its port. Ended by its own process, and with it its workers."""
    command = [sys.executable, "-m", "gunicorn", "--preload", "--workers", str(WORKERS), "--bind", "127.0.0.1:0"]
    environment = {"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"}
    with subprocess.Popen(
        [*command, "program:app"],
        cwd=directory,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stderr is not None
        said: list[str] = []
        drain = threading.Thread(target=said.extend, args=(process.stderr,), daemon=True)
        try:
            port = 0
            for line in process.stderr:
                said.append(line)
                if found := _LISTENS.search(line):
                    port = int(found.group(1))
                    break
            assert port, "".join(said)
            drain.start()
            yield port
        finally:
            process.terminate()
            process.wait(20)
            if drain.ident is not None:
                drain.join(5)
    assert "Traceback" not in "".join(said), "".join(said)


@pytest.mark.timeout(120)
def test_workers_never_swap_answers(tmp_path: Path) -> None:
    """1,000 tagged questions to 4 workers of a client that was warm before the fork: each answer is its question's."""
    asked = people()
    with MockServer(Mock()) as server:
        server.write_files(tmp_path)
        (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
        (tmp_path / "warm.json").write_text(json.dumps(keys(asked[0])), encoding="utf-8")
        with gunicorn(tmp_path) as port:

            def ask(place: int) -> tuple[str, str, str, int]:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                try:
                    connection.request("POST", "/", json.dumps(keys(asked[place])), {"Tag": str(place)})
                    answer = json.loads(connection.getresponse().read())
                finally:
                    connection.close()
                return answer["tag"], answer["number"], answer["name"], answer["worker"]

            with ThreadPoolExecutor(CALLERS) as pool:
                answers = list(pool.map(ask, range(ANSWERS)))
        handshakes = server.mock.journal.handshakes
    for place, (tag, number, name, _worker) in enumerate(answers):
        assert (tag, number) == (str(place), asked[place].asked_number), f"seed {SEED}"
        assert name.casefold() == str(asked[place].name).casefold(), f"seed {SEED}"
    workers = {worker for *_said, worker in answers}
    assert 2 <= len(workers) <= WORKERS
    # One connection of the client that was warm before the fork, and one for each worker.
    assert handshakes == 1 + len(workers)
