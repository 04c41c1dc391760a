"""Which addresses are on the public internet, in every notation that reaches a private one."""

import ipaddress

import pytest

from index.addresses import is_public, resolve

PRIVATE = """127.0.0.1 127.8.8.8 0.0.0.0 0.1.2.3 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 192.0.0.8 192.0.2.1
198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 192.88.99.1
::1 :: fe80::1 fec0::1 fc00::1 fd12:3456::1 ff02::1 2001:db8::1 100::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1:: 2002:c0a8:101::1 2002:808:808::1 2001:0:7f00:1::1 2001::1 5f00::1""".split()
PUBLIC = "1.1.1.1 8.8.8.8 93.184.216.34 172.32.0.1 2606:4700:4700::1111 2001:4860:4860::8888 ::ffff:8.8.8.8".split()


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_recognised(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_recognised(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1"])
def test_an_unusual_notation_is_resolved_to_what_it_means(host: str) -> None:
    assert [str(a) for a in resolve(host, 80)] == ["127.0.0.1"]
