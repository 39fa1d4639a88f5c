export const journalPath = '/journal';
export const journalApi = '/journal/search';
