import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  agentSettings,
  defaultConfiguration,
  demoWorldSettings,
  executorSettings,
  lakeSettings,
  logSettings,
  serverSettings,
  witnessSettings,
} from '@counterfoil/config';
import { stateDirectoryAt } from '../state/state-directory.ts';
import { demoSystems } from './outside-systems.ts';
import { processSpec } from './processes.ts';
import * as settings from './settings.ts';

const state = stateDirectoryAt('state');
const inputs: settings.SettingsInputs = {
  state,
  configuration: defaultConfiguration(),
  databaseUrls: {
    agent: 'db-of-agent',
    executor: 'db-of-executor',
    server: 'db-of-server',
    lake: 'db-of-lake',
    log: 'db-of-log',
  },
  lakeToken: 'lake-token',
  verifierKeys: { origin: 'origin', log: 'log-key', witness: 'witness-key' },
  outside: {
    environments: { '*': 'production' },
    readSession: {
      region: 'eu-west-1',
      credentials: { accessKeyId: 'read', secretAccessKey: 'read-secret' },
    },
    writeSession: {
      region: 'eu-west-1',
      credentials: { accessKeyId: 'write', secretAccessKey: 'write-secret' },
    },
    slack: { channelId: 'C1', access: { token: 'slack-secret' } },
    jira: {
      ticket: { projectKey: 'FIN', issueType: 'Task', sourceField: 'labels' },
      access: { host: 'http://localhost', email: 'a@example.com', apiToken: 'jira-secret' },
    },
    changes: {
      ...{ system: 'servicenow', instance: 'http://localhost', user: 'reader' },
      ...{ password: 'change-secret', accountsField: 'u_accounts' },
    },
  },
  plannedActivities: [],
  server: { host: '127.0.0.1', port: 1, publicUrl: 'http://localhost:1' },
  demoWorld: { host: '127.0.0.1', port: 2, url: 'http://127.0.0.1:2' },
  demoSeed: 1,
};

const world = { host: '127.0.0.1', port: 2 };
const byProcess = {
  witness: witnessSettings.parse(settings.witnessSettingsOf(inputs)),
  log: logSettings.parse(settings.logSettingsOf(inputs)),
  lake: lakeSettings.parse(settings.lakeSettingsOf(inputs)),
  agent: agentSettings.parse(settings.agentSettingsOf(inputs)),
  executor: executorSettings.parse(settings.executorSettingsOf(inputs)),
  server: serverSettings.parse(settings.serverSettingsOf(inputs)),
  'demo-world': demoWorldSettings.parse(settings.demoWorldSettingsOf(inputs, world)),
};

/** Who may know what: the "cannot" column of docs/architecture.md, read off the settings. */
const KNOWN_BY: readonly (readonly [secret: string, processes: readonly string[]])[] = [
  ['db-of-agent', ['agent']],
  ['db-of-executor', ['executor']],
  ['db-of-server', ['server']],
  ['db-of-lake', ['lake']],
  ['db-of-log', ['log']],
  ['lake-token', ['lake']],
  [byProcess.agent.lakeToken, ['lake', 'agent']],
  ['read-secret', ['agent']],
  ['write-secret', ['executor']],
  ['slack-secret', ['executor']],
  ['jira-secret', ['executor']],
  ['change-secret', ['executor']],
  ['log.pem', ['log']],
  ['witness.pem', ['witness']],
  ['operator.pem', []],
];

test('each secret is in the settings of exactly the processes that need it', () => {
  for (const [secret, processes] of KNOWN_BY) {
    const knowing = Object.entries(byProcess)
      .filter(([, content]) => JSON.stringify(content).includes(secret))
      .map(([name]) => name);
    assert.deepEqual(knowing, processes, secret);
  }
});

test('only the processes that call the outside are given the way there, and nobody any other variable', () => {
  const environment = {
    PATH: '/bin',
    AWS_PROFILE: 'p',
    HOME: '/home/x',
    SLACK_TOKEN: 'secret',
    NODE_OPTIONS: '--inspect',
  };
  const outside = processSpec('executor', {}, { state, environment, reach: 'outside' }).environment;
  const inside = processSpec('server', {}, { state, environment, reach: 'inside' }).environment;
  assert.deepEqual(Object.keys(outside).toSorted(), [
    'AWS_PROFILE',
    'HOME',
    'NODE_COMPILE_CACHE',
    'PATH',
    'TZ',
  ]);
  assert.deepEqual(Object.keys(inside).toSorted(), ['NODE_COMPILE_CACHE', 'PATH', 'TZ']);
});

test('what is configured goes before the stand-ins of the demonstration', () => {
  const { slack } = inputs.outside;
  assert.ok(slack);
  const systems = demoSystems({ environments: { '1': 'sandbox' }, slack }, 'http://127.0.0.1:2', {
    '1': 'production',
    '2': 'staging',
  });
  assert.equal(systems.slack?.access.token, 'slack-secret');
  assert.match(systems.jira?.access.host ?? '', /^http:\/\/127\.0\.0\.1:2/);
  assert.deepEqual(systems.environments, { '1': 'sandbox', '2': 'staging' });
});
