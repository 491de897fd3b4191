import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { costOf } from './series.testing.ts';
import { cutSpikes } from './spikes.ts';

/** 100 a day, give or take, with so much more on these days. */
function withSpikes(spikes: readonly number[], height = 900): Float64Array {
  return costOf(100, (day) => 100 + ((day * 3) % 5) + (spikes.includes(day) ? height : 0));
}

function cut(level: Float64Array): Float64Array {
  cutSpikes(level);
  return level;
}

describe('isolated spikes', () => {
  it('are cut down to the days around them', () => {
    const level = cut(withSpikes([40]));
    assert.ok(level.every((value) => value < 110));
  });

  it('stay where they are less than half of what is usual, or no larger than the unevenness', () => {
    assert.equal(cut(withSpikes([40], 40))[40], withSpikes([40], 40)[40]);
    assert.ok((cut(withSpikes([40], 60))[40] as number) < 110);
    const uneven = costOf(100, (day) => 10 + 20 * (day % 4));
    assert.deepEqual(cut(uneven.slice()), uneven);
  });

  it('stay in the newest week, which may be a new level', () => {
    assert.ok((cut(withSpikes([93]))[93] as number) > 900);
    assert.ok((cut(withSpikes([92]))[92] as number) < 110);
  });

  it('are no accident where more than one day of twenty-five has one', () => {
    const four = [20, 40, 60, 80];
    assert.ok(cut(withSpikes(four)).every((value) => value < 110));
    const five = withSpikes([...four, 30]);
    assert.deepEqual(cut(five.slice()), five);
  });

  it('do not hide a new level', () => {
    const shifted = costOf(100, (day) => (day < 60 ? 100 : 300));
    assert.deepEqual(cut(shifted.slice()), shifted);
  });
});
