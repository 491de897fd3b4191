export { eventsOf, type CalendarEvent, type CalendarRange } from './events-of.ts';
