import { describe, expect, it } from 'vitest';
import {
  add,
  compare,
  multiply,
  round,
  decimal,
  plain,
  ratio,
  sign,
  subtract,
  sum,
  tryDecimal,
} from './decimal';

describe('decimal text', () => {
  it('adds what a float cannot', () => {
    expect(add('0.1', '0.2')).toBe('0.3');
    expect(sum(['12345678901234567890.123456789012345678', '0.000000000000000001'])).toBe(
      '12345678901234567890.123456789012345679',
    );
    expect(sum([])).toBe('0');
  });

  it('subtracts below zero and multiplies with every digit', () => {
    expect(subtract('1', '1.05')).toBe('-0.05');
    expect(multiply('-3.1284', '93480.01')).toBe('-292442.863284');
  });

  it('orders by value, not by letters', () => {
    expect(['10', '9.99', '-1', '0'].sort(compare)).toEqual(['-1', '0', '9.99', '10']);
    expect([sign('-0.00'), sign('-1e-9'), sign('3')]).toEqual([0, -1, 1]);
  });

  it('rounds half to even', () => {
    const cents = (text: string): string => plain(round(decimal(text), 2));
    expect(['0.125', '0.135', '-0.125', '0.1251', '2.675'].map(cents)).toEqual([
      '0.12',
      '0.14',
      '-0.12',
      '0.13',
      '2.68',
    ]);
  });

  it('reads plain and scientific notation and nothing else', () => {
    expect(plain(decimal('1.5e3'))).toBe('1500');
    expect(plain(decimal('15e-4'))).toBe('0.0015');
    expect(['', '1,5', 'NaN', 'Infinity', '1.', '0x10', '1 000'].map(tryDecimal)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it('gives no share of nothing', () => {
    expect(ratio('1', '4')).toBe(0.25);
    expect(ratio('1', '0')).toBeNull();
    expect(ratio(null, '1')).toBeNull();
  });
});
