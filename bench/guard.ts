/**
 * What governing an effect costs: the gate's decision; decision, durable intent and proof of it in the witnessed log, one after
 * the other; and how many whole effects (decision, intent, proof, outcome) a second, many at once. Real processes: PostgreSQL
 * with fsync, log and witness each in their own.
 * usage: node bench/guard.ts [EFFECTS]   2,000 unless given
 */
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { invariant } from '@counterfoil/core';
import type { Action, ActionBinding, GateFacts, GateRequest, Signal } from '@counterfoil/core';
import {
  bindAction,
  decide,
  entryWriter,
  generateVerifierKeys,
  loadPolicyBundle,
  proveEntry,
  readPrivateKey,
} from '@counterfoil/guard';
import { createTestDatabase, openLogReader, openStore, type Store } from '@counterfoil/store';
import { firstWitnessState, proofSource } from '@counterfoil/tlog';

const EFFECTS = Number(process.argv[2] ?? 2_000);
const DECISIONS = 5_000;
const ONE_BY_ONE = 400;
const AT_ONCE = [8, 32];
const ACCOUNT = '111122223333';

const policies = fileURLToPath(new URL('../policies/', import.meta.url));
const bundle = loadPolicyBundle(
  Object.fromEntries(
    readdirSync(policies)
      .filter((name) => /\.cedar(schema)?$/.test(name))
      .map((name) => [name, readFileSync(join(policies, name), 'utf8')]),
  ),
);
const label = { integrity: 2, confidentiality: 1, scopes: [], sources: [] } as const;
const facts: GateFacts = {
  complete: true,
  killed: false,
  scopeAccounts: [ACCOUNT],
  autonomy: { configured: 'approve', earned: 'approve' },
  amountCents: 1,
  recent: { ofKindInAccount: 1, ofKind: 1, ofClass: 1, amountCents: 1 },
  freezes: [],
  offHours: false,
  changeStatus: 'absent',
  changeRequired: false,
  dataQuality: { tagCoveragePercent: 95, conformant: 'yes', reconciled: 'yes' },
  clearance: 2,
};

function actionOf(caseId: string): Action {
  const binding: ActionBinding = {
    v: 1,
    actionId: `act_${caseId}`,
    caseId,
    tenant: 'bench',
    account: ACCOUNT,
    region: 'eu-west-1',
    kind: 'aws.stop_instances',
    parametersSchemaSha256: '0'.repeat(64),
    parameters: { targets: ['i-1'] },
    parameterLabels: { targets: label },
    preconditions: [],
    preview: 'stop i-1',
    blastRadius: { targets: ['i-1'], accounts: [ACCOUNT], note: 'one instance' },
    undo: { reversibility: 'reversible', steps: ['start it'] },
    estimatedEffect: null,
    environment: 'sandbox',
    release: 'r1',
    policyBundleSha256: bundle.sha256,
    changeId: null,
    proposer: 'agent',
    onBehalfOf: 'schedule',
    proposedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    nonce: caseId,
  };
  return bindAction(binding);
}
const decideOn = ({ binding }: Action) =>
  decide(bundle, {
    binding,
    declaration: { class: 'cloud', reversibility: 'reversible', targetsMax: 5 },
    facts,
    nowMs: Date.now(),
  } satisfies GateRequest);

const report = (name: string, timesMs: readonly number[]): void => {
  const sorted = timesMs.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => at(share)?.toFixed(2));
  console.log(`${name}: p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, N ${sorted.length}`);
};

/** Log and witness as `counterfoil up` starts them. */
async function startLog(directory: string, databaseUrl: string) {
  const origin = 'log.bench/acme';
  const name = 'witness.bench/acme';
  const log = generateVerifierKeys(origin, 'log');
  const witness = generateVerifierKeys(name, 'witness');
  const at = (file: string) => join(directory, file);
  writeFileSync(at('log.pem'), log.privateKeyPem);
  writeFileSync(at('witness.pem'), witness.privateKeyPem);
  const privateKey = readPrivateKey(witness.privateKeyPem);
  writeFileSync(at('witness.state'), firstWitnessState(origin, { name, privateKey }, 1));
  const common = { logLevel: 'silent' };
  const children = [
    await launch('witness', {
      ...common,
      socket: at('witness.sock'),
      stateFile: at('witness.state'),
      publishedCheckpoint: null,
      keyFile: at('witness.pem'),
      name,
      logVerifierKey: log.verifierKey,
    }),
    await launch('log', {
      ...common,
      tenant: 'bench',
      databaseUrl,
      logDirectory: at('log'),
      keyFile: at('log.pem'),
      origin,
      witnessSocket: at('witness.sock'),
    }),
  ];
  const keys = { logVerifierKey: log.verifierKey, witnessVerifierKey: witness.verifierKey };
  return { keys, children, reader: openLogReader(at('log')) };
}

async function launch(app: 'log' | 'witness', settings: object): Promise<ChildProcess> {
  const main = fileURLToPath(new URL(`../apps/${app}/src/main.ts`, import.meta.url));
  const env = { ...process.env, COUNTERFOIL_SETTINGS: JSON.stringify(settings) };
  const child = fork(main, { env, stdio: 'ignore' });
  await once(child, 'message');
  return child;
}

const directory = mkdtempSync(join(tmpdir(), 'cf-bench-guard-'));
const database = await createTestDatabase();
const { keys, children, reader } = await startLog(directory, database.urls.cf_log);
const open = (url: string): Promise<Store> =>
  openStore({
    databaseUrl: url,
    clock: { nowMs: () => Date.now() },
    newId: (prefix) => `${prefix}_${randomBytes(9).toString('base64url')}`,
    writeEntry: entryWriter(() => randomBytes(32)),
  });
