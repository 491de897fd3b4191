/**
 * Detection of daily cost anomalies as the days arrive, incomplete days included.
 * usage: node bench/detect.ts FOLDER OUT   FOLDER holds series.csv.gz, labels.json; score_cad.py beside or above
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CompletenessModel, OnlineDetector } from '@counterfoil/costs';

const [folder = '../shared/rca/detect', out = '/dev/stdout'] = process.argv.slice(2);
const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as {
  days: number;
  evalStart: number;
  day0: string;
};
const days = Array.from({ length: labels.days }, (_, t) =>
  new Date(Date.parse(labels.day0) + t * 86_400_000).toISOString().slice(0, 10),
);

const revisions = new Map<string, Float64Array[]>();
for (const line of gunzipSync(readFileSync(join(folder, 'series.csv.gz')))
  .toString('utf8')
  .trim()
  .split('\n')
  .slice(1)) {
  const [series = '', day, , ...seen] = line.split(',');
  const columns = revisions.get(series) ?? seen.map(() => new Float64Array(labels.days));
  seen.forEach((value, lag) => ((columns[lag] as Float64Array)[Number(day)] = Number(value)));
  revisions.set(series, columns);
}

const alerts: { series: string; day: number; run: number }[] = [];
const before = process.cpuUsage();
for (const [series, seen] of revisions) {
  const completeness = new CompletenessModel(seen);
  const detector = new OnlineDetector(days);
  for (let run = 1; run < labels.days; run++) {
    const alert = detector.step(completeness.asOf(run));
    if (alert && alert.direction === 'increase' && run > labels.evalStart) {
      for (const day of alert.days) alerts.push({ series, day, run });
    }
  }
}
const used = process.cpuUsage(before);
const seriesDays = revisions.size * labels.days;
process.stderr.write(
  `${((used.user + used.system) / seriesDays).toFixed(1)} µs CPU a series-day\n`,
);
writeFileSync(out, JSON.stringify({ alerts }));
