export { createSlackClient, type SlackSettings } from './slack-client.ts';
export { postMessagePlanner, type PostMessageSettings } from './post-message-planner.ts';
export { postMessagePerformer } from './post-message-performer.ts';
