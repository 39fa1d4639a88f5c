/** Links into the card and the day. */
export const dayPath = '/';
export const patientsPath = '/patients';
export const cardPath = (patient: string, tab?: string): string => `/patients/${encodeURIComponent(patient)}${tab ? `?tab=${encodeURIComponent(tab)}` : ''}`;
export const ownCardPath = '/card';
