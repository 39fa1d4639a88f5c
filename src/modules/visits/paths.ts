/** Links into the visits. */
export const visitPath = (encounter: string): string => `/visits/${encodeURIComponent(encounter)}`;
export const visitApi = (encounter: string): string => `/visits/${encodeURIComponent(encounter)}`;
export const templatesPath = '/templates';
export const templatePath = (template: string): string => `${templatesPath}/${encodeURIComponent(template)}`;
