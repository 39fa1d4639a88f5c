import type { Resource } from '@medplum/fhirtypes';
import { z } from 'zod';
import { Problem, type Issue } from '../kernel/problem.ts';
import type { Call } from './call.ts';
import { checkDepth, decodeText } from './parse-body.ts';

export const entryLimit = 10_000;

const entrySchema = z.object({
  fullUrl: z.string().min(1).optional(),
  resource: z.custom<Resource>((value) => typeof value === 'object' && value !== null && typeof (value as Resource).resourceType === 'string', 'a resource with resourceType is needed').optional(),
  request: z.object({
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
    url: z.string(),
    ifNoneMatch: z.string().optional(),
    ifModifiedSince: z.string().optional(),
    ifMatch: z.string().optional(),
    ifNoneExist: z.string().optional(),
  }),
});
const bundleSchema = z.object({ type: z.string(), entry: z.array(z.unknown()).optional() });

/** An entry of a batch or transaction as the same call that HTTP would have made. */
export interface Entry {
  index: number;
  fullUrl: string | undefined;
  resource: Resource | undefined;
  /** Of a HEAD, which is a GET whose answer has no body. */
  bodiless: boolean;
  call: Call;
}

/** What the entries of a Bundle take from its request. */
export interface EntryDefaults {
  url: string;
  prefer: string | undefined;
  /** Texts of the entries' resources, where the Bundle came as text. */
  texts?: readonly (string | undefined)[];
}

/** Checks the shape of a Bundle to be processed: every entry that is wrong is named at once. */
export function readEntries(bundle: Resource, defaults: EntryDefaults, limit = entryLimit): Entry[] {
  const shape = bundleSchema.safeParse(bundle);
  if (!shape.success) throw new Problem('rest.bundle-malformed', {}, issuesOf(shape.error, 'Bundle'));
  const entries = shape.data.entry ?? [];
  if (entries.length > limit) throw new Problem('rest.bundle-too-many', { count: entries.length, limit });
  const issues: Issue[] = [];
  const read = entries.map((value, index) => {
    const entry = entrySchema.safeParse(value);
    if (entry.success) {
      const { method } = entry.data.request;
      if ((method === 'POST' || method === 'PUT' || method === 'PATCH') && !entry.data.resource && !/(?:^|\/)_search(?:\?|$)|\$/.test(entry.data.request.url)) {
        issues.push({ severity: 'error', code: 'required', expression: `Bundle.entry[${index}].resource`, diagnostics: `${method} needs a resource` });
      }
      return toEntry(entry.data, index, defaults);
    }
    issues.push(...issuesOf(entry.error, `Bundle.entry[${index}]`));
    return undefined;
  });
  if (issues.length > 0) throw new Problem('rest.bundle-malformed', {}, issues.slice(0, 100));
  return read as Entry[];
}

function toEntry({ fullUrl, resource, request }: z.output<typeof entrySchema>, index: number, defaults: EntryDefaults): Entry {
  const { path, query } = splitUrl(request.url, defaults.url);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  return {
    index,
    fullUrl,
    resource,
    bodiless: request.method === 'HEAD',
    call: {
      method,
      path,
      query,
      ifMatch: request.ifMatch,
      ifNoneMatch: request.ifNoneMatch,
      ifModifiedSince: request.ifModifiedSince,
      ifNoneExist: request.ifNoneExist,
      prefer: defaults.prefer,
      text: defaults.texts?.[index],
      resource() {
        if (!resource) throw new Problem('rest.no-body');
        return resource;
      },
      patch: () => patchIn(resource),
    },
  };
}

/** In a Bundle a JSON Patch travels in a Binary: http://hl7.org/fhir/R4/http.html#jsonpatch */
function patchIn(resource: Resource | undefined): string {
  if (resource?.resourceType !== 'Binary') throw new Problem('rest.patch-media-type', { given: resource?.resourceType.slice(0, 64) ?? '' });
  const { contentType, data } = resource as { contentType?: unknown; data?: unknown };
  if (typeof contentType !== 'string' || !/^application\/json-patch\+json\b/i.test(contentType)) throw new Problem('rest.patch-media-type', { given: String(contentType).slice(0, 80) });
  const text = decodeText(Buffer.from(typeof data === 'string' ? data : '', 'base64'));
  if (text.trim() === '') throw new Problem('rest.no-body');
  checkDepth(text);
  return text;
}

/** Path and query of an address relative to the base, or absolute under it. */
export function splitUrl(url: string, base: string): { path: string[]; query: string } {
  const relative = (url.startsWith(`${base}/`) ? url.slice(base.length) : url).replace(/^\/+/, '');
  const question = relative.indexOf('?');
  const path = question === -1 ? relative : relative.slice(0, question);
  return { path: decodePath(path), query: question === -1 ? '' : relative.slice(question + 1) };
}

export function decodePath(path: string): string[] {
  try {
    return path.split('/').filter((segment) => segment !== '').map(decodeURIComponent);
  } catch {
    throw new Problem('rest.no-such-address', { method: '', path: path.slice(0, 120) });
  }
}

function issuesOf(error: z.ZodError, root: string): Issue[] {
  return error.issues.map((issue) => ({
    severity: 'error',
    code: issue.code === 'invalid_type' ? 'required' : 'value',
    expression: issue.path.reduce<string>((path, step) => (typeof step === 'number' ? `${path}[${step}]` : `${path}.${String(step)}`), root),
    diagnostics: issue.message,
  }));
}

/** Moves issues of an entry's resource to where they stand in the Bundle. */
export function issuesInEntry(index: number, issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => ({ ...issue, expression: issue.expression.replace(/^[A-Za-z]+/, `Bundle.entry[${index}].resource`) }));
}
