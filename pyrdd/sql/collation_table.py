"""What ``collations()`` lists: every collation, its language and country, and what it leaves out of account."""

from __future__ import annotations

from pyrdd.sql.types.collation_names import collation_names

DDL = (
    "CATALOG string not null, SCHEMA string not null, NAME string not null, LANGUAGE string, COUNTRY string, "
    "ACCENT_SENSITIVITY string not null, CASE_SENSITIVITY string not null, PAD_ATTRIBUTE string not null, "
    "ICU_VERSION string"
)
ICU_VERSION = "78.3.0.0"

_LANGUAGES = """
af Afrikaans, am Amharic, ar Arabic, as Assamese, az Azerbaijani, be Belarusian, bg Bulgarian, blo Anii, bn
Bangla, bo Tibetan, br Breton, bs Bosnian, ca Catalan, ceb Cebuano, chr Cherokee, cs Czech, cy Welsh, da Danish,
de German, dsb Lower Sorbian, dz Dzongkha, ee Ewe, el Greek, en English, eo Esperanto, es Spanish, et Estonian,
fa Persian, ff Fula, fi Finnish, fil Filipino, fo Faroese, fr French, fy Western Frisian, ga Irish, gl Galician,
gu Gujarati, ha Hausa, haw Hawaiian, he Hebrew, hi Hindi, hr Croatian, hsb Upper Sorbian, hu Hungarian, hy
Armenian, id Indonesian, ig Igbo, is Icelandic, it Italian, ja Japanese, ka Georgian, kk Kazakh, kl Kalaallisut,
km Khmer, kn Kannada, ko Korean, kok Konkani, ku Kurdish, ky Kyrgyz, lb Luxembourgish, lij Ligurian, lkt Lakota,
ln Lingala, lo Lao, lt Lithuanian, lv Latvian, mk Macedonian, ml Malayalam, mn Mongolian, mr Marathi, ms Malay,
mt Maltese, my Burmese, nb Norwegian Bokmål, ne Nepali, nl Dutch, nn Norwegian Nynorsk, no Norwegian, nso
Northern Sotho, om Oromo, or Odia, pa Punjabi, pl Polish, ps Pashto, pt Portuguese, ro Romanian, ru Russian, sa
Sanskrit, se Northern Sami, si Sinhala, sk Slovak, sl Slovenian, smn Inari Sami, sq Albanian, sr Serbian, st
Southern Sotho, sv Swedish, sw Swahili, ta Tamil, te Telugu, th Thai, tk Turkmen, tn Tswana, to Tongan, tr
Turkish, ug Uyghur, uk Ukrainian, ur Urdu, uz Uzbek, vi Vietnamese, wae Walser, wo Wolof, xh Xhosa, yi Yiddish,
yo Yoruba, zh Chinese, zu Zulu
"""

_COUNTRIES = """
SAU Saudi Arabia, AUT Austria, USA United States, AFG Afghanistan, CAN Canada, ISR Israel, IDN Indonesia, NOR
Norway, IND India, BIH Bosnia & Herzegovina, MNE Montenegro, SRB Serbia, CHN China, SGP Singapore, HKG Hong Kong
SAR China, MAC Macao SAR China, TWN Taiwan
"""


def _named(text: str) -> dict[str, str]:
    pairs = (one.strip().partition(" ") for one in " ".join(text.split()).split(","))
    return {code: name for code, _, name in pairs}


def rows() -> list[tuple[str | None, ...]]:
    """The rows of the table, in the order of the names' list."""
    languages, countries = _named(_LANGUAGES), _named(_COUNTRIES)
    return [_row(name, languages, countries) for name in collation_names()]


def _row(name: str, languages: dict[str, str], countries: dict[str, str]) -> tuple[str | None, ...]:
    parts = name.split("_")
    own = name.startswith("UTF8")
    lower = "LCASE" in parts
    return (
        "SYSTEM",
        "BUILTIN",
        name,
        languages.get(parts[0]),
        next((countries[part] for part in parts[1:] if part in countries), None),
        "ACCENT_INSENSITIVE" if "AI" in parts else "ACCENT_SENSITIVE",
        "CASE_INSENSITIVE" if "CI" in parts or lower else "CASE_SENSITIVE",
        "RTRIM" if "RTRIM" in parts else "NO_PAD",
        None if own else ICU_VERSION,
    )
