import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WorldRequest } from '../stand-in.ts';
import { AwsProblem } from './aws-problem.ts';

/** What the Authorization header of a signed request says (Signature Version 4). */
export interface SignedScope {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

const CLOCK_SKEW_MAX_MS = 15 * 60_000;

/** Reads the scope of a signed request. */
export function scopeOf(request: WorldRequest): SignedScope {
  const match = HEADER.exec(request.headers['authorization'] ?? '');
  if (!match) {
    throw new AwsProblem(
      403,
      'MissingAuthenticationToken',
      'Request is missing Authentication Token',
    );
  }
  const [, accessKeyId = '', date = '', region = '', service = '', headers = '', signature = ''] =
    match;
  return { accessKeyId, date, region, service, signedHeaders: headers.split(';'), signature };
}

/** Recomputes the signature with the secret; throws as AWS does where it differs or the clock is off. */
export function requireSignature(
  request: WorldRequest,
  scope: SignedScope,
  secretAccessKey: string,
  nowMs: number,
): void {
  const stamp = request.headers['x-amz-date'] ?? '';
  const signedAtMs = Date.parse(
    stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  if (!(Math.abs(signedAtMs - nowMs) < CLOCK_SKEW_MAX_MS)) {
    throw new AwsProblem(400, 'RequestExpired', 'Request has expired.');
  }
  const canonical = [
    request.method,
    request.rawPath,
    canonicalQuery(request.query),
    ...scope.signedHeaders.map(
      (name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`,
    ),
    '',
    scope.signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
  const scopeText = `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', stamp, scopeText, sha256(canonical)].join('\n');
  const keys = [scope.date, scope.region, scope.service, 'aws4_request'];
  const key = keys.reduce<Buffer>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  const expected = createHmac('sha256', key).update(toSign).digest();
  if (timingSafeEqual(expected, Buffer.from(scope.signature, 'hex'))) return;
  throw new AwsProblem(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided.',
  );
}

function canonicalQuery(query: URLSearchParams): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  return [...query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
