/** The neatline as drawn: its segments, the grid lines that rise from them, and their labels. */
import type { CustomSeriesOption } from 'echarts/charts';
import { type Api, type Box, box, point, type Shape } from './draw';
import type { Segment } from './neatline';
import type { Palette } from './palette';

interface Frame {
  readonly palette: Palette;
  readonly phone: boolean;
  readonly bottom: number;
}

const LABEL_ROOM = 46;

/** Which labels fit: none over another, none under the right axis. */
function labelled(
  items: readonly Segment[],
  width: number,
  phone: boolean,
): ReadonlySet<Segment> {
  const first = items[0]?.from ?? 0;
  const span = Math.max((items.at(-1)?.to ?? 1) - first, 1);
  const kept = new Set<Segment>();
  let last = -Infinity;
  for (const item of items) {
    const x = ((item.from - first) / span) * width;
    if (item.label === '' || item.cut || x - last < (phone ? 40 : LABEL_ROOM) || x > width - 26)
      continue;
    kept.add(item);
    last = x;
  }
  return kept;
}

/** `level` is any value on the chart, for the axis must not stretch to the neatline's own. */
function custom(
  items: readonly Segment[],
  level: number,
  z: number,
  draw: (item: Segment, area: Box, api: Api) => Shape,
): CustomSeriesOption {
  return {
    type: 'custom',
    clip: false,
    silent: true,
    z,
    tooltip: { show: false },
    data: items.map((item) => [item.from, level]),
    renderItem: (params, api): Shape => {
      const item = items[params.dataIndex];
      return item === undefined ? null : draw(item, box(params), api);
    },
  };
}

/** The black and white border itself. */
export function neatlineSeries(
  items: readonly Segment[],
  level: number,
  palette: Palette,
): CustomSeriesOption {
  return custom(items, level, 5, (item, area, api) => {
    const [from] = point(api, item.from, level);
    const [to] = point(api, item.to, level);
    return {
      type: 'rect',
      shape: { x: from, y: area.y + area.height + 1, width: to - from, height: 5 },
      style: {
        fill: item.dark ? palette.ink : palette.sheet,
        stroke: palette.ink,
        lineWidth: 1,
      },
    };
  });
}

/** The lines and names of its segments, behind everything. */
export function daySeries(
  items: readonly Segment[],
  level: number,
  frame: Frame,
): CustomSeriesOption {
  const { palette, phone, bottom } = frame;
  return custom(items, level, 1, (item, area, api) => {
    if (!labelled(items, area.width, phone).has(item)) return null;
    const [x] = point(api, item.from, level);
    const font = `${item.year ? 600 : 400} 11px ${palette.font}`;
    return {
      type: 'group',
      children: [
        {
          type: 'line',
          shape: { x1: x, x2: x, y1: area.y, y2: bottom - 18 },
          style: { stroke: palette.grid },
        },
        {
          type: 'text',
          style: {
            x: x + 3,
            y: bottom - 14,
            text: item.label,
            fill: item.year ? palette.ink : palette.ink2,
            font,
          },
        },
      ],
    };
  });
}
