/** A copy of JSON with one thing changed; what was changed is for chance to say. */
export function mutateJson(value: unknown, chance: () => number): unknown {
  const copy = structuredClone(value) as Tree;
  const places = placesIn(copy);
  const place = places[Math.floor(chance() * places.length)];
  if (!place) return mutateLeaf(copy, chance);
  const { holder, name } = place;
  switch (Math.floor(chance() * 6)) {
    case 0:
      delete holder[name];
      break;
    case 1:
      holder[`${name}x`] = holder[name];
      break;
    case 2:
      holder[name] = [holder[name]];
      break;
    default:
      holder[name] = mutateLeaf(holder[name], chance);
  }
  return copy;
}

interface Tree {
  [name: string]: unknown;
}

interface Place {
  readonly holder: Tree;
  readonly name: string;
}

function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    { holder: value as Tree, name },
    ...placesIn(inner),
  ]);
}

const ODD: readonly unknown[] = [null, true, 0, -1, '', [], {}, 'approve', 'ana', '\u202E'];

function mutateLeaf(value: unknown, chance: () => number): unknown {
  if (typeof value === 'string' && value !== '' && chance() < 0.8) return mutateText(value, chance);
  if (typeof value === 'number' && chance() < 0.8) return value + (chance() < 0.5 ? 1 : -1);
  const odd = ODD[Math.floor(chance() * ODD.length)];
  return JSON.stringify(odd) === JSON.stringify(value) ? 'other' : odd;
}

/** Another text: one character changed, dropped, doubled or swapped, another case, white space, a bit of it as base64. */
export function mutateText(text: string, chance: () => number): string {
  const place = Math.floor(chance() * text.length);
  const before = text.slice(0, place);
  const at = text.slice(place, place + 1);
  const after = text.slice(place + 1);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. \u200B';
  const other = alphabet[Math.floor(chance() * alphabet.length)] ?? 'A';
  const variants = [
    `${before}${other}${after}`,
    `${before}${after}`,
    `${before}${at}${at}${after}`,
    `${before}${other}${at}${after}`,
    text.toUpperCase(),
    `${text} `,
    `${text}=`,
    text.slice(0, place),
  ];
  const mutated = variants[Math.floor(chance() * variants.length)] ?? `${text}x`;
  return mutated === text ? `${text}x` : mutated;
}
