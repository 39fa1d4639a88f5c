/** Where a person's title page is for the desk. */
export const deskPath = '/registry';
export const newCardPath = '/registry/new';
export const titlePagePath = (patient: string) => `/registry/${patient}`;
/** The card of those who treat; the chart module draws it. */
export const chartPath = (patient: string) => `/patients/${patient}`;
