import { calendarOf, type Calendar } from './calendar.ts';
import type { SeenDays } from './completeness.ts';
import { SeriesMonitor, type Departure } from './monitor.ts';

/** A change that is under way. */
export interface Excursion {
  readonly direction: 'increase' | 'decrease';
  readonly onsetIndex: number;
  lastIndex: number;
  /** Largest distance from the expectation in spreads. */
  peak: number;
  /** Plain level before the onset. */
  readonly level: number;
  /** What each day that showed it weighs: its distance from the expectation in spreads. */
  readonly evidence: { readonly index: number; readonly distance: number }[];
  /** What each day from onset on should have cost. */
  readonly expected: Map<number, number>;
}

interface OpenExcursion extends Excursion {
  /** Days that are averaged, and the spread of such averages in plain currency: what evidence is measured by. */
  readonly window: number;
  readonly spread: number;
  /** Size of the change per plain day: for what grows with the weekday. */
  size: number;
  /** Size of the change per day in currency: for what costs the same every day. */
  sizeCurrency: number;
  /** Days in a row that no longer showed it. */
  quiet: number;
}

/** What one day's judgement says: the days that an open change covers. */
export interface Alert {
  readonly direction: 'increase' | 'decrease';
  readonly days: readonly number[];
}

/** When a departure counts. */
export interface DetectorLimits {
  /** Distance in spreads that opens a change (default 5.5). */
  readonly openSpreads?: number;
  /** Smallest change per day, in currency, that opens one (default 5). */
  readonly impactMinPerDay?: number;
  /** First day that may be judged (default 28). */
  readonly firstIndex?: number;
  /** What people said of days of this series. */
  readonly verdicts?: readonly DayVerdict[];
  /** Given the distance of every judged day that belongs to no change. */
  readonly onQuietDay?: (index: number, distance: number) => void;
}

/**
 * What a person said of days `from`…`to` of a series. `accepted`: a change that begins in them is the new level at once. `abnormal`: the
 * days never become the level, nor what the series is known to be given to.
 */
export interface DayVerdict {
  readonly verdict: 'accepted' | 'abnormal';
  /** `part`: only a part of the series was judged, so that the verdict is on a change that begins with the days alone. */
  readonly reach: 'whole' | 'part';
  readonly fromIndex: number;
  readonly toIndex: number;
}

const QUIET_DAYS = 2;
/** A change that grows is measured by this share of its largest day. */
const GROWTH_SHARE = 0.7;
/** Changes shorter than this teach the monitor what the series is given to. */
const SHORT_DAYS = 3;
/** A day still belongs to a change while it keeps this share of the change's size. */
const KEEP_SHARE = 0.4;
/** After so many days a new level is the level. */
const RISE_ADOPTED_DAYS = 45;
const DROP_ADOPTED_DAYS = 14;
/** An announced change is the level after so few days: enough to see what the level is. */
const ACCEPTED_DAYS = 3;
/** A run at a month's edge is over within so many days. */
const EDGE_RUN_DAYS_MAX = 8;
/** A change of the whole begins with that of its judged part when it begins within so many days of it. */
const SAME_ONSET_DAYS = 1;

/** Judges one series day by day as figures arrive. */
export class OnlineDetector {
  readonly #monitor: SeriesMonitor;
  readonly #cost: Float64Array;
  readonly #limits: Required<Omit<DetectorLimits, 'onQuietDay'>>;
  readonly #onQuietDay: DetectorLimits['onQuietDay'];
  readonly excursions: Excursion[] = [];
  #open: OpenExcursion | undefined;

