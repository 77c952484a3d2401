/** Only the parts of ECharts that are drawn. */
import { CustomChart, LineChart } from 'echarts/charts';
import { AxisPointerComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { init, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

register([
  LineChart,
  CustomChart,
  GridComponent,
  TooltipComponent,
  AxisPointerComponent,

  CanvasRenderer,
]);

export { init };
export type { ECharts } from 'echarts/core';
