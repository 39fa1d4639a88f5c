/** Links into the visits. */
export const visitPath = (encounter: string): string => `/visits/${encodeURIComponent(encounter)}`;
export const visitApi = (encounter: string): string => `/visits/${encodeURIComponent(encounter)}`;
