"""What can go wrong between us and a provider, each as it was seen in the wild.

The marks name sections of the provider format notes: §1 Yahoo, §8 ECB, §10 traps.
"""

from enum import Enum


class Fault(Enum):
    """One way to fail."""

    RATE_LIMITED = "429 without Retry-After (§1 errors)"
    RATE_LIMITED_BRIEFLY = "429 with Retry-After: 0"
    RATE_LIMITED_LONG = "429 with Retry-After: 3600"
    RATE_LIMITED_UNTIL = "429 with Retry-After as an HTTP date"
    TOO_MANY_TEXT = "200 with the text Too Many Requests (§1 auth)"
    SERVER_ERROR = "503"
    ERROR_BODY = "200 with an error body (§1 errors, §10.3)"
    EMPTY = "200 without a body"
    DOWN_PAGE = "200 with HTML: Will be right back (§1 errors)"
    WEB_PAGE = "200 with some other HTML (§10.3)"
    TRUNCATED = "200 with JSON that breaks off (§10.3)"
    GARBAGE = "200 with bytes that are nothing"
    RESHAPED = "200 with another schema"
    SLOW = "200, a few bytes a second"
    DROPPED = "the connection is cut before an answer"
    CUT_SHORT = "the connection is cut within an answer"
    FORBIDDEN = "403"
    BANNED = "418 with Retry-After: 120 (§5 errors)"
    DAY_USED_UP = "200: the day's requests are used up, with the key in the text (§4 errors)"
    BURST = "200: more than one request a second (§4 errors)"
    BARE_404 = "404 of some proxy, not of the provider"


class Trait(Enum):
    """One way in which data that do arrive are odd (§10)."""

    NAN_ROWS = "null, NaN and Infinity inside arrays (§10.2)"
    ZERO_ROWS = "a day of zeros"
    SPIKE = "one close a hundred times too high (§1 quirk f)"
    DUPLICATE_DAY = "the live day stands twice, the second time as the last quote (§1 quirk a)"
    LIVE_LAST_ROW = "the last session still runs (§10.1)"
    MISSING_DAY = "one day is left out (§10.11)"
    HALF_SPLIT = "some days before a split are told in the shares of after it (§10)"
    WRONG_CURRENCY = "the prices are said to be in another currency"
    CLOCK_HOUR = "rows stamped an hour early after the clocks changed (§1)"
    SINGLE_PRECISION = "single-precision numbers printed in double precision"
    NO_EVENTS = "no events at all"
    KEYED = "quotes keyed by number and currency instead of lists (§7)"
