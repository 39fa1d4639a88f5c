import type { CapabilityStatement, CapabilityStatementRest, CapabilityStatementRestResource, CapabilityStatementRestResourceOperation } from '@medplum/fhirtypes';
import { compartmentTypes, resourceTypes, searchParams } from '../fhir/index.ts';
import type { Base, Operation } from './call.ts';

const publishedOn = '2026-11-21';

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
    format: ['application/fhir+json', 'json'],
    rest: [serverPart(base, about.smart)],
  };
  return JSON.stringify(statement);
}

function serverPart(base: Base, smart: Readonly<Record<string, unknown>> | undefined): CapabilityStatementRest {
  const system = base.operations.filter((operation) => operation.level === 'system').map(operationEntry);
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
    cors: false,
    service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }],
    ...(endpoints.length > 0
      ? { extension: [{ url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris', extension: endpoints.map(([url, valueUri]) => ({ url, valueUri })) }] }
      : {}),
  };
}

function resourcePart(base: Base, type: string): CapabilityStatementRestResource {
  const params = [...searchParams(type).values()];
  const references = params.filter((param) => param.type === 'reference').map((param) => `${type}:${param.name}`);
  const operations = base.operations.filter((operation) => operation.level !== 'system' && operation.types?.includes(type)).map(operationEntry);
  return {
    type: type as NonNullable<CapabilityStatementRestResource['type']>,
    interaction: (['read', 'vread', 'update', 'delete', 'history-instance', 'history-type', 'create', 'search-type'] as const).map((code) => ({ code })),
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

function operationEntry({ name, definition }: Operation): CapabilityStatementRestResourceOperation {
  return { name, definition };
}
