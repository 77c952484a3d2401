/** The bits of ECharts' custom drawing that our own series share. */
import type { CustomSeriesOption } from 'echarts/charts';

export type Render = NonNullable<CustomSeriesOption['renderItem']>;
export type Api = Parameters<Render>[1];
export type Shape = ReturnType<Render>;
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const box = (params: Parameters<Render>[0]): Box => params.coordSys as unknown as Box;
export const point = (api: Api, day: number, value: number): [number, number] =>
  api.coord([day, value]) as [number, number];
