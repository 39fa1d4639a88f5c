import type { CapabilityStatement, CapabilityStatementRest, CapabilityStatementRestResource, CapabilityStatementRestResourceOperation, TerminologyCapabilities } from '@medplum/fhirtypes';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hash } from 'node:crypto';
import { compartmentTypes, kartaProfileOf, ownParams, resourceTypes, searchParams, type OwnParams, type SearchParam } from '../fhir/index.ts';
import { Problem } from '../kernel/problem.ts';
import type { Base, Operation } from './call.ts';
import { encode, formatOf, mediaTypeOf, type Format } from './format.ts';

const publishedOn = '2026-11-21';

/** What the statement is made of, beside what the server can do by itself. */
export interface About {
  version?: string;
  smart?: Readonly<Record<string, unknown>>;
  /** What the terminology service holds; whoever stands above gives it. */
  terminology?: (about: { url: string; version: string; date: string }) => Promise<TerminologyCapabilities>;
}

/** `mode`: http://hl7.org/fhir/R4/http.html#capabilities */
type Mode = 'full' | 'normative' | 'terminology';

/** The statements in each format, made when they are first asked for, with their ETags. */
export interface Capabilities {
  in(mode: Mode, format: Format): Promise<{ text: string; etag: string }>;
}

export function capabilities(base: Base, about: About): Capabilities {
  let stated: OwnParams | undefined;
  const made = new Map<string, { text: string; etag: string }>();
  return {
    async in(mode, format) {
      // What is held of terminology changes by each import.
      if (mode === 'terminology') return tagged(JSON.stringify(await terminologyOf(base, about)), format);
      // Made anew when a parameter defined here becomes searchable or is withdrawn.
      if (stated !== ownParams()) {
        stated = ownParams();
        made.clear();
      }
      const key = `${mode} ${format.xml} ${format.pretty}`;
      const known = made.get(key) ?? tagged(capabilityText(base, about, mode), format);
      made.set(key, known);
      return known;
    },
  };
}

function tagged(body: string, format: Format): { text: string; etag: string } {
  const text = encode(body, format);
  return { text, etag: `"${hash('sha256', text, 'base64url').slice(0, 22)}"` };
}

async function terminologyOf(base: Base, about: About): Promise<TerminologyCapabilities> {
  if (!about.terminology) throw new Problem('rest.bad-parameter', { name: 'mode', value: 'terminology', expected: 'full, normative' });
  return about.terminology({ url: base.url, version: versionOf(about), date: publishedOn });
}

/** http://hl7.org/fhir/R4/http.html#capabilities */
export async function sendCapabilities(known: Capabilities, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const question = request.url.indexOf('?');
  const query = question === -1 ? '' : request.url.slice(question + 1);
  const format = formatOf(query, request.headers.accept);
  const mode = new URLSearchParams(query).get('mode') ?? 'full';
  if (mode !== 'full' && mode !== 'normative' && mode !== 'terminology') throw new Problem('rest.bad-parameter', { name: 'mode', value: mode.slice(0, 40), expected: 'full, normative, terminology' });
  const { text, etag } = await known.in(mode, format);
  reply.header('etag', etag).header('cache-control', 'public, max-age=60').header('vary', 'accept');
  const has = (request.headers['if-none-match'] ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*');
  return has ? reply.code(304).send() : reply.type(mediaTypeOf(format)).send(text);
}

function versionOf({ version = '0.1.0' }: About): string {
  return version;
}

/** http://hl7.org/fhir/R4/capabilitystatement.html: what this server does, made from what it searches by. */
export function capabilityText(base: Base, about: About, mode: 'full' | 'normative' = 'full'): string {
  const statement: CapabilityStatement = {
    resourceType: 'CapabilityStatement',
    url: `${base.url}/metadata`,
    version: versionOf(about),
    name: 'Karta',
    title: 'Карта — FHIR R4',
    status: 'active',
    date: publishedOn,
    publisher: 'Karta',
    kind: 'instance',
    ...(base.operations.some(({ name, types }) => name === 'export' && types?.includes('Group')) ? { instantiates: [bulkData] } : {}),
    software: { name: 'Karta', version: versionOf(about) },
    implementation: { description: 'Карта — единая медицинская карта региона', url: base.url },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'application/fhir+xml', 'application/json', 'application/xml', 'text/json', 'text/xml', 'json', 'xml'],
    patchFormat: ['application/json-patch+json'],
    rest: [serverPart(base, about.smart)],
  };
  return JSON.stringify(statement, mode === 'normative' ? (name, value: unknown) => (trialUse.has(name) ? undefined : value) : undefined);
}

const bulkData = 'http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data';

