import { createContext } from 'react';

/** The seed of an enrolment link that this page was opened with, held in memory only. */
export const EnrolmentSeedContext = createContext<string | null>(null);
