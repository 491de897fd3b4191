import { createServer } from 'node:net';
import { InputError } from '@counterfoil/core';

/** The wanted port if nobody has it; otherwise any free one, or, where the port was asked for by name, an error. */
export async function choosePort(
  host: string,
  wanted: number,
  ifTaken: 'any' | 'fail',
): Promise<number> {
  const port = await tryPort(host, wanted);
  if (port !== null) return port;
  if (ifTaken === 'fail') {
    throw new InputError('PORT_TAKEN', `port ${wanted} of ${host} is taken`, {
      remedy: 'choose another with --port, or 0 for any free one',
    });
  }
  const free = await tryPort(host, 0);
  if (free !== null) return free;
  throw new InputError('PORT_TAKEN', `${host} has no free port`, {
    remedy: 'check server.host in the configuration',
  });
}

function tryPort(host: string, port: number): Promise<number | null> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(null));
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : null));
    });
  });
}
