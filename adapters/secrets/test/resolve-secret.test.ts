import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { PlatformError } from '@counterfoil/core';
import { MOTO_MISSING, startMoto } from '../../../tools/peers/moto.ts';
import { resolveSecret } from '../src/index.ts';

const SECRET = 'the-value-itself';
const environment = { TOKEN: SECRET, EMPTY: '' };

/** Rejects with this code, and neither the error nor anything in it repeats the secret. */
async function refuses(read: () => Promise<string>, code: string): Promise<void> {
  await assert.rejects(read, (error) => {
    assert.ok(error instanceof PlatformError);
    assert.equal(error.code, code);
    const shown = [error.message, error.remedy, JSON.stringify(error.details), String(error.cause)];
    assert.doesNotMatch(shown.join(' '), new RegExp(SECRET));
    return true;
  });
}

test('a variable of the environment is read, and an unset or empty one is named', async () => {
  assert.equal(await resolveSecret({ env: 'TOKEN' }, { environment }), SECRET);
  await refuses(() => resolveSecret({ env: 'MISSING' }, { environment }), 'SECRET_UNKNOWN');
  await refuses(() => resolveSecret({ env: 'EMPTY' }, { environment }), 'SECRET_EMPTY');
});

test('a file is read without its line end when only its owner and group can read it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'secret-'));
  const file = join(directory, 'token');
  try {
    await writeFile(file, `${SECRET}\n`);
    for (const mode of [0o600, 0o400, 0o640]) {
      await chmod(file, mode);
      assert.equal(await resolveSecret({ file }, { environment }), SECRET);
    }
    for (const mode of [0o644, 0o660, 0o602, 0o604]) {
      await chmod(file, mode);
      await refuses(() => resolveSecret({ file }, { environment }), 'SECRET_FILE_OPEN');
    }
    await chmod(file, 0o600);
    await writeFile(file, 'x'.repeat(64 * 1024 + 1));
    await refuses(() => resolveSecret({ file }, { environment }), 'SECRET_TOO_LARGE');
    await refuses(
      () => resolveSecret({ file: join(directory, 'none') }, { environment }),
      'SECRET_UNKNOWN',
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('Secrets Manager and the Parameter Store of an AWS that we did not write', async (t) => {
  const moto = await startMoto();
  if (!moto) return t.skip(MOTO_MISSING);
  t.after(() => moto.stop());
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const aws = { endpoint: moto.url, region: 'eu-central-1', credentials };
  const secrets = new SecretsManagerClient(aws);
  const object = JSON.stringify({ token: SECRET, empty: '', number: 7 });
  await secrets.send(new CreateSecretCommand({ Name: 'app/object', SecretString: object }));
  await secrets.send(new CreateSecretCommand({ Name: 'app/plain', SecretString: SECRET }));
  const ssm = new SSMClient(aws);
  await ssm.send(
    new PutParameterCommand({ Name: '/app/token', Value: SECRET, Type: 'SecureString' }),
  );
  const context = { environment, aws };
  const manager = (json?: string, awsSecretsManager = 'app/object') =>
    resolveSecret({ awsSecretsManager, json }, context);
  assert.equal(await manager('token'), SECRET);
  assert.equal(await manager(undefined, 'app/plain'), SECRET);
  assert.equal(await resolveSecret({ awsSsm: '/app/token' }, context), SECRET);
  await refuses(() => manager('missing'), 'SECRET_EMPTY');
  await refuses(() => manager('number'), 'SECRET_EMPTY');
  await refuses(() => manager('empty'), 'SECRET_EMPTY');
  await refuses(() => manager('token', 'app/plain'), 'SECRET_MALFORMED');
  await refuses(() => manager('token', 'app/none'), 'SECRET_UNKNOWN');
  await refuses(() => resolveSecret({ awsSsm: '/app/none' }, context), 'SECRET_UNKNOWN');
  const elsewhere = { awsSsm: '/app/token', region: 'us-east-1' };
  await refuses(() => resolveSecret(elsewhere, context), 'SECRET_UNKNOWN');
});

test('an AWS that cannot be reached is an outside failure', async () => {
  const aws = {
    endpoint: 'http://127.0.0.1:9',
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  await refuses(() => resolveSecret({ awsSsm: '/app' }, { environment, aws }), 'UNAVAILABLE');
});
