/** Shares of the whole, over the 0–100 % zebra scale. */
import type { ReactElement } from 'react';
import { percent } from '../lib/format';

export interface Share {
  readonly name: string;
  readonly color: string;
  readonly weight: number;
}

export function AllocationBar({ shares }: { readonly shares: readonly Share[] }): ReactElement {
  const starts = shares.map((_, index) =>
    shares.slice(0, index).reduce((total, { weight }) => total + weight, 0),
  );
  const label = `Allocation: ${shares.map(({ name, weight }) => `${name} ${percent(weight)}`).join(', ')}`;
  return (
    <svg
      width="100%"
      height="54"
      role="img"
      aria-label={label}
      style={{ display: 'block', overflow: 'visible' }}
    >
      {shares.map(({ name, color, weight }, index) => (
        <rect
          key={name}
          x={`${(starts[index] ?? 0) * 100}%`}
          y="2"
          width={`${Math.max(weight - 0.003, 0.001) * 100}%`}
          height="22"
          fill={color}
        />
      ))}
      {Array.from({ length: 10 }, (_, index) => (
        <rect
          key={index}
          x={`${index * 10}%`}
          y="27"
          width="10%"
          height="5"
          fill={index % 2 === 0 ? 'var(--ink)' : 'var(--sheet)'}
          stroke="var(--ink)"
        />
      ))}
      <g fontSize="11" fill="var(--ink2)">
        <text x="0" y="48">
          0
        </text>
        <text x="50%" y="48" textAnchor="middle">
          50
        </text>
        <text x="100%" y="48" textAnchor="end">
          100 %
        </text>
      </g>
    </svg>
  );
}
