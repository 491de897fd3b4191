import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { choosePort } from './free-port.ts';

test('a free port is taken as wanted; a taken one gives another, or an error where it was asked for by name', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as AddressInfo;
  const other = await choosePort('127.0.0.1', port, 'any');
  assert.notEqual(other, port);
  await assert.rejects(choosePort('127.0.0.1', port, 'fail'), {
    code: 'PORT_TAKEN',
    remedy: /--port/,
  });
  await new Promise((resolve) => holder.close(resolve));
  assert.equal(await choosePort('127.0.0.1', port, 'fail'), port);
});