const lake = await open(database.urls.cf_lake);
const agent = await open(database.urls.cf_agent);
const executor = await open(database.urls.cf_executor);
let wake: (() => void)[] = [];
await executor.changes.subscribe('checkpoint', () => {
  const woken = wake;
  wake = [];
  for (const each of woken) each();
});

/** An action that is proposed, with its case; not part of what is measured. */
async function propose(name: string): Promise<Action> {
  const caseId = `case_${name}`;
  const action = actionOf(caseId);
  const signal = signalOf(name);
  await lake.signals.write([signal]);
  const step = { caseId, jobs: [] };
  await agent.cases.commit({
    ...step,
    versionExpected: 0,
    events: [{ type: 'case_opened', signal }],
  });
  const proposal = { caseId, actions: [action], withheld: [] };
  await agent.cases.commit({
    ...step,
    versionExpected: 1,
    events: [{ type: 'proposal_made', proposal }],
  });
  return action;
}

/** Decision and intent in one durable step, then the proof that the witnessed log holds them. */
async function intend(action: Action): Promise<void> {
  const { digest } = action;
  const { caseId } = action.binding;
  const decision = decideOn(action);
  const now = Date.now();
  const grant = {
    digest,
    approvedBy: [],
    policyIds: decision.policyIds,
    grantedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + 600_000).toISOString(),
    approvalLogIndexes: [],
  };
  const result = await executor.cases.commit({
    caseId,
    versionExpected: 2,
    events: [
      { type: 'policy_decided', digest, decision },
      { type: 'effect_intended', digest, grant, idempotencyKey: digest },
    ],
    jobs: [],
  });
  const leaf = result.type === 'committed' ? result.leaves[1] : undefined;
  invariant(leaf, 'the step was committed');
  await proven(leaf);
}

async function proven(leaf: {
  readonly leafId: string;
  readonly entryText: string;
}): Promise<void> {
  for (;;) {
    const published = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 100);
      wake.push(() => (clearTimeout(timer), resolve()));
    });
    const [place] = await executor.leaves.locate([leaf.leafId]);
    if (place?.index != null) {
      try {
        const { entryText } = leaf;
        const source = proofSource(reader);
        await proveEntry({ source, trust: keys, entryText, index: place.index });
        return;
      } catch (error) {
        if ((error as { code?: string }).code !== 'LOG_BEHIND') throw error;
      }
    }
    await published;
  }
}

async function performed({ digest, binding }: Action): Promise<void> {
  await executor.cases.commit({
    caseId: binding.caseId,
    versionExpected: 4,
    events: [
      {
        type: 'effect_performed',
        digest,
        effect: { reference: 'e', facts: {} },
        reconciled: false,
      },
    ],
    jobs: [],
  });
}

async function timed<Value>(work: () => Value | Promise<Value>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** Runs work over items, so many at once; answers with each one's time. */
async function atOnce(
  count: number,
  items: readonly Action[],
  work: (item: Action) => Promise<void>,
): Promise<number[]> {
  const waiting = [...items];
  const times: number[] = [];
  const worker = async (): Promise<void> => {
    for (let item = waiting.pop(); item; item = waiting.pop()) {
      const one = item;
      times.push(await timed(() => work(one)));
    }
  };
  await Promise.all(Array.from({ length: count }, worker));
  return times;
}

function signalOf(name: string): Signal {
  const money = (amount: string) => ({ amount, currency: 'USD' });
  return {
    signalId: `sig_${name}`,
    kind: 'cost_anomaly',
    dedupeKey: name,
    scopeAccounts: [ACCOUNT],
    dataVersion: 'v1',
    detectedAt: new Date().toISOString(),
    anomaly: {
      direction: 'increase',
      basis: 'EffectiveCost',
      element: { serviceName: 'Amazon EC2' },
      onsetDate: '2026-02-20',
      lastDate: '2026-02-28',
      expectedPerDay: money('100'),
      actualPerDay: money('500.5'),
      impactPerDay: money('400.5'),
      impactTotal: money('3604.5'),
      impactPercent: 400.5,
      queryIds: ['q1'],
    },
  };
}

try {
  const sample = actionOf('case_sample');
  for (let warm = 0; warm < 500; warm += 1) decideOn(sample);
  const decisions: number[] = [];
  for (let n = 0; n < DECISIONS; n += 1) decisions.push(await timed(() => decideOn(sample)));
  report('decision', decisions);

  const first: Action[] = [];
  for (let n = 0; n < ONE_BY_ONE; n += 1) first.push(await propose(`one-${n}`));
  for (const action of first.splice(0, 50)) await intend(action);
  report(
    'decision + durable intent + witnessed checkpoint, one by one',
    await atOnce(1, first, intend),
  );

  for (const count of AT_ONCE) {
    const actions: Action[] = [];
    for (let n = 0; n < EFFECTS; n += 1) actions.push(await propose(`at-${count}-${n}`));
    const intents: number[] = [];
    const startMs = performance.now();
    await atOnce(count, actions, async (action) => {
      intents.push(await timed(() => intend(action)));
      await performed(action);
    });
    const seconds = (performance.now() - startMs) / 1_000;
    report(`the same, ${count} at once`, intents);
    console.log(`whole effects, ${count} at once: ${(EFFECTS / seconds).toFixed(0)} a second`);
  }
} finally {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all([lake, agent, executor].map((store) => store.close()));
  await database.close();
  rmSync(directory, { recursive: true, force: true });
}
