import { readdirSync, readFileSync } from 'node:fs';
import type { RootCause, Signal } from '@counterfoil/core';
import { loadPolicyBundle, type PolicyBundle } from '@counterfoil/guard';
import type { FakeCostRow } from '@counterfoil/testkit';
import type { DataFile } from '../data/read-data-file.ts';

const ROOT = new URL('../../../../', import.meta.url);

/** The data files of a folder of the project. */
export function readDataFiles(folder: 'causes' | 'playbooks'): readonly DataFile[] {
  const directory = new URL(`${folder}/`, ROOT);
  return readdirSync(directory)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .map((name) => ({
      name: `${folder}/${name}`,
      text: readFileSync(new URL(name, directory), 'utf8'),
    }));
}

/** The project's own policies. */
export function readPolicies(): PolicyBundle {
  const files = ['schema.cedarschema', 'default.cedar'].map(
    (name) => [name, readPolicyFile(name)] as const,
  );
  return loadPolicyBundle(Object.fromEntries(files));
}

/** One of the project's own policy files. */
export function readPolicyFile(name: string): string {
  return readFileSync(new URL(`policies/${name}`, ROOT), 'utf8');
}

export const ACCOUNT = '111122223333';
export const REGION = 'us-east-1';
export const ONSET = '2026-02-20';
export const LAST = '2026-02-28';

/** The day so many days after the onset. */
export function day(offset: number): string {
  return new Date(Date.parse(`${ONSET}T00:00:00Z`) + offset * 86_400_000)
    .toISOString()
    .slice(0, 10);
}

/** A signal of an increase of 1,200 a day. */
export function makeSignal(changes: Partial<Signal> = {}): Signal {
  const money = (amount: string) => ({ amount, currency: 'USD' });
  return {
    signalId: 'sig_1',
    kind: 'cost_anomaly',
    dedupeKey: 'key-1',
    scopeAccounts: [ACCOUNT],
    dataVersion: 'v1',
    detectedAt: '2026-03-01T06:00:00.000Z',
    anomaly: {
      direction: 'increase',
      basis: 'EffectiveCost',
      element: { subAccountId: ACCOUNT, serviceName: 'Amazon Elastic Compute Cloud' },
      onsetDate: ONSET,
      lastDate: LAST,
      expectedPerDay: money('100'),
      actualPerDay: money('1300'),
      impactPerDay: money('1200'),
      impactTotal: money('10800'),
      impactPercent: 1200,
      queryIds: ['q0'],
    },
    ...changes,
  };
}

/** One thing on the bill over the days around the onset. */
export interface BillLine {
  readonly fields: Readonly<Record<string, string>>;
  readonly before: { readonly quantity: number; readonly unitPrice: number } | null;
  readonly after: { readonly quantity: number; readonly unitPrice: number } | null;
}

/** Daily rows of a line, 28 days before the onset and nine from it. */
export function billRows(line: BillLine): readonly FakeCostRow[] {
  return Array.from({ length: 37 }, (_, index) => index - 28).flatMap((offset) => {
    const half = offset < 0 ? line.before : line.after;
    if (!half) return [];
    return [
      {
        subAccountId: ACCOUNT,
        regionId: REGION,
        chargeCategory: 'Usage',
        pricingCategory: 'Standard',
        pricingUnit: 'GB',
        ...line.fields,
        day: day(offset),
        ConsumedQuantity: half.quantity.toFixed(6),
        EffectiveCost: (half.quantity * half.unitPrice).toFixed(6),
        BilledCost: (half.quantity * half.unitPrice).toFixed(6),
      },
    ];
  });
}

/** A background line, so that every day has data. */
export const BACKGROUND: BillLine = {
  fields: {
    serviceName: 'Amazon Simple Storage Service',
    usageType: 'TimedStorage-ByteHrs',
    resourceId: 'arn:aws:s3:::assets',
  },
  before: { quantity: 100, unitPrice: 0.023 },
  after: { quantity: 100, unitPrice: 0.023 },
};

/** The root cause of a line. */
export function rootCauseOf(
  element: RootCause['element'],
  resources: readonly string[],
  deltaPerDay = '1200',
): RootCause {
  const each = (Number(deltaPerDay) / Math.max(1, resources.length)).toFixed(6);
  return {
    element: { subAccountId: ACCOUNT, regionId: REGION, ...element },
    deltaPerDay: { amount: deltaPerDay, currency: 'USD' },
    share: 0.97,
    score: 0.95,
    resources: resources.map((resourceId) => ({
      resourceId,
      deltaPerDay: { amount: each, currency: 'USD' },
    })),
  };
}
