"""The guard in tests/conftest.py: a test cannot reach beyond this machine, whatever library it uses."""

import socket
import urllib.request

import pytest

from tests.conftest import OutsideConnection


def test_a_name_elsewhere_is_not_even_looked_up():
    with pytest.raises(OutsideConnection):
        urllib.request.urlopen("http://example.org/")


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::")])
def test_an_address_elsewhere_is_refused(family: socket.AddressFamily, host: str):
    with socket.socket(family) as probe, pytest.raises(OutsideConnection):
        probe.connect((host, 80))


def test_loopback_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
