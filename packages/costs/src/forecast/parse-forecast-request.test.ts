import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseForecastRequest } from './parse-forecast-request.ts';

const BUDGET = { name: 'all', amount: '100', currency: 'USD' };
const budgetWith = (fields: object) =>
  parseForecastRequest({ budgets: [{ ...BUDGET, ...fields }] }).budgets[0];

describe('a request for a forecast', () => {
  it('may leave everything out', () => {
    assert.deepEqual(parseForecastRequest({}), { by: null, through: 'month-end', budgets: [] });
  });

  it('takes a day that exists, and no other', () => {
    assert.equal(parseForecastRequest({ through: '2028-02-29' }).through, '2028-02-29');
    assert.throws(() => parseForecastRequest({ through: '2026-02-29' }), /through must be/);
  });

  it('names what it does not know', () => {
    assert.throws(() => parseForecastRequest({ bye: 1 }), /unknown field "bye"/);
    assert.throws(() => parseForecastRequest({ by: 'regionId' }), /by must be one of serviceName/);
    assert.throws(() => parseForecastRequest([]), /must be an object/);
    assert.throws(() => budgetWith({ element: { colour: 'red' } }), /colour is no dimension/);
    assert.throws(() => budgetWith({ currency: 'usd' }), /currency/);
    assert.throws(() => budgetWith({ month: '2026-13' }), /month must be/);
  });

  it('takes budgets above zero', () => {
    assert.equal(budgetWith({ amount: '0.01' })?.amount, '0.01');
    assert.equal(budgetWith({ amount: 250 })?.amount, '250');
    assert.throws(() => budgetWith({ amount: '0' }), /above zero/);
    assert.throws(() => budgetWith({ amount: '1e3' }), /not a plain decimal/);
  });

  it('takes percents above 0 up to 1000 with two decimals', () => {
    const percent = (value: number) => budgetWith({ alerts: [{ on: 'actual', percent: value }] });
    for (const good of [0.01, 99.99, 1_000]) assert.equal(percent(good)?.alerts[0]?.percent, good);
    for (const bad of [0, 1_000.01, 0.001]) assert.throws(() => percent(bad), /percent/);
    assert.throws(() => budgetWith({ alerts: [{ on: 'hope', percent: 1 }] }), /on must be/);
  });

  it('takes fifty budgets, not fifty-one', () => {
    const many = (count: number) => ({ budgets: Array.from({ length: count }, () => BUDGET) });
    assert.equal(parseForecastRequest(many(50)).budgets.length, 50);
    assert.throws(() => parseForecastRequest(many(51)), /at most 50/);
  });
});
