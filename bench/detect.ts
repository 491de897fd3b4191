/**
 * Detection of daily cost anomalies as the days arrive, incomplete days included, with false alerts controlled over all series of a day.
 * usage: node bench/detect.ts FOLDER OUT   FOLDER holds series.csv.gz, labels.json; score_cad.py beside or above
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  CompletenessModel,
  discoveryLimit,
  NullTail,
  OnlineDetector,
  type Alert,
  type Excursion,
} from '@counterfoil/costs';

const OPEN_SPREADS = 5;
const [folder = '../shared/rca/detect', out = '/dev/stdout'] = process.argv.slice(2);
const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as {
  days: number;
  evalStart: number;
  day0: string;
};
const days = Array.from({ length: labels.days }, (_, t) =>
  new Date(Date.parse(labels.day0) + t * 86_400_000).toISOString().slice(0, 10),
);

interface Raised {
  readonly series: string;
  readonly run: number;
  readonly alert: Alert;
  readonly excursion: Excursion;
}

const revisions = readRevisions();
const quiet: number[][] = days.map(() => []);
const raised: Raised[][] = days.map(() => []);
const before = process.cpuUsage();
for (const [series, seen] of revisions) {
  const completeness = new CompletenessModel(seen);
  const detector = new OnlineDetector(days, {
    openSpreads: OPEN_SPREADS,
    onQuietDay: (day, distance) => quiet[day]?.push(distance),
  });
  for (let run = 1; run < labels.days; run++) {
    const alert = detector.step(completeness.asOf(run));
    const excursion = detector.excursions.at(-1);
    if (alert && excursion) raised[run]?.push({ series, run, alert, excursion });
  }
}
const alerts = alertsOf();
const used = process.cpuUsage(before);
const seriesDays = revisions.size * labels.days;
process.stderr.write(
  `${((used.user + used.system) / seriesDays).toFixed(1)} µs CPU a series-day\n`,
);
writeFileSync(out, JSON.stringify({ alerts }));

/** Day by day: what is a discovery among all series of that day, by what earlier days taught of the null. */
function alertsOf(): { series: string; day: number; run: number }[] {
  const tail = new NullTail(OPEN_SPREADS);
  const known = new Set<Excursion>();
  const opened = new Set<Excursion>();
  return raised.flatMap((ofRun, run) => {
    for (const distance of quiet[run - 1] ?? []) tail.add(distance);
    for (const { excursion } of ofRun) {
      const [first] = excursion.evidence;
      if (first && !opened.has(excursion)) tail.add(first.distance);
      opened.add(excursion);
    }
    const weighed = ofRun.flatMap(({ excursion }) =>
      excursion.evidence
        .filter(({ index }) => index === run - 1)
        .map(({ distance }) => ({ excursion, p: tail.survival(distance) })),
    );
    const limit = discoveryLimit(
      weighed.map(({ p }) => p),
      revisions.size,
    );
    for (const { excursion, p } of weighed) if (p <= limit) known.add(excursion);
    if (run <= labels.evalStart) return [];
    return ofRun
      .filter(({ alert, excursion }) => alert.direction === 'increase' && known.has(excursion))
      .flatMap(({ series, alert }) => alert.days.map((day) => ({ series, day, run })));
  });
}

function readRevisions(): Map<string, Float64Array[]> {
  const revisions = new Map<string, Float64Array[]>();
  const text = gunzipSync(readFileSync(join(folder, 'series.csv.gz'))).toString('utf8');
  for (const line of text.trim().split('\n').slice(1)) {
    const [series = '', day, , ...seen] = line.split(',');
    const columns = revisions.get(series) ?? seen.map(() => new Float64Array(labels.days));
    seen.forEach((value, lag) => ((columns[lag] as Float64Array)[Number(day)] = Number(value)));
    revisions.set(series, columns);
  }
  return revisions;
}
