"""Countries by code and name, so that what several sources write is one country."""

# The codes of ISO 3166-1 with short names, as the time zone database's public table has them.
_TABLE = """
AD Andorra; AE United Arab Emirates; AF Afghanistan; AG Antigua and Barbuda; AI Anguilla; AL
Albania; AM Armenia; AO Angola; AQ Antarctica; AR Argentina; AS American Samoa; AT Austria; AU
Australia; AW Aruba; AX Aland Islands; AZ Azerbaijan; BA Bosnia and Herzegovina; BB Barbados; BD
Bangladesh; BE Belgium; BF Burkina Faso; BG Bulgaria; BH Bahrain; BI Burundi; BJ Benin; BL Saint
Barthelemy; BM Bermuda; BN Brunei; BO Bolivia; BQ Caribbean Netherlands; BR Brazil; BS Bahamas; BT
Bhutan; BV Bouvet Island; BW Botswana; BY Belarus; BZ Belize; CA Canada; CC Cocos Islands; CD
Congo (Kinshasa); CF Central African Republic; CG Congo (Brazzaville); CH Switzerland; CI Ivory
Coast; CK Cook Islands; CL Chile; CM Cameroon; CN China; CO Colombia; CR Costa Rica; CU Cuba; CV
Cape Verde; CW Curacao; CX Christmas Island; CY Cyprus; CZ Czechia; DE Germany; DJ Djibouti; DK
Denmark; DM Dominica; DO Dominican Republic; DZ Algeria; EC Ecuador; EE Estonia; EG Egypt; EH
Western Sahara; ER Eritrea; ES Spain; ET Ethiopia; FI Finland; FJ Fiji; FK Falkland Islands; FM
Micronesia; FO Faroe Islands; FR France; GA Gabon; GB United Kingdom; GD Grenada; GE Georgia; GF
French Guiana; GG Guernsey; GH Ghana; GI Gibraltar; GL Greenland; GM Gambia; GN Guinea; GP
Guadeloupe; GQ Equatorial Guinea; GR Greece; GS South Georgia; GT Guatemala; GU Guam; GW
Guinea-Bissau; GY Guyana; HK Hong Kong; HM Heard and McDonald Islands; HN Honduras; HR Croatia; HT
Haiti; HU Hungary; ID Indonesia; IE Ireland; IL Israel; IM Isle of Man; IN India; IO British
Indian Ocean Territory; IQ Iraq; IR Iran; IS Iceland; IT Italy; JE Jersey; JM Jamaica; JO Jordan;
JP Japan; KE Kenya; KG Kyrgyzstan; KH Cambodia; KI Kiribati; KM Comoros; KN Saint Kitts and Nevis;
KP North Korea; KR South Korea; KW Kuwait; KY Cayman Islands; KZ Kazakhstan; LA Laos; LB Lebanon;
LC Saint Lucia; LI Liechtenstein; LK Sri Lanka; LR Liberia; LS Lesotho; LT Lithuania; LU
Luxembourg; LV Latvia; LY Libya; MA Morocco; MC Monaco; MD Moldova; ME Montenegro; MF Saint
Martin; MG Madagascar; MH Marshall Islands; MK North Macedonia; ML Mali; MM Myanmar; MN Mongolia;
MO Macau; MP Northern Mariana Islands; MQ Martinique; MR Mauritania; MS Montserrat; MT Malta; MU
Mauritius; MV Maldives; MW Malawi; MX Mexico; MY Malaysia; MZ Mozambique; NA Namibia; NC New
Caledonia; NE Niger; NF Norfolk Island; NG Nigeria; NI Nicaragua; NL Netherlands; NO Norway; NP
Nepal; NR Nauru; NU Niue; NZ New Zealand; OM Oman; PA Panama; PE Peru; PF French Polynesia; PG
Papua New Guinea; PH Philippines; PK Pakistan; PL Poland; PM Saint Pierre and Miquelon; PN
Pitcairn; PR Puerto Rico; PS Palestine; PT Portugal; PW Palau; PY Paraguay; QA Qatar; RE Réunion;
RO Romania; RS Serbia; RU Russia; RW Rwanda; SA Saudi Arabia; SB Solomon Islands; SC Seychelles;
SD Sudan; SE Sweden; SG Singapore; SH Saint Helena; SI Slovenia; SJ Svalbard and Jan Mayen; SK
Slovakia; SL Sierra Leone; SM San Marino; SN Senegal; SO Somalia; SR Suriname; SS South Sudan; ST
Sao Tome and Principe; SV El Salvador; SX Sint Maarten; SY Syria; SZ Eswatini; TC Turks and Caicos
Islands; TD Chad; TF French Southern Territories; TG Togo; TH Thailand; TJ Tajikistan; TK Tokelau;
TL East Timor; TM Turkmenistan; TN Tunisia; TO Tonga; TR Turkey; TT Trinidad and Tobago; TV
Tuvalu; TW Taiwan; TZ Tanzania; UA Ukraine; UG Uganda; UM US minor outlying islands; US United
States; UY Uruguay; UZ Uzbekistan; VA Vatican City; VC Saint Vincent; VE Venezuela; VG British
Virgin Islands; VI US Virgin Islands; VN Vietnam; VU Vanuatu; WF Wallis and Futuna; WS Samoa; YE
Yemen; YT Mayotte; ZA South Africa; ZM Zambia; ZW Zimbabwe
"""

_NAMES = dict(entry.split(" ", 1) for entry in " ".join(_TABLE.split()).split("; "))
_OTHER = {
    "usa": "US", "u.s.": "US", "u.s.a.": "US", "united states of america": "US", "america": "US",
    "uk": "GB", "great britain": "GB", "england": "GB", "korea": "KR", "republic of korea": "KR",
    "korea, republic of": "KR", "czech republic": "CZ", "russian federation": "RU",
    "viet nam": "VN", "turkiye": "TR", "türkiye": "TR", "holland": "NL", "macao": "MO",
    "taiwan, province of china": "TW", "hong kong sar": "HK", "uae": "AE", "cote d'ivoire": "CI",
    "côte d'ivoire": "CI", "china (mainland)": "CN", "mainland china": "CN",
    "gbr": "GB", "deu": "DE", "fra": "FR", "jpn": "JP", "chn": "CN", "can": "CA", "che": "CH",
    "aus": "AU", "nld": "NL", "irl": "IE", "ita": "IT", "esp": "ES", "swe": "SE", "ind": "IN",
    "bra": "BR", "twn": "TW", "kor": "KR", "hkg": "HK", "sgp": "SG", "isr": "IL", "dnk": "DK",
    "nor": "NO", "fin": "FI", "bel": "BE", "aut": "AT", "lux": "LU", "mex": "MX", "zaf": "ZA",
}  # fmt: skip
_CODES = {name.casefold(): code for code, name in _NAMES.items()} | _OTHER


def country_name(text: str) -> str:
    """Return a country's one name for a code or any of its names; what is unknown stays.

    Returns
    -------
    name : str

    Examples
    --------
    >>> country_name("USA"), country_name("us"), country_name("United States"), country_name("Mars")
    ('United States', 'United States', 'United States', 'Mars')
    """
    words = " ".join(text.split())
    return _NAMES.get(_CODES.get(words.casefold(), words.upper()), words)
