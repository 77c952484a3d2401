/** A line the size of a word; its end is marked. */
import type { ReactElement } from 'react';

interface Props {
  readonly values: readonly number[];
  readonly width?: number;
  readonly height?: number;
}

export function Sparkline({ values, width = 72, height = 22 }: Props): ReactElement | null {
  if (values.length < 2) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (index: number): number => 2 + (index / (values.length - 1)) * (width - 6);
  const y = (value: number): number =>
    3 + (high === low ? 0.5 : (high - value) / (high - low)) * (height - 6);
  const round = (value: number): number => Math.round(value * 10) / 10;
  const path = values
    .map((value, index) => `${index === 0 ? 'M' : 'L'}${round(x(index))} ${round(y(value))}`)
    .join('');
  return (
    <svg width={width} height={height} aria-hidden="true" style={{ display: 'block' }}>
      <path d={path} fill="none" stroke="var(--ink2)" strokeWidth="1.2" />
      <circle
        cx={x(values.length - 1)}
        cy={y(values.at(-1) ?? low)}
        r="1.9"
        fill="var(--ink)"
      />
    </svg>
  );
}
