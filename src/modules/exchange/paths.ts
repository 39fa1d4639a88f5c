/** Links into exchange. */
export const exchangePath = '/exchange';
export const subscriptionsPath = '/exchange/subscriptions';
export const searchParametersPath = '/exchange/search-parameters';

export const jobsApi = '/exchange/jobs';
export const subscriptionsApi = '/exchange/subscriptions';
export const indexApi = '/exchange/index';
/** Where the files of one's own job are fetched from; this is no address of `/api`. */
export const jobFile = (job: string, file: number): string => `/fhir/bulk/${encodeURIComponent(job)}/${file}`;
