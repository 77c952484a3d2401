/** The page's colours, as the canvas needs them. */
const NAMES = [
  'ink',
  'ink2',
  'ink3',
  'sheet',
  'grid',
  'rule',
  'wash',
  'accent',
  'sea1',
  'sea2',
  'sea3',
  'sea4',
  'sea-line',
] as const;

export type Palette = Readonly<Record<(typeof NAMES)[number] | 'font', string>>;

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colours = Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  );
  return { ...colours, font: style.getPropertyValue('--sans').trim() } as Palette;
}
