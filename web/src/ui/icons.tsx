/** The few pictograms, drawn in one line weight. */
import type { ReactElement } from 'react';

const PATHS = {
  search: 'M13.500 8a5.500 5.500 0 1 1-11 0 5.500 5.500 0 0 1 11 0zM12 12l4.500 4.500',
  eye: 'M1.500 9C4 5 6.500 3.800 9 3.800S14 5 16.500 9C14 13 11.500 14.200 9 14.200S4 13 1.500 9zM11.200 9a2.200 2.200 0 1 1-4.400 0 2.200 2.200 0 0 1 4.400 0z',
  half: 'M15 9A6 6 0 1 1 3 9a6 6 0 0 1 12 0zM9 3v12',
  close: 'M4 4l10 10M14 4L4 14',
  pin: 'M6 2h6l-.8 5 2.300 2.500h-9L6.800 7zM9 9.500V16',
  chart: 'M2 13l4-4 3.500 2.500L16 4M2 16h14',
  rows: 'M2 4.500h14M2 9h9.500M2 13.500h5.500',
  list: 'M5.500 4.500H16M5.500 9H16M5.500 13.500H16M2 4.500h.5M2 9h.5M2 13.500h.5',
  plus: 'M9 2.500v13M2.500 9h13',
  more: 'M3.200 9h.1M9 9h.1M14.800 9h.1',
  caret: 'M5 7.500l4 3.500 4-3.500',
  right: 'M7 5l4 4-4 4',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({
  name,
  size = 18,
}: {
  readonly name: IconName;
  readonly size?: number;
}): ReactElement {
  const heavy = name === 'more' ? 3 : name === 'plus' ? 2 : 1.5;
  return (
    <svg
      viewBox="0 0 18 18"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={heavy}
      strokeLinecap={name === 'more' ? 'round' : 'butt'}
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The three-sailed mark; the last sail is yours. */
export function Mark({ width = 34 }: { readonly width?: number }): ReactElement {
  return (
    <svg viewBox="0 0 34 24" width={width} aria-hidden="true">
      <path
        fill="currentColor"
        d="M4 19.200V9c3.800 2.200 5.800 5.600 6.200 10.200zM13 19.200V4c5.200 3.300 8 8.400 8.500 15.200z"
      />
      <path fill="var(--accent)" d="M24.400 19.200V11c3.200 1.900 4.900 4.600 5.300 8.200z" />
      <path d="M2 22h30" stroke="currentColor" strokeWidth="1.600" fill="none" />
    </svg>
  );
}
