export type { ServerStore } from './context.ts';
export { guardDoor } from './door/guard-door.ts';
export { startServer, type RunningServer, type ServerOptions } from './server.ts';
