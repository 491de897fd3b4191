import { InputError } from '@counterfoil/core';

const DATABASE = 'counterfoil-keys';
const STORE = 'keys';

/** A key of the loopback demonstration that this browser holds; script can use the private half and never read it. */
export interface BrowserKey {
  readonly keyId: string;
  readonly personId: string;
  readonly privateKey: CryptoKey;
}

/** The keys that this browser holds. */
export async function listBrowserKeys(): Promise<readonly BrowserKey[]> {
  const database = await openDatabase();
  try {
    return await settled(database.transaction(STORE).objectStore(STORE).getAll());
  } finally {
    database.close();
  }
}

/** Keeps a key in this browser. */
export async function saveBrowserKey(key: BrowserKey): Promise<void> {
  const database = await openDatabase();
  try {
    await settled(database.transaction(STORE, 'readwrite').objectStore(STORE).put(key));
  } finally {
    database.close();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.addEventListener('upgradeneeded', () =>
    request.result.createObjectStore(STORE, { keyPath: 'keyId' }),
  );
  return settled(request);
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () =>
      reject(
        new InputError('KEY_STORE_REFUSED', 'This browser does not let the page keep a key.', {
          cause: request.error,
          remedy: 'Leave private browsing, or use a passkey.',
        }),
      ),
    );
  });
}
