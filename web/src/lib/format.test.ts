import { describe, expect, it } from 'vitest';
import {
  amount,
  axisLabel,
  exact,
  money,
  moneyParts,
  percent,
  price,
  significant,
} from './format';

const plainSpaces = (text: string): string => text.replace(/[\u00a0\u2009]/gu, ' ');

describe('figures on screen', () => {
  it('uses the minor units of each currency', () => {
    expect(amount('1234.5', 'EUR')).toBe('1,234.50');
    expect(amount('1234.5', 'JPY')).toBe('1,234');
    expect(amount('1.23456', 'KWD')).toBe('1.235');
    expect(amount('5.02176337', 'BTC')).toBe('5.02176337');
  });

  it('writes pence as pence, never as pounds', () => {
    expect(plainSpaces(price('5912', 'GBp'))).toBe('5,912.0 p');
    expect(plainSpaces(money('5912.04', 'GBX'))).toBe('5,912.0 p');
  });

  it('signs changes with a true minus and leaves zero bare', () => {
    expect(amount('-1.005', 'EUR', 'always')).toBe('−1.00');
    expect(amount('12', 'EUR', 'always')).toBe('+12.00');
    expect(amount('-0.001', 'EUR', 'always')).toBe('0.00');
    expect(plainSpaces(percent(-0.0449, 1, 'always'))).toBe('−4.5 %');
    expect(plainSpaces(percent(0.00001, 1, 'always'))).toBe('0.0 %');
  });

  it('parts a lone figure so that cents can be set lighter', () => {
    expect(moneyParts('469434.444', 'EUR')).toEqual(['€', '469,434', '.44']);
    expect(moneyParts('-1234', 'USD')[0]).toBe('−$');
  });

  it('keeps every stored digit of a quantity', () => {
    expect(exact('3.12840000', 4)).toBe('3.1284');
    expect(exact('4.2', 4)).toBe('4.2000');
    expect(exact('1234567.000000000000000001')).toBe('1,234,567.000000000000000001');
  });

  it('shows the digits that matter of a long number', () => {
    expect(significant('3.085852987712345', 12)).toBe('3.08585298771');
    expect(significant('58918.832031', 12)).toBe('58,918.832031');
    expect(significant('-0.000012345678901234', 12)).toBe('−0.0000123456789012');
    expect(significant('12345678901234.5', 12)).toBe('12,345,678,901,234');
    expect(significant('0', 12)).toBe('0');
  });

  it('shortens the labels of an axis', () => {
    expect([0, 400_000, 1_200_000, 1500, -20_000].map(axisLabel)).toEqual([
      '0',
      '400k',
      '1.2M',
      '1.5k',
      '−20k',
    ]);
  });
});
