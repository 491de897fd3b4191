export { DEMO_ACCESS } from './access.ts';
export { demoConnections } from './connections.ts';
export { createDemoWorld, type DemoWorld, type WorldOptions } from './world-server.ts';
export { startTemporaryWorld, type TemporaryWorld } from './temporary-world.ts';
export { createWorldClient, type WorldClient } from './world-client.ts';
export type { Fault } from './faults.ts';
export type { Inbox } from './inbox.ts';
export type { RecordedCall } from './world-state.ts';
