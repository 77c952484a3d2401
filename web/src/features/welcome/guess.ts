/** What the browser gives away without asking: region and time zone. */
const BY_REGION: Readonly<Record<string, string>> = {
  US: 'USD',
  GB: 'GBP',
  CH: 'CHF',
  LI: 'CHF',
  JP: 'JPY',
  SE: 'SEK',
  NO: 'NOK',
  DK: 'DKK',
  PL: 'PLN',
  CZ: 'CZK',
  CA: 'CAD',
  AU: 'AUD',
  NZ: 'NZD',
  HK: 'HKD',
  SG: 'SGD',
  IN: 'INR',
  BR: 'BRL',
  ZA: 'ZAR',
};

export function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The region's currency; in Europe the euro, else the dollar. */
export function guessCurrency(): string {
  const region = new Intl.Locale(navigator.language).maximize().region ?? '';
  const zone = timeZone();
  if (region === 'US' && zone.startsWith('Europe/'))
    return zone === 'Europe/London' ? 'GBP' : zone === 'Europe/Zurich' ? 'CHF' : 'EUR';
  return BY_REGION[region] ?? 'EUR';
}
