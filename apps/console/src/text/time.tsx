/** A time in UTC; hovering shows it in the reader's own zone. */
export function Time({ at, seconds = false }: { readonly at: string; readonly seconds?: boolean }) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span>{at}</span>;
  const text = date.toISOString().replace('T', ' ');
  return (
    <time dateTime={at} title={`${date.toLocaleString()} (your time)`}>
      {text.slice(0, seconds ? 19 : 16)} <span className="unit">UTC</span>
    </time>
  );
}
