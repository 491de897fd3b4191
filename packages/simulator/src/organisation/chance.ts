/**
 * Seeded chance. Only integer arithmetic, additions and multiplications are used, so that the same seed gives the
 * same bytes on every machine (`Math.sin` and its kin may differ in the last digit).
 */
export interface Chance {
  /** Uniform in 0…1, 1 excluded. */
  next(): number;
  /** Uniform integer, both ends included. */
  integer(min: number, max: number): number;
  /** `count` distinct items in random order. */
  pick<Item>(items: readonly Item[], count: number): Item[];
  /** `length` characters of the given alphabet. */
  text(alphabet: string, length: number): string;
}

/** A chance whose whole sequence is fixed by the seed and the name of what it is for. */
export function createChance(seed: number, purpose: string): Chance {
  let state = hash32(`${seed}/${purpose}`);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    return mix(state) / 4_294_967_296;
  };
  const integer = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    integer,
    pick: (items, count) => shuffle(items, next).slice(0, count),
    text: (alphabet, length) =>
      Array.from({ length }, () => alphabet[integer(0, alphabet.length - 1)]).join(''),
  };
}

/** Roughly normal noise with mean 0 and deviation 1, within ±3.5; a pure function of the three numbers. */
export function noiseOf(seed: number, line: number, day: number): number {
  let sum = 0;
  for (let draw = 0; draw < 4; draw += 1) {
    const key = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(line * 131 + day, 0xc2b2ae35);
    sum += mix((key + Math.imul(draw + 1, 0x27d4eb2f)) | 0) / 4_294_967_296;
  }
  return (sum - 2) * 1.7320508;
}

function shuffle<Item>(items: readonly Item[], next: () => number): Item[] {
  return items
    .map((item) => ({ item, key: next() }))
    .toSorted((left, right) => left.key - right.key)
    .map(({ item }) => item);
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 15), value | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}

function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash | 0;
}
