import { expect, it } from 'vitest';
import { toCsv } from './csv';

it('quotes what needs it and disarms what a spreadsheet would run', () => {
  expect(
    toCsv(
      ['a', 'b'],
      [
        ['x, "y"', -1.5],
        ['=1+1', null],
        ['@cmd', '-12.5'],
      ],
    ),
  ).toBe('a,b\r\n"x, ""y""",-1.5\r\n\'=1+1,\r\n\'@cmd,-12.5\r\n');
});