/** Elements of the statement whose definition is not normative yet (http://hl7.org/fhir/R4/capabilitystatement.html, marked TU). */
const trialUse = new Set(['useContext', 'imports', 'custodian', 'security', 'supportedProfile', 'versioning', 'readHistory', 'updateCreate', 'conditionalCreate', 'conditionalRead', 'conditionalUpdate', 'conditionalDelete', 'referencePolicy', 'searchInclude', 'searchRevInclude', 'messaging', 'document']);

function serverPart(base: Base, smart: Readonly<Record<string, unknown>> | undefined): CapabilityStatementRest {
  const system = base.operations.filter((operation) => operation.level === 'system').map(operationEntry).filter(once);
  const referrers = referrersOf();
  return {
    mode: 'server',
    security: securityPart(smart),
    resource: resourceTypes.map((type) => resourcePart(base, type, referrers)),
    interaction: [{ code: 'transaction' }, { code: 'batch' }, { code: 'history-system' }, { code: 'search-system' }],
    searchParam: [...searchParams('Basic').values()].filter(({ url }) => /\/SearchParameter\/Resource-/.test(url)).map(paramEntry).concat(everywhere),
    compartment: compartmentTypes.map((type) => `http://hl7.org/fhir/CompartmentDefinition/${type[0]!.toLowerCase()}${type.slice(1)}`),
    ...(system.length > 0 ? { operation: system } : {}),
  };
}

/** The endpoints of sign-in, in the extension that SMART App Launch 1.0 defined for it. */
function securityPart(smart: Readonly<Record<string, unknown>> | undefined): NonNullable<CapabilityStatementRest['security']> {
  const endpoints = [
    ['token', smart?.token_endpoint],
    ['authorize', smart?.authorization_endpoint],
    ['introspect', smart?.introspection_endpoint],
    ['revoke', smart?.revocation_endpoint],
  ].filter((endpoint): endpoint is [string, string] => typeof endpoint[1] === 'string');
  return {
    cors: true,
    service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }],
    ...(endpoints.length > 0
      ? { extension: [{ url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris', extension: endpoints.map(([url, valueUri]) => ({ url, valueUri })) }] }
      : {}),
  };
}

function resourcePart(base: Base, type: string, referrers: ReadonlyMap<string, readonly string[]>): CapabilityStatementRestResource {
  const profile = kartaProfileOf(type);
  const params = [...searchParams(type).values()];
  const references = params.filter((param) => param.type === 'reference').map((param) => `${type}:${param.name}`);
  const operations = base.operations.filter((operation) => operation.level !== 'system' && operation.types?.includes(type)).map(operationEntry).filter(once);
  return {
    type: type as NonNullable<CapabilityStatementRestResource['type']>,
    ...(profile === undefined ? {} : { supportedProfile: [profile] }),
    interaction: (['read', 'vread', 'update', 'patch', 'delete', 'history-instance', 'history-type', 'create', 'search-type'] as const).map((code) => ({ code })),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    referencePolicy: ['literal', 'logical', 'enforced', 'local'],
    ...(references.length > 0 ? { searchInclude: ['*', ...references] } : {}),
    ...(referrers.has(type) ? { searchRevInclude: [...referrers.get(type)!] } : {}),
    ...(params.length > 0 ? { searchParam: params.map(paramEntry) } : {}),
    ...(operations.length > 0 ? { operation: operations } : {}),
  };
}

/** What is no SearchParameter of the standard and yet a criterion: http://hl7.org/fhir/R4/search.html#has, #list, #lastUpdated */
const everywhere: NonNullable<CapabilityStatementRest['searchParam']> = [
  { name: '_has', type: 'special', documentation: '_has:Observation:patient:code=8867-4' },
  { name: '_list', type: 'special', documentation: '_list=42' },
  { name: '_type', type: 'special', documentation: 'GET /?_type=Patient,Practitioner' },
];

/** By type, the `_revinclude` that may bring something: the reference parameters of others that it is a target of. */
function referrersOf(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const from of resourceTypes) {
    for (const { name, type, targets } of searchParams(from).values()) {
      if (type !== 'reference') continue;
      for (const target of targets.length > 0 ? targets : resourceTypes) found.set(target, [...(found.get(target) ?? []), `${from}:${name}`]);
    }
  }
  return found;
}

function paramEntry({ name, type, url }: SearchParam): NonNullable<CapabilityStatementRest['searchParam']>[number] {
  return { name, type, ...(url ? { definition: url } : {}) };
}

/** An operation that may be called at a type and at a resource is named once. */
function once(entry: CapabilityStatementRestResourceOperation, index: number, all: readonly CapabilityStatementRestResourceOperation[]): boolean {
  return all.findIndex(({ name, definition }) => name === entry.name && definition === entry.definition) === index;
}

function operationEntry({ name, definition }: Operation): CapabilityStatementRestResourceOperation {
  return { name, definition };
}
