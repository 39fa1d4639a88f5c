/** Links into the cases. */
export const casesPath = '/cases';
export const servicesPath = '/cases/export';
export const casePath = (episode: string): string => `/cases/${encodeURIComponent(episode)}`;
export const caseApi = (episode: string): string => `/cases/${encodeURIComponent(episode)}`;
export const caseOfPatientApi = (patient: string): string => `/cases/patients/${encodeURIComponent(patient)}`;
export const batchApi = (batch: string): string => `/cases/batches/${encodeURIComponent(batch)}`;
