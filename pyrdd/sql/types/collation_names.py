"""The names of collations: Spark's own four, and those of ICU's locales with what they leave out of account."""

from __future__ import annotations

from pyrdd.errors import ParseException

_SPARKS = {name: name for name in ("UTF8_BINARY", "UTF8_LCASE", "UTF8_BINARY_RTRIM", "UTF8_LCASE_RTRIM")}

_LOCALES = """
af am ar ar_SAU as az be bg blo bn bo br bs bs_Cyrl ca ceb chr cs cy da de de_AUT dsb dz ee el en en_USA eo
es et fa fa_AFG ff ff_Adlm fi fil fo fr fr_CAN fy ga gl gu ha haw he he_ISR hi hr hsb hu hy id id_IDN ig is
it ja ka kk kk_Arab kl km kn ko kok ku ky lb lij lkt ln lo lt lv mk ml mn mr ms mt my nb nb_NOR ne nl nn no
nso om or pa pa_Guru pa_Guru_IND pl ps pt ro ru sa se si sk sl smn sq sr sr_Cyrl sr_Cyrl_BIH sr_Cyrl_MNE
sr_Cyrl_SRB sr_Latn sr_Latn_BIH sr_Latn_SRB st sv sw ta te th tk tn to tr ug uk ur uz vi wae wo xh yi yo zh
zh_Hans zh_Hans_CHN zh_Hans_SGP zh_Hant zh_Hant_HKG zh_Hant_MAC zh_Hant_TWN zu
""".split()

_BASES = {name.upper(): name for name in ("UNICODE", *_LOCALES)}
_KINDS = {"CS": "case", "CI": "case", "AS": "accent", "AI": "accent", "RTRIM": "padding"}
_SHOWN = ("CI", "AI", "RTRIM")


def collation_names() -> list[str]:
    """Every collation's name, in the order of ``SHOW COLLATIONS``."""
    endings = ("", "_AI", "_AI_RTRIM", "_CI", "_CI_AI", "_CI_AI_RTRIM", "_CI_RTRIM", "_RTRIM")
    locales = sorted(locale + ending for locale in _LOCALES for ending in endings)
    return [*_SPARKS, *("UNICODE" + ending for ending in endings), *locales]


def normal_collation(name: str) -> str:
    """The collation's name as Spark writes it; case and the order of the parts do not matter. Raises `ParseException`.

    >>> normal_collation("unicode_ai_ci"), normal_collation("sr_cyrl_srb_cs")
    ('UNICODE_CI_AI', 'sr_Cyrl_SRB')
    """
    upper = name.upper()
    if upper in _SPARKS:
        return upper
    parts = upper.split("_")
    start = next((i for i, part in enumerate(parts) if part in _KINDS and i), len(parts))
    base, specifiers = _BASES.get("_".join(parts[:start])), parts[start:]
    kinds = [_KINDS.get(part) for part in specifiers]
    if base is None or None in kinds or len(set(kinds)) < len(kinds):
        raise ParseException(errorClass="COLLATION_INVALID_NAME", messageParameters={"collationName": name})
    return "_".join([base, *(part for part in _SHOWN if part in specifiers)])
