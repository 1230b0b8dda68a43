"""Enterprises, accounts and persons, all made up; the codes have the check characters of their standards."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

#: GB 32100-2015: the characters of a unified social credit code, and the weights of its first 17 places
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
#: GB 11714-1997: the weights of an organisation code's first 8 places
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

_DISTRICTS = (("丹徒区", "321112"), ("京口区", "321102"), ("润州区", "321111"), ("镇江新区", "321191"))
_WORDS = "宏达华瑞恒丰润泽金鼎长江天源东方盛世新越光明安泰永兴顺和"
_TRADES = (
    ("C13 农副食品加工业", "食品"),
    ("C17 纺织业", "纺织"),
    ("C26 化学原料和化学制品制造业", "化工"),
    ("C33 金属制品业", "五金"),
    ("C34 通用设备制造业", "机械"),
    ("C38 电气机械和器材制造业", "电器"),
    ("E48 土木工程建筑业", "建设工程"),
    ("F51 批发业", "贸易"),
    ("G54 道路运输业", "物流"),
    ("I65 软件和信息技术服务业", "软件"),
)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙"
_GIVEN = ("伟", "芳", "敏", "静", "强", "磊", "洋", "艳", "勇", "杰", "娟", "涛", "建国", "秀英", "志明", "晓燕")

#: sizes of enterprises: their share, and the bounds of their loans in units of 10,000 yuan
_SIZES = (("small", 0.45, 50, 500), ("micro", 0.8, 10, 80), ("sole-proprietor", 1.0, 5, 50))
FEN_PER_WAN_YUAN = 1_000_000


@dataclass(frozen=True, slots=True)
class Firm:
    """An enterprise of the city."""

    identity: dict[str, str]
    """Its name and its one code, as messages carry them."""
    profile: dict[str, Any]
    """What an application says besides: industry, establishment, district, size, nurtured."""
    least_wan_yuan: int
    most_wan_yuan: int


def organisation_code(first_eight: str) -> str:
    """Append the check character of GB 11714-1997."""
    total = sum(int(char, 36) * weight for char, weight in zip(first_eight, _ORG_WEIGHTS, strict=True))
    return first_eight + "0123456789X0"[11 - total % 11]


def credit_code(category: str, region: str, org_code: str) -> str:
    """Put a unified social credit code together, with the check character of GB 32100-2015."""
    body = category + region + org_code
    total = sum(_USCC_ALPHABET.index(char) * weight for char, weight in zip(body, _USCC_WEIGHTS, strict=True))
    return body + _USCC_ALPHABET[-total % 31]


def firm(number: int, dice: Random, today: date, *, may_use_org_code: bool) -> Firm:
    """Make up an enterprise; the number makes its code unlike all others of the city."""
    roll = dice.random()
    size, _, least, most = next(row for row in _SIZES if roll < row[1])
    district, region = dice.choice(_DISTRICTS)
    industry, trade = dice.choice(_TRADES)
    is_sole = size == "sole-proprietor"
    name = f"镇江{dice.choice(_WORDS)}{dice.choice(_WORDS)}{trade}{'经营部' if is_sole else '有限公司'}"
    org_code = organisation_code(f"{(20_000_000 + number * 7919) % 100_000_000:08d}")
    if may_use_org_code and dice.random() < 0.25:  # noqa: PLR2004 - a quarter still uses the old code
        code = {"org_code": org_code}
    else:
        code = {"uscc": credit_code("92" if is_sole else "91", region, org_code)}
    profile = {
        "industry": industry,
        "established_on": (today - timedelta(days=dice.randrange(400, 9000))).isoformat(),
        "district": district,
        "size": size,
        "nurtured": dice.random() < 0.08,  # noqa: PLR2004 - few are nurtured
    }
    return Firm({"name": name, **code}, profile, least, most)


def person(dice: Random) -> str:
    """Make up a person's name."""
    return dice.choice(_SURNAMES) + dice.choice(_GIVEN)


def phone(dice: Random) -> str:
    """Make up a mobile number."""
    return f"139{dice.randrange(10**8):08d}"


def account(name: str, bank_code: str, dice: Random) -> dict[str, str]:
    """Make up an account at a bank."""
    return {"name": name, "number": f"{dice.randrange(10**15, 10**16)}", "bank_code": bank_code}
