import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { calendarOf } from '../detection/calendar.ts';
import { forecastPoint } from './point-forecast.ts';
import { costOf, noisyService, testDays } from './series.testing.ts';

const days = testDays(200);
const calendar = calendarOf(days);

describe('the forecast of one series', () => {
  it('repeats a steady week to the cent', () => {
    const week = (day: number) => (day % 7 >= 5 ? 20 : 100);
    const { expected } = forecastPoint(costOf(140, week), calendar, { count: 140, steps: 14 });
    const kinds = [...expected].map((value, step) => Math.abs(value / week(140 + step) - 1));
    assert.ok(Math.max(...kinds) < 0.005, String(Math.max(...kinds)));
  });

  it('expects a monthly fee on the day it falls, and nothing on other days', () => {
    const fee = (day: number) => (days[day]?.endsWith('-01') === true ? 3_000 : 0);
    const { expected } = forecastPoint(costOf(115, fee), calendar, { count: 115, steps: 20 });
    assert.deepEqual([...expected], [...costOf(20, (step) => fee(115 + step))]);
  });

  it('takes a series as over after two weeks without any cost, not after thirteen days', () => {
    const ended = (count: number) =>
      forecastPoint(
        costOf(count, (day) => (day < 100 ? 50 : 0)),
        calendar,
        { count, steps: 7 },
      ).expected.reduce((sum, value) => sum + value, 0);
    assert.ok(ended(113) > 0);
    assert.equal(ended(114), 0);
  });

  it('judges a late series from its first cost on', () => {
    const late = costOf(110, (day) => (day < 100 ? 0 : 30));
    const { expected } = forecastPoint(late, calendar, { count: 110, steps: 5 });
    assert.deepEqual([...expected], [30, 30, 30, 30, 30]);
  });

  it('is barely moved by one absurd day', () => {
    const usual = noisyService(3, 140);
    const spiked = usual.slice();
    spiked[110] = 50 * (usual[110] as number);
    const span = { count: 140, steps: 30 };
    const total = (cost: Float64Array) =>
      forecastPoint(cost, calendar, span).expected.reduce((sum, value) => sum + value, 0);
    assert.ok(Math.abs(total(spiked) / total(usual) - 1) < 0.25);
  });

  it('goes below zero only where the history did', () => {
    const falling = (lowest: number) =>
      forecastPoint(
        costOf(100, (day) => Math.max(lowest, 90 - day)),
        calendar,
        { count: 100, steps: 30 },
      ).expected;
    assert.ok(falling(0).every((value) => value >= 0));
    assert.ok(falling(-10).some((value) => value < 0));
  });

  it('says nothing of a series that never cost anything', () => {
    const { expected, dayScale } = forecastPoint(new Float64Array(60), calendar, {
      count: 60,
      steps: 3,
    });
    assert.deepEqual([...expected, dayScale], [0, 0, 0, 0]);
  });

  it('uses nothing that comes after the history', () => {
    const cost = noisyService(5, 160);
    const span = { count: 120, steps: 20 };
    assert.deepEqual(
      forecastPoint(cost, calendar, span),
      forecastPoint(cost.slice(0, 120), calendar, span),
    );
  });
});
