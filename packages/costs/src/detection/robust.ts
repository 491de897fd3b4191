/** Median of the first `count` cells, which are reordered; 0 of none. */
export function medianOf(values: Float64Array, count: number): number {
  if (count === 0) return 0;
  const part = values.subarray(0, count).sort();
  const middle = count >> 1;
  return count % 2 === 1
    ? (part[middle] as number)
    : ((part[middle - 1] as number) + (part[middle] as number)) / 2;
}

/** Mean of the cells `from`…`to` inclusive; 0 of none. */
export function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let t = from; t <= to; t++) sum += values[t] as number;
  return to >= from ? sum / (to - from + 1) : 0;
}
