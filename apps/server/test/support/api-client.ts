import { rawRequest, type RawAnswer } from './raw-request.ts';

/** A browser in small: sends our origin and keeps the session cookie. */
export interface ApiClient {
  get(path: string): Promise<{ readonly status: number; readonly body: unknown }>;
  post(
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly code: string; readonly body: unknown }>;
  /** Headers that a page of ours sends. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Opens a session on a server of this port. */
export async function openApiClient(port: number): Promise<ApiClient> {
  const session = await rawRequest({ port, path: '/api/session' });
  const [cookie = ''] = [session.headers['set-cookie'] ?? ''].flat();
  const headers = {
    cookie: cookie.split(';')[0] ?? '',
    origin: `http://localhost:${port}`,
    'content-type': 'application/json',
  };
  return {
    headers,
    get: async (path) => parse(await rawRequest({ port, path, headers })),
    post: async (path, body, more = {}) =>
      parse(
        await rawRequest({
          port,
          path,
          method: 'POST',
          headers: { ...headers, ...more },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      ),
  };
}

function parse({ status, text }: RawAnswer) {
  const body = JSON.parse(text) as { readonly code?: string };
  return { status, body, code: body.code ?? '' };
}
