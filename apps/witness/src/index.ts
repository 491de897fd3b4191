export { serveWitness, type WitnessOptions } from './witness-server.ts';
export { openWitnessState, type WitnessState } from './witness-state.ts';
