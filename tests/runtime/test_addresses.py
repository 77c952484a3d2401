"""Where users' URLs may lead: the public network, and what an operator names."""

from ipaddress import ip_address, ip_network

import pytest

from argosy.runtime.addresses import is_open

PRIVATE = [ip_network(("10.0.0.0", 8)), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    "text",
    [
        "8.8.8.8", "1.1.1.1", "193.0.6.139", "100.63.255.255", "100.128.0.1", "172.15.255.255",
        "172.32.0.1", "198.17.255.255", "223.255.255.255", "2606:4700:4700::1111",
        "2a00:1450:4001:80b::200e", "64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::1",
    ],
)  # fmt: skip
def test_public_addresses_may_be_asked(text):
    assert is_open(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        # this machine
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "::1", "::",
        # private and shared networks
        "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fc00::1",
        "fd12:3456::1", "fec0::1",
        # link-local, and the metadata services of clouds
        "169.254.0.1", "169.254.169.254", "fe80::1", "fd00:ec2::254", "100.100.100.200",
        "168.63.129.16",
        # multicast, broadcast, reserved, documentation, tests of speed
        "224.0.0.1", "239.255.255.255", "255.255.255.255", "240.0.0.1", "ff02::1", "192.0.0.1",
        "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "192.88.99.1",
        "2001:db8::1", "3fff::1", "2001::1", "100::1", "4000::1",
        # the same, hidden in IPv6
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::1",
        "2002:a00:1::1",
    ],
)  # fmt: skip
def test_addresses_inside_networks_may_not(text):
    assert not is_open(ip_address(text))


def test_a_named_network_is_open_also_where_it_is_hidden():
    for text in ("10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::a01:203", "fd12::1"):
        assert is_open(ip_address(text), PRIVATE)
        assert not is_open(ip_address(text))
    assert not is_open(ip_address("192.168.1.1"), PRIVATE)
    assert not is_open(ip_address("::1"), PRIVATE)
