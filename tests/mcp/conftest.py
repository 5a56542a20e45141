"""What tests of the server share: an emulator and a server of their own, for each version of the protocol."""

import pytest

from client import DIALECTS
from emulator import Emulator
from server import Server

ONCE_A_CLIENT = {"test_once", "test_untrusted", "test_reports"}


def pytest_generate_tests(metafunc):
    if "version" in metafunc.fixturenames:
        # What concerns the server rather than what is said to it needs a client of each generation once.
        dialects = list(DIALECTS)[: 1 if metafunc.module.__name__ in ONCE_A_CLIENT else None]
        metafunc.parametrize("version", [DIALECTS[name] for name in dialects], ids=dialects)


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def gateway(tmp_path):
    """Starts emulators. Most predictions of one take a twentieth of their time."""
    started = []

    def start(*options, scale=20):
        started.append(Emulator(tmp_path / f"gateway-{len(started)}", "--time-scale", str(scale), *options))
        return started[-1]

    yield start
    for emulator in started:
        emulator.stop()


@pytest.fixture
def emulator(gateway):
    return gateway()


@pytest.fixture
def servers(tmp_path):
    """Makes servers, each with folders of its own."""
    made = []

    def make(emulator, *options):
        made.append(Server(tmp_path / f"server-{len(made)}", emulator, *options))
        return made[-1]

    return make
