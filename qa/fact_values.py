"""Values of facts that change: which can follow each other in a history, and which are one."""

import re

_SCALES = {"ribu": 1e3, "juta": 1e6, "miliar": 1e9, "milyar": 1e9, "triliun": 1e12, "triliyun": 1e12}
_FIGURE = re.compile(rf"(\d[\d.,]*)\s*({'|'.join(_SCALES)})?\b")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
# The word after a number and its scale: "1,2 juta orang", "14 hari".
_COUNTED = re.compile(r"\d[\d.,]*\s*(?:(?:ribu|juta|miliar|milyar|triliun|triliyun)\b\s*)?([a-z]+)?")


def comparable(one: str, other: str) -> bool:
    """Whether two values can follow each other in a history: sums of money, shares, or numbers of the same thing.

    >>> comparable("Rp4.000", "14 hari"), comparable("Rp4.000", "Rp5,2 triliun"), comparable("33 persen", "25%")
    (False, True, True)
    """
    first, second = _measure(one), _measure(other)
    bare = None in (first, second)  # a bare number may count anything but money and shares
    return first == second or (bare and not {first, second} & {"", "rupiah", "persen"})


def _measure(value: str) -> str | None:
    """What a number counts: "rupiah", "persen" or the word after it; None for a bare number, "" for a value without one."""
    text = value.casefold()
    counted = _COUNTED.search(text)
    if counted is None:
        return ""
    if re.search(r"\brp|\brupiah\b", text):
        return "rupiah"
    return "persen" if "%" in text or counted[1] == "persen" else counted[1]


def same_value(one: str, other: str) -> bool:
    """Whether two values are one: equal, or a name and a part of it ("Prakasa", "Suwanda Prakasa").

    Values with figures are one when their figures are, scales and all ("Rp1,5 juta", "Rp1.500.000").
    """
    figures = _figures(one), _figures(other)
    if figures[0] or figures[1]:
        return figures[0] == figures[1]
    a, b = (set(re.findall(r"\w+", v.casefold())) for v in (one, other))
    return bool(a and b) and (a <= b or b <= a)


def _figures(value: str) -> set[float]:
    """The numbers in a value as Indonesian writes them: a point before three digits is none, a comma begins the fraction."""
    found = set()
    for digits, scale in _FIGURE.findall(value.casefold()):
        whole, _, fraction = digits.rstrip(".,").partition(",")
        whole = whole.replace(".", "") if _THOUSANDS.fullmatch(whole) else whole
        if re.fullmatch(r"\d+(?:\.\d+)?", whole) and (not fraction or fraction.isdigit()):
            # Rounded: 1.1 times a million is not 1,100,000 to the last bit.
            found.add(round(float(whole + (f".{fraction}" if fraction else "")) * _SCALES.get(scale, 1), 6))
        else:
            found.add(float(re.sub(r"\D", "", digits)))
    return found
