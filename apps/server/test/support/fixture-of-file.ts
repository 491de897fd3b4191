import { after, before } from 'node:test';
import {
  startFixtureServer,
  type FixtureOptions,
  type FixtureServer,
} from '../fixture/fixture-server.ts';
import { openApiClient, type ApiClient } from './api-client.ts';

/** A fixture server with a client of it; filled in before the first test. */
export interface FileFixture {
  server: FixtureServer;
  client: ApiClient;
}

/** One fixture server for all tests of a file; `prepare` runs once it listens. */
export function fixtureOfFile(
  options: FixtureOptions = {},
  prepare: (fixture: FileFixture) => Promise<void> = () => Promise.resolve(),
): FileFixture {
  const fixture = {} as FileFixture;
  before(async () => {
    fixture.server = await startFixtureServer(options);
    fixture.client = await openApiClient(fixture.server.port);
    await prepare(fixture);
  });
  after(() => fixture.server.stop());
  return fixture;
}
