import { visibleText } from '@counterfoil/core';
import type { AssessedClaim, AssessedControl, EvidenceDocument } from './assess.ts';
import type { ClaimStatus } from './claims/claim.ts';

const WORDS: { readonly [status in ClaimStatus]: string } = {
  shown: 'Shown',
  nothing_happened: 'Nothing happened',
  unprovable: 'Not provable',
  contradicted: 'Contradicted',
};

const ENTRIES_SHOWN_MAX = 40;

/** The document as one page of HTML without scripts or addresses, to be read and printed. Every text in it is escaped. */
export function renderEvidenceHtml(document: EvidenceDocument): string {
  const { framework, period, status, size, rootHash, checkpoint, entriesInPeriod } = document;
  const verdict = status === 'verified' ? 'The record verifies' : 'The record is rejected';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${html(framework.title)}, ${html(day(period.from))} to ${html(day(period.to))}</title>
<style>${STYLE}</style>
<main>
<h1>${html(framework.title)}</h1>
<p>Evidence from ${html(day(period.from))} up to, not including, ${html(day(period.to))} (UTC). ${html(framework.note)}</p>
<p class="${status === 'verified' ? 'shown' : 'contradicted'}"><strong>${verdict}</strong>: ${size} entries, of which ${entriesInPeriod} in the period, under root <code>${html(rootHash)}</code>.</p>
${document.problems.length === 0 ? '' : `<ul>${document.problems.map(({ code, note }) => `<li><code>${html(code)}</code> ${html(note)}</li>`).join('')}</ul>`}
<h2>Controls</h2>
<table>
<thead><tr><th scope="col">Control</th><th scope="col">What it asks</th><th scope="col">Status</th><th scope="col">Shown by</th><th scope="col">To be seen elsewhere</th></tr></thead>
<tbody>${document.controls.map(controlRow).join('\n')}</tbody>
</table>
<h2>Claims</h2>
${document.claims.map(claimSection).join('\n')}
<h2>Checkpoint</h2>
<p>Signed by the log and by its witness. With the trust file, got by another way than this folder, <code>counterfoil evidence check</code> makes this page again from <code>pack.ndjson</code> and compares.</p>
<pre>${html(checkpoint)}</pre>
<p>Source of the framework: ${html(framework.source)}</p>
</main>
</html>
`;
}

function controlRow({ controlId, title, status, claims, beyond }: AssessedControl): string {
  const links = claims.map((id) => `<a href="#${html(id)}">${html(id)}</a>`).join('<br>');
  return `<tr><th scope="row">${html(controlId)}</th><td>${html(title)}</td><td class="${status}">${WORDS[status]}</td><td>${links}</td><td>${html(beyond)}</td></tr>`;
}

function claimSection(claim: AssessedClaim): string {
  const { claimId, statement, method, status, note, figures, entries } = claim;
  const shown = entries.slice(0, ENTRIES_SHOWN_MAX).join(', ');
  const more =
    entries.length > ENTRIES_SHOWN_MAX
      ? ` and ${entries.length - ENTRIES_SHOWN_MAX} more, in evidence.json`
      : '';
  const rows = Object.entries(figures)
    .map(
      ([name, value]) =>
        `<tr><th scope="row">${html(name)}</th><td>${html(String(value))}</td></tr>`,
    )
    .join('');
  return `<section id="${html(claimId)}">
<h3>${html(claimId)} <span class="${status}">${WORDS[status]}</span></h3>
<p><strong>${html(statement)}</strong></p>
<p>${html(note)}.</p>
<p class="dim">${html(method)}</p>
${rows === '' ? '' : `<table class="figures"><tbody>${rows}</tbody></table>`}
<p class="dim">Entries: ${entries.length === 0 ? 'none' : `${shown}${more}`}</p>
</section>`;
}

function day(instant: string): string {
  return instant.slice(0, 10);
}

function html(text: string): string {
  // A checkpoint's line breaks are its own; every other control character is shown and not obeyed.
  return text
    .split('\n')
    .map(visibleText)
    .join('\n')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const STYLE = `
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8886; padding: .4rem .6rem; text-align: left; vertical-align: top; }
table.figures { width: auto; }
code, pre { font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
.dim { opacity: .75; }
.shown { color: light-dark(#14672f, #6fdc94); }
.contradicted { color: light-dark(#a11, #ff8f8f); font-weight: 600; }
.unprovable { color: light-dark(#8a5200, #ffc46b); }
.nothing_happened { opacity: .75; }
h3 span { font-size: .85rem; font-weight: 400; }
@media print { section { break-inside: avoid; } }
`;
