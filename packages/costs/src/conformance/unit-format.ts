const DATA_SIZE = '(?:[KMGTPE]i?)?[bB]';
const TIME = '(?:Year|Month|Day|Hour|Minute|Second)';
/** A noun of one's own; the format wants it capitalised. */
const COUNT = '[A-Z][A-Za-z0-9]*(?: [A-Z][A-Za-z0-9]*)*';
const AMOUNT = `(?:${DATA_SIZE}|${TIME}s|${COUNT})`;

/** The shapes of FOCUS's unit format: a unit, one times a time, one per time, a quantity of one, one per interval. */
export const UNIT_SHAPES = [
  `${AMOUNT}`,
  `${AMOUNT}-${TIME}s`,
  `${AMOUNT}/${TIME}`,
  `[0-9]+ ${AMOUNT}`,
  `${AMOUNT}/[0-9]+ ${TIME}s`,
].join('|');

/** Words for data sizes and times that have a fixed abbreviation or capitalisation, written otherwise. */
export const UNIT_MISSPELLINGS = [
  '\\b(?i:(?:kilo|mega|giga|tera|peta|exa|zetta|yotta|kibi|mebi|gibi|tebi|pebi|exbi)?(?:bits?|bytes?))\\b',
  '\\b[KMGTPE]i?[bB]s\\b',
  '\\b[ZY]i?[bB]\\b',
  '\\b(?:YEAR|MONTH|DAY|HOUR|MINUTE|SECOND)S?\\b',
].join('|');
