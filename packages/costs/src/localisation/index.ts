export { checkCube, DIMENSIONS_MAX, type Cube } from './cube.ts';
export { localise, type LocalisedCause, type LocaliseOptions } from './localise.ts';
export type { Reach } from './reach.ts';
