import type { StructureDefinition } from '@medplum/fhirtypes';
import { registryOf, type ProfileRegistry } from '../profiles/registry.ts';
import composition from './karta-composition.json' with { type: 'json' };
import district from './karta-district.json' with { type: 'json' };
import document from './karta-document.json' with { type: 'json' };
import documentReference from './karta-documentreference.json' with { type: 'json' };
import encounter from './karta-encounter.json' with { type: 'json' };
import organization from './karta-organization.json' with { type: 'json' };
import patient from './karta-patient.json' with { type: 'json' };
import practitioner from './karta-practitioner.json' with { type: 'json' };
import practitionerRole from './karta-practitionerrole.json' with { type: 'json' };
import sha256 from './karta-sha256.json' with { type: 'json' };

/** Karta's own profiles and the extensions that they use: FHIR resources, that any validator may read. */
export const kartaProfiles = [patient, practitioner, practitionerRole, organization, encounter, documentReference, composition, document, district, sha256] as unknown as readonly StructureDefinition[];

export const kartaRegistry: ProfileRegistry = registryOf(kartaProfiles);

/** The URL of the profile for a type, for `CapabilityStatement.rest.resource.supportedProfile`; undefined where Karta has none. */
export function kartaProfileOf(type: string): string | undefined {
  return kartaProfiles.find((profile) => profile.type === type && profile.kind === 'resource')?.url;
}
