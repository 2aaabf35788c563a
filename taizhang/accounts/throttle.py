"""Failed logins by address: one machine cannot try many names, or one password on everybody.

Kept in memory and bounded; a restart forgets it. Generous, because a whole school may come from one address. The
throttle by name (`entry`) is the stricter one, and is kept in the store.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from ledger.text import Text

from .entry import CLOCK_STEP, MustWait

FREE_FAILURES = 30
"""So many failures within WINDOW are let pass."""
WINDOW = timedelta(minutes=15)
ADDRESSES_MAX = 10_000


class AddressThrottle:
    """Counts failures within a sliding window, by IPv4 address or by an IPv6 network of 64 bits.

    The machine itself is not counted: whoever is on it needs no password to try, and a proxy that was not named in
    TAIZHANG_TRUSTED_PROXIES stands for everybody behind it.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[str, deque[datetime]] = OrderedDict()

    def check(self, address: str, now: datetime) -> None:
        """Raise MustWait as long as too many tries from *address* have failed."""
        failures = self._failures.get(_place(address) or "")
        if failures is None:
            return
        # A failure of the future was counted under a clock that was ahead: nobody knows when it was.
        while failures and not now - WINDOW < failures[0] <= now + CLOCK_STEP:
            failures.popleft()
        if len(failures) >= FREE_FAILURES:
            minutes = -(-(failures[0] + WINDOW - now) // timedelta(minutes=1))
            raise MustWait(Text("从您这里登录失败的次数过多；请在 {minutes} 分钟后再试", minutes=minutes))

    def failed(self, address: str, now: datetime) -> None:
        """Count a try from *address* that failed."""
        place = _place(address)
        if place is None:
            return
        self._failures.setdefault(place, deque(maxlen=FREE_FAILURES)).append(now)
        self._failures.move_to_end(place)
        if len(self._failures) > ADDRESSES_MAX:
            self._failures.popitem(last=False)


def place_of(address: str) -> str:
    """Return what stands for *address* in a log: an IPv4 address, an IPv6 network of 64 bits; as it is for others."""
    return _place(address) or address[:60]


def _place(address: str) -> str | None:
    """Return what is counted together with *address*; None for what is not counted."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return _place(str(parsed.ipv4_mapped))
        if not parsed.is_loopback:
            return str(ip_network((parsed, 64), strict=False))
    return None if parsed.is_loopback else str(parsed)
