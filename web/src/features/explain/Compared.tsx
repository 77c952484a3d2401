/** The figure beside itself: a day earlier, and under the other cost-basis methods. */
import type { ReactElement } from 'react';
import type { CostMethod, DayBefore, Explanation, UnderMethod } from '../../api/types';
import { showDay } from '../../lib/dates';
import { methodName } from '../../ui/methods';
import { FigureChange, FigureValue } from './Value';

interface Props {
  /** Asked for with both comparisons; they come after the sum itself. */
  readonly compared: Explanation;
  readonly method: CostMethod;
}

export function Compared({ compared, method }: Props): ReactElement {
  const { day_before: before, methods } = compared;
  return (
    <>
      {before && <Since before={before} explanation={compared} />}
      {methods && methods.length > 0 && (
        <Methods methods={methods} explanation={compared} method={method} />
      )}
    </>
  );
}

interface SinceProps {
  readonly before: DayBefore;
  readonly explanation: Explanation;
}

function Since({ before, explanation }: SinceProps): ReactElement {
  const { figure, currency } = explanation;
  return (
    <table className="compared">
      <caption>Since {showDay(before.as_of)}</caption>
      <tbody>
        <tr>
          <th scope="row">Then</th>
          <td>
            {before.reason === null || before.value !== null ? (
              <FigureValue figure={figure} value={before.value} currency={currency} />
            ) : (
              <span className="quiet">{before.reason}</span>
            )}
          </td>
        </tr>
        {before.change !== null && (
          <tr>
            <th scope="row">Change</th>
            <td>
              <FigureChange figure={figure} value={before.change} currency={currency} />
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

interface MethodsProps {
  readonly methods: readonly UnderMethod[];
  readonly explanation: Explanation;
  readonly method: CostMethod;
}

function Methods({ methods, explanation, method }: MethodsProps): ReactElement {
  const { figure, currency, value } = explanation;
  const rows = [{ method, value }, ...methods];
  return (
    <table className="compared">
      <caption>Under another cost method</caption>
      <tbody>
        {rows.map((row) => (
          <tr key={row.method} aria-current={row.method === method}>
            <th scope="row">
              {methodName(row.method)}
              {row.method === method && <span className="quiet"> this portfolio’s</span>}
            </th>
            <td>
              <FigureValue figure={figure} value={row.value} currency={currency} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
