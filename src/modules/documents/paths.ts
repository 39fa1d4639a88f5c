/** Links into the documents. */
export const documentPath = (document: string): string => `/documents/${encodeURIComponent(document)}`;
export const documentApi = (document: string): string => `/documents/${encodeURIComponent(document)}`;
export const toSignPath = '/to-sign';
/** Of the staff program, for everybody. */
export const verifyPath = '/verify';

/** Links of the patient's program, below its `/my`. */
export const myStartPath = '/';
export const myDocumentsPath = '/documents';
export const myDocumentPath = documentPath;
export const myVisitsPath = '/visits';
export const myJournalPath = '/journal';
export const myCardPath = '/card';

/** Where the portal's own addresses stand when the staff program links to them, and back. */
export const portalRoot = '/my';
/** The card and the correction belong to their modules; these are only links. */
export const patientCardPath = (patient: string): string => `/patients/${encodeURIComponent(patient)}`;
