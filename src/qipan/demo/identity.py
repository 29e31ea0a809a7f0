"""Names, codes, addresses and telephones that belong to nobody."""

from __future__ import annotations

from random import Random

from qipan.demo.parameters import Industry, Parameters, Park
from qipan.engine.codes import organisation_check, uscc_check

# 登记机关 letters that cannot be mistaken for digits; I O S V Z do not occur in credit codes.
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SINCE_LETTERS = 2016  # organisation codes issued with the credit code begin with MA


class Registrar:
    """Hands out names and codes, none of them twice, and addresses, people and telephones that do not exist."""

    def __init__(self, parameters: Parameters, random: Random) -> None:
        self._words = parameters.words
        self._city = parameters.city.short
        self._region = parameters.region
        self._random = random
        self._names: set[tuple[str, str]] = set()  # no two firms of a place may share brand and trade
        self._codes: set[str] = set()
        self._brands: list[str] = []

    def _brand(self) -> str:
        """Return a brand; one in twelve is that of an earlier firm, as in a group of companies."""
        random, words = self._random, self._words
        if self._brands and random.random() < 1 / 12:
            return random.choice(self._brands)
        brand = random.choice(words.first) + random.choice(words.second)
        if random.random() < 0.45:
            brand += random.choice(words.third)
        self._brands.append(brand)
        return brand

    def name(self, trade: str, *, large: bool = False) -> str:
        """Return a name of place, brand, trade and form; the fictional place makes each one nobody's."""
        random, words = self._random, self._words
        forms = [form for form in words.forms if form.endswith("公司")] if large else list(words.forms)
        while True:
            brand, form = self._brand(), random.choices(forms, [words.forms[form] for form in forms])[0]
            if form == "个人独资企业":
                form = "经营部"
            shape = random.random()
            if shape < 0.22 and form.endswith("公司"):
                name = f"{brand}{trade}（{self._city}）{form}"
            else:
                name = f"{self._city}{'市' if shape < 0.5 else ''}{brand}{trade}{form}"
            if (brand, trade) not in self._names:
                self._names.add((brand, trade))
                return name

    def code(self, year: int) -> str:
        """Return a credit code with both check digits, from a region code that is not assigned to any place."""
        random = self._random
        while True:
            if year >= _SINCE_LETTERS:
                body = "MA" + random.choice("123456789ABCDEFGH") + "".join(random.choices(_LETTERS, k=5))
            else:
                body = "".join(random.choices("0123456789", k=8))
            stem = f"91{self._region}{body}{organisation_check(body)}"
            code = f"{stem}{uscc_check(stem)}"
            if code not in self._codes:
                self._codes.add(code)
                return code

    def address(self, park: Park) -> str:
        """Return a street and number in the park."""
        road = self._random.choice(self._words.roads)
        return f"{park.districts[0]}{park.name if park.kind == 'park' else ''}{road}{self._random.randint(1, 399)}号"

    def person(self) -> str:
        """Return a person's name made of a rare surname and invented given names."""
        given = self._random.sample(self._words.given, self._random.choice((1, 2, 2)))
        return self._random.choice(self._words.surnames) + "".join(given)

    def telephone(self) -> str:
        """Return a mobile number from a range (190 0000 xxxx) that was never handed out."""
        return f"1900000{self._random.randint(0, 9999):04d}"


def trade_of(industry: Industry, random: Random) -> str:
    """Return one of the words by which firms of the industry name their trade."""
    return random.choice(industry.trades)