  constructor(days: readonly string[] | Calendar, limits: DetectorLimits = {}) {
    const calendar = 'weekday' in days ? days : calendarOf(days);
    this.#cost = new Float64Array(calendar.weekday.length);
    this.#monitor = new SeriesMonitor(this.#cost, calendar);
    this.#limits = {
      openSpreads: limits.openSpreads ?? 5.5,
      impactMinPerDay: limits.impactMinPerDay ?? 5,
      firstIndex: limits.firstIndex ?? 28,
      verdicts: limits.verdicts ?? [],
    };
    this.#onQuietDay = limits.onQuietDay;
  }

  get monitor(): SeriesMonitor {
    return this.#monitor;
  }

  /** Takes in the newest days (restating earlier ones) and judges the last of them. */
  step(seen: SeenDays): Alert | undefined {
    const first = seen.lastIndex - seen.cost.length + 1;
    for (let i = 0; i < seen.cost.length; i++) {
      this.#cost[first + i] = seen.cost[i] as number;
      this.#monitor.observe(first + i);
      if (this.#open && first + i >= this.#open.onsetIndex) this.#hold(first + i);
    }
    const t = seen.lastIndex;
    const departure = this.#monitor.depart(t, this.#limits.firstIndex);
    if (t < this.#limits.firstIndex) return undefined;
    if (this.#open) return this.#follow(t, departure);
    return this.#consider(t, departure);
  }

  /** The first day of the change within its window: where the mean change times the root of its days is largest. */
  #onset(t: number, window: number, level: number): number {
    let best = t;
    let bestSize = 0;
    let sum = 0;
    for (let day = t; day > t - window; day--) {
      sum += this.#monitor.plain(day) - level;
      const size = Math.abs(sum) / Math.sqrt(t - day + 1);
      if (size > bestSize) [best, bestSize] = [day, size];
    }
    return best;
  }

  /** Distance of the last days of an open change, over its own window, from the level before it. */
  #evidence(open: OpenExcursion, t: number): number {
    const from = Math.max(open.onsetIndex, t - open.window + 1);
    let sum = 0;
    for (let day = from; day <= t; day++) sum += this.#monitor.plain(day) - open.level;
    return open.spread > 0 ? Math.abs(sum) / (t - from + 1) / open.spread : 0;
  }

  /** Whether the days of a change that began on `onset` are judged so; `t` is the day in question. */
  #isJudged(verdict: DayVerdict['verdict'], onset: number, t: number): boolean {
    return this.#limits.verdicts.some(
      (one) =>
        one.verdict === verdict &&
        one.fromIndex <= t &&
        t <= one.toIndex &&
        (one.reach === 'whole' || Math.abs(onset - one.fromIndex) <= SAME_ONSET_DAYS),
    );
  }

  /** Keeps a day out of the level although it opened no change of its own. */
  #disown(t: number): void {
    this.#monitor.replace(t, this.#monitor.level(t, 1));
    this.#monitor.forget(t);
  }

  #hold(t: number): void {
    if (!this.#open) return;
    this.#open.expected.set(t, this.#monitor.expectedAt(t, this.#open.level));
    const goesOn = t - this.#open.onsetIndex > EDGE_RUN_DAYS_MAX;
    this.#monitor.replace(t, this.#open.level, goesOn ? 'going_on' : 'young');
  }

  #consider(t: number, departure: Departure): Alert | undefined {
    const { openSpreads, impactMinPerDay } = this.#limits;
    const { distance, impactPerDay, window } = departure;
    if (Math.abs(distance) < openSpreads || Math.abs(impactPerDay) < impactMinPerDay) {
      this.#onQuietDay?.(t, distance);
      if (this.#isJudged('abnormal', Number.NaN, t)) this.#disown(t);
      return undefined;
    }
    const direction = impactPerDay > 0 ? 'increase' : 'decrease';
    const level = this.#monitor.level(t, window);
    const open: OpenExcursion = {
      direction,
      onsetIndex: this.#onset(t, window, level),
      lastIndex: t,
      peak: Math.abs(distance),
      level,
      expected: new Map<number, number>(),
      evidence: [{ index: t, distance: Math.abs(distance) }],
      window,
      spread: Math.abs(impactPerDay / distance),
      size: Math.abs(impactPerDay),
      sizeCurrency: 0,
      quiet: 0,
    };
    this.#open = open;
    this.excursions.push(open);
    for (let day = open.onsetIndex; day <= t; day++) this.#hold(day);
    const today = (this.#cost[t] as number) - (open.expected.get(t) ?? 0);
    open.sizeCurrency = Math.abs(today);
    return { direction, days: [open.onsetIndex, t] };
  }

  #follow(t: number, departure: Departure): Alert | undefined {
    const open = this.#open as OpenExcursion;
    const sign = open.direction === 'increase' ? 1 : -1;
    this.#monitor.forget(t);
    const plain = sign * (this.#monitor.plain(t) - open.level);
    const currency = sign * ((this.#cost[t] as number) - (open.expected.get(t) ?? 0));
    if (plain >= KEEP_SHARE * open.size || currency >= KEEP_SHARE * open.sizeCurrency) {
      open.lastIndex = t;
      open.quiet = 0;
      open.size = Math.max(open.size, GROWTH_SHARE * plain);
      open.sizeCurrency = Math.max(open.sizeCurrency, GROWTH_SHARE * currency);
      open.peak = Math.max(open.peak, Math.abs(departure.distance));
      open.evidence.push({ index: t, distance: this.#evidence(open, t) });
    } else open.quiet++;
    const { onsetIndex } = open;
    const abnormal = this.#isJudged('abnormal', onsetIndex, onsetIndex);
    const accepted = this.#isJudged('accepted', onsetIndex, onsetIndex);
    const adoptedDays = accepted
      ? ACCEPTED_DAYS
      : open.direction === 'increase'
        ? RISE_ADOPTED_DAYS
        : DROP_ADOPTED_DAYS;
    if (open.quiet >= QUIET_DAYS) {
      this.#monitor.adopt(open.lastIndex + 1, t);
      if (open.lastIndex - open.onsetIndex < SHORT_DAYS && !abnormal) {
        this.#monitor.recall(open.lastIndex, (sign * open.size) / Math.max(1, open.level));
      }
      this.#open = undefined;
    } else if (
      t - onsetIndex >= adoptedDays &&
      !this.#isJudged('abnormal', onsetIndex, open.lastIndex)
    ) {
      this.#monitor.adopt(onsetIndex, t);
      if (accepted) this.#monitor.rebase(onsetIndex, t);
      this.#open = undefined;
    }
    return open.quiet === 0 ? { direction: open.direction, days: [t] } : undefined;
  }
}
