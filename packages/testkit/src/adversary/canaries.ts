/** A sink's bytes in which a text of another account was found, and in which form. */
export interface Sighting {
  readonly canary: string;
  readonly form: string;
}

/** Shorter parts than this are found by chance. */
const PART_CHARACTERS_MIN = 10;

/** A text that stands nowhere else: 20 hexadecimal digits of chance behind a mark. */
export function makeCanary(mark: string, chance: () => number): string {
  const digits = Array.from({ length: 20 }, () => Math.floor(chance() * 16).toString(16));
  return `${mark}${digits.join('')}`;
}

/**
 * Looks for canaries in what a sink received: as they are, in another case, reversed, with separators between, in base64, hexadecimal,
 * percent and character codes, with look-alike or invisible characters, and halves of them.
 */
export function findCanaries(text: string, canaries: readonly string[]): readonly Sighting[] {
  const readings = readingsOf(text);
  return canaries.flatMap((canary) => {
    const forms = formsOf(canary);
    const found = Object.entries(forms).find(([, form]) =>
      readings.some((reading) => reading.includes(form)),
    );
    return found ? [{ canary, form: found[0] }] : [];
  });
}

/** A sink's text as a receiver might read it. */
function readingsOf(text: string): readonly string[] {
  const lower = text.toLowerCase();
  const bare = lower.normalize('NFKC').replaceAll(/[^\p{L}\p{N}]/gu, '');
  const decoded = lower.replaceAll(/%([0-9a-f]{2})/g, (_all, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 16)),
  );
  return [text, lower, bare, decoded];
}

function formsOf(canary: string): Readonly<Record<string, string>> {
  const bytes = new TextEncoder().encode(canary);
  const base64 = btoa(canary).replaceAll('=', '');
  const half = Math.floor(canary.length / 2);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return {
    plain: canary.toLowerCase(),
    bare: canary.toLowerCase().replaceAll(/[^a-z0-9]/g, ''),
    reversed: [...canary].toReversed().join('').toLowerCase(),
    // The first and last characters of base64 depend on what stands beside.
    base64: base64.slice(0, -2),
    base64_lower: base64.slice(0, -2).toLowerCase(),
    hex,
    percent: [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    codes: [...bytes].join(' '),
    ...(half >= PART_CHARACTERS_MIN
      ? { first_half: canary.slice(0, half), second_half: canary.slice(-half) }
      : {}),
  };
}
