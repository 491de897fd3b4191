/**
 * Detection over many series to which nothing happens: false alerts with and without control over all series, CPU and memory.
 * usage: node bench/detect-scale.ts [SERIES…]   each count of series is a run of its own; default 2000 20000 50000
 * Series: weekly season, growth, noise with the tail of Student's t at four degrees of freedom; 180 days, of which 28 teach.
 */
import { spawnSync } from 'node:child_process';
import { detectAnomalies, type DailySeries } from '@counterfoil/costs';
import { generator } from './random.ts';

const DAYS = 180;
const WARM_UP_DAYS = 28;
const [first, ...more] = process.argv.slice(2);
if (first === 'one') measure(Number(more[0]), Number(more[1]));
else {
  const counts = first === undefined ? ['2000', '20000', '50000'] : [first, ...more];
  process.stdout.write(
    '| series | rate | alerts a day | days with any | CPU µs a series-day | peak MB |\n|---|---|---|---|---|---|\n',
  );
  for (const count of counts) {
    for (const rate of ['1', '0.1']) {
      spawnSync(process.execPath, [import.meta.filename, 'one', count, rate], { stdio: 'inherit' });
    }
  }
}

function measure(count: number, falseDiscoveryRate: number): void {
  const series = nothingHappens(count);
  const days = Array.from({ length: DAYS }, (_, t) =>
    new Date(Date.UTC(2026, 0, 1 + t)).toISOString().slice(0, 10),
  );
  const before = process.cpuUsage();
  const { anomalies } = detectAnomalies({
    days,
    series,
    planned: [],
    lastCompleteIndex: DAYS - 1,
    options: { falseDiscoveryRate },
  });
  const used = process.cpuUsage(before);
  const alerts = anomalies.filter(({ innocent }) => innocent === undefined);
  const judged = DAYS - WARM_UP_DAYS;
  const cells = [
    count,
    falseDiscoveryRate === 1 ? 'none' : falseDiscoveryRate,
    (alerts.length / judged).toFixed(2),
    new Set(alerts.map(({ onsetIndex }) => onsetIndex)).size,
    ((used.user + used.system) / (count * DAYS)).toFixed(1),
    Math.round(process.resourceUsage().maxRSS / 1024),
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

function nothingHappens(count: number): readonly DailySeries[] {
  const { next, normal } = generator(count);
  return Array.from({ length: count }, (_, at) => {
    const [weekend, base] = [0.4 + 0.6 * next(), 200 * Math.exp(normal())];
    const [size, growth] = [0.03 + 0.07 * next(), -0.02 + 0.07 * next()];
    const cost = new Float64Array(DAYS);
    for (let t = 0; t < DAYS; t++) {
      const chi = normal() ** 2 + normal() ** 2 + normal() ** 2 + normal() ** 2;
      const noise = normal() / Math.sqrt(chi / 4);
      const weekly = (t + 4) % 7 < 5 ? 1 : weekend;
      cost[t] = Math.max(0, base * weekly * Math.exp((growth * t) / 30) * (1 + size * noise));
    }
    const element = { subAccountId: String(at), serviceName: 'EC2' };
    return { element, level: 'account_service', cost };
  });
}
