import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fitsSocket, socketDirectoryFor } from './socket-directory.ts';

describe('the socket folder', () => {
  it('is the same for one state folder, another for another, and always short enough', () => {
    const long = `/very${'/long'.repeat(60)}`;
    assert.equal(socketDirectoryFor(`${long}/a`), socketDirectoryFor(`${long}/b/../a`));
    assert.notEqual(socketDirectoryFor(`${long}/a`), socketDirectoryFor(`${long}/b`));
    assert.ok(fitsSocket(socketDirectoryFor(long)));
  });

  it('may be 89 bytes long and not 90', () => {
    assert.equal(fitsSocket(`/${'s'.repeat(88)}`), true);
    assert.equal(fitsSocket(`/${'s'.repeat(89)}`), false);
  });
});
