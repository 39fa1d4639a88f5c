import type { CapabilityStatement, CapabilityStatementRest, CapabilityStatementRestResource, CapabilityStatementRestResourceOperation } from '@medplum/fhirtypes';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hash } from 'node:crypto';
import { compartmentTypes, kartaProfileOf, ownParams, resourceTypes, searchParams, type OwnParams } from '../fhir/index.ts';
import type { Base, Operation } from './call.ts';
import { encode, formatOf, mediaTypeOf } from './format.ts';

const publishedOn = '2026-11-21';

/** The statement in each format, made when it is first asked for, with its ETag. */
export interface Capabilities {
  in(format: { xml: boolean; pretty: boolean }): { text: string; etag: string };
}

export function capabilities(base: Base, about: Parameters<typeof capabilityText>[1]): Capabilities {
  let stated: { of: OwnParams; text: string } | undefined;
  const made = new Map<string, { text: string; etag: string }>();
  return {
    in(format) {
      // Made anew when a parameter defined here becomes searchable or is withdrawn.
      if (stated?.of !== ownParams()) {
        stated = { of: ownParams(), text: capabilityText(base, about) };
        made.clear();
      }
      const key = `${format.xml} ${format.pretty}`;
      const known = made.get(key);
      if (known) return known;
      const written = encode(stated.text, format);
      const entry = { text: written, etag: `"${hash('sha256', written, 'base64url').slice(0, 22)}"` };
      made.set(key, entry);
      return entry;
    },
  };
}

/** http://hl7.org/fhir/R4/http.html#capabilities */
export function sendCapabilities(known: Capabilities, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const question = request.url.indexOf('?');
  const format = formatOf(question === -1 ? '' : request.url.slice(question + 1), request.headers.accept);
  const { text, etag } = known.in(format);
  reply.header('etag', etag).header('cache-control', 'public, max-age=60').header('vary', 'accept');
  const has = (request.headers['if-none-match'] ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*');
  return has ? reply.code(304).send() : reply.type(mediaTypeOf(format)).send(text);
}

/** http://hl7.org/fhir/R4/capabilitystatement.html: what this server does, made from what it searches by. */
export function capabilityText(base: Base, about: { version?: string; smart?: Readonly<Record<string, unknown>> }): string {
  const statement: CapabilityStatement = {
    resourceType: 'CapabilityStatement',
    url: `${base.url}/metadata`,
    version: about.version ?? '0.1.0',
    name: 'Karta',
    title: 'Карта — FHIR R4',
    status: 'active',
    date: publishedOn,
    publisher: 'Karta',
    kind: 'instance',
    software: { name: 'Karta', version: about.version ?? '0.1.0' },
    implementation: { description: 'Карта — единая медицинская карта региона', url: base.url },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'application/fhir+xml', 'json', 'xml'],
    patchFormat: ['application/json-patch+json'],
    rest: [serverPart(base, about.smart)],
  };
  return JSON.stringify(statement);
}

function serverPart(base: Base, smart: Readonly<Record<string, unknown>> | undefined): CapabilityStatementRest {
  const system = base.operations.filter((operation) => operation.level === 'system').map(operationEntry).filter(once);
  return {
    mode: 'server',
    security: securityPart(smart),
    resource: resourceTypes.map((type) => resourcePart(base, type)),
    interaction: [{ code: 'transaction' }, { code: 'batch' }, { code: 'history-system' }, { code: 'search-system' }],
    compartment: compartmentTypes.map((type) => `http://hl7.org/fhir/CompartmentDefinition/${type[0]!.toLowerCase()}${type.slice(1)}`),
    ...(system.length > 0 ? { operation: system } : {}),
  };
}

/** The endpoints of sign-in, in the extension that SMART App Launch 1.0 defined for it. */
function securityPart(smart: Readonly<Record<string, unknown>> | undefined): NonNullable<CapabilityStatementRest['security']> {
  const endpoints = [
    ['token', smart?.token_endpoint],
    ['authorize', smart?.authorization_endpoint],
  ].filter((endpoint): endpoint is [string, string] => typeof endpoint[1] === 'string');
  return {
    cors: true,
    service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }],
    ...(endpoints.length > 0
      ? { extension: [{ url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris', extension: endpoints.map(([url, valueUri]) => ({ url, valueUri })) }] }
      : {}),
  };
}

function resourcePart(base: Base, type: string): CapabilityStatementRestResource {
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
    ...(references.length > 0 ? { searchInclude: references } : {}),
    ...(params.length > 0 ? { searchParam: params.map(({ name, type: kind, url }) => ({ name, type: kind, ...(url ? { definition: url } : {}) })) } : {}),
    ...(operations.length > 0 ? { operation: operations } : {}),
  };
}

/** An operation that may be called at a type and at a resource is named once. */
function once(entry: CapabilityStatementRestResourceOperation, index: number, all: readonly CapabilityStatementRestResourceOperation[]): boolean {
  return all.findIndex(({ name, definition }) => name === entry.name && definition === entry.definition) === index;
}

function operationEntry({ name, definition }: Operation): CapabilityStatementRestResourceOperation {
  return { name, definition };
}
